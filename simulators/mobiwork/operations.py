"""What each call does; the registry says which path leads here."""

import hmac

from simulators.mobiwork import changes, listing, printing, reading
from simulators.mobiwork.account import Account, Call
from simulators.mobiwork.billing import nested_customer
from simulators.mobiwork.elements import elements
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.failures import CREDENTIALS, HAS_WORK_ORDERS, NOT_FOUND, Failure
from simulators.mobiwork.model import Entity, Record
from simulators.mobiwork.store import EMBEDS_CUSTOMER


def authenticate(account: Account, call: Call) -> bytes:
    """Hand out a token for the right login id and password (reference 1.2)."""
    root = reading.request(call.body)
    login, password = (
        (root.findtext(name) or "").strip().encode() for name in ("apiLoginId", "apiPassword")
    )
    known = hmac.compare_digest(login, account.login_id.encode())
    if not (hmac.compare_digest(password, account.password.encode()) and known):
        raise Failure(CREDENTIALS)
    return f"<token>{account.tokens.issue(account.switches)}</token>".encode()


def view(account: Account, call: Call) -> bytes:
    """One record by its id, or by `externalId` in the query."""
    return single(account, call.entity, wanted(account, call))


def add(account: Account, call: Call) -> bytes:
    """A new record; the answer shows it as stored."""
    entity = ENTITIES[call.entity]
    user = account.user(call.user_id)
    record = reading.record(entity, reading.request(call.body), "add", account.switches)
    changes.check(account, entity, record)
    changes.prepare(account, entity, record, user)
    if entity.name == "product" and not account.switches.quantity_taken:
        record["quantity"] = "0"
    changes.compute(account, entity.name, record)
    changes.stored(account.store, entity.name, record)
    return single(account, entity.name, record)


def edit(account: Account, call: Call) -> bytes:
    """A changed record; what the request leaves out is emptied unless a switch says otherwise."""
    entity = ENTITIES[call.entity]
    account.user(call.user_id)
    old = found(account, call)
    new = reading.record(entity, reading.request(call.body), "edit", account.switches)
    changes.check(account, entity, new, str(old[entity.identity]))
    if entity.name == "product" and not account.switches.quantity_taken:
        new["quantity"] = old.get("quantity")
    known = elements(entity.name, account.switches.elements_off)
    record = changes.merged(known, old, new, clear=account.switches.edit_clears_omitted)
    changes.approve(account, entity, record)
    changes.compute(account, entity.name, record)
    changes.stored(account.store, entity.name, record)
    return single(account, entity.name, record)


def delete(account: Account, call: Call) -> bytes:
    """Remove a record; a customer with work orders is refused with error 1010."""
    record = found(account, call)
    entity = ENTITIES[call.entity]
    record_id = str(record[entity.identity])
    if entity.name == "customer" and account.switches.refuse_delete_with_work_orders:
        orders = account.store.where("workOrder", "mobiworkCustomerId", record_id)
        if any(orders):
            raise Failure(HAS_WORK_ORDERS)
    account.store.delete(entity.name, record_id)
    changes.after(account.store, entity.name, record)
    return f"{entity.name.capitalize()} delete is successful".encode()


def list_records(account: Account, call: Call) -> bytes:
    """The records that match the filters, as many as cap and paging allow."""
    entity = ENTITIES[call.entity]
    root = reading.request(call.body)
    records, total = listing.selected(account, entity, root, call.fault)
    items = [_listed(account, entity.name, record) for record in records]
    if entity.name == "workOrder" and (include := root.findtext("includeOnlyInvoiceId")):
        pairs = zip(records, items, strict=True)
        whole = include.strip().lower() == "false"
        items = [_with_invoices(account, order, item, whole=whole) for order, item in pairs]
    return listed(entity, items, total)


def listed(entity: Entity, items: list[bytes], total: int) -> bytes:
    """The list element around printed records, with counters where the samples show them."""
    name = entity.list_name.encode()
    counters = b""
    if entity.counters:
        counters = (
            f"<totalAvailableCount>{total}</totalAvailableCount><count>{len(items)}</count>"
        ).encode()
    return b"<%b>%b%b</%b>" % (name, counters, b"".join(items), name)


def _with_invoices(account: Account, order: Record, item: bytes, *, whole: bool) -> bytes:
    """A work order with its invoices inside: whole, or their ids only (reference 3.11)."""
    order_id = str(order["mobiworkWorkOrderId"])
    invoices = account.store.where("invoice", "workOrderId", order_id)
    inside = b"".join(
        _listed(account, "invoice", one) if whole else _id_only("invoice", one) for one in invoices
    )
    end = b"</workOrder>"
    return b"%b<invoiceList>%b</invoiceList>%b" % (item.removesuffix(end), inside, end)


def _id_only(entity: str, record: Record) -> bytes:
    identity = ENTITIES[entity].identity
    return f"<{entity}><{identity}>{record[identity]}</{identity}></{entity}>".encode()


def found(account: Account, call: Call) -> Record:
    """The record whose id is in the path.

    Raises:
        Failure: There is no such record.
    """
    record = account.store.get(call.entity, call.record_id)
    if record is None:
        raise Failure(NOT_FOUND, f"{call.entity} {call.record_id}")
    return record


def wanted(account: Account, call: Call) -> Record:
    """The record that a view asks for: an external id in the query wins over the id in the path.

    Raises:
        Failure: There is no such record.
    """
    if not call.external_id:
        return found(account, call)
    entity = ENTITIES[call.entity]
    twins = account.store.where(call.entity, entity.external_id, call.external_id)
    record = next(twins, None)
    if record is None:
        raise Failure(NOT_FOUND, f"{call.entity} {call.external_id}")
    return record


def _listed(account: Account, entity: str, record: Record) -> bytes:
    kept = account.store.fragments[entity]
    record_id = str(record[ENTITIES[entity].identity])
    if record_id not in kept:
        lines = account.switches.lines_in_list
        kept[record_id] = _printed(account, entity, record, lines=lines)
    return kept[record_id]


def _printed(account: Account, entity: str, record: Record, *, lines: bool = True) -> bytes:
    if entity in EMBEDS_CUSTOMER:
        customer = account.store.get("customer", str(record.get("customerId")))
        record = {**record, "customer": nested_customer(customer) if customer else None}
    return printing.fragment(ENTITIES[entity], record, account.switches, lines=lines)


def single(account: Account, entity: str, record: Record) -> bytes:
    """One record as view, add and edit print it."""
    content = _printed(account, entity, record)
    if entity == "customer" and account.switches.stray_blanks:
        return printing.with_stray_blanks(content)
    return content
