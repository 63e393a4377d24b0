"""Where the work of a selling document is done, which decides its sales tax (reference 6.7)."""

from connector.entities.sales.document import SalesForm
from connector.entities.sales.tax import sells_taxed
from connector.model.body import Body
from connector.model.flows.context import PushContext


def place_of_work(form: SalesForm, known: PushContext) -> Body:
    """Return the address where the work is done, which decides the sales tax (reference 6.7).

    What the document says, else the customer's address that it names, else his main one, which
    QuickBooks may know only as the billing address.
    """
    if found := form.address.to_qbo() or _named(form, known) or form.customer.address.to_qbo():
        return dict(found)
    link = known.links.get(("customer", form.customer_id or ""))
    return dict(link.base.get("BillAddr") or {}) if link else {}


def customer_of_place(form: SalesForm) -> str | None:
    """Return the customer whose addresses tell where the work is done, where an id says which."""
    return form.customer_id if form.location_id and not form.address.to_qbo() else None


def place_problems(form: SalesForm, known: PushContext) -> list[str]:
    """Say that nobody knows where the work was done, where QuickBooks taxes by that.

    Sales tax that is set up by hand does not ask for an address.
    """
    company = known.company
    by_place = company.uses_sales_tax and not company.taxes_by_hand
    if not by_place or not _is_unknown(form, known):
        return []
    if not sells_taxed(form, known):
        return []
    return [
        f"It names address {form.location_id} of its customer as the place of work, and MobiWork "
        "does not list that address, so QuickBooks would tax it by another place. Choose the "
        "address in MobiWork again."
    ]


def place_remarks(form: SalesForm, known: PushContext) -> list[str]:
    """Say that the main address stands for a place of work that MobiWork does not list."""
    if not _is_unknown(form, known):
        return []
    return [
        f"MobiWork does not list the address {form.location_id} that it names as the place of "
        "work; the customer's main address was sent."
    ]


def _is_unknown(form: SalesForm, known: PushContext) -> bool:
    return customer_of_place(form) is not None and not _named(form, known)


def _named(form: SalesForm, known: PushContext) -> Body:
    return dict(known.places.get(form.customer_id or "", {}).get(form.location_id or "") or {})
