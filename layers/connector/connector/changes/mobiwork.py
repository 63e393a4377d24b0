"""Finding changes: both sides are read once, and each changed record becomes a pending item."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from pydantic import BaseModel

from connector.changes.lists import owed
from connector.changes.lists.found import Found
from connector.changes.lists.look import NEXT, FlowReading, ListedRecord, ListsLook, MobiWorkReads
from connector.changes.lists.parts import ALL, ListPart, ListParts, as_before, whole_of
from connector.changes.lists.prints import Prints
from connector.changes.lists.whole_lists import is_smaller, note_deleted, told_before
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import PULL_OF, PUSHES
from connector.errors import ConnectorError, RecordError, RecordsUnreadError, RetriableError
from connector.mobiwork.external_id import native_id
from connector.mobiwork.wire_records import kept_text
from connector.mobiwork.xml import RawRecord
from connector.model.flows.census import Census
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.pending import NewItem
from connector.model.policy.settings import title

PAGE = 200
MOST_HELD = 3_000_000
"""So many characters of records are kept at most before they are stored, but for the last one."""
TIME_IS_UP = "the time of this look is up, and the next one goes on."
LATER = f"It was not read yet: {TIME_IS_UP}"


def find_changes(  # noqa: PLR0913 - what differs from a usual look is by keyword
    connection_id: str,
    mobiwork: MobiWorkReads,
    store: Store = DYNAMODB,
    *,
    out_of_time: Callable[[], bool] = lambda: False,
    rang: bool = False,
    now: datetime | None = None,
) -> dict[str, Found]:
    """Read MobiWork once and store what changed; a list that cannot be read spares the others.

    Where the time is up, what was found so far is kept and the next look begins where this one
    stopped: `more` says so. Where MobiWork `rang` and nothing new was found, long lists are read
    wholly.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login any more.
    """
    said = store.census.read_all(connection_id)
    again = store.again.asked(connection_id)
    look = ListsLook(connection_id, mobiwork, store, out_of_time, again, now or datetime.now(UTC))
    parts = ListParts(look)
    order = _order(look)
    lists = {one: [flow for flow in PUSHES if flow.entity == one] for one in order}
    parts.expect(flows for one, flows in lists.items() if mobiwork.supports(one, "list"))
    found: dict[str, Found] = {}
    for source, flows in lists.items():
        found |= _found(flows, parts, said.get(source), parts.part)
    news = any(one.changed or one.deleted or one.problem for one in found.values())
    for source, flows in lists.items() if rang and not news else ():
        if mobiwork.supports(source, "list") and parts.may_be_more(flows):
            found |= _found(flows, parts, said.get(source), whole_of)
    _note_next(look, order, found)
    if ALL in again and not any(one.more for one in found.values()):
        store.again.found(connection_id, ALL, again[ALL])
    owed.compare(look, parts.day, found)
    look.save_lists()
    return {flow.name: found[flow.name] for flow in PUSHES}


def _found(
    flows: list[AnyPushFlow],
    parts: ListParts,
    kept: Census | None,
    part_of: Callable[[Sequence[AnyPushFlow]], ListPart],
) -> dict[str, Found]:
    """Read a list, unless that is off, or the time is up; or it answers as before."""
    look, source = parts.look, flows[0].entity
    if not look.mobiwork.supports(source, "list"):
        off = (
            f"MobiWork documents no list of its {flows[0].noun}s, and the assumed call "
            f'{source}.list is not switched on in the setting "{title("capabilities")}".'
        )
        return {flow.name: Found(off=off) for flow in flows}
    if look.out_of_time():
        return {flow.name: Found(problem=LATER, more=True) for flow in flows}
    part = part_of(flows)
    if part.before and look.mobiwork.answers_as_before(source, part.before):
        return as_before(part)
    return _find(flows, parts, kept, part)


def _order(look: ListsLook) -> list[str]:
    """Return the lists in the order in which they are read: first where the last look stopped."""
    sources = list(dict.fromkeys(flow.entity for flow in PUSHES))
    first = look.lists.known(NEXT)
    place = sources.index(first) if first in sources else 0
    return sources[place:] + sources[:place]


def _note_next(look: ListsLook, order: list[str], found: Mapping[str, Found]) -> None:
    """Note where the next look begins: where this one stopped.

    A list that a whole look was not enough for lets the others go first.
    """
    left = {flow.entity for flow in PUSHES if found[flow.name].more}
    stopped = next((source for source in order if source in left), None)
    if stopped == order[0]:
        stopped = order[1]
    if stopped is None:
        look.lists.forget(NEXT)
    elif stopped != look.lists.known(NEXT):
        look.lists.remember(NEXT, stopped)


def first_empty(
    connection_id: str, found: Mapping[str, Found], store: Store = DYNAMODB
) -> dict[str, Found]:
    """Return what was found, with the problem that a list is empty which never held anything.

    A pull adds to it what it does not hold, so a second look must find it empty, too.
    """
    empty = {
        name: one
        for name, one in found.items()
        if name in PULL_OF and not (one.read or one.deleted or one.problem or one.off)
    }
    return dict(found) | {
        name: replace(
            one,
            problem="MobiWork listed no records at all. Nothing is added there before the next "
            "look finds the same.",
        )
        for name, one in empty.items()
        if not store.fingerprints.read(connection_id, name).ids()
        and not told_before(connection_id, name, frozenset(), store)
    }


def _find(
    flows: list[AnyPushFlow], parts: ListParts, kept: Census | None, part: ListPart
) -> dict[str, Found]:
    look = parts.look
    readings = [_reading(look, flow) for flow in flows]
    census = readings[0].census = Census()
    prints = Prints(look, readings, whole=part.whole)
    prints.last.compared = parts.may_answer_as_before(part, flows)
    problem = _read(readings, look, prints, part)
    twice = part.whole and any(is_smaller(one.known, one.seen) for one in readings)
    if not problem and twice:
        problem = _read(readings, look, prints, part)
    read_all = part.whole and problem is None
    look.tell_unread(readings[0].flow, whole=read_all, part=not part.whole)
    prints.finish(census, whole=read_all)
    for reading in readings:
        reading.counts.more = problem is not None and problem.endswith(TIME_IS_UP)
        reading.counts.problem = problem
        if read_all:
            _settle_gone(reading, look)
    if not any(one.counts.problem for one in readings) and prints.last.answers:
        parts.was_read(part, readings, prints.last.answers, twice=twice)
    for reading in readings:
        look.keep(reading, whole=part.whole)
    if read_all and census.as_kept() != (kept or Census()):
        look.store.census.save(look.connection_id, flows[0].entity, census)
    return {reading.flow.name: reading.counts for reading in readings}


def _settle_gone(reading: FlowReading, look: ListsLook) -> None:
    """Tell what is gone from a list that was read to its end, unless that is not believed."""
    flow, known, seen = reading.flow, reading.known, reading.seen
    reading.counts.problem = look.doubt(flow.name, known, seen)
    if not reading.counts.problem:
        gone = note_deleted(look.connection_id, flow, known, seen, look.store)
        reading.counts.deleted = gone


def _read(
    readings: list[FlowReading], look: ListsLook, prints: Prints, part: ListPart
) -> str | None:
    """Read a list once for all its flows and store what changed; return why not wholly."""
    flow = readings[0].flow
    try:
        records = look.mobiwork.records(flow.entity, part.filters, last=prints.last)
        for page, full in _pages(records):
            if fresh := [raw.read() for raw in page if not prints.passes(raw)]:
                _put(readings, look, fresh, prints)
            if full and look.out_of_time():
                return f"The {flow.noun}s of MobiWork could not be read to the end: {TIME_IS_UP}"
    except (RetriableError, RecordError) as error:
        if isinstance(error, RecordsUnreadError):
            look.unread[flow.name] = str(error)
        return f"The {flow.noun}s of MobiWork could not be read to the end: {error}"
    finally:
        prints.count()
    return None


def _put(
    readings: list[FlowReading], look: ListsLook, fresh: list[RawRecord], prints: Prints
) -> None:
    """Store what changed of the records of a page, for each flow that they concern."""
    connection_id, store = look.connection_id, look.store
    models = {reading.flow.records.model for reading in readings}
    listed = {model: [ListedRecord(raw, model) for raw in fresh] for model in models}
    for reading in readings:
        some = listed[reading.flow.records.model]
        items = list(_changed(reading, some, look.moment().isoformat()))
        look.expect(reading, {one.record_id for one in items})
        store.pending.put_all(connection_id, reading.flow.name, items)
        if again := reading.again & {one.record_id for one in items}:
            store.again.found(connection_id, reading.flow.name, again)
        store.places.keep(connection_id, reading.places)
        reading.places.clear()
    for one in listed[readings[0].flow.records.model]:
        prints.learn(one)


def _reading(look: ListsLook, flow: AnyPushFlow) -> FlowReading:
    pull, kept = PULL_OF.get(flow.name), look.store.fingerprints
    names = partial(kept.read_names, look.connection_id, pull.name) if pull else None
    form = look.form if pull else ""
    again = look.again.get(flow.name, frozenset())
    return FlowReading(flow, look.known(flow), Found(), set(), names, form, again)


def _pages(records: Iterator[RawRecord]) -> Iterator[tuple[list[RawRecord], bool]]:
    """Yield records by the page, and whether it is full.

    Those read before a failure come out before it is raised.
    """
    page: list[RawRecord] = []
    failure: ConnectorError | None = None
    held = 0
    try:
        for one in records:
            page.append(one)
            held += len(one.xml)
            if len(page) == PAGE or held > MOST_HELD:
                yield page, True
                page, held = [], 0
    except (RetriableError, RecordError) as error:
        failure = error
    if page:
        yield page, False
    if failure is not None:
        raise failure


def _changed(reading: FlowReading, page: Iterable[ListedRecord], at: str) -> Iterator[NewItem]:
    """Yield what changed, as pending items; planning says what is wrong with an unreadable one.

    What is none of the flow's, and never was, is passed over.
    """
    for one in page:
        if not _is_concerned(reading, one.raw, one.record):
            continue
        again = one.own in reading.seen
        if one.record is not None:
            _note(reading, one.raw, one.record, again=again)
        same = reading.known.known(one.own) == one.fingerprint
        reading.seen.add(one.own)
        reading.counts.read += not again
        if same and (again or one.own not in reading.again):
            reading.counts.unchanged += not again
            continue
        reading.known.remember(one.own, one.fingerprint)
        reading.counts.changed += 1
        yield _item(reading.flow, one, at)


def _note(reading: FlowReading, raw: RawRecord, record: BaseModel, *, again: bool) -> None:
    """Note what else is kept of a record: what it says, its addresses, its names."""
    flow = reading.flow
    if reading.census is not None and not again:
        reading.census.note(flow.records.said(record), flow.wording.worth(record))
    if raw.id and (places := flow.records.places(record)):
        reading.places[raw.id] = places
    if reading.names is not None and raw.id:
        key = PULL_OF[flow.name].mobiwork_key(record)
        native = native_id(flow.records.external_id(record), reading.form)
        reading.names.remember(raw.id, key=key, native=native)


def _item(flow: AnyPushFlow, one: ListedRecord, at: str) -> NewItem:
    return NewItem(
        record_id=one.own,
        record=kept_text(one.model, one.raw, one.record),
        fingerprint=one.fingerprint,
        found_at=at,
        label=f"{flow.noun} {one.raw.id or '(without id)'}",
    )


def _is_concerned(reading: FlowReading, raw: RawRecord, record: BaseModel | None) -> bool:
    """Tell whether a record is one of the flow's, or was; what nobody can read is of the first."""
    concerns = reading.flow.records.concerns
    if concerns is None or (raw.id or "") in reading.known.marks:
        return True
    return record is not None and concerns(record)
