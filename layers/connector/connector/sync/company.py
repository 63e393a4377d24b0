"""Reading what is remembered of a QuickBooks company: two metered calls a day at most."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from connector.company import Company, company_from, taxes_by_hand
from connector.errors import RetriableError
from connector.observability import logger
from connector.quickbooks.query import select
from connector.store import settings as saved
from connector.sync.company_kept import LISTS, QuickBooksCompany, read_again

MAX_AGE = timedelta(hours=24)


class QuickBooksReads(QuickBooksCompany, Protocol):
    """What reading a company asks of QuickBooks."""

    realm_id: str


def read_company(quickbooks: QuickBooksReads, *, now: datetime) -> Company:
    """Read a company's reference data (five metered calls, six where sales tax is by hand)."""
    preferences = quickbooks.preferences()
    names = (*LISTS, "TaxCode") if taxes_by_hand(preferences) else LISTS
    lists: Mapping[str, list[dict[str, Any]]] = {
        entity: list(quickbooks.query(select(entity))) for entity in names
    }
    return company_from(
        realm_id=quickbooks.realm_id,
        info=quickbooks.company_info(),
        preferences=preferences,
        lists=lists,
        read_at=now.isoformat(),
    )


def is_fresh(company: Company | None, *, now: datetime) -> bool:
    """Tell whether what is remembered is young enough to plan with."""
    return company is not None and now - datetime.fromisoformat(company.read_at) < MAX_AGE


def refresh(
    connection_id: str, quickbooks: QuickBooksReads, *, now: datetime | None = None
) -> None:
    """Read again, when what is remembered is older than a day, what change data does not tell.

    All is read only where nothing is remembered or change data was cut short. While QuickBooks
    does not answer, what is remembered serves on: every record is checked by QuickBooks itself
    when it is posted.

    Raises:
        RetriableError: QuickBooks does not answer and nothing is remembered.
    """
    moment = now or datetime.now(UTC)
    remembered = saved.read_company(connection_id)
    if is_fresh(remembered, now=moment):
        return
    try:
        if remembered is None or remembered.read_at == saved.LONG_AGO:
            saved.save_company(connection_id, read_company(quickbooks, now=moment))
        else:
            read_again(connection_id, quickbooks, now=moment)
    except RetriableError as error:
        if remembered is None:
            raise
        logger.warning("company not read again", error=type(error).__name__)
