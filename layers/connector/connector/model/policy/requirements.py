"""What settings need of a QuickBooks company: each account checked by kind, each mapping by name.

A problem names the setting, what was found, the nearest candidates and how to fix it, and stops
only the flows that need the setting (mission A19).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.model.company import Company
from connector.model.policy.accounts import (
    DEPOSIT,
    EXPENSES,
    PRODUCTS,
    RULES,
    AccountRule,
    SettingError,
    _choose,
    account_of_expense_payment,
    choice,
    deposit_account,
    find_account,
    nearest,
)
from connector.model.policy.choices import Tracking
from connector.model.policy.days import known_zone
from connector.model.policy.settings import Settings, title
from connector.model.totals import ROUNDING_LINE

DATED = (
    "push_invoices",
    "push_quotes",
    "push_sales_orders",
    "push_payments",
    "push_purchase_orders",
    "push_bills",
    "push_expenses",
)
SALES = ("push_invoices", "push_quotes", "push_sales_orders")


CUSTOM_FIELDS = (
    ("invoice_custom_fields", "sales_fields", ("push_invoices",)),
    ("quote_custom_fields", "sales_fields", ("push_quotes",)),
    ("sales_order_custom_fields", "sales_fields", ("push_sales_orders",)),
    ("purchase_order_custom_fields", "purchase_fields", ("push_purchase_orders",)),
)
"""Which setting chooses custom fields, where their labels are, and which flows send them."""


@dataclass(frozen=True)
class SettingProblem:
    """What is wrong with one setting, and which flows it stops."""

    setting: str
    sentence: str
    flows: tuple[str, ...]


def problems(settings: Settings, company: Company) -> list[SettingProblem]:
    """Check every setting against the company."""
    found = [
        *_account_problems(settings, company),
        *_inventory_problems(settings, company),
        *_mapping_problems(settings, company),
        *_tax_code_problems(settings, company),
        *_rounding_problems(settings),
        *_zone_problems(settings),
        *_tracking_problems(settings, company),
        *_deposit_problems(settings, company),
        *_expense_payment_problems(settings, company),
        *_custom_field_problems(settings, company),
    ]
    first = {(one.setting, one.sentence): one for one in found}
    return list(first.values())


def needs(flow: str, settings: Settings, company: Company) -> list[str]:
    """Return the sentences of what stops one flow."""
    return [one.sentence for one in problems(settings, company) if flow in one.flows]


def _account_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
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
) -> Iterator[SettingProblem]:
    setting, named = names
    try:
        find_account(company, wanted, rule, named)
    except SettingError as error:
        yield SettingProblem(setting, str(error), rule.flows)


def _mapping_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    methods = company.payment_methods
    for kind, wanted in settings.payment_methods.items():
        if wanted not in methods and wanted not in methods.values():
            yield SettingProblem(
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


def _tax_code_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    codes, wanted = company.tax_codes, settings.sales_tax_code
    if wanted and codes and not sales_tax_code(company, settings):
        yield SettingProblem(
            "sales_tax_code",
            f'The setting "{title("sales_tax_code")}" says "{wanted}", but QuickBooks has no '
            f"active sales tax of exactly that name or id.{_choose(codes)}",
            SALES,
        )


def _rounding_problems(settings: Settings) -> Iterator[SettingProblem]:
    if settings.on_other_total == ROUNDING_LINE and not settings.rounding_product:
        yield SettingProblem(
            "rounding_product",
            f'The setting "{title("on_other_total")}" says "{settings.on_other_total}", and the '
            f'setting "{title("rounding_product")}" is empty. Choose the service to use for '
            "rounding there.",
            SALES,
        )


def _zone_problems(settings: Settings) -> Iterator[SettingProblem]:
    if settings.time_zone and not known_zone(settings.time_zone):
        yield SettingProblem(
            "time_zone",
            f'The setting "{title("time_zone")}" says "{settings.time_zone}", which is no time '
            "zone. Choose one such as America/New_York, or leave it empty.",
            DATED,
        )


def tracked_id(in_quickbooks: Mapping[str, str], wanted: str) -> str:
    """Return the id of a class or location that is named by id or by name, or nothing."""
    return wanted if wanted in in_quickbooks.values() else choice(in_quickbooks, wanted) or ""


def _tracking_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    kept = (
        ("class_of_sales", "classes", company.class_tracking, company.classes),
        ("location_of_sales", "locations", company.tracks_locations, company.locations),
    )
    for setting, what, on, in_quickbooks in kept:
        chosen: Tracking = getattr(settings, setting)
        if chosen == Tracking():
            continue
        if not on:
            yield SettingProblem(
                setting,
                f'The setting "{title(setting)}" is chosen, but {what} are switched off in '
                "QuickBooks. Switch them on there (Account and settings, Advanced, Categories).",
                SALES,
            )
            continue
        for wanted in filter(None, (*chosen.names.values(), chosen.otherwise)):
            if not tracked_id(in_quickbooks, wanted):
                yield SettingProblem(
                    setting,
                    f'The setting "{title(setting)}" says "{wanted}", but QuickBooks has none of '
                    f"that name or id among its {what}.{_choose(in_quickbooks)}",
                    SALES,
                )


def _deposit_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    of_types = dict.fromkeys(settings.deposit_accounts, DEPOSIT.setting)
    for payment_type, setting in ({"": "deposit_account"} | of_types).items():
        try:
            deposit_account(company, settings, payment_type)
        except SettingError as error:
            yield SettingProblem(setting, str(error), DEPOSIT.flows)


def _expense_payment_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for payment_type, chosen in settings.expense_payments.items():
        try:
            account_of_expense_payment(company, chosen, payment_type)
        except SettingError as error:
            yield SettingProblem("expense_payments", str(error), EXPENSES)


def _custom_field_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for setting, where, flows in CUSTOM_FIELDS:
        labels: Mapping[str, str] = getattr(company, where)
        offered = [f"{number} ({label})" for number, label in labels.items()]
        others = f", or choose one of: {', '.join(offered)}" if offered else ""
        for chosen in getattr(settings, setting):
            if chosen.definition_id not in labels:
                yield SettingProblem(
                    setting,
                    f'The setting "{title(setting)}" sends {chosen.api_name} to custom field '
                    f"{chosen.definition_id}, which is not switched on in QuickBooks. Switch it on "
                    f"there{others}.",
                    flows,
                )
        targets = [chosen.definition_id for chosen in getattr(settings, setting)]
        if len(set(targets)) < len(targets):
            yield SettingProblem(
                setting,
                f'The setting "{title(setting)}" sends two fields to the same custom field of '
                "QuickBooks. Choose another one for each.",
                flows,
            )


def _inventory_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    if not settings.handle_inventory:
        return
    setting = title("handle_inventory")
    if not company.tracks_quantity:
        yield SettingProblem(
            "handle_inventory",
            f'"{setting}" is on, but {company.name} does not track quantities in QuickBooks '
            f"({company.edition or 'its plan'}). Switch on inventory tracking there (a Plus or "
            f'Advanced plan has it), or switch "{setting}" off.',
            PRODUCTS,
        )
    yield from _start_date_problems(settings, company)


def _start_date_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    start, named = settings.inventory_start_date, title("inventory_start_date")
    if start is None:
        yield SettingProblem(
            "inventory_start_date",
            f'The setting "{named}" is empty. Choose a day on or before the first invoice with a '
            "part, after the closing date of the books.",
            PRODUCTS,
        )
    elif company.closed_until and start.isoformat() <= company.closed_until:
        yield SettingProblem(
            "inventory_start_date",
            f'The setting "{named}" says {start}, but the books are closed up to '
            f"{company.closed_until}. Choose a later day.",
            PRODUCTS,
        )
