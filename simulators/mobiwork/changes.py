"""What becomes of a record that an add or edit brings, apart from storing it."""

from decimal import Decimal

from simulators.mobiwork import families
from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount, fill_line, lines, total_up
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.failures import BAD_VALUE, NOT_FOUND, REQUIRED, Failure
from simulators.mobiwork.model import READ_ONLY, Entity, Field, Kind, Node, Record
from simulators.mobiwork.settling import settle, settle_all, shares
from simulators.mobiwork.store import Store

type User = tuple[str, str]


def prepare(account: Account, entity: Entity, record: Record, user: User) -> None:
    """Give a new record what MobiWork itself sets: defaults, time, user and number."""
    for field in entity.fields:
        if field.default is not None and not record.get(field.name):
            record[field.name] = field.default
    for name in entity.stamps:
        record[name] = record.get(name) or account.stamp()
    for name, value in zip(entity.creator, user, strict=True):
        if name and not record.get(name):
            record[name] = value
    name, prefix = entity.numbered
    if name and not record.get(name):
        record[name] = f"{prefix}{account.store.next_id(name, 10001)}"
    approve(account, entity, record)


def approve(account: Account, entity: Entity, record: Record) -> None:
    """Note when a quote was approved."""
    if entity.name == "estimate" and record.get("status") == "Approved":
        record["approvedDate"] = record.get("approvedDate") or account.stamp()


def check(account: Account, entity: Entity, record: Record, own_id: str = "") -> None:
    """Refuse a request that refers to something that does not exist.

    Raises:
        Failure: There is no such record, or an amount that cannot be.
    """
    references = list(entity.references)
    wanted = [(other, record.get(name)) for name, other in references]
    wanted += [("product", line.get("productId")) for line in lines(record)]
    if entity.name == "payment":
        wanted += [("invoice", invoice_id) for invoice_id, _ in shares(record)]
    for other, record_id in wanted:
        if record_id and account.store.get(other, str(record_id)) is None:
            raise Failure(NOT_FOUND, f"{other} {record_id}")
    if entity.name == "payment":
        _check_payment(record)
    if entity.name == "customer":
        families.check(account, record, own_id)


def _check_payment(payment: Record) -> None:
    """Refuse a payment for nobody, of nothing, or whose shares are more than itself."""
    whole, parts = amount(payment.get("amount")), [part for _, part in shares(payment)]
    if not parts and not payment.get("customerId"):
        raise Failure(REQUIRED, "invoiceId")
    if whole <= 0:
        raise Failure(BAD_VALUE, "amount")
    if any(part <= 0 for part in parts) or sum(parts, Decimal(0)) > whole:
        raise Failure(BAD_VALUE, "invoicePayments")


def merged(fields: tuple[Field, ...], old: Record, new: Record, *, clear: bool) -> Record:
    """The record after an edit; `clear` empties what the request left out (section 6 row 29)."""
    result = dict(old)
    for field in fields:
        if field.name in new:
            result[field.name] = _with_read_only(field, old.get(field.name), new[field.name])
        elif clear and field.edit != READ_ONLY and not field.kept:
            result[field.name] = field.default if field.kind is not Kind.ITEMS else []
    return result


def _with_read_only(field: Field, before: Node, after: Node) -> Node:
    """Keep what an edit of an address or contact cannot set, such as its id."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    kept = {one.name: before.get(one.name) for one in field.fields if one.edit == READ_ONLY}
    return {**after, **kept}


def number_parts(store: Store, customer: Record) -> None:
    """Give addresses and contacts their ids; the first of each list is the main one."""
    for name, listed, identity, first in (
        ("address", "addressList", "addressId", 81001),
        ("contact", "contactList", "contactId", 68001),
    ):
        main, parts = customer.get(name), customer.get(listed)
        others = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
        if isinstance(main, dict):
            others = [main, *others[1:]]
        for one in others:
            one[identity] = one.get(identity) or store.next_id(identity, first)
            if name == "contact":
                one["customerId"] = customer.get("mobiworkCustomerId")
        customer[listed] = list(others)


def compute(account: Account, entity: str, record: Record) -> None:
    """Compute line totals, subtotal, tax and total of a document."""
    if "lineItems" not in record and entity != "invoice":
        return
    for line in lines(record):
        fill_line(account.store, line)
    taxed = entity != "purchaseOrder"
    total_up(account.store, record, taxed=taxed, rounding=account.rounding)
    if entity == "invoice":
        record.setdefault("balance", record["total"])


def after(store: Store, entity: str, record: Record) -> None:
    """Bring other records up to date once this one is stored or gone."""
    if entity == "payment":
        settle_all(store, record)
    elif entity == "invoice":
        settle(store, str(record.get("mobiworkInvoiceId")))
    elif entity == "customer":
        number_parts(store, record)
        families.rename(store, str(record["mobiworkCustomerId"]), display_name(record))


def stored(store: Store, entity: str, record: Record) -> str:
    """Store a record and bring others up to date; returns its id."""
    if entity == "customer":
        families.tidy(record)
    if entity == "invoice" and not record.get("billToCustomerId"):
        record["billToCustomerId"] = families.bill_to(store, str(record.get("customerId") or ""))
    _name_partners(store, ENTITIES[entity], record)
    record_id = store.put(entity, record)
    after(store, entity, record)
    return record_id


def _name_partners(store: Store, entity: Entity, record: Record) -> None:
    """Repeat the name of the customer or vendor where a record shows it.

    A name that requests can set stays as it is given.
    """
    fields = {field.name: field for field in entity.fields if field.kind is Kind.TEXT}
    for name, other in entity.references:
        target = store.get(other, str(record.get(name)))
        labels = (f"{name.removesuffix('Id')}Name", f"{other}Name", other)
        label = next((one for one in labels if one in fields), "")
        if target is None or not label:
            continue
        if fields[label].edit == READ_ONLY or not record.get(label):
            record[label] = display_name(target)


def display_name(record: Record) -> str:
    """How a screen calls a customer or vendor."""
    contact = record.get("contact")
    person = contact if isinstance(contact, dict) else {}
    names = [person.get("firstName"), person.get("lastName")]
    given = record.get("companyName") or record.get("name")
    return str(given or " ".join(str(name) for name in names if name))
