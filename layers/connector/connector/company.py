"""What the connector remembers of a QuickBooks company between runs, to spare metered reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict

from connector.errors import ConnectorError


class Account(BaseModel):
    """One account of the chart of accounts; `type` is QuickBooks' AccountType."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    type: str


class Company(BaseModel):
    """Reference data of one QuickBooks company, as read at `read_at` (ISO 8601, UTC)."""

    model_config = ConfigDict(frozen=True)

    realm_id: str
    name: str
    country: str
    read_at: str
    custom_numbers: bool
    uses_sales_tax: bool
    closed_until: str = ""
    accounts: tuple[Account, ...] = ()
    payment_methods: Mapping[str, str] = {}
    terms: Mapping[str, str] = {}


@dataclass(frozen=True)
class AccountSetting:
    """What an account setting must point at: its title and the account types it may have."""

    title: str
    types: tuple[str, ...]


class SettingError(ConnectorError):
    """A setting is missing or points at something QuickBooks does not have."""


def find_account(company: Company, wanted: str, setting: AccountSetting) -> Account:
    """Return the account a setting names by id or by exact, case-sensitive name.

    Raises:
        SettingError: empty, unknown or of the wrong type; says what was found and how to fix it.
    """
    if not wanted:
        raise SettingError(
            f'The setting "{setting.title}" is empty. Choose one of: {_names(company, setting)}.'
        )
    found = [account for account in company.accounts if wanted in (account.id, account.name)]
    if not found:
        near = get_close_matches(wanted, [account.name for account in company.accounts], n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise SettingError(
            f'The setting "{setting.title}" says "{wanted}", but QuickBooks has no active account '
            f"of exactly that name or id.{hint}"
        )
    if found[0].type not in setting.types:
        raise SettingError(
            f'The setting "{setting.title}" says "{wanted}", which is an account of type '
            f"{found[0].type}; it must be {' or '.join(setting.types)}. "
            f"Choose one of: {_names(company, setting)}."
        )
    return found[0]


def _names(company: Company, setting: AccountSetting) -> str:
    fitting = [account.name for account in company.accounts if account.type in setting.types]
    return ", ".join(fitting[:5]) or f"(QuickBooks has none of type {' or '.join(setting.types)})"


def company_from(
    *,
    realm_id: str,
    info: Mapping[str, Any],
    preferences: Mapping[str, Any],
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
    read_at: str,
) -> Company:
    """Build the reference data from QuickBooks' own records (reference sections 6.16, 6.17)."""
    accounting = preferences.get("AccountingInfoPrefs", {})
    return Company(
        realm_id=realm_id,
        name=info.get("CompanyName", ""),
        country=info.get("Country", ""),
        read_at=read_at,
        custom_numbers=bool(preferences.get("SalesFormsPrefs", {}).get("CustomTxnNumbers")),
        uses_sales_tax=bool(preferences.get("TaxPrefs", {}).get("UsingSalesTax")),
        closed_until=str(accounting.get("BookCloseDate") or ""),
        accounts=tuple(
            Account(
                id=account["Id"],
                name=account.get("FullyQualifiedName") or account["Name"],
                type=account["AccountType"],
            )
            for account in lists["Account"]
        ),
        payment_methods={method["Name"]: method["Id"] for method in lists["PaymentMethod"]},
        terms={term["Name"]: term["Id"] for term in lists["Term"]},
    )
