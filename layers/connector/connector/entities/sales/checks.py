"""What must be right about a selling document before anything is sent, in a person's words."""

from collections.abc import Sequence
from datetime import date

from connector.entities.sales.document import SalesForm
from connector.entities.sales.lines import line_problems
from connector.entities.sales.places import place_problems
from connector.entities.sales.tax import needs_settings, sells_taxed, tax_problems
from connector.entities.sales.tracking import refs_of
from connector.entities.shared.counted import uncounted
from connector.entities.shared.custom_fields import custom_fields
from connector.entities.shared.documents import LINE_LIMIT, closed_books, counted_later
from connector.entities.shared.wire import cents, dollars
from connector.errors import (
    OPEN_SETTINGS,
    RETRY,
    SKIP,
    Fix,
    MissingMappingsError,
    told_at_once,
)
from connector.model.flows.context import PushContext
from connector.model.policy.choices import CustomField
from connector.model.policy.settings import title
from connector.model.worklist.causes import of_setting

TAXED_LINE_LIMIT = 750
"""So many lines QuickBooks takes where one of them is taxed (reference 5.1)."""


def form_problems(form: SalesForm) -> list[str]:
    """Say what is wrong with a document: no customer, no lines, lines that do not add up."""
    if not form.lines:
        return [f"It has no lines. Add what the {form.what} is about in MobiWork."]
    found = [] if form.customer_id else ["It has no customer. Choose one in MobiWork."]
    if form.names_nobody:
        found.append(
            "It is billed to another customer, but it does not say which. Choose the bill-to "
            "customer in MobiWork."
        )
    return [*found, *line_problems(form.lines), *_adjustment_problems(form), *_total_problems(form)]


def _adjustment_problems(form: SalesForm) -> list[str]:
    found = []
    if form.discount < 0:
        found.append(
            f"Its discount is {dollars(form.discount)}, which is below zero. Enter a discount "
            "above zero, or a markup, in MobiWork."
        )
    if form.shipping < 0:
        found.append(
            f"Its shipping is {dollars(form.shipping)}, which is below zero. Correct it in "
            "MobiWork."
        )
    if form.markup_in_prices and not any(line.amount > 0 for line in form.lines):
        found.append(
            f"Its markup of {dollars(form.markup)} has no line it could be added to. Enter it as "
            "a separate line in MobiWork."
        )
    return found


def _total_problems(form: SalesForm) -> list[str]:
    makes = form.makes
    if makes != cents(form.total):
        parts = (("markup", form.markup), ("shipping", form.shipping), ("discount", form.discount))
        told = [f"its {name} is {dollars(amount)}" for name, amount in parts if cents(amount)]
        return [
            f"{', '.join([f'Its lines add up to {dollars(form.added)}', *told])} and its tax is "
            f"{dollars(form.tax)}, which makes {dollars(makes)}, but its total says "
            f"{dollars(form.total)}. {_advice(form)}"
        ]
    lowest = min(makes, makes - cents(form.tax))
    if lowest < 0:
        return [
            f"It comes to {dollars(lowest)}, and QuickBooks accepts no document below zero. Enter "
            "what the customer gets back in QuickBooks by hand as a credit memo."
        ]
    return []


def _advice(form: SalesForm) -> str:
    """Say what to do about lines that do not make the total."""
    if form.tax and form.makes - cents(form.tax) == cents(form.total):
        return (
            "Its prices seem to include the tax, which QuickBooks adds to them: enter prices "
            "without it in MobiWork, or the invoice in QuickBooks by hand."
        )
    return "Correct the lines or the total in MobiWork."


def check_company(
    form: SalesForm,
    day: date,
    known: PushContext,
    *,
    posts: bool,
    chosen: Sequence[CustomField],
) -> None:
    """Check what the company's books and the settings allow, before anything is sent.

    Args:
        form: the document.
        day: its date in QuickBooks.
        known: what is known of the company, the settings and what is linked.
        posts: whether it moves money and stock, as an estimate does not.
        chosen: the custom fields that go along.

    Raises:
        MissingMappingsError: all that stands in its way.
    """
    told_at_once(
        lambda: _check_books(form, day, known, posts=posts),
        lambda: refs_of(form, known),
        lambda: custom_fields(form.own_values, chosen, known.company.sales_fields),
    )


def _check_books(form: SalesForm, day: date, known: PushContext, *, posts: bool) -> None:
    found = [
        *closed_books(day, known.company),
        *_too_many_lines(form, known),
        *_switched_off(form, known),
        *tax_problems(form, known),
        *place_problems(form, known),
    ]
    if posts:
        found += uncounted(form.lines, known)
        found += counted_later(day, [(one.product_id or "", one.name) for one in form.lines], known)
    if found:
        raise MissingMappingsError(found, fixes=_fixes(form, known))


def _fixes(form: SalesForm, known: PushContext) -> tuple[Fix, ...]:
    """Offer the settings where filling one in helps."""
    chosen = known.settings
    missing = (form.shipping and not chosen.shipping_product) or (
        form.markup_on_top and not chosen.markup_product
    )
    helps = missing or needs_settings(form, known)
    return (OPEN_SETTINGS, RETRY, SKIP) if helps else (RETRY, SKIP)


def _too_many_lines(form: SalesForm, known: PushContext) -> list[str]:
    extra = bool(form.discount) + bool(form.shipping) + bool(form.markup_on_top)
    count = len(form.lines) + extra
    if count <= TAXED_LINE_LIMIT:
        return []
    taxed = sells_taxed(form, known)
    most = TAXED_LINE_LIMIT if taxed else LINE_LIMIT
    if count <= most:
        return []
    where = " where something is taxed" if taxed else ""
    return [
        f"It has {count} lines, and QuickBooks takes {most}{where}. Split it into several in "
        "MobiWork."
    ]


def _switched_off(form: SalesForm, known: PushContext) -> list[str]:
    found = []
    if form.discount and not known.company.allows_discount:
        found.append(
            f"It has a discount of {dollars(form.discount)}, but discounts are turned off in "
            "QuickBooks. Turn them on there (Account and settings, Sales, Discount)."
        )
    if form.shipping > 0 and not known.settings.shipping_product:
        told = (
            f"It has {dollars(form.shipping)} of shipping, and the setting "
            f'"{title("shipping_product")}" is empty. Choose the service to use for '
            "shipping there."
        )
        found.append(of_setting("shipping_product", told))
    if form.markup_on_top and not known.settings.markup_product:
        told = (
            f"Its markup of {dollars(form.markup)} comes after the tax, and the setting "
            f'"{title("markup_product")}" is empty. Choose the service to use for it there, or '
            "make it a markup before tax in MobiWork."
        )
        found.append(of_setting("markup_product", told))
    return found
