"""What does not go on, read once: each record under its cause, children under their parents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

from connector.engine.stores import Store
from connector.entities.registry import ADDED, NAMES, PUSHED_BY
from connector.errors import NotThereError, RequestError, Wrong
from connector.model.pending import PendingItem
from connector.model.worklist import causes
from connector.model.worklist.causes import Kind, NamedCause
from connector.model.worklist.facts import EntryFacts, Place
from connector.model.worklist.notes import Note
from connector.store import connections

WAITS_FOR_OTHERS = (Kind.PARENT, Kind.PARENT_LEFT_OUT, Kind.PARENT_UNKNOWN)
FLOW_OF = {**PUSHED_BY, **ADDED}


def known(connection_id: str) -> str:
    """Return the id of a connection that there is.

    Raises:
        UnknownConnectionError: there is none of that id.
    """
    return connections.read(connection_id).connection_id


def id_of(item: PendingItem) -> str:
    """Return the id of an entry."""
    return f"{item.flow}/{item.record_id}"


def cause_of(item: PendingItem) -> NamedCause:
    """Return the cause of an item."""
    return causes.read(item.key_of_cause)


@dataclass(frozen=True)
class OpenEntry:
    """One record that does not go on.

    item, cause: the record, and what stands in its way.
    root: the id of the entry that it waits for in the end; its own where it waits for none.
    note: what a person wrote of it, or of its cause.
    """

    item: PendingItem
    cause: NamedCause
    root: str
    note: Note | None = None

    @cached_property
    def id(self) -> str:
        """The id of the entry."""
        return id_of(self.item)

    @property
    def is_child(self) -> bool:
        """Whether it stands under another entry."""
        return self.root != self.id

    @property
    def since(self) -> datetime:
        """From when on it does not go on."""
        moment = datetime.fromisoformat(self.item.since or self.item.found_at)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def sleeps(self, today: date) -> bool:
        """Tell whether a person put it off to a later day."""
        return self.note is not None and self.note.sleeps(today)


@dataclass(frozen=True)
class OpenEntries:
    """All that does not go on in a connection.

    entries: In the order of their keys.
    """

    entries: Sequence[OpenEntry]

    def of_cause(self, key: str) -> list[OpenEntry]:
        """Return the entries of a cause, without those that stand under others."""
        return [one for one in self.entries if one.cause.key == key and not one.is_child]

    def below(self, ids: set[str]) -> list[OpenEntry]:
        """Return the entries that stand under some others."""
        return [child for own in ids for child in self._children.get(own, ())]

    @cached_property
    def _children(self) -> Mapping[str, Sequence[OpenEntry]]:
        found = defaultdict[str, list[OpenEntry]](list)
        for one in self.entries:
            if one.is_child:
                found[one.root].append(one)
        return found


def read_open(connection_id: str, store: Store) -> OpenEntries:
    """Read what does not go on, without readings, reasons and fixes; a query for 50,000 entries."""
    some, notes = store.worklist.read(connection_id)
    items = {id_of(item): item for item in some}
    return OpenEntries([_entry(item, items, notes) for item in items.values()])


def place_of(entry: OpenEntry) -> Place:
    """Return which record an entry is of."""
    return entry.item.flow, entry.item.record_id


def as_kept(entries: Iterable[OpenEntry], facts: EntryFacts) -> list[OpenEntry]:
    """Return entries with all that is kept of their records, without those that go on by now."""
    found = ((one, facts.items.get(place_of(one))) for one in entries)
    return [
        replace(one, item=item, cause=cause_of(item))
        for one, item in found
        if item is not None and item.is_open
    ]


def chosen(  # noqa: PLR0913 - what is asked, and where it is kept
    connection_id: str,
    cause: str | None,
    ids: Sequence[str],
    store: Store,
    *,
    most: int,
    fits: Callable[[OpenEntry], bool] = lambda _one: True,
) -> tuple[list[OpenEntry], int]:
    """Return the entries that a person names: all of a cause that fit, or some by their ids.

    At most so many, the oldest first; and how many of the cause are left. Where none fits, all are
    taken, and whoever is asked says why not.

    Raises:
        RequestError: both or neither are named, or one does not stand on the worklist.
        NotThereError: no entry has that cause.
    """
    if bool(cause) is bool(ids):
        raise RequestError("Name either a cause or some entries.")
    if not cause:
        named = _named(connection_id, ids, store)
        return named[:most], max(0, len(named) - most)
    every = read_open(connection_id, store).of_cause(cause)
    held = [one for one in every if not one.item.is_tried_again] or every
    found = [one for one in held if fits(one)] or held
    found.sort(key=lambda one: (one.since, one.id))
    facts = store.worklist.facts(connection_id, map(place_of, found[:most]))
    some = [one for one in as_kept(found[:most], facts) if one.cause.key == cause]
    if not some:
        raise NotThereError("No entry has that cause anymore.")
    return some, max(0, len(found) - most)


def _named(connection_id: str, ids: Sequence[str], store: Store) -> list[OpenEntry]:
    """Return the entries of some ids."""
    found: dict[str, PendingItem] = {}
    for flow in {one.partition("/")[0] for one in ids} & set(NAMES):
        wanted = [one.partition("/")[2] for one in ids if one.startswith(f"{flow}/")]
        kept = store.pending.read_many(connection_id, flow, wanted)
        found |= {id_of(item): item for item in kept.values() if item.is_open}
    wrong = [
        Wrong(f"#/entries/{place}", f"{one} is not on the worklist. It may be done already.")
        for place, one in enumerate(ids)
        if one not in found
    ]
    if wrong:
        raise RequestError.of_several("Nothing was done.", wrong)
    notes = store.notes.read_all(connection_id)
    return [_entry(found[one], found, notes) for one in dict.fromkeys(ids)]


def _entry(
    item: PendingItem, items: Mapping[str, PendingItem], notes: Mapping[str, Note]
) -> OpenEntry:
    cause, own = cause_of(item), id_of(item)
    note = (notes.get(own) or notes.get(cause.key)) if notes else None
    return OpenEntry(item, cause, _root(own, item, cause, items), note)


def _root(own: str, item: PendingItem, cause: NamedCause, items: Mapping[str, PendingItem]) -> str:
    """Return the entry that a record waits for in the end."""
    seen = {own}
    while cause.kind in WAITS_FOR_OTHERS:
        parent = next((one for one in _parents(item) if one in items and one not in seen), None)
        if parent is None:
            break
        own, item = parent, items[parent]
        cause = cause_of(item)
        seen.add(own)
    return own


def _parents(item: PendingItem) -> Iterator[str]:
    for one in item.parents:
        entity, _, record_id = one.partition("/")
        if flow := FLOW_OF.get(entity):
            yield f"{flow}/{record_id}"
