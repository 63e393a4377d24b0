"""Keeping the remembered company true between two full readings, for almost no metered calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from connector.company import Company, company_from
from connector.store import settings as saved

LISTS = ("Account", "PaymentMethod", "Term")
"""What settings name: change data tells when the accountant added, renamed or closed one."""
OF_LISTS = {"accounts", "payment_methods", "terms", "tax_codes"}
EVERY = timedelta(days=7)

type Records = Mapping[str, Sequence[Mapping[str, Any]]]


class QuickBooksCompany(Protocol):
    """What reading the preferences asks of QuickBooks."""

    def company_info(self) -> dict[str, Any]:
        """Return CompanyInfo."""

    def preferences(self) -> dict[str, Any]:
        """Return Preferences."""


def learn(connection_id: str, records: Records) -> None:
    """Put changed records of the lists into the remembered company; no call is made.

    Accounts are told after every document that is booked on them (reference 1.5), so reading the
    lists again each time would cost more than everything else.
    """
    company = saved.read_company(connection_id) if any(map(records.get, LISTS)) else None
    if company is not None and (learned := with_lists(company, records)) != company:
        saved.save_company(connection_id, learned)


def read_preferences(connection_id: str, quickbooks: QuickBooksCompany, *, now: datetime) -> None:
    """Read the preferences of a company again after a week (two metered calls).

    One that counts as old altogether, or was never read, is left to the full reading.
    """
    company = saved.read_company(connection_id)
    if company is None or company.read_at == saved.LONG_AGO:
        return
    if now - datetime.fromisoformat(company.read_at) >= EVERY:
        read = company_from(
            realm_id=company.realm_id,
            info=quickbooks.company_info(),
            preferences=quickbooks.preferences(),
            lists=dict.fromkeys(LISTS, ()),
            read_at=now.isoformat(),
        )
        told = {name: getattr(read, name) for name in Company.model_fields.keys() - OF_LISTS}
        saved.save_company(connection_id, company.model_copy(update=told))


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
