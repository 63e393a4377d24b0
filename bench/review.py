"""Measures the review of a large company: memory and metered calls of planning and of its report.

The flow, the engine and the report are the connector's. Behind them stands a store that makes each
invoice as it is read and keeps each plan in a file, so that only the worker's memory is measured.
QuickBooks cannot be opened: a metered call would fail.
"""

import pickle
import resource
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.simulator_speed import failed, say
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.sales.invoices import PUSH
from connector.jobs.report import summarize
from connector.model.connection import Mode
from connector.model.ids import ConnectionId, FlowName, RecordId
from connector.model.links import Linking, RecordKey
from connector.model.outcomes import RecordOutcome
from connector.model.pending import PendingItem, PendingState
from connector.model.review.planned import PlannedRecord, StandIn
from connector.model.review.taken import Taking
from connector.push.worker import push
from tests.builders import CONNECTION, a_company, a_link, an_invoice, settings
from tests.memory.links import MemoryAdditions, MemoryLinks
from tests.memory.pending import MemoryPending
from tests.memory.plans import MemoryPlans
from tests.memory.runs import MemoryRuns
from tests.memory.store import in_memory

RECORDS, MOST_MEGABYTES = 50_000, 256
EVERYBODY = {("customer", "700001"), ("product", "307001")}


class MadeItems(MemoryPending):
    """Pending invoices that are made as they are read."""

    count = RECORDS

    def to_plan(
        self,
        connection_id: ConnectionId,
        flow: FlowName,
        *,
        after: RecordId | None = None,
        now: datetime | None = None,
    ) -> Iterator[PendingItem]:
        """Yield invoices, every one with a number of its own."""
        del after, now
        for number in range(self.count):
            own = f"{number:07}"
            yield PendingItem(
                connection_id=connection_id,
                flow=flow,
                record_id=own,
                state=PendingState.CHANGED,
                record=an_invoice(own).xml,
                fingerprint=own,
                found_at="2026-11-29T09:00:00+00:00",
                label="",
            )


class KnownLinks(MemoryLinks):
    """Links of the one customer and the one product that all invoices name."""

    def read_many(
        self, connection_id: ConnectionId, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], Linking]:
        """Find these two."""
        del connection_id
        return {own: a_link(RecordKey(*own)) for own in wanted if own in EVERYBODY}


class NoOutcomes(MemoryRuns):
    """Outcomes that nobody reads."""

    def record(self, connection_id: ConnectionId, told: RecordOutcome) -> None:
        """Keep nothing."""


@dataclass
class FiledPlans(MemoryPlans):
    """Plans in a file."""

    folder: Path = field(default_factory=Path)

    def __post_init__(self) -> None:
        self.rows = sqlite3.connect(self.folder / "plans")
        self.rows.execute("create table plans (id text primary key, plan blob)")

    def keep(
        self, connection_id: ConnectionId, scope: str, planned: Iterable[PlannedRecord]
    ) -> None:
        """Write plans to the file."""
        del connection_id, scope
        rows = [(one.record_id, pickle.dumps(one)) for one in planned]
        self.rows.executemany("replace into plans values (?, ?)", rows)

    def read_some(
        self, connection_id: ConnectionId, scope: str, flow: FlowName, *, after: str, limit: int
    ) -> list[PlannedRecord]:
        """Read plans of the file by record id."""
        del connection_id, scope
        if flow != PUSH.name:
            return []
        asked = "select plan from plans where id > ? order by id limit ?"
        return [pickle.loads(one) for (one,) in self.rows.execute(asked, (after, limit))]  # noqa: S301

    def stand_ins(
        self, connection_id: ConnectionId, scope: str, wanted: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], StandIn]:
        """Find nothing."""
        del connection_id, scope, wanted
        return {}

    def take(self, connection_id: ConnectionId, scope: str, taken: Mapping[Taking, str]) -> None:
        """Keep nothing."""


def _store(folder: Path, records: int) -> Store:
    pending = MadeItems()
    pending.count = records
    kept, runs = in_memory(), NoOutcomes()
    links = KnownLinks(MemoryAdditions(), runs, pending)
    plans = FiledPlans(folder=folder)
    store = replace(kept, links=links, pending=pending, plans=plans, runs=runs)
    store.settings.save_settings(CONNECTION, settings(), saved_at="", saved_by="bench")
    store.settings.save_company(CONNECTION, a_company())
    return store


def _no_quickbooks() -> Any:  # noqa: ANN401
    raise RuntimeError("a metered call would have been made")


def main() -> int:
    """Plan and report; returns the exit code."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with TemporaryDirectory() as folder:
        store = _store(Path(folder), records)
        run = Run(
            connection_id=CONNECTION,
            run_id="r1",
            open_quickbooks=_no_quickbooks,
            store=store,
            mode=Mode.REVIEW,
            remaining=lambda: 10_000.0,
        )
        began = time.monotonic()
        push(PUSH, run)
        planned = time.monotonic()
        [flow] = summarize(CONNECTION, run.scope, store.plans, store.matches).flows
        added = time.monotonic()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("plans in the report", f"{flow.to_write.count:,}", met=flow.to_write.count == records)
    say("their sum", f"{flow.to_write.worth:,.2f}")
    say("plans a second", f"{records / (planned - began):,.0f}")
    say("seconds to add them up", f"{added - planned:.1f}")
    say("metered calls", "0")
    say(f"peak memory (limit {MOST_MEGABYTES} MB)", f"{peak:.0f} MB", met=peak <= MOST_MEGABYTES)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
