"""The entry that a document which somebody typed in QuickBooks may be beside a posted one."""

from collections.abc import Iterable, Iterator

from connector.engine.stores import Store
from connector.entities.books import money_flows
from connector.entities.recognitions import BESIDE
from connector.model.flows.push_flow import AnyPushFlow


def posted_as(target: str) -> Iterator[tuple[AnyPushFlow, list[str]]]:
    """Yield which flows post what somebody enters so, and as what: a bill may be a purchase."""
    beside = {
        kind: one.never
        for kind, others in BESIDE.items()
        for one in others
        if one.target == target and not one.on_account
    }
    for flow in money_flows():
        kinds = [
            kind
            for kind in dict.fromkeys(flow.targets)
            if kind == target or (kind in beside and flow.name not in beside[kind])
        ]
        if kinds:
            yield flow, kinds


def twice(target: str, quickbooks_id: str) -> str:
    """Return the name of the entry that a typed document may be beside a posted one."""
    return f"twice-{target}-{quickbooks_id.replace('/', '.')}"


def end_twice(
    connection_id: str, flow: AnyPushFlow, target: str, numbers: Iterable[str], store: Store
) -> None:
    """Take off the worklist that some documents may be beside posted ones of a flow."""
    names = [twice(target, one) for one in numbers]
    found = store.pending.read_many(connection_id, flow.name, names, few=True) if names else {}
    for entry in found.values():
        store.pending.close(entry)


def end_twice_of_linked(connection_id: str, target: str, number: str, store: Store) -> None:
    """Do so of a document that is linked now; one read of the table where none was typed so.

    What a look tells of is remembered (`changes/documents/shown`). Whoever dies before this leaves
    it to the next change of the document.
    """
    if store.books.shown_of(connection_id, target, [number]):
        for flow, _ in posted_as(target):
            end_twice(connection_id, flow, target, [number], store)
