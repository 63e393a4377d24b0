"""The calls that only one entity has, and which operation carries out which endpoint."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from simulators.mobiwork import operations, reading
from simulators.mobiwork.account import Account, Call
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.failures import BAD_VALUE, NOT_FOUND, REQUIRED, Failure
from simulators.mobiwork.operations import found, single
from simulators.mobiwork.printing import fragment
from simulators.mobiwork.registry import Endpoint

type Operation = Callable[[Account, Call], bytes]


def update_status(account: Account, call: Call) -> bytes:
    """Set the status of a sales order by its name (reference 3.9)."""
    order = found(account, call)
    name = _text(reading.request(call.body), "statusName")
    status = next(field for field in ENTITIES["salesOrder"].fields if field.name == "status")
    order["status"] = reading.choice(status, name)
    account.store.put("salesOrder", order)
    return single(account, "salesOrder", order)


def update_integration_status(account: Account, call: Call) -> bytes:
    """Set the integration status of a record; any text goes (section 6 row 11)."""
    record = found(account, call)
    record["integrationStatus"] = _text(reading.request(call.body), "integrationStatus")
    account.store.put(call.entity, record)
    return b"Integration status update is successful"


def add_credit(_: Account, call: Call) -> bytes:
    """Take the credit limit of the account; nothing shows it again (reference 3.1)."""
    limit = _text(reading.request(call.body), "maxCreditLimit")
    if not (limit.isascii() and limit.isdigit()):
        raise Failure(BAD_VALUE, "maxCreditLimit")
    return b"<message>Customer credit payment option is added</message>"


def view_by_external_id(account: Account, call: Call) -> bytes:
    """Price lists with an external id, as a list with counters (reference 3.5)."""
    entity = ENTITIES[call.entity]
    external_id = _text(reading.request(call.body), "externalId")
    records = list(account.store.where(call.entity, "externalId", external_id))
    items = [fragment(entity, record, account.switches) for record in records]
    return operations.listed(entity, items, len(records))


def list_constraints(account: Account, call: Call) -> bytes:
    """The schedule constraints of a customer (reference 3.1)."""
    _customer(account, call)
    entity = ENTITIES["scheduleConstraint"]
    records = list(account.store.where(entity.name, "customerId", call.record_id))
    items = [fragment(entity, record, account.switches) for record in records]
    return operations.listed(entity, items, len(records))


def add_constraint(account: Account, call: Call) -> bytes:
    """Add a schedule constraint, or edit the one whose id is given (reference 3.1)."""
    _customer(account, call)
    entity = ENTITIES["scheduleConstraint"]
    root = reading.request(call.body)
    record = reading.record(entity, root, "add", account.switches)
    if given := (root.findtext(f"{entity.wrapper}/{entity.identity}") or "").strip():
        old = account.store.get(entity.name, given)
        if old is None or old["customerId"] != call.record_id:
            raise Failure(NOT_FOUND, f"schedule constraint {given}")
        record = {**old, **record}
    account.store.put(entity.name, {**record, "customerId": call.record_id})
    return b"Schedule constraint is saved successfully"


def _customer(account: Account, call: Call) -> None:
    if account.store.get("customer", call.record_id) is None:
        raise Failure(NOT_FOUND, f"customer {call.record_id}")


def _text(root: Element, name: str) -> str:
    text = (root.findtext(name) or "").strip()
    if not text:
        raise Failure(REQUIRED, name)
    return text


OPERATIONS: dict[str, Operation] = {
    "authenticate": operations.authenticate,
    "view": operations.view,
    "add": operations.add,
    "edit": operations.edit,
    "update": operations.edit,
    "delete": operations.delete,
    "list": operations.list_records,
    "customer.addCredit": add_credit,
    "pricelist.viewByExternalId": view_by_external_id,
    "salesOrder.updateStatus": update_status,
    "scheduleConstraint.add": add_constraint,
    "scheduleConstraint.list": list_constraints,
    "updateIntegrationStatus": update_integration_status,
}


def operation_of(endpoint: Endpoint) -> Operation:
    """What carries out a call: its own operation, or the one that all entities share."""
    return OPERATIONS.get(endpoint.name) or OPERATIONS[endpoint.operation]
