"""One flow's turn in a run: which connection, what it may use, and how long it has."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from connector.engine.read_only import ReadOnlyMobiWork, ReadOnlyQuickBooks
from connector.engine.stores import DYNAMODB, Store
from connector.errors import ConfigurationError
from connector.model.connection import RUNNING, Mode, Phase
from connector.model.markers import Marker
from connector.model.outcomes import within_room

if TYPE_CHECKING:
    from connector.engine.remotes import MobiWorkWrites, QuickBooksPages, QuickBooksWrites
    from connector.model.company import Company
    from connector.model.ids import FlowName, QuickBooksId, RecordId, RunId
    from connector.model.outcomes import About, RecordOutcome
    from connector.model.policy.settings import SavedSettings, Settings
    from connector.store.tracking.files import OutcomeFiles

LONGEST = timedelta(seconds=960)
"""No worker lives so long (a function runs for 900 s): what it knew of settings is gone by then."""

MARGIN_SECONDS = 60.0
"""A worker stops this long before its time-out and asks to be called again."""


def _no_mobiwork() -> MobiWorkWrites:
    raise ConfigurationError("This run was given no MobiWork account.")


def _no_pages() -> QuickBooksPages:
    raise ConfigurationError("This run was given no QuickBooks company to read page by page.")


def _no_checkpoint(_step: str) -> None:
    """Do nothing; crash tests put a killer here."""


def _new_claim() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class SeenRecord:
    """What is known of a record before anything is done with it, and belongs to any outcome.

    about: by what a person looks for it; quickbooks_id: what it is on the other side, if it is.
    worth: what it comes to, where nothing else tells it.
    """

    about: About
    quickbooks_id: QuickBooksId | None = None
    worth: Decimal | None = None

    def told(self, told: RecordOutcome) -> RecordOutcome:
        """Return an outcome of the record together with that."""
        other_id = told.quickbooks_id or self.quickbooks_id
        worth = self.worth if told.worth is None else told.worth
        return replace(told, about=self.about, quickbooks_id=other_id, worth=worth)


@dataclass
class Run:
    """What an engine is given.

    connection_id, run_id: what the run is of, and its name, which sorts by time.
    open_quickbooks, open_mobiwork: make the client of each side, at its first use.
    by_hand: whether a person started it.
    new_claim: makes a token of 16 hexadecimal digits that no other worker has.
    clock, sleep: seconds that only go on, and how to wait for some.
    workers: so many records are worked on at once.
    selection: record ids per MobiWork entity when a person chose them, else empty.
    failures: what went wrong in the flows of the run, as the state machine saw it.
    remaining: seconds until this invocation is cut off.
    checkpoint: told each durable step of the protocol as it is reached.
    claim_seconds: how long a claim that shows no life must be watched before it is taken over.
    send_seconds: how old a claim may be when its record is sent; an older one is renewed first.
    settle_seconds: how long QuickBooks' queries may lag behind its writes.
    now: the time of day, for what may not be dated in the future.
    reads_again: from when on QuickBooks is read again, where the budget stops that; else None.
    restored_to: the moment that the table was brought back to from a backup, so that links made
        since are missing; None where it was not.
    store: where everything durable is kept.
    phase: how far the connection had come when the run began.
    mode: what becomes of its plans.
    connected_on: the company's day on which it was connected, where it was noted.
    dry_run: whether it only plans, without changing where anything stands.
    plans_all: whether it plans all that is not on the other side, and not only what is to be done.
    flows: the names of the flows that it works through; empty for all.
    asked: of these, those that a person asked for; the others only stand for what they refer to.
    about: the run that is to be undone, where this is a job that does that.
    files: where outcomes are kept as files; None where they are not.
    chosen: the records that a person asked for, by flow; nothing where all are worked through.
    at_work: the flow that is at work, whose calls are counted for it.
    seen: what is known of the records that are worked on, by their ids.
    told: the outcomes that where records stand does not follow yet.
    found_again: after the table was restored, what QuickBooks got since that carries a mark: by
        kind, then by mark, each document as packed JSON.
    open_pages: makes the reader of QuickBooks' pages, at its first use.
    """

    connection_id: str
    run_id: str
    open_quickbooks: Callable[[], QuickBooksWrites]
    open_mobiwork: Callable[[], MobiWorkWrites] = _no_mobiwork
    open_pages: Callable[[], QuickBooksPages] = _no_pages
    selection: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_hand: bool = False
    failures: tuple[str, ...] = ()
    remaining: Callable[[], float] = lambda: 900.0
    checkpoint: Callable[[str], None] = _no_checkpoint
    new_claim: Callable[[], str] = _new_claim
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    reads_again: Callable[[], datetime | None] = lambda: None
    sleep: Callable[[float], None] = time.sleep
    claim_seconds: float = 130.0
    send_seconds: float = 30.0
    settle_seconds: float = 30.0
    restored_to: datetime | None = None
    workers: int = 8
    store: Store = DYNAMODB
    phase: Phase = Phase.LIVE
    mode: Mode = Mode.EXECUTE
    connected_on: date | None = None
    dry_run: bool = False
    plans_all: bool = False
    flows: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    about: RunId | None = None
    files: OutcomeFiles | None = None
    chosen: Mapping[FlowName, tuple[RecordId, ...]] = field(default_factory=dict)
    at_work: FlowName | None = None
    seen: dict[RecordId, SeenRecord] = field(default_factory=dict)
    told: list[RecordOutcome] = field(default_factory=list)
    found_again: dict[str, Mapping[Marker, Sequence[bytes]]] = field(default_factory=dict)

    @cached_property
    def quickbooks(self) -> QuickBooksWrites:
        """The QuickBooks company, opened at the first use; a run that only plans may not write."""
        opened = self.open_quickbooks()
        return ReadOnlyQuickBooks(opened) if self.only_plans else opened

    @cached_property
    def mobiwork(self) -> MobiWorkWrites:
        """The MobiWork account, opened at the first use; a run that only plans may not write.

        Raises:
            ConnectionBrokenError: no login is stored for it.
        """
        opened = self.open_mobiwork()
        return ReadOnlyMobiWork(opened) if self.only_plans else opened

    @cached_property
    def pages(self) -> QuickBooksPages:
        """The QuickBooks company where it is read page by page, opened at the first use."""
        return self.open_pages()

    @property
    def only_plans(self) -> bool:
        """Whether all plans are kept and none is carried out."""
        return self.mode is Mode.REVIEW or self.dry_run

    @cached_property
    def scope(self) -> str:
        """Where the plans of this run are kept that are not carried out."""
        return self.run_id if self.dry_run else self.store.plans.scope(self.connection_id)

    def works_on(self, flow: str) -> bool:
        """Tell whether a flow is a part of this run."""
        return not self.flows or flow in self.flows

    def needs_approval(self, flow: str) -> bool:
        """Tell whether a person must approve each plan of a flow before it is carried out."""
        return self.mode is Mode.APPROVE or flow in self.settings.approve_before_post

    @cached_property
    def _kept(self) -> tuple[SavedSettings, Company | None]:
        return self.store.settings.read_with_company(self.connection_id)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the connection."""
        return self.saved.settings

    @cached_property
    def saved(self) -> SavedSettings:
        """The settings of the connection, and which save they are from."""
        return self._kept[0]

    @cached_property
    def company(self) -> Company:
        """What is remembered of the QuickBooks company.

        Raises:
            ConfigurationError: it was never read; connecting reads it first.
        """
        _, company = self._kept
        if company is None:
            raise ConfigurationError(f"The company of {self.connection_id} was never read.")
        return company

    def out_of_time(self) -> bool:
        """Tell whether it is time to stop and ask for another invocation."""
        return self.remaining() < MARGIN_SECONDS

    def goes_on(self) -> bool:
        """Tell whether the connection is still in the phase in which the run began.

        A dry run changes nothing, so it only ends when there is no connection any more.
        """
        phase = self.store.connections.phase(self.connection_id)
        if self.dry_run:
            return phase is not Phase.CLOSED
        return phase in RUNNING and phase is self.phase

    def marker(self, entity: str, mobiwork_id: str) -> Marker:
        """Return what marks a QuickBooks document as made from a MobiWork record."""
        return Marker(entity, mobiwork_id, self.connection_id)

    def complete(self, told: RecordOutcome) -> RecordOutcome:
        """Return an outcome with what is known of its record, as far as there is room for it."""
        seen = self.seen.get(told.record_id)
        return within_room(seen.told(told) if seen else told)

    def record(self, told: RecordOutcome) -> None:
        """Store what became of a record in this run."""
        complete = self.complete(told)
        self.store.runs.record(self.connection_id, complete)
        self.told.append(complete)

    def follow(self, flow: FlowName) -> None:
        """Let where records stand follow what was told of them; a dry run changes nothing.

        What no worker comes to is followed when the run is finished.
        """
        told, self.told = self.told, []
        if not self.dry_run:
            of_flow = [one for one in told if one.flow == flow]
            self.store.tracked.note(self.connection_id, flow, of_flow, now=self.now())
