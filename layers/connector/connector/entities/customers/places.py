"""Where a customer stands among the others: below whom, and whether somebody else gets its bills.

MobiWork has two tiers of customers as standard (product paper b.1), QuickBooks five. A sub-customer
further down is put below the highest customer above it, and the names between stand before its own:
`Kitchen:Sink`. All elements about parents are assumed (reference 6 row 24), so they are read back.
"""

from typing import TYPE_CHECKING

from connector.entities.parties.billing import Bill
from connector.entities.shared.quickbooks_values import name_in, plain_text
from connector.model.body import Body, Json
from connector.model.flows.context import PullContext
from connector.model.flows.field import Changes, Field, Value
from connector.model.flows.hierarchy import PLACE, TOP

if TYPE_CHECKING:
    from connector.entities.customers.model import Customer

NAMED = "customer named Parent:Child"
_OF_SUB_CUSTOMERS = ("parentCustomerId", "parentCustomerName", "billTo", "billToCustomerId")


def quickbooks_path(record: Json) -> list[str]:
    """Return the names of a sub-customer's parents, the highest first."""
    if not record.get("ParentRef"):
        return []
    above = name_in(record, "FullyQualifiedName").split(":")[:-1]
    return [name for one in above if (name := plain_text(one))]


def quickbooks_parent(record: Json) -> str | None:
    """Return the QuickBooks id of the customer right above a sub-customer; None at the top."""
    above = (record.get("ParentRef") or {}).get("value")
    return str(above) if above else None


def top_of(record: Json) -> str | None:
    """Return the QuickBooks id of the highest customer above a sub-customer, as far as known."""
    parent = quickbooks_parent(record)
    return record.get(TOP) if len(quickbooks_path(record)) > 1 else parent


def located(record: Body, known: PullContext) -> Body:
    """Return a sub-customer with its place in MobiWork, once its parents are there.

    One that has a place there already keeps the form of it, whatever the settings say by now.
    """
    path, ids = quickbooks_path(record), known.links
    parent = ids.get(("Customer", quickbooks_parent(record) or ""))
    top = ids.get(("Customer", top_of(record) or ""))
    if parent and _is_named(known):
        return record | {PLACE: {"shown": ":".join(path)}}
    if not parent or not top:
        return record
    place = {"id": top, "name": path[0] if path else "", "shown": ":".join(path[1:])}
    if record.get("BillWithParent"):
        place |= {"payer": parent, "who": "parent" if parent == top else "other"}
    return record | {PLACE: place}


def _is_named(known: PullContext) -> bool:
    if (known.in_mobiwork.get("parent customer") or {}).get("id"):
        return False
    named = bool((known.in_mobiwork.get("name") or {}).get("under"))
    return named or known.settings.sub_customers_as == NAMED


def shown_under(record: Json) -> str | None:
    """Return what stands before the own name of a sub-customer in MobiWork."""
    return _place(record).get("shown")


def _place(record: Json) -> dict[str, str]:
    return dict(record.get(PLACE) or {})


def _mobiwork_parent(customer: "Customer") -> Value:
    if not customer.is_sub_customer:
        return {}
    return {"name": customer.parent_name, "id": customer.parent_id or ""}


def _quickbooks_parent(record: Json) -> Value:
    """Return the parent and the names above it: a sub-customer moves when its parent does."""
    parent = quickbooks_parent(record)
    return {"id": parent, "above": ":".join(quickbooks_path(record)[:-1])} if parent else {}


def _parent_meant(record: Json) -> Value:
    return {name: text for name, text in _place(record).items() if name in {"id", "name"}}


def _compared_parent(value: Value) -> Value:
    return {name: text for name, text in value.items() if name != "name"}


def _write_parent(value: Value, customer: "Customer | None") -> Changes:
    """Put a customer below another one, or take it out; who has no parent pays its own bills."""
    was_below = customer is not None and customer.is_sub_customer
    if not value.get("id"):
        none: dict[str, str | None] = dict.fromkeys(_OF_SUB_CUSTOMERS)
        return {"isSubCustomer": "false", **none} if was_below else {}
    changes = {"isSubCustomer": "true", "parentCustomerId": value["id"]}
    if value.get("name"):
        changes["parentCustomerName"] = value["name"]
    return changes if was_below else changes | {"billTo": "SUB_CUSTOMER"}


def _mobiwork_payer(customer: "Customer") -> Value:
    if not customer.is_sub_customer:
        return {}
    match customer.bill_of(customer.id, customer.parent_id):
        case Bill.PARENT:
            return {"who": "parent", "id": customer.parent_id or ""}
        case Bill.OTHER:
            return {"who": "other", "id": customer.payer or customer.bill_to}
        case Bill.OWN:
            return {}


def _quickbooks_payer(record: Json) -> Value:
    parent = quickbooks_parent(record)
    return {"who": "parent", "id": parent} if parent and record.get("BillWithParent") else {}


def _payer_meant(record: Json) -> Value:
    place = _place(record)
    return {"who": place["who"], "id": place["payer"]} if "payer" in place else {}


def _write_payer(value: Value, customer: "Customer | None") -> Changes:
    if value.get("who") == "other":
        return {"billTo": "OTHER", "billToCustomerId": value["id"]}
    nobody: dict[str, str | None] = {"billToCustomerId": None} if customer else {}
    if value:
        return {"billTo": "PARENT"} | nobody
    return {"billTo": "SUB_CUSTOMER"} | nobody if customer and customer.is_sub_customer else {}


PLACES: "tuple[Field[Customer], ...]" = (
    Field(
        name="parent customer",
        mobiwork=_mobiwork_parent,
        quickbooks=_quickbooks_parent,
        in_mobiwork_terms=_parent_meant,
        write=_write_parent,
        members=("Job", "ParentRef"),
        compared=_compared_parent,
        verify_after_write=True,
    ),
    Field(
        name="payer of its bills",
        mobiwork=_mobiwork_payer,
        quickbooks=_quickbooks_payer,
        in_mobiwork_terms=_payer_meant,
        write=_write_payer,
        members=("BillWithParent",),
        verify_after_write=True,
    ),
)
"""The payer is written after the parent, which has a say in it."""
