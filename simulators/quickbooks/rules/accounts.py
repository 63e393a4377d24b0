"""Rule of Account, and how documents find the accounts they post to (section 6.5)."""

from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft
from simulators.quickbooks.rules.lists import ListRule
from simulators.quickbooks.seed.chart import ACCOUNT_TYPES, TYPE_OF_SUBTYPE
from simulators.quickbooks.seed.company import home_currency
from simulators.quickbooks.wire import ZERO

MONEY_ACCOUNTS = frozenset({"Bank", "Other Current Asset"})


def account_of(company: Company, subtype: str) -> str:
    """Return the id of the first active account of a sub-type, the system's own."""
    found = (
        a["Id"]
        for a in company.all("Account")
        if a["AccountSubType"] == subtype and a.get("Active") is not False
    )
    return next(found, "34")


def type_of(company: Company, key: str) -> str:
    """Return the AccountType of an account."""
    kind: str = (company.get("Account", key) or {}).get("AccountType", "")
    return kind


def check_money_account(draft: Draft) -> None:
    """Refuse an account that money cannot be deposited to (6430)."""
    if type_of(draft.company, draft.ref("DepositToAccountRef")) not in MONEY_ACCOUNTS:
        draft.refuse(
            "6430",
            "Money is deposited to a bank or other current asset account",
            "DepositToAccountRef",
        )


class AccountRule(ListRule):
    """Accounts: type and sub-type must fit, the balance is the ledger's."""

    sub = "SubAccount"
    words = "account"

    def prepare(self, draft: Draft) -> None:
        """Check type and name; fill in what follows from them."""
        self._types(draft)
        name = draft.new.get("Name", "")
        if '"' in name:
            draft.refuse("2040", 'An account name cannot contain "', "Name")
        super().prepare(draft)
        parent = type_of(draft.company, draft.ref("ParentRef"))
        if parent not in {"", draft.new.get("AccountType")}:
            draft.refuse("700", f"A sub-account of {parent} has the same type", "ParentRef")
        draft.new["CurrencyRef"] = draft.new.get("CurrencyRef") or home_currency(draft.company)
        for balance in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
            draft.new[balance] = (draft.old or {}).get(balance, ZERO)

    def _types(self, draft: Draft) -> None:
        kind, subtype = draft.new.get("AccountType"), draft.new.get("AccountSubType")
        if (
            draft.old is not None
            and "AccountType" in draft.sent
            and "AccountSubType" not in draft.sent
        ):
            subtype = subtype if subtype in ACCOUNT_TYPES.get(kind or "", ("", ()))[1] else None
        if not kind and not subtype:
            draft.refuse("6010", "AccountType or AccountSubType is required", "AccountType")
            return
        kind = kind or TYPE_OF_SUBTYPE.get(subtype or "", "")
        if kind not in ACCOUNT_TYPES:
            draft.refuse("6010", f"AccountType {kind} is not valid", "AccountType")
            return
        classification, subtypes = ACCOUNT_TYPES[kind]
        if subtype and subtype not in subtypes:
            draft.refuse("6010", f"AccountSubType {subtype} is not one of {kind}", "AccountSubType")
        draft.new.update(
            AccountType=kind, AccountSubType=subtype or subtypes[0], Classification=classification
        )
