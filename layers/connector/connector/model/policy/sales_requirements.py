"""What settings of sales and purchase forms need of the company: tax, classes, custom fields."""

from collections.abc import Iterator, Mapping

from connector.model.company import Company
from connector.model.policy.accounts import choice
from connector.model.policy.choices import CustomField, Tracking
from connector.model.policy.setting_problems import SettingProblem, choose
from connector.model.policy.settings import Settings, title
from connector.model.totals import ROUNDING_LINE

SALES = ("push_invoices", "push_quotes", "push_sales_orders")
LOCATED_PURCHASES = ("push_bills", "push_expenses")
PURCHASES = ("push_purchase_orders", *LOCATED_PURCHASES)


CUSTOM_FIELDS = (
    ("invoice_custom_fields", "sales_fields", ("push_invoices",)),
    ("quote_custom_fields", "sales_fields", ("push_quotes",)),
    ("sales_order_custom_fields", "sales_fields", ("push_sales_orders",)),
    ("purchase_order_custom_fields", "purchase_fields", ("push_purchase_orders",)),
)
"""Which setting chooses custom fields, where their labels are, and which flows send them."""


def sales_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    """Yield what is wrong with the settings of forms."""
    yield from _number_problems(settings, company)
    yield from _tax_code_problems(settings, company)
    yield from _rounding_problems(settings)
    yield from _tracking_problems(settings, company)
    yield from _custom_field_problems(settings, company)


def _number_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    """Yield that QuickBooks gives no number of its own: it leaves them empty (reference 7.4)."""
    if company.custom_numbers and settings.sales_numbers == "QuickBooks' own number":
        yield SettingProblem(
            "sales_numbers",
            f'The setting "{title("sales_numbers")}" says "{settings.sales_numbers}", but '
            "QuickBooks gives none while custom transaction numbers are switched on. Switch them "
            "off there (Account and settings, Sales), or choose MobiWork's number.",
            SALES,
        )


def sales_tax_code(company: Company, settings: Settings) -> str | None:
    """Return the id of the tax code of documents where sales tax is set up by hand, or None.

    The one that was chosen, else the only one there is (reference 6.7).
    """
    codes, wanted = company.tax_codes, settings.sales_tax_code
    if wanted:
        return wanted if wanted in codes.values() else codes.get(wanted)
    return next(iter(codes.values())) if len(codes) == 1 else None


def _tax_code_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    codes, wanted = company.tax_codes, settings.sales_tax_code
    if wanted and codes and not sales_tax_code(company, settings):
        yield SettingProblem(
            "sales_tax_code",
            f'The setting "{title("sales_tax_code")}" says "{wanted}", but QuickBooks has no '
            f"active sales tax of exactly that name or id.{choose(codes)}",
            SALES,
            "documents with sales tax",
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


def tracked_id(in_quickbooks: Mapping[str, str], wanted: str) -> str | None:
    """Return the id of a class or location that is named by id or by name, or None."""
    return wanted if wanted in in_quickbooks.values() else choice(in_quickbooks, wanted)


def _tracking_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    classes = ("classes", company.class_tracking, company.classes)
    locations = ("locations", company.tracks_locations, company.locations)
    kept = (
        ("class_of_sales", SALES, *classes),
        ("location_of_sales", SALES, *locations),
        ("class_of_purchases", PURCHASES, *classes),
        ("location_of_purchases", LOCATED_PURCHASES, *locations),
    )
    for setting, flows, what, on, in_quickbooks in kept:
        chosen: Tracking = getattr(settings, setting)
        if chosen == Tracking():
            continue
        if not on:
            yield SettingProblem(
                setting,
                f'The setting "{title(setting)}" is chosen, but {what} are switched off in '
                "QuickBooks. Switch them on there (Account and settings, Advanced, Categories).",
                flows,
            )
            continue
        for wanted, only in _named(chosen).items():
            if not tracked_id(in_quickbooks, wanted):
                yield SettingProblem(
                    setting,
                    f'The setting "{title(setting)}" says "{wanted}", but QuickBooks has none of '
                    f"that name or id among its {what}.{choose(in_quickbooks)}",
                    flows,
                    only,
                )


def _named(chosen: Tracking) -> dict[str, str]:
    """Return the names that a setting gives, each with the documents that get it, in words."""
    others = f"documents whose {chosen.field} is empty" if chosen.field else ""
    found = {chosen.otherwise: others} if chosen.otherwise else {}
    for value, wanted in chosen.names.items():
        found.setdefault(wanted, f'documents whose {chosen.field or "value"} is "{value}"')
    return found


def _custom_field_problems(settings: Settings, company: Company) -> Iterator[SettingProblem]:
    for setting, where, flows in CUSTOM_FIELDS:
        labels: Mapping[str, str] = getattr(company, where)
        for chosen in getattr(settings, setting):
            if told := custom_field_problem(chosen, labels):
                only = f'documents with the field "{chosen.api_name}"'
                named = f'The setting "{title(setting)}" sends {told}'
                yield SettingProblem(setting, named, flows, only)
        targets = [chosen.definition_id for chosen in getattr(settings, setting)]
        if len(set(targets)) < len(targets):
            yield SettingProblem(
                setting,
                f'The setting "{title(setting)}" sends two fields to the same custom field of '
                "QuickBooks. Choose another one for each.",
                flows,
            )


def custom_field_problem(chosen: CustomField, labels: Mapping[str, str]) -> str | None:
    """Say, from `labels` of the fields in use, that one is not; None where it is."""
    if chosen.definition_id in labels:
        return None
    offered = [f"{number} ({label})" for number, label in labels.items()]
    others = f", or choose one of: {', '.join(offered)}" if offered else None
    return (
        f"{chosen.api_name} to custom field {chosen.definition_id}, which is not switched on in "
        f"QuickBooks. Switch it on there{others}."
    )
