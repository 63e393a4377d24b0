"""What documents that are still to be posted will move in stock: MobiWork counts it already.

MobiWork's quantity on hand is today's, with all that was sold and received; QuickBooks' is that of
what is posted. Between the two are the documents that wait.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import batched

from pydantic import ValidationError

from connector.engine.run import Run
from connector.entities.registry import PUSHES
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.flows.context import PushContext
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.flows.start_date import too_early
from connector.model.links import Link
from connector.model.pending import MAY_BE_POSTED, PendingItem
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.postable import Standing

PAGE = 100


def waiting_moves(run: Run) -> Mapping[str, Decimal]:
    """Return how many pieces of each product will leave stock, by MobiWork id; below zero: arrive.

    Of what is dated on or after the inventory start date, not before the start date of its kind,
    and is to be posted, or would be once a
    person mended or decided it: MobiWork has counted it. A draft has not sold anything yet.
    """
    start = run.settings.inventory_start_date
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    if not run.settings.handle_inventory or start is None:
        return found
    for flow in PUSHES:
        if flow.stock is not None:
            for product, pieces in _moves(flow, run, start):
                found[product] += pieces
    return found


def _moves(flow: AnyPushFlow, run: Run, start: date) -> Iterator[tuple[str, Decimal]]:
    kept = run.store.pending.read_all(run.connection_id, flow.name)
    waiting = (item for item in kept if item.state in MAY_BE_POSTED)
    for items in batched(waiting, PAGE, strict=False):
        own = {item.record_id: (flow.link_entities[0], _own(flow, item)) for item in items}
        links = run.store.links.read_many(run.connection_id, set(own.values()))
        for item in items:
            linked = isinstance(links.get(own[item.record_id]), Link)
            if not linked or flow.piece_id:
                yield from _moves_of(flow, run, item, start)
            if linked and flow.piece_id:
                yield from _posted(flow, run, item)


def _own(flow: AnyPushFlow, item: PendingItem) -> str:
    """Return the id that the first document of a record is linked under."""
    return f"{item.record_id}-1" if flow.piece_id else item.record_id


def _posted(flow: AnyPushFlow, run: Run, item: PendingItem) -> Iterator[tuple[str, Decimal]]:
    """Take back what the documents made of a record so far have moved, such as its first bills."""
    entity, begins = flow.link_entities[0], f"{item.record_id}-"
    made = run.store.links.read_beginning(run.connection_id, entity, begins).values()
    moved = [
        one
        for link in made
        if flow.stock and isinstance(link, Link) and not link.gone
        for one in flow.stock.posted(link.base)
    ]
    owners = run.store.links.owners_of(run.connection_id, "Item", {item for item, _ in moved})
    for number, pieces in moved:
        if number in owners:
            yield owners[number].mobiwork_id, -pieces


def _moves_of(
    flow: AnyPushFlow, run: Run, item: PendingItem, start: date
) -> Iterator[tuple[str, Decimal]]:
    raw = RawRecord(entity=flow.entity, id=item.record_id, xml=item.record)
    try:
        record = parse_record(flow.records.model, raw)
    except ValidationError:
        return
    settings, company = run.settings, run.company
    seen = day_of(datetime.fromisoformat(item.found_at), zone_of(settings, company))
    standing = flow.eligibility.verdict(record, settings, company).standing
    counted = standing in {Standing.POSTED, Standing.UNDECIDED}
    out = flow.eligibility.skip_reason(record, settings)
    known = PushContext(
        settings, company, links={}, marker="", seen_on=seen, connected_on=run.connected_on
    )
    out = out or too_early(flow, record, known)
    if flow.stock and counted and not out and flow.stock.day(record, seen) >= start:
        yield from flow.stock.moved(record)
