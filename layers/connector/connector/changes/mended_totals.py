"""What a person corrected in QuickBooks of a document that was not made as it was sent.

Its entry leaves the worklist by itself.
"""

from collections.abc import Mapping
from decimal import Decimal

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import BY_ENTITY, DOCUMENTS
from connector.entities.shared.wire import cents
from connector.model.body import Json
from connector.model.links import Link, RecordKey
from connector.model.pending import PendingState
from connector.model.totals import NUMBERS, SAID, Difference, DifferenceCause, said_otherwise
from connector.quickbooks.responses import ChangeData


def settle(connection_id: str, changes: ChangeData, store: Store = DYNAMODB) -> int:
    """Forget the differences of documents whose totals agree by now; return how many there were."""
    found = 0
    for target in DOCUMENTS:
        rows = {str(row["Id"]): row for row in changes.records.get(target, ())}
        owners = store.links.owners_of(connection_id, target, rows) if rows else {}
        for flow_name, keys in _by_flow(owners).items():
            differing = set(store.totals.differing(connection_id, flow_name))
            for own, number in keys.items():
                if own.mobiwork_id in differing:
                    found += _settled(connection_id, flow_name, own, rows[number], store)
    return found


def _by_flow(owners: Mapping[str, RecordKey]) -> dict[str, dict[RecordKey, str]]:
    """Return whose documents these are, by the flow that posted them."""
    found: dict[str, dict[RecordKey, str]] = {}
    for number, own in owners.items():
        flow = BY_ENTITY.get(own.entity)
        if flow is not None and not flow.fields:
            found.setdefault(flow.name, {})[own] = number
    return found


def _settled(connection_id: str, flow: str, own: RecordKey, row: Json, store: Store) -> bool:
    told = store.totals.read_many(connection_id, flow, [own.mobiwork_id]).get(own.mobiwork_id)
    link = store.links.read(connection_id, own.entity, own.mobiwork_id)
    if told is None or not isinstance(link, Link) or link.total is None:
        return False
    if not _agrees(told.difference, link, row):
        return False
    store.totals.settle(connection_id, flow, own.mobiwork_id)
    record_id = BY_ENTITY[own.entity].item_id(own.mobiwork_id)
    items = store.pending.read_many(connection_id, flow, [record_id])
    for item in items.values():
        if item.state == PendingState.DELETED and item.record:
            store.pending.close(item)
    return True


def _agrees(difference: Difference, link: Link, row: Json) -> bool:
    """Tell whether a document says by now what it was to say."""
    wanted = cents((link.total or Decimal(0)) + difference.missing)
    if cents(Decimal(str(row.get("TotalAmt", 0)))) != wanted:
        return False
    if difference.cause is not DifferenceCause.SAID:
        return bool(difference.missing)
    return not said_otherwise(link.base, row, SAID | NUMBERS)
