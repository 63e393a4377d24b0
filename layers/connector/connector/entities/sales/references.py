"""Whom and what a selling document refers to in QuickBooks: its customers and its products."""

from connector.entities.parties.billing import Bill
from connector.entities.sales.document import SalesForm
from connector.model.company import Company
from connector.model.flows.context import PushContext
from connector.model.plans import Reference
from connector.model.policy.settings import Settings
from connector.model.totals import ROUNDING_LINE


def needed(form: SalesForm, settings: Settings, _company: Company) -> tuple[Reference, ...]:
    """Name the customers and the products that must be in QuickBooks first."""
    return _entered(form) + _by_settings(form, settings)


def _entered(form: SalesForm) -> tuple[Reference, ...]:
    """Name the customer and the products that a person entered."""
    products = {
        line.product_id: Reference(
            "product", line.product_id, f'product "{line.name or line.product_id}"'
        )
        for line in form.lines
        if line.product_id
    }
    return _customer(form, form.payer_id), *products.values()


def _by_settings(form: SalesForm, settings: Settings) -> tuple[Reference, ...]:
    """Name a sub-customer whose bill goes to another, and the products of shipping and markup."""
    found = []
    if settings.push_sub_customers and form.payer_id != form.customer_id:
        found.append(_customer(form, form.customer_id or ""))
    extras = (
        (form.shipping, settings.shipping_product, "shipping"),
        (form.markup_on_top, settings.markup_product, "markup after tax"),
        (settings.on_other_total == ROUNDING_LINE, settings.rounding_product, "rounding"),
    )
    found += [
        Reference("product", product, f'product "{product}" ({what})')
        for amount, product, what in extras
        if amount and product
    ]
    return tuple(found)


def _customer(form: SalesForm, customer_id: str) -> Reference:
    name = form.buyer if customer_id == form.customer_id else ""
    return Reference("customer", customer_id, f'customer "{name or customer_id}"')


def customer_in_quickbooks(form: SalesForm, known: PushContext) -> str:
    """Return the id of the customer a document is for.

    QuickBooks bills a parent by itself for a sub-customer that says so (reference 7.12); without
    the sub-customer, the document is for the one who gets the bill.
    """
    payer = known.id_of("customer", form.payer_id)
    child = known.links.get(("customer", form.customer_id or ""))
    above = child.base.get("ParentRef", {}).get("value") if child else None
    if child and child.base.get("BillWithParent") and payer in {above, child.quickbooks_id}:
        return child.quickbooks_id
    if child and form.bill is Bill.PARENT and payer == child.quickbooks_id and above:
        return str(above)
    return payer
