"""Where the work of a selling document is done, which decides its sales tax (reference 6.7)."""

from connector.entities.sales.document import SalesForm
from connector.model.body import Body
from connector.model.flows.context import PushContext


def place_of_work(form: SalesForm, known: PushContext) -> Body:
    """Return the address where the work is done, which decides the sales tax (reference 6.7).

    What the document says, else the customer's address that it names, else his main one, which
    QuickBooks may know only as the billing address.
    """
    named = known.places.get(form.customer_id or "", {}).get(form.location_id or "")
    if found := form.address.to_qbo() or named or form.customer.address.to_qbo():
        return dict(found)
    link = known.links.get(("customer", form.customer_id or ""))
    return dict(link.base.get("BillAddr") or {}) if link else {}


def customer_of_place(form: SalesForm) -> str | None:
    """Return the customer whose addresses tell where the work is done, where an id says which."""
    return form.customer_id if form.location_id and not form.address.to_qbo() else None
