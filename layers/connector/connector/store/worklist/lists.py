"""Lists of the records that do not go on, so that a worklist of any length is a query or two.

Each list holds some records of one flow whose ids lie close together: what a person reads of all
alike, seventeen bytes each when there are many. A list follows the pending items, right after they
are written, under a condition on its version; what was not followed, because somebody died in
between, is mended when the run is finished, and once a day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.pending import PendingItem, PendingState
from connector.model.tracking.tracked import TrackedRecord
from connector.model.worklist.facts import EntryFacts, Place
from connector.model.worklist.notes import Note
from connector.observability import logger
from connector.store.table import Item, Key, attempt, key, read_mixed
from connector.store.tracking.rows import TrackedRow, keys_of, shown_in
from connector.store.worklist.rows import LIST, PendingRow, WorklistRow, as_item, partition

LISTS = 512
"""So many lists a connection has at most: a hundred thousand records are two hundred in each."""
TRIES = 100
"""One of those who change a list at once is always done, and so many at once there never are."""
ALIKE = 2
"""So many last characters of an id do not count for its list."""
HELD = frozenset({Outcome.WAITING, Outcome.REFUSED, Outcome.PLANNED})
"""Outcomes after which a record may stay on the worklist."""


class ListedEntry(NamedTuple):
    """One record of a list, as it is stored: what all entries are sorted and summed by.

    flow, record_id: the record.
    state: what it is listed as, such as `refused`.
    cause: the key of its cause.
    since: ISO 8601 in UTC.
    worth: its amount in dollars as a text; None where it has none.
    parents: the keys of the entries that it stands under.
    label: what a person knows it by.
    """

    flow: FlowName
    record_id: RecordId
    state: str
    cause: str
    since: str
    worth: str | None
    parents: tuple[str, ...]
    label: str

    def as_item(self, connection_id: ConnectionId) -> PendingItem:
        """Return the item without its reading, its reason and its fixes."""
        return PendingItem(
            connection_id=connection_id,
            flow=self.flow,
            record_id=self.record_id,
            state=PendingState(self.state),
            record="",
            fingerprint="",
            found_at=self.since,
            label=self.label,
            worth=None if self.worth is None else Decimal(self.worth),
            cause=self.cause,
            since=self.since,
            parents=self.parents,
        )


type Entries = dict[Place, ListedEntry]


def read(connection_id: ConnectionId) -> tuple[list[PendingItem], dict[str, Note]]:
    """Return what does not go on, and all notes by what they are about; one query for 1 MB.

    Of the items only what all entries are sorted and summed by: no reading, reason or fixes.
    """
    items: list[PendingItem] = []
    notes: dict[str, Note] = {}
    for row in WorklistRow.query(partition(connection_id), consistent_read=True):
        if row.sk.startswith(LIST):
            items += [one.as_item(connection_id) for one in _listed_in(row)]
        else:
            notes[row.sk] = row.note
    return items, notes


def to_look_at(connection_id: ConnectionId) -> int:
    """Count what is no record that waits or was refused, but tells of one; a query for 1 MB."""
    rows = WorklistRow.query(
        partition(connection_id), WorklistRow.sk.startswith(LIST), consistent_read=True
    )
    states = (state for row in rows for _, _, state, *_ in row.entries)
    return sum(state == PendingState.DELETED.value for state in states)


def facts(connection_id: ConnectionId, wanted: Iterable[Place]) -> EntryFacts:
    """Return the items of some records, and where they stand; fifty records are one call."""
    places = set(wanted)
    keys: dict[Key, type[Item]] = {
        (key(connection_id, "pending", flow), own): PendingRow for flow, own in places
    }
    keys |= dict.fromkeys(keys_of(connection_id, places), TrackedRow)
    items: dict[Place, PendingItem] = {}
    tracked: dict[Place, TrackedRecord] = {}
    for row in read_mixed(keys):
        if isinstance(row, PendingRow):
            items[row.pk.rpartition("#")[2], row.sk] = as_item(row)
        elif isinstance(row, TrackedRow):
            tracked |= shown_in(row, places)
    return EntryFacts(items, tracked)


def note(item: PendingItem, *, before: PendingItem | None = None) -> None:
    """Let the list of an item follow what became of it just now; what it was says so already."""
    place, entry = (item.flow, item.record_id), _entry(item)
    if before is not None and entry == _entry(before):
        return

    def change(entries: Entries) -> None:
        entries.pop(place, None)
        if entry is not None:
            entries[place] = entry

    _change(item.connection_id, list_of(*place), change)


def drop(connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]) -> None:
    """Take those of some records off the lists that go on; most are on none."""
    ids = set(record_ids)
    listed = _listed(connection_id, flow, ids)
    settle(connection_id, flow, sorted(ids & listed))


def settle(connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]) -> None:
    """Let the lists say of some records what their items say."""
    for where, ids in _by_list(flow, record_ids).items():

        def change(entries: Entries, ids: Sequence[RecordId] = ids) -> None:
            found = _items(connection_id, flow, ids)
            for own in ids:
                entries.pop((flow, own), None)
                entry = _entry(found[own]) if own in found else None
                if entry is not None:
                    entries[flow, own] = entry

        _change(connection_id, where, change)


def mend(connection_id: ConnectionId, flow: FlowName, told: Sequence[RecordOutcome]) -> None:
    """Settle those of a run's outcomes of which the lists say otherwise, as the dead leave it."""
    held = {one.record_id: one.outcome in HELD for one in told}
    listed = _listed(connection_id, flow, held)
    settle(connection_id, flow, [own for own, stays in held.items() if stays != (own in listed)])


def _listed(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> set[RecordId]:
    """Return the records of a flow that are on those lists on which some of them may be."""
    stored = _stored(connection_id, _by_list(flow, record_ids))
    return {own for row in stored.values() for kind, own in _unpacked(row) if kind == flow}


def _items(
    connection_id: ConnectionId, flow: FlowName, record_ids: Iterable[RecordId]
) -> dict[RecordId, PendingItem]:
    """Return the pending items of some records."""
    keys = [(key(connection_id, "pending", flow), own) for own in set(record_ids)]
    return {row.sk: as_item(row) for row in PendingRow.batch_get(keys, consistent_read=True)}


def _change(connection_id: ConnectionId, where: str, change: Callable[[Entries], None]) -> None:
    """Change a list, again where somebody else was faster; in the end the watch mends it."""
    for _ in range(TRIES):
        row = _stored(connection_id, [where]).get(where)
        entries = _unpacked(row) if row else {}
        before = dict(entries)
        change(entries)
        if entries == before or _saved(connection_id, where, row, entries):
            return
    logger.warning("a list of the worklist changes all the time", list=where)


def _saved(
    connection_id: ConnectionId, where: str, before: WorklistRow | None, entries: Entries
) -> bool:
    version = int(before.version) if before else 0
    row = WorklistRow(
        pk=partition(connection_id),
        sk=where,
        entries=[list(one) for _, one in sorted(entries.items())],
        version=version + 1,
    )
    same = WorklistRow.version == version if before else WorklistRow.pk.does_not_exist()
    with attempt() as made:
        row.save(condition=same)
    return made.took_effect


def _stored(connection_id: ConnectionId, places: Iterable[str]) -> dict[str, WorklistRow]:
    keys = [(partition(connection_id), where) for where in places]
    found = WorklistRow.batch_get(keys, consistent_read=True)
    return {row.sk: row for row in found}


def _by_list(flow: FlowName, record_ids: Iterable[RecordId]) -> dict[str, list[RecordId]]:
    found = defaultdict[str, list[RecordId]](list)
    for own in dict.fromkeys(record_ids):
        if own:
            found[list_of(flow, own)].append(own)
    return found


def list_of(flow: FlowName, record_id: RecordId) -> str:
    """Return the sort key of the list that a record is on."""
    digest = blake2b(f"{flow}/{record_id[:-ALIKE]}".encode(), digest_size=4).digest()
    return f"{LIST}{int.from_bytes(digest) % LISTS:03d}"


def _entry(item: PendingItem) -> ListedEntry | None:
    """Return an item as it is listed; None where it goes on."""
    if not item.is_open:
        return None
    return ListedEntry(
        flow=item.flow,
        record_id=item.record_id,
        state=item.state.value,
        cause=item.key_of_cause,
        since=item.since or item.found_at,
        worth=None if item.worth is None else str(item.worth),
        parents=item.parents,
        label=item.label,
    )


def _listed_in(row: WorklistRow) -> Iterator[ListedEntry]:
    for flow, own, state, cause, since, worth, parents, label in row.entries:
        yield ListedEntry(flow, own, state, cause, since, worth, tuple(parents), label)


def _unpacked(row: WorklistRow) -> Entries:
    return {(one.flow, one.record_id): one for one in _listed_in(row)}
