"""What settings need of a QuickBooks company: each account checked by kind, each mapping by name.

A problem names the setting, what was found, the nearest candidates and how to fix it, and stops
only the flows that need the setting (mission A19).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from connector.company import Account, Company
from connector.errors import ConnectorError
from connector.settings import ExpensePayment, Settings, title

SHOWN = 5


@dataclass(frozen=True)
class AccountRule:
    """Which accounts a setting may name, and which flows cannot do without it.

    by_category: the setting that overrides it per category, if there is one.
    subtypes: QuickBooks' AccountSubType, any when empty.
    when: whether the settings make it necessary at all.
    """

    setting: str
    types: tuple[str, ...]
    flows: tuple[str, ...]
    by_category: str = ""
    subtypes: tuple[str, ...] = ()
    when: Callable[[Settings], bool] = lambda _settings: True

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
PURCHASES = ("push_vendors", "push_purchase_orders", "push_bills")
EXPENSES = ("push_expenses",)
SALES = ("push_invoices", "push_quotes", "push_sales_orders")

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
)
COST = AccountRule(
    "cost_of_goods_account",
    ("Cost of Goods Sold", "Expense"),
    PRODUCTS,
    by_category="cost_account_of_category",
)
INVENTORY_COST = AccountRule(
    "cost_of_goods_account",
    ("Cost of Goods Sold",),
    PRODUCTS,
    when=lambda settings: settings.handle_inventory,
)
ASSET = AccountRule(
    "asset_account",
    ("Other Current Asset",),
    PRODUCTS,
    subtypes=("Inventory",),
    when=lambda settings: settings.handle_inventory,
)
PAYABLE = AccountRule("accounts_payable", ("Accounts Payable",), PURCHASES)
BY_CHECK = AccountRule("expense_check_account", ("Bank",), EXPENSES)
BY_CARD = AccountRule("expense_credit_card_account", ("Credit Card",), EXPENSES)
BY_CASH = AccountRule("expense_cash_account", ("Bank",), EXPENSES)
PAID_BY = {"Check": BY_CHECK, "CreditCard": BY_CARD, "Cash": BY_CASH}
EXPENSE = AccountRule(
    "expense_account",
    ("Expense", "Cost of Goods Sold", "Other Expense"),
    EXPENSES,
    by_category="expense_account_of_category",
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
    EXPENSE,
)

CUSTOM_FIELDS = (
    ("invoice_custom_fields", "sales_fields", ("push_invoices",)),
    ("quote_custom_fields", "sales_fields", ("push_quotes",)),
    ("sales_order_custom_fields", "sales_fields", ("push_sales_orders",)),
    ("purchase_order_custom_fields", "purchase_fields", ("push_purchase_orders",)),
)
"""Which setting chooses custom fields, where their labels are, and which flows send them."""


DEPOSIT = AccountRule("deposit_accounts", ("Bank", "Other Current Asset"), ("push_payments",))


class SettingError(ConnectorError):
    """A setting is missing or names something that QuickBooks does not have."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one setting, and which flows it stops."""

    setting: str
    sentence: str
    flows: tuple[str, ...]


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
    wanted = getattr(settings, rule.by_category).get(category)
    if wanted is None:
        return account_of(company, settings, rule)
    return find_account(company, wanted, rule, f"{title(rule.by_category)}: {category}")


def account_of_expense_payment(
    company: Company, chosen: ExpensePayment, payment_type: str
) -> Account:
    """Return the account that a MobiWork payment type is mapped to.

    Raises:
        SettingError: it is unknown or does not fit the payment type in QuickBooks.
    """
    named = f"{title('expense_payments')}: {payment_type}"
    return find_account(company, chosen.account, PAID_BY[chosen.type], named)


def deposit_account(company: Company, settings: Settings, payment_type: str) -> Account | None:
    """Return the account that money of a MobiWork payment type goes to, if one was chosen.

    Raises:
        SettingError: the choice is unknown or of the wrong kind.
    """
    wanted = choice(settings.deposit_accounts, payment_type)
    if wanted is None:
        return None
    return find_account(company, wanted, DEPOSIT, f"{title(DEPOSIT.setting)}: {payment_type}")


def choice(mapping: Mapping[str, str], name: str) -> str | None:
    """Return what a mapping says about a name, whose case does not matter."""
    folded = {known.casefold(): wanted for known, wanted in mapping.items()}
    return folded.get(name.casefold())


def find_account(company: Company, wanted: str, rule: AccountRule, named: str) -> Account:
    """Return the account that `wanted` names; `named` is what a person calls the setting.

    Raises:
        SettingError: empty, unknown or of the wrong kind.
    """
    if not wanted:
        raise SettingError(f'The setting "{named}" is empty.{_fitting(company, rule)}')
    found = [account for account in company.accounts if wanted in (account.id, account.name)]
    if not found:
        raise SettingError(
            f'The setting "{named}" says "{wanted}", but QuickBooks has no active account of '
            "exactly that name or id."
            + (nearest(wanted, [one.name for one in company.accounts]) or _fitting(company, rule))
        )
    if not rule.allows(found[0]):
        kind = f"{found[0].type} ({spaced(found[0].subtype)})" if rule.subtypes else found[0].type
        raise SettingError(
            f'The setting "{named}" says "{wanted}", which is an account of type {kind}; it must '
            f"be {rule.kind}.{_fitting(company, rule)}"
        )
    return found[0]


def nearest(wanted: str, names: list[str]) -> str:
    """Return a question that offers the nearest names, or nothing."""
    near = get_close_matches(wanted, names, n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _fitting(company: Company, rule: AccountRule) -> str:
    fitting = [account.name for account in company.accounts if rule.allows(account)]
    if not fitting:
        return f" QuickBooks has no account of type {rule.kind} yet: add one there."
    return _choose(fitting)


def _choose(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return f" Choose one of: {', '.join(shown[:SHOWN])}{more}." if shown else ""


def problems(settings: Settings, company: Company) -> list[Problem]:
    """Check every setting against the company."""
    found = [
        *_account_problems(settings, company),
        *_inventory_problems(settings, company),
        *_mapping_problems(settings, company),
        *_tax_code_problems(settings, company),
        *_deposit_problems(settings, company),
        *_expense_payment_problems(settings, company),
        *_custom_field_problems(settings, company),
    ]
    first = {(one.setting, one.sentence): one for one in found}
    return list(first.values())


def needs(flow: str, settings: Settings, company: Company) -> list[str]:
    """Return the sentences of what stops one flow."""
    return [one.sentence for one in problems(settings, company) if flow in one.flows]


def _account_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    for rule in RULES:
        if rule.when(settings):
            wanted = getattr(settings, rule.setting)
            yield from _checked(company, wanted, rule, (rule.setting, title(rule.setting)))
    for rule in (one for one in RULES if one.by_category):
        for category, wanted in getattr(settings, rule.by_category).items():
            named = f"{title(rule.by_category)}: {category}"
            yield from _checked(company, wanted, rule, (rule.by_category, named))


def _checked(
    company: Company, wanted: str, rule: AccountRule, names: tuple[str, str]
) -> Iterator[Problem]:
    setting, named = names
    try:
        find_account(company, wanted, rule, named)
    except SettingError as error:
        yield Problem(setting, str(error), rule.flows)


def _mapping_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    methods = company.payment_methods
    for kind, wanted in settings.payment_methods.items():
        if wanted not in methods and wanted not in methods.values():
            yield Problem(
                "payment_methods",
                f'The setting "{title("payment_methods")}" sends {kind} to "{wanted}", but '
                "QuickBooks has no active payment method of exactly that name or id."
                + (nearest(wanted, list(methods)) or _choose(methods)),
                ("push_payments",),
            )


def sales_tax_code(company: Company, settings: Settings) -> str:
    """Return the id of the tax code of documents where sales tax is set up by hand, or nothing.

    The one that was chosen, else the only one there is (reference 6.7).
    """
    codes, wanted = company.tax_codes, settings.sales_tax_code
    if wanted:
        return wanted if wanted in codes.values() else codes.get(wanted, "")
    return next(iter(codes.values())) if len(codes) == 1 else ""


def _tax_code_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    codes, wanted = company.tax_codes, settings.sales_tax_code
    if wanted and codes and not sales_tax_code(company, settings):
        yield Problem(
            "sales_tax_code",
            f'The setting "{title("sales_tax_code")}" says "{wanted}", but QuickBooks has no '
            f"active sales tax of exactly that name or id.{_choose(codes)}",
            SALES,
        )


def _deposit_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    for payment_type in settings.deposit_accounts:
        try:
            deposit_account(company, settings, payment_type)
        except SettingError as error:
            yield Problem(DEPOSIT.setting, str(error), DEPOSIT.flows)


def _expense_payment_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    for payment_type, chosen in settings.expense_payments.items():
        try:
            account_of_expense_payment(company, chosen, payment_type)
        except SettingError as error:
            yield Problem("expense_payments", str(error), EXPENSES)


def _custom_field_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    for setting, where, flows in CUSTOM_FIELDS:
        labels: Mapping[str, str] = getattr(company, where)
        there = [f"{number} ({label})" for number, label in labels.items()]
        others = f", or choose one of: {', '.join(there)}" if there else ""
        for chosen in getattr(settings, setting):
            if chosen.definition_id not in labels:
                yield Problem(
                    setting,
                    f'The setting "{title(setting)}" sends {chosen.api_name} to custom field '
                    f"{chosen.definition_id}, which is not switched on in QuickBooks. Switch it on "
                    f"there{others}.",
                    flows,
                )
        targets = [chosen.definition_id for chosen in getattr(settings, setting)]
        if len(set(targets)) < len(targets):
            yield Problem(
                setting,
                f'The setting "{title(setting)}" sends two fields to the same custom field of '
                "QuickBooks. Choose another one for each.",
                flows,
            )


def _inventory_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    if not settings.handle_inventory:
        return
    setting = title("handle_inventory")
    if not company.tracks_quantity:
        yield Problem(
            "handle_inventory",
            f'"{setting}" is on, but {company.name} does not track quantities in QuickBooks '
            f"({company.edition or 'its plan'}). Switch on inventory tracking there (a Plus or "
            f'Advanced plan has it), or switch "{setting}" off.',
            PRODUCTS,
        )
    yield from _start_date_problems(settings, company)


def _start_date_problems(settings: Settings, company: Company) -> Iterator[Problem]:
    start, named = settings.inventory_start_date, title("inventory_start_date")
    if start is None:
        yield Problem(
            "inventory_start_date",
            f'The setting "{named}" is empty. Choose a day on or before the first invoice with a '
            "part, after the closing date of the books.",
            PRODUCTS,
        )
    elif company.closed_until and start.isoformat() <= company.closed_until:
        yield Problem(
            "inventory_start_date",
            f'The setting "{named}" says {start}, but the books are closed up to '
            f"{company.closed_until}. Choose a later day.",
            PRODUCTS,
        )
