"""What becomes of a record that an add or edit brings, apart from storing it."""

from simulators.mobiwork.account import ADMINISTRATOR, Account
from simulators.mobiwork.billing import amount, settle, total_up
from simulators.mobiwork.failures import BAD_VALUE, NOT_FOUND, Failure
from simulators.mobiwork.model import READ_ONLY, Entity, Kind, Node, Record
from simulators.mobiwork.store import Store


def defaults(entity: Entity, record: Record) -> None:
    """Give a new record the values that a request may leave out."""
    for field in entity.fields:
        if field.default is not None and not record.get(field.name):
            record[field.name] = field.default


def merged(entity: Entity, old: Record, new: Record, *, clear: bool) -> Record:
    """The record after an edit; `clear` empties what the request left out (section 6 row 29)."""
    result = dict(old)
    for field in entity.fields:
        if field.name in new:
            before, after = old.get(field.name), new[field.name]
            result[field.name] = _with_hidden(before, after)
        elif clear and field.edit != READ_ONLY and not field.kept:
            result[field.name] = field.default if field.kind is not Kind.ITEMS else []
    return result


def _with_hidden(before: Node, after: Node) -> Node:
    """Keep the ids of an address or contact that is edited in place."""
    if isinstance(before, dict) and isinstance(after, dict):
        ids = {name: value for name, value in before.items() if name.endswith("Id")}
        return {**ids, **after}
    return after


def complete(account: Account, entity: Entity, record: Record, *, new: bool) -> None:
    """Fill in what MobiWork itself sets before the record is stored.

    Raises:
        Failure: The record refers to something that does not exist.
    """
    if entity.name == "customer":
        _complete_customer(account, record)
    elif entity.name == "product" and not account.switches.quantity_taken and new:
        record["quantity"] = "0"
    elif entity.name == "invoice":
        _complete_invoice(account, record, new=new)
    elif entity.name == "payment":
        _complete_payment(account, record)


def _complete_customer(account: Account, customer: Record) -> None:
    customer["fromDate"] = customer.get("fromDate") or account.stamp()[:10]
    number_parts(account.store, customer)


def number_parts(store: Store, customer: Record) -> None:
    """Give addresses and contacts their ids; the first of each list is the main one."""
    for name, listed, identity, first in (
        ("address", "addressList", "addressId", 81001),
        ("contact", "contactList", "contactId", 68001),
    ):
        main, parts = customer.get(name), customer.get(listed)
        others = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
        if isinstance(main, dict):
            main[identity] = main.get(identity) or store.next_id(identity, first)
            others = [main, *others[1:]]
        for one in others:
            one[identity] = one.get(identity) or store.next_id(identity, first)
            if name == "contact":
                one["customerId"] = customer.get("mobiworkCustomerId")
        customer[listed] = list(others)


def _complete_invoice(account: Account, invoice: Record, *, new: bool) -> None:
    store = account.store
    if store.get("customer", str(invoice.get("customerId"))) is None:
        raise Failure(NOT_FOUND, f"customer {invoice.get('customerId')}")
    if new:
        invoice["createdDate"] = account.stamp()
        invoice["createdById"], invoice["createdBy"] = ADMINISTRATOR
        number = store.next_id("invoiceNumber", 10001)
        invoice["invoiceNumber"] = invoice.get("invoiceNumber") or f"INV-{number}"
    invoice["invoiceDate"] = invoice.get("invoiceDate") or invoice["createdDate"]
    total_up(store, invoice)
    if new:
        invoice["balance"] = invoice["total"]


def _complete_payment(account: Account, payment: Record) -> None:
    invoice_id = str(payment.get("invoiceId"))
    if account.store.get("invoice", invoice_id) is None:
        raise Failure(NOT_FOUND, f"invoice {invoice_id}")
    if amount(payment.get("amount")) <= 0:
        raise Failure(BAD_VALUE, "amount")
    payment["status"] = "CREATED"
    payment["createdDate"] = account.stamp()
    payment["createdBy"], payment["createdByName"] = ADMINISTRATOR


def after(store: Store, entity: str, record: Record) -> None:
    """Bring other records up to date once this one is stored or gone."""
    if entity == "payment":
        settle(store, str(record.get("invoiceId")))
    elif entity == "invoice":
        settle(store, str(record.get("mobiworkInvoiceId")))
    elif entity == "customer":
        number_parts(store, record)
