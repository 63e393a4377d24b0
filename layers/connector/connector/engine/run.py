"""One flow's turn in a run: which connection, what it may use, and how long it has."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Protocol
from xml.etree.ElementTree import Element

from connector.engine.stores import DYNAMODB, Store
from connector.errors import ConfigurationError
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.company import Company
from connector.model.connection import Mode, Phase
from connector.model.flows.field import Changes
from connector.model.markers import Marker
from connector.model.policy.settings import Settings

MARGIN_SECONDS = 60.0
"""A worker stops this long before its time-out and asks to be called again."""


class QuickBooksWrites(Protocol):
    """What the push engine asks of QuickBooks; the client and the tests' fake both offer it."""

    def create(
        self, entity: str, body: Body, *, requestid: str, before_sending: Callable[[], object]
    ) -> Body:
        """Create a record and return it as QuickBooks stored it."""

    def update(self, entity: str, body: Body, *, requestid: str) -> Body:
        """Update a record sparsely and return it."""

    def read(self, entity: str, record_id: str) -> Body:
        """Read a record (a metered call)."""

    def query(self, statement: str) -> Iterable[Body]:
        """Yield the records a statement finds (metered)."""


class MobiWorkWrites(Protocol):
    """The calls that the pull engine makes; the client and the tests' fake both offer them."""

    def supports(self, entity: str, operation: str) -> bool:
        """Tell whether a call exists and, if it is only assumed, is switched on."""

    def records(self, entity: str, filters: Mapping[str, str] | None = None) -> Iterator[RawRecord]:
        """Yield all records of an entity."""

    def find(self, entity: str, record_id: str) -> RawRecord | None:
        """Return one record, or nothing when MobiWork does not have it."""

    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        """Return the records that name a QuickBooks id."""

    def external_id(self, entity: str, quickbooks_id: str) -> Changes:
        """Return what makes a record name its QuickBooks record."""

    def add(
        self, entity: str, element: str | Element, *, before_sending: Callable[[], object]
    ) -> RawRecord:
        """Create a record."""

    def edit(self, entity: str, record_id: str, changes: Changes) -> RawRecord:
        """Change elements of a record and keep all others."""


def _no_mobiwork() -> MobiWorkWrites:
    raise ConfigurationError("This run was given no MobiWork account.")


def _no_checkpoint(_step: str) -> None:
    """Do nothing; crash tests put a killer here."""


def _new_claim() -> str:
    return secrets.token_hex(8)


@dataclass
class Run:
    """What an engine is given.

    selection: record ids per MobiWork entity when a person chose them, else empty.
    failures: what went wrong in the flows of the run, as the state machine saw it.
    remaining: seconds until this invocation is cut off.
    checkpoint: told each durable step of the protocol as it is reached.
    claim_seconds: how long a claim that shows no life must be watched before it is taken over.
    send_seconds: how old a claim may be when its record is sent; an older one is renewed first.
    settle_seconds: how long QuickBooks' queries may lag behind its writes.
    now: the time of day, for what may not be dated in the future.
    restored: whether the table was restored from a backup, so that links may be missing.
    store: where everything durable is kept.
    phase: how far the connection had come when the run was made.
    mode: what becomes of its plans.
    connected_on: the company's day on which it was connected, where it was noted.
    """

    connection_id: str
    run_id: str
    open_quickbooks: Callable[[], QuickBooksWrites]
    open_mobiwork: Callable[[], MobiWorkWrites] = _no_mobiwork
    selection: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_hand: bool = False
    failures: tuple[str, ...] = ()
    remaining: Callable[[], float] = lambda: 900.0
    checkpoint: Callable[[str], None] = _no_checkpoint
    new_claim: Callable[[], str] = _new_claim
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    claim_seconds: float = 130.0
    send_seconds: float = 30.0
    settle_seconds: float = 30.0
    restored: bool = False
    workers: int = 8
    store: Store = DYNAMODB
    phase: Phase = Phase.LIVE
    mode: Mode = Mode.EXECUTE
    connected_on: date | None = None

    @cached_property
    def quickbooks(self) -> QuickBooksWrites:
        """The QuickBooks company, opened at the first use."""
        return self.open_quickbooks()

    @cached_property
    def mobiwork(self) -> MobiWorkWrites:
        """The MobiWork account, opened at the first use.

        Raises:
            ConnectionBrokenError: no login is stored for it.
        """
        return self.open_mobiwork()

    @cached_property
    def settings(self) -> Settings:
        """The settings of the connection."""
        return self.store.settings.read_settings(self.connection_id)

    @cached_property
    def company(self) -> Company:
        """What is remembered of the QuickBooks company.

        Raises:
            ConfigurationError: it was never read; connecting reads it first.
        """
        company = self.store.settings.read_company(self.connection_id)
        if company is None:
            raise ConfigurationError(f"The company of {self.connection_id} was never read.")
        return company

    def out_of_time(self) -> bool:
        """Tell whether it is time to stop and ask for another invocation."""
        return self.remaining() < MARGIN_SECONDS

    def marker(self, entity: str, mobiwork_id: str) -> Marker:
        """Return what marks a QuickBooks document as made from a MobiWork record."""
        return Marker(entity, mobiwork_id, self.connection_id)


def new_run_id(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Return a run id that sorts by time."""
    return f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
