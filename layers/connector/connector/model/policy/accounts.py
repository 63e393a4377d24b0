"""Which accounts of QuickBooks a setting may name, and the account that a record is booked on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.errors import SettingError
from connector.model.company import Account, Company
from connector.model.policy.choices import ExpensePayment
from connector.model.policy.postable import letters_and_digits, unnumbered
from connector.model.policy.setting_problems import choose, nearest
from connector.model.policy.settings import Settings, title
from connector.model.worklist.causes import Kind, cause


@dataclass(frozen=True)
class AccountRule:
    """Which accounts a setting may name, and which flows cannot do without it.

    by_category: the setting that overrides it per category, if there is one.
    subtypes: QuickBooks' AccountSubType, any when empty.
    when: whether the settings make it necessary at all.
    only: which records of the flows need it, in words; None where all do.
    setting: its name.
    types: QuickBooks' AccountType.
    flows: the names of those that stop without it.
    """

    setting: str
    types: tuple[str, ...]
    flows: tuple[str, ...]
    by_category: str | None = None
    subtypes: tuple[str, ...] = ()
    when: Callable[[Settings], bool] = lambda _settings: True
    only: str | None = None

    @property
    def kind(self) -> str:
        """The rule in words."""
        subtypes = " or ".join(map(spaced, self.subtypes))
        return " or ".join(self.types) + (f" ({subtypes})" if subtypes else "")

    def allows(self, account: Account) -> bool:
        """Tell whether an account is of the right type and sub-type."""
        return account.type in self.types and (
            not self.subtypes or account.subtype in self.subtypes
        )


def spaced(subtype: str) -> str:
    """Write QuickBooks' SalesOfProductIncome as its screens do: Sales of Product Income."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", subtype).replace(" Of ", " of ")


PRODUCTS = ("push_products",)
STOCKED = "parts that become inventory items"


PURCHASES = ("push_purchase_orders", "push_bills")


EXPENSES = ("push_expenses",)


INCOME = AccountRule(
    "income_account",
    ("Income", "Other Income"),
    PRODUCTS,
    by_category="income_account_of_category",
)


INVENTORY_INCOME = AccountRule(
    "income_account",
    ("Income",),
    PRODUCTS,
    subtypes=("SalesOfProductIncome",),
    when=lambda settings: settings.handle_inventory,
    only=STOCKED,
)


COST = AccountRule(
    "cost_of_goods_account",
    ("Cost of Goods Sold", "Expense"),
    PRODUCTS,
    by_category="cost_account_of_category",
    only="products that are bought",
)


INVENTORY_COST = AccountRule(
    "cost_of_goods_account",
    ("Cost of Goods Sold",),
    PRODUCTS,
    when=lambda settings: settings.handle_inventory,
    only=STOCKED,
)


ASSET = AccountRule(
    "asset_account",
    ("Other Current Asset",),
    PRODUCTS,
    subtypes=("Inventory",),
    when=lambda settings: settings.handle_inventory,
    only=STOCKED,
)


PAYABLE = AccountRule("accounts_payable", ("Accounts Payable",), PURCHASES)


BY_CHECK = AccountRule("expense_check_account", ("Bank",), EXPENSES, only="expenses paid by check")


BY_CARD = AccountRule(
    "expense_credit_card_account",
    ("Credit Card",),
    EXPENSES,
    only="expenses paid by credit card",
)


BY_CASH = AccountRule("expense_cash_account", ("Bank",), EXPENSES, only="expenses paid in cash")


OWED_TO_EMPLOYEES = AccountRule(
    "reimbursement_account",
    ("Credit Card",),
    EXPENSES,
    when=lambda settings: settings.reimbursable_expenses == "owed to the employee",
    only="expenses owed to an employee",
)


BILLED_BY_EMPLOYEES = AccountRule(
    "accounts_payable",
    ("Accounts Payable",),
    EXPENSES,
    when=lambda settings: settings.reimbursable_expenses == "bill from the employee",
    only="expenses owed to an employee",
)


PAID_BY = {"Check": BY_CHECK, "CreditCard": BY_CARD, "Cash": BY_CASH}


EXPENSE_ACCOUNT = AccountRule(
    "expense_account",
    ("Expense", "Cost of Goods Sold", "Other Expense"),
    EXPENSES,
    by_category="expense_account_of_category",
)


REFUNDS = AccountRule(
    "refund_account",
    ("Bank", "Other Current Asset"),
    ("push_credits",),
    when=lambda settings: bool(settings.refund_product),
    only="refunds",
)


RULES = (
    INCOME,
    INVENTORY_INCOME,
    COST,
    INVENTORY_COST,
    ASSET,
    PAYABLE,
    BY_CHECK,
    BY_CARD,
    BY_CASH,
    OWED_TO_EMPLOYEES,
    BILLED_BY_EMPLOYEES,
    EXPENSE_ACCOUNT,
    REFUNDS,
)


DEPOSIT = AccountRule("deposit_accounts", ("Bank", "Other Current Asset"), ("push_payments",))


def account_of(company: Company, settings: Settings, rule: AccountRule) -> Account:
    """Return the account a setting names by id or by exact, case-sensitive name.

    Raises:
        SettingError: empty, unknown or of the wrong kind; says what was found and how to fix it.
    """
    return find_account(company, getattr(settings, rule.setting), rule, title(rule.setting))


def account_of_category(
    company: Company, settings: Settings, rule: AccountRule, category: str
) -> Account:
    """Return the account chosen for a category, else that of the setting itself.

    Raises:
        SettingError: the choice is empty, unknown or of the wrong kind.
    """
    chosen = getattr(settings, rule.by_category) if rule.by_category else {}
    wanted: str | None = choice(chosen, category)
    if wanted is None or rule.by_category is None:
        return account_of(company, settings, rule)
    named = f"{title(rule.by_category)}: {category}"
    return find_account(company, wanted, rule, named, rule.by_category)


def account_of_expense_payment(
    company: Company, chosen: ExpensePayment, payment_type: str
) -> Account:
    """Return the account that a MobiWork payment type is mapped to.

    Raises:
        SettingError: it is unknown or does not fit the payment type in QuickBooks.
    """
    named = f"{title('expense_payments')}: {payment_type}"
    return find_account(company, chosen.account, PAID_BY[chosen.type], named, "expense_payments")


def deposit_account(company: Company, settings: Settings, payment_type: str) -> Account | None:
    """Return the account that money of a MobiWork payment type goes to, if one was chosen.

    One of the payment type, else the one of all payments; without any QuickBooks takes its own.

    Raises:
        SettingError: the choice is unknown or of the wrong kind.
    """
    wanted = method_choice(settings.deposit_accounts, payment_type)
    if wanted is not None:
        return find_account(company, wanted, DEPOSIT, f"{title(DEPOSIT.setting)}: {payment_type}")
    if not settings.deposit_account:
        return None
    single = "deposit_account"
    return find_account(company, settings.deposit_account, DEPOSIT, title(single), single)


def choice[T](mapping: Mapping[str, T], name: str) -> T | None:
    """Return what a mapping says about a name; case, blanks and punctuation do not matter."""
    if not mapping or name in mapping:
        return mapping.get(name)
    return {letters_and_digits(known): wanted for known, wanted in mapping.items()}.get(
        letters_and_digits(name)
    )


def method_choice[T](mapping: Mapping[str, T], name: str) -> T | None:
    """Return what a mapping says about a method of payment, be it with a number or without."""
    found, plain = choice(mapping, name), unnumbered(name)
    return choice(mapping, plain) if found is None and plain else found


def find_account(
    company: Company, wanted: str, rule: AccountRule, named: str, setting: str | None = None
) -> Account:
    """Return the account that `wanted` names; `named` is what a person calls the setting.

    `setting` is its name where it is not that of the rule.

    Raises:
        SettingError: empty, unknown or of the wrong kind.
    """
    own = cause(Kind.SETTING, setting or rule.setting)
    if not wanted:
        raise SettingError(f'The setting "{named}" is empty.{_fitting(company, rule)}', cause=own)
    found = [account for account in company.accounts if wanted in (account.id, account.name)]
    if not found:
        raise SettingError(
            f'The setting "{named}" says "{wanted}", but QuickBooks has no active account of '
            "exactly that name or id."
            + (nearest(wanted, [one.name for one in company.accounts]) or _fitting(company, rule)),
            cause=own,
        )
    if not rule.allows(found[0]):
        kind = (
            f"{found[0].type} ({spaced(found[0].subtype or 'no sub-type')})"
            if rule.subtypes
            else found[0].type
        )
        raise SettingError(
            f'The setting "{named}" says "{wanted}", which is an account of type {kind}; it must '
            f"be {rule.kind}.{_fitting(company, rule)}",
            cause=own,
        )
    return found[0]


def _fitting(company: Company, rule: AccountRule) -> str:
    fitting = [account.name for account in company.accounts if rule.allows(account)]
    if not fitting:
        return f" QuickBooks has no account of type {rule.kind} yet: add one there."
    return choose(fitting)
