"""One look at the lists of a connection: what is known of each, and what is kept for the next."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol

from pydantic import BaseModel, ValidationError

from connector.changes import unread_entries
from connector.changes.lists.found import Found
from connector.changes.lists.whole_lists import doubt, expect_linked, forget_doubt
from connector.engine.stores import Store
from connector.entities.registry import PULL_OF
from connector.mobiwork.calls import CallRoute
from connector.mobiwork.lists.pages import Answers, PageAsked
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.wire_records import parse_record
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.fingerprints import Fingerprints, HeldAnswer, RecordNames
from connector.model.flows.census import Census
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.pending import WITHOUT_ID, fingerprint
from connector.model.policy.settings import Settings

LISTS, NEXT, EMPTY = "lists", "next", "empty"
"""Where it is kept which list the next look reads first, and which flows hold no record at all."""
DOUBTED = "doubted"
"""With the name of a flow: its list missed much when it was read last."""
UNREAD = "unread-"
"""With the name of a flow: which records of its list nobody could read, as a fingerprint."""


class MobiWorkReads(Protocol):
    """What finding asks of MobiWork."""

    def supports(self, entity: str, operation: str) -> bool:
        """Tell whether a call exists and, if it is only assumed, is switched on."""

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        """Yield all records of an entity that pass the filters, page by page.

        Those that are printed as they were when they were read `last` may come as the same.
        """

    def expect(
        self, entity: str, asked: Iterable[PageAsked], *, by: CallRoute | None = None
    ) -> None:
        """Take note that a list is read soon, what it is asked for then, and by which route."""

    def answers_as_before(self, entity: str, before: Answers) -> bool:
        """Tell whether a list answers as before, byte for byte."""

    def created_since(self, entity: str, day: date) -> Mapping[str, str] | None:
        """Return the filters for what was created since a day; None where none is documented."""


@dataclass
class ListedRecord:
    """A record as MobiWork lists it, read once for all flows of its model.

    raw: as MobiWork printed it.
    model: reads it, for all flows that have it.
    """

    raw: RawRecord
    model: type[BaseModel]

    @cached_property
    def record(self) -> BaseModel | None:
        """The record; None where it cannot be read."""
        try:
            return parse_record(self.model, self.raw)
        except ValidationError:
            return None

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of what is mapped of it, or of all where it cannot be read."""
        return fingerprint(self.raw.xml if self.record is None else self.record.model_dump_json())

    @cached_property
    def own(self) -> str:
        """The id that it is kept under."""
        return self.raw.id or f"{WITHOUT_ID}{fingerprint(self.raw.xml)}"


@dataclass
class FlowReading:
    """The reading of one source for one of its flows.

    `read_names` reads the names that pulling goes by, None where nothing is pulled. `form` is how
    the external ids of this connection are written; `again` are the records that a person wants
    sent again, which count as changed.

    flow: whose source is read.
    known: what was known of its records.
    counts: what was found so far.
    seen: the ids that were listed.
    places: what pulling goes by of each record, by id.
    census: which values the records have; None where nobody counts them.
    """

    flow: AnyPushFlow
    known: Fingerprints
    counts: Found
    seen: set[str]
    read_names: Callable[[], RecordNames] | None
    form: str
    again: AbstractSet[str] = frozenset()
    places: dict[str, Mapping[str, Body]] = field(default_factory=dict)
    census: Census | None = None

    @cached_property
    def names(self) -> RecordNames | None:
        """The names that pulling goes by, read where one of them may have changed."""
        return self.read_names() if self.read_names else None

    @property
    def renames(self) -> bool:
        """Whether the names must be put in order.

        Something was read anew, is missing or gone, or an earlier look died before its end.
        """
        known, read = self.known, "names" in self.__dict__
        return read or bool(known.notes or known.changed) or not known.ids() <= self.seen


@dataclass
class ListsLook:
    """One look at the lists of a connection.

    connection_id: whose lists they are.
    mobiwork, store: what is read, and where it is kept.
    out_of_time: whether this look must come to its end.
    again: the ids of records that a person wants sent again, by flow.
    now: when the look began, in UTC; started: the same in seconds of a clock that only goes on.
    unread: which records of a list nobody could read, as sentences, by flow.
    """

    connection_id: str
    mobiwork: MobiWorkReads
    store: Store
    out_of_time: Callable[[], bool]
    again: Mapping[str, AbstractSet[str]]
    now: datetime
    unread: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def moment(self) -> datetime:
        """Return the time, in UTC."""
        return self.now + timedelta(seconds=time.monotonic() - self.started)

    @cached_property
    def settings(self) -> Settings:
        """What the connection chose."""
        return self.store.settings.read_settings(self.connection_id)

    @property
    def form(self) -> str:
        """How the external ids of the connection are written."""
        return self.settings.external_id_format

    @cached_property
    def lists(self) -> Fingerprints:
        """What is kept of the lists themselves."""
        return self.store.fingerprints.read(self.connection_id, LISTS)

    @cached_property
    def _told(self) -> Mapping[str, HeldAnswer]:
        return self.store.answers.read_all(self.connection_id)

    def told(self, flow: str) -> HeldAnswer:
        """Return what the list of a flow answered when nothing was new."""
        return self._told.get(flow, HeldAnswer())

    def save_lists(self) -> None:
        """Keep what is new of the lists themselves."""
        if self.lists.changed:
            self.store.fingerprints.save(self.connection_id, LISTS, self.lists)

    def tell_unread(self, flow: AnyPushFlow, *, whole: bool, part: bool) -> None:
        """Put records of a list that nobody can read on the worklist, once for the same ones.

        Once the list is read as a `whole` their entry ends; a `part` of it says nothing new.
        """
        told, known = self.unread.pop(flow.name, ""), self.lists.known(UNREAD + flow.name)
        mark = fingerprint(told) if told else None
        if mark == known or not (told or whole) or (part and known):
            return
        sentences = [told] if told else []
        own, name, now, store = self.connection_id, flow.name, self.now, self.store
        unread_entries.tell(own, name, flow.entity, sentences, since=now, here=True, store=store)
        if mark:
            self.lists.remember(UNREAD + flow.name, mark)
        else:
            self.lists.forget(UNREAD + flow.name)

    def doubt(self, name: str, known: Fingerprints, seen: AbstractSet[str]) -> str | None:
        """Say why what is missing from a list is not believed; a whole one ends the doubt."""
        why = doubt(self.connection_id, name, known, seen, self.store)
        if why:
            self.lists.remember(DOUBTED + name, DOUBTED)
        elif self.lists.known(DOUBTED + name):
            self.lists.forget(DOUBTED + name)
            forget_doubt(self.connection_id, name, self.store)
        return why

    def known(self, flow: AnyPushFlow) -> Fingerprints:
        """Return the known fingerprints of a flow.

        One that few records of a list concern, such as credits, is not read while it has none.
        What makes answers void from here on is noticed: their turns are read first.
        """
        self.told(flow.name)
        if self.lists.known(flow.name) == EMPTY:
            return Fingerprints()
        known = self.store.fingerprints.read(self.connection_id, flow.name)
        if known.linking:
            source = PULL_OF[flow.name].source
            expect_linked(self.connection_id, source, known, self.store, self.now)
        return known

    def expect(self, reading: FlowReading, record_ids: AbstractSet[str]) -> None:
        """Note records before they become items: a look that dies leaves a trace of them.

        Else nobody would be told of one that is sent and deleted in MobiWork before the next look,
        and one that is changed back before it would be sent as it was in between, for good.
        """
        if record_ids:
            self._not_empty(reading.flow)
            note = self.store.fingerprints.note
            reading.known.notes.add(note(self.connection_id, reading.flow.name, record_ids))

    def _not_empty(self, flow: AnyPushFlow) -> None:
        if self.lists.known(flow.name) == EMPTY:
            self.lists.forget(flow.name)
            self.save_lists()

    def keep(self, reading: FlowReading, *, whole: bool) -> None:
        """Keep what was read for the next look; a flow counts as empty only while it is.

        Of a list that was not read as a whole no name is forgotten.
        """
        store, flow, known = self.store.fingerprints, reading.flow, reading.known
        if known.marks:
            self._not_empty(flow)
        if reading.renames and reading.names is not None:
            # First: of a record that is known no name is noted again.
            if whole and not reading.counts.problem:
                reading.names.keep_only(reading.seen)
            store.save_names(self.connection_id, PULL_OF[flow.name].name, reading.names)
        store.save(self.connection_id, flow.name, known)
        if flow.records.concerns and not known.marks and self.lists.known(flow.name) != EMPTY:
            self.lists.remember(flow.name, EMPTY)
