"""Keeping the remembered company true between two full readings, for almost no metered calls."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from connector.company import Company, company_from, taxes_by_hand
from connector.quickbooks.query import select
from connector.store import settings as saved

LISTS = ("Account", "PaymentMethod", "Term")
"""What settings name: change data tells when the accountant added, renamed or closed one."""
OF_LISTS = {"accounts", "payment_methods", "terms"}
EVERY = timedelta(days=7)

type Records = Mapping[str, Sequence[Mapping[str, Any]]]


class QuickBooksCompany(Protocol):
    """What reading again asks of QuickBooks."""

    def company_info(self) -> dict[str, Any]:
        """Return CompanyInfo."""

    def preferences(self) -> dict[str, Any]:
        """Return Preferences."""

    def query(self, statement: str) -> Iterator[dict[str, Any]]:
        """Yield the records of a statement."""


def learn(connection_id: str, records: Records) -> None:
    """Put changed records of the lists into the remembered company; no call is made.

    Accounts are told after every document that is booked on them (reference 1.5), so reading the
    lists again each time would cost more than everything else.
    """
    if any(map(records.get, LISTS)):
        saved.change_company(connection_id, lambda company: with_lists(company, records))


def read_preferences(connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime) -> None:
    """Read a company again after a week.

    One that counts as old altogether, or was never read, is left to the full reading.
    """
    company = saved.read_company(connection_id)
    if company is None or company.read_at == saved.LONG_AGO:
        return
    if now - datetime.fromisoformat(company.read_at) >= EVERY:
        read_again(connection_id, quickbooks, now=now)


def told_until(connection_id: str, *, now: datetime) -> datetime:
    """Return from when on changes of the lists must be told; too long ago it counts as old."""
    company = saved.read_company(connection_id)
    if company is None or company.read_at == saved.LONG_AGO:
        return now
    read_at = datetime.fromisoformat(company.read_at)
    if now - read_at < EVERY:
        return read_at
    saved.age_company(connection_id)
    return now


def read_again(connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime) -> None:
    """Read what change data does not tell of a company that is remembered.

    Two metered calls: company and preferences; three where sales tax is set up by hand, for change
    data lacks tax codes (reference 4.1).
    """
    info, preferences = quickbooks.company_info(), quickbooks.preferences()
    codes = quickbooks.query(select("TaxCode")) if taxes_by_hand(preferences) else ()
    read = company_from(
        realm_id="",
        info=info,
        preferences=preferences,
        lists=dict.fromkeys(LISTS, ()) | {"TaxCode": list(codes)},
        read_at=now.isoformat(),
    )
    names = Company.model_fields.keys() - OF_LISTS - {"realm_id"}
    told = {name: getattr(read, name) for name in names}

    def renewed(company: Company) -> Company:
        aged = company.read_at == saved.LONG_AGO
        return company if aged else company.model_copy(update=told)

    saved.change_company(connection_id, renewed)


def with_lists(company: Company, records: Records) -> Company:
    """Return a company with changed records of its lists; inactive ones are left out."""
    rows = {name: records.get(name, ()) for name in LISTS}
    gone = {name: {str(row["Id"]) for row in rows[name]} for name in LISTS}
    active = {name: [row for row in rows[name] if row.get("Active", True)] for name in LISTS}
    told = company_from(realm_id="", info={}, preferences={}, lists=active, read_at="")
    accounts = {one.id: one for one in company.accounts} | {one.id: one for one in told.accounts}
    closed = gone["Account"] - {one.id for one in told.accounts}
    return company.model_copy(
        update={
            "accounts": tuple(one for one in accounts.values() if one.id not in closed),
            "payment_methods": _named(
                company.payment_methods, gone["PaymentMethod"], told.payment_methods
            ),
            "terms": _named(company.terms, gone["Term"], told.terms),
        }
    )


def _named(known: Mapping[str, str], gone: set[str], told: Mapping[str, str]) -> dict[str, str]:
    return {name: one for name, one in known.items() if one not in gone} | dict(told)
