"""A connection in memory whose every call is a step: of the store, QuickBooks and MobiWork."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from connector.changes.mobiwork import anything_to_do, find_changes
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY
from connector.errors import ConnectorError, RemoteDownError
from connector.jobs import settings_replay
from connector.jobs.refusals import wake
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link
from connector.model.markers import Marker
from connector.push.worker import push
from tests.builders import CONNECTION, a_company, settings
from tests.fakes import FakeQuickBooks, Record
from tests.memory.store import in_memory
from tests.simulation.scheduler import Clock, Worker
from tests.unit.engine.world import FakeMobiWork

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRITES = frozenset(
    {
        "ask",
        "claim",
        "close",
        "count_try",
        "hold",
        "keep",
        "let_go",
        "note",
        "note_drift",
        "put_all",
        "record",
        "release",
        "replay",
        "save",
        "save_progress",
    }
)
"""The calls of the store that change something."""


class Company(FakeQuickBooks):
    """A QuickBooks company whose queries mind their conditions and lag behind its writes.

    lag: for so many seconds after it was written a record does not show in queries.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.lag = 0.0
        self.written: dict[int, float] = {}

    def _stored(self, entity: str, body: Record) -> Record:
        record = super()._stored(entity, body)
        self.written[id(record)] = self.clock.now
        return record

    def query(self, statement: str) -> Iterator[Record]:
        wanted = re.findall(r"(\w+) = '((?:[^'\\]|\\.)*)'", statement)
        entity = statement.split(" FROM ")[1].split(maxsplit=1)[0]
        for one in list(self.records.get(entity, [])):
            shows = self.clock.now - self.written.get(id(one), -self.lag) >= self.lag
            if shows and all(_text(one.get(n)).casefold() == v.casefold() for n, v in wanted):
                yield dict(one)


def _text(value: Any) -> str:
    return str(value["value"] if isinstance(value, dict) else value)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: the `step`-th of its worker, counted from 1."""

    kind: str
    step: int

    def __str__(self) -> str:
        return f"{self.kind} at {self.step}"


def of_store(step: str) -> tuple[str, ...]:
    """Return what can go wrong with a call of the store."""
    if step.rpartition(".")[2] in WRITES:
        return ("repeated", "failed", "answer lost")
    return ()


def of_remote(step: str) -> tuple[str, ...]:
    """Return what can go wrong with a call of a remote."""
    if step in ("quickbooks.create", "mobiwork.add"):
        return ("answer lost", "late", "unreachable")
    return ()


@dataclass
class Steps:
    """A port all calls of which are steps of a worker."""

    name: str
    port: Any
    worker: Worker
    world: "World"
    fault: Fault | None

    def __getattr__(self, method: str) -> Any:
        target = getattr(self.port, method)

        def step(*told: Any, **named: Any) -> Any:
            self.worker.pause(f"{self.name}.{method}")
            ready = named.pop("before_sending", None)
            if ready is not None:
                ready()
            return self._called(lambda: _now(target(*told, **named)))

        return step if callable(target) else target

    def _called(self, call: Callable[[], Any]) -> Any:
        kind = self.fault.kind if self.fault and self.fault.step == len(self.worker.steps) else ""
        match kind:
            case "repeated":
                call()
                return call()
            case "failed" | "unreachable":
                raise RemoteDownError("It cannot be reached.")
            case "answer lost":
                call()
                raise RemoteDownError("It did not answer.", unknown_outcome=True)
            case "late":
                due = self.world.clock.now + self.world.late
                self.world.clock.late.append((due, lambda: _quietly(call)))
                raise RemoteDownError("It did not answer.", unknown_outcome=True)
        return call()


def _quietly(call: Callable[[], Any]) -> None:
    with suppress(ConnectorError):
        call()


def _now(answer: Any) -> Any:
    return iter(list(answer)) if isinstance(answer, Iterator) else answer


@dataclass
class World:
    """One connection and what MobiWork lists.

    listed: what MobiWork holds, by entity and id.
    late: after so many seconds a late call is carried out.
    """

    clock: Clock = field(default_factory=Clock)
    quickbooks: Company = field(init=False)
    store: Store = field(default_factory=in_memory)
    listed: dict[tuple[str, str], RawRecord] = field(default_factory=dict)
    late: float = 0.0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.quickbooks = Company(self.clock)
        self.save_settings()
        self.change_company()

    def save_settings(self, **changes: Any) -> None:
        """Let a person save settings: what they kept out is planned again."""
        chosen = settings(**changes)
        self.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
        assert settings_replay.replay(CONNECTION, self.store)

    def change_company(self, **changes: Any) -> None:
        self.store.settings.save_company(CONNECTION, a_company(**changes))

    def holds(self, raw: RawRecord) -> None:
        self.listed[raw.entity, raw.id] = raw

    def look(self, listed: Mapping[tuple[str, str], RawRecord] | None = None) -> None:
        """Read MobiWork's lists as they are, or as they come back this time."""
        given = list((self.listed if listed is None else listed).values())
        find_changes(CONNECTION, FakeMobiWork(given), self.store)
        wake(CONNECTION, masters_changed=False, store=self.store)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.clock.now)

    def pusher(self, source: str, fault: Fault | None = None) -> Worker:
        """Return a worker of a run of its own that pushes one flow."""
        number = next(self.numbers)

        def work(worker: Worker) -> None:
            push(BY_ENTITY[source], self._run(worker, number, fault))

        return Worker(work)

    def _run(self, worker: Worker, number: int, fault: Fault | None) -> Run:
        def stepping(name: str, port: Any) -> Any:
            return Steps(name, port, worker, self, fault)

        def sleep(seconds: float) -> None:
            worker.pause("sleep")
            self.clock.advance(seconds)

        ports = {one.name: getattr(self.store, one.name) for one in fields(Store)}
        claims = count(1)
        return Run(
            connection_id=CONNECTION,
            run_id=f"r{number:04}",
            open_quickbooks=lambda: stepping("quickbooks", self.quickbooks),
            clock=self.clock,
            now=self.now,
            sleep=sleep,
            workers=1,
            new_claim=lambda: f"w{number}-{next(claims)}",
            store=Store(**{name: stepping(name, port) for name, port in ports.items()}),
        )

    def comes_to_rest(self, source: str, *, most: int = 8) -> int:
        """Look and run as the schedule does until nothing is to do; return how many runs."""
        for runs in range(most):
            self.clock.advance(300)
            self.look()
            if not anything_to_do(CONNECTION, self.store, now=self.now()):
                return runs
            self.pusher(source).go()
        raise AssertionError(f"after {most} runs there is still something to do")

    def link(self, source: str, record_id: str) -> Link | None:
        found = self.store.links.read(CONNECTION, source, record_id)
        return found if isinstance(found, Link) else None

    def marked(self, source: str, record_id: str) -> list[Record]:
        """Return the documents that carry the mark of a record."""
        mark = str(Marker(source, record_id, CONNECTION))
        found = self.quickbooks.records.get(BY_ENTITY[source].target, [])
        return [one for one in found if mark in str(one.get("PrivateNote", ""))]
