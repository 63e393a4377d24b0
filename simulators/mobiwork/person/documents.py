"""What a person does with documents: drafts, statuses, places of work, own fields, check-outs."""

from datetime import timedelta

from simulators.mobiwork import people
from simulators.mobiwork.account import Account
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.model import Record
from simulators.mobiwork.person.asked import Given, day, found, record, rest, text
from simulators.mobiwork.values import kept_date

DRAFT = "Draft"
ISSUED = "Customer Invoiced"
CHECKED_OUT = "CHECKOUT_SUBMITTED"
STATUS_OF = {
    "invoice": "status",
    "payment": "status",
    "estimate": "status",
    "salesOrder": "status",
    "purchaseOrder": "status",
    "workOrder": "status",
    "expense": "customStatusName",
    "customer": "customStatus",
}
_NEVER_CHECKED_OUT = frozenset({"CANCELLED", "ORDER_FAILED"})
_TWO = 2
_FORTNIGHT = timedelta(days=14)


def save_draft(account: Account, given: Given) -> Record:
    """Add an invoice that is not ready; its status is `Draft` unless another is given."""
    return people.add(account, "invoice", {"status": DRAFT, **given})


def issue_invoice(account: Account, given: Given) -> Record:
    """Finish a draft: its status becomes `Customer Invoiced`, its date today unless given.

    Anything else of the invoice may be given too, such as its final `lineItems`.
    """
    invoice = found(account, given, "invoice")
    changes = {"status": ISSUED, "invoiceDate": day(account, given, "invoiceDate")}
    number = str(invoice["mobiworkInvoiceId"])
    return people.edit(account, "invoice", number, {**changes, **rest(given, "id")})


def combine_invoices(account: Account, given: Given) -> Record:
    """Make one invoice of those with these `ids`, all of one customer, and pay it with their money.

    The help names the deed and not what becomes of the old ones: they are deleted, or keep their
    lines and get an `old_status`.

    Raises:
        ValueError: There are fewer than two, or they are of several customers.
    """
    ids = given.get("ids")
    if not isinstance(ids, list) or len(ids) < _TWO:
        raise ValueError("ids must be those of at least two invoices")
    return _in_place_of(account, given, [people.one(account, "invoice", str(own)) for own in ids])


def redo_invoice(account: Account, given: Given) -> Record:
    """Make a new invoice from an old one, with other elements where they are given.

    The help's advice for a wrong one that was exported; the old one as in `combine_invoices`.
    """
    return _in_place_of(account, given, [found(account, given, "invoice")])


def _in_place_of(account: Account, given: Given, old: list[Record]) -> Record:
    customers = {str(one.get("customerId")) for one in old}
    if len(customers) != 1:
        raise ValueError("all invoices must be of one customer")
    first, *_ = old
    like = {name: first.get(name) for name in ("customerId", "locationId", "dueDate", "terms")}
    lines = [{**line, "lineItemId": None} for one in old for line in _lines(one)]
    new = people.add(
        account,
        "invoice",
        {"status": ISSUED, **like, "lineItems": lines, **rest(given, "id", "ids", "old_status")},
    )
    for one in old:
        number = str(one["mobiworkInvoiceId"])
        for payment in list(account.store.where("payment", "invoiceId", number)):
            paid = {"invoiceId": new["mobiworkInvoiceId"]}
            people.edit(account, "payment", str(payment["paymentId"]), paid)
        if status := given.get("old_status"):
            people.edit(account, "invoice", number, {"status": str(status)})
        else:
            people.delete(account, "invoice", number)
    return people.one(account, "invoice", str(new["mobiworkInvoiceId"]))


def _lines(invoice: Record) -> list[Record]:
    lines = invoice.get("lineItems")
    return [one for one in lines if isinstance(one, dict)] if isinstance(lines, list) else []


def set_status(account: Account, given: Given) -> Record:
    """Give a record a status: any text where the account defines its own.

    Raises:
        ValueError: The entity has no status, or not this one.
    """
    entity, status = text(given, "entity"), text(given, "status")
    if entity not in STATUS_OF:
        raise ValueError(f"entity must be one of {', '.join(STATUS_OF)}")
    element = STATUS_OF[entity]
    field = next(one for one in ENTITIES[entity].fields if one.name == element)
    if field.choices and status not in {name for _, name in field.choices}:
        raise ValueError(f"{entity} has no status {status}")
    return people.edit(account, entity, text(given, "id"), {element: status})


def set_place_of_work(account: Account, given: Given) -> Record:
    """Let an invoice or quote be for work at another `address` of its customer.

    The address joins those of the customer; its work order is there too. Taxes follow.
    """
    entity = text(given, "entity", "invoice")
    document = found(account, given, entity)
    number = str(document[ENTITIES[entity].identity])
    location = _add_address(account, str(document.get("customerId")), record(given, "address"))
    if order := document.get("workOrderId"):
        people.edit(account, "workOrder", str(order), {"location": location})
    return people.edit(account, entity, number, {"locationId": location["addressId"]})


def _add_address(account: Account, customer_id: str, address: Record) -> Record:
    """Add a location to a customer; returns it with its id."""
    customer = people.one(account, "customer", customer_id)
    listed = customer.get("addressList")
    known = listed if isinstance(listed, list) and listed else [customer.get("address")]
    new: Record = {"countryId": "1", "name": "Work location", **address, "addressId": None}
    people.edit(account, "customer", customer_id, {"addressList": [*known, new]})
    kept = people.one(account, "customer", customer_id)["addressList"]
    added = kept[-1] if isinstance(kept, list) else None
    return added if isinstance(added, dict) else new


def set_custom_field(account: Account, given: Given) -> Record:
    """Fill in a custom field of a record: `apiName`, `value` and the `name` that screens show.

    Raises:
        ValueError: The entity has no custom fields.
    """
    entity, api_name = text(given, "entity"), text(given, "apiName")
    kept = found(account, given, entity)
    if "customFields" not in {field.name for field in ENTITIES[entity].fields}:
        raise ValueError(f"{entity} has no custom fields")
    listed = kept.get("customFields")
    fields = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    filled = {name: text(given, name, "") for name in ("apiName", "value", "name")}
    others = [one for one in fields if one.get("apiName") != api_name]
    number = str(kept[ENTITIES[entity].identity])
    new = {**filled, "index": "0"}
    return people.edit(account, entity, number, {"customFields": [*others, new]})


def exempt_customer(account: Account, given: Given) -> Record:
    """Free a customer of sales tax, or by `taxable` no longer; what is billed stays as it is."""
    taxable = str(given.get("taxable", False)).lower()
    return people.edit(account, "customer", text(given, "id"), {"taxable": taxable})


def check_out(account: Account, given: Given) -> Record:
    """Check a sales order out, `checkoutDate` today unless given.

    Raises:
        ValueError: The order is cancelled or has failed.
    """
    order = found(account, given, "salesOrder")
    if order.get("status") in _NEVER_CHECKED_OUT:
        raise ValueError(f"sales order {order['salesOrderId']} is {order['status']}")
    changes = {"status": CHECKED_OUT, "checkoutDate": day(account, given, "checkoutDate")}
    return people.edit(account, "salesOrder", str(order["salesOrderId"]), changes)


def tax_order(account: Account, given: Given) -> Record:
    """Enter the sales tax of a purchase order, `taxAmount`; its total follows."""
    return people.edit(
        account, "purchaseOrder", text(given, "id"), {"taxAmount": text(given, "taxAmount")}
    )


def claim_expense(account: Account, given: Given) -> Record:
    """Add an expense that the technician `userId` paid and wants back, in a fortnight by default.

    Raises:
        ValueError: The account has no such user.
    """
    user = found(account, given, "user", "userId")
    spent = day(account, given, "expenseDate")
    due = (kept_date(spent) or account.now()) + _FORTNIGHT
    return people.add(
        account,
        "expense",
        {
            "customStatusName": "Awaiting manager approval",
            "paymentType": "Cash",
            "reimbursementDueDate": due.isoformat(),
            "expenseDate": spent,
            "createdById": user["mobiworkUserId"],
            "createdByName": f"{user.get('firstName')} {user.get('lastName')}",
            **rest(given, "userId", "expenseDate"),
        },
    )
