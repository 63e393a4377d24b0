"""A connection in memory whose every call is a step: of the store, QuickBooks and MobiWork."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import count
from typing import Any

from connector.changes.enqueue import put_merges
from connector.changes.mobiwork import find_changes
from connector.changes.quickbooks import poll
from connector.engine.run import LONGEST, Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY, PULLS
from connector.entities.stages import flows_to_run
from connector.jobs import settings_replay
from connector.jobs.refusals import wake
from connector.mobiwork.lists.prints import LastReading
from connector.mobiwork.xml import RawRecord
from connector.model.cursor import MergedRecord
from connector.model.links import Link
from connector.model.markers import Marker
from connector.model.policy.settings import Settings
from connector.pull.worker import pull
from connector.push.worker import push
from tests.builders import CONNECTION, a_company, settings
from tests.fake_mobiwork import ListsAnew, as_printed
from tests.fakes import Numbers, Record
from tests.memory.store import in_memory
from tests.simulation.account import Account, Own
from tests.simulation.company import Company
from tests.simulation.scheduler import Clock, Worker
from tests.simulation.steps import Fault, Steps

PULL = {flow.name: flow for flow in PULLS}
PUSH = {flow.name: flow for flow in BY_ENTITY.values()}

type Faults = Callable[[int, str], str | None]
"""What goes wrong with a step, by its number and its name; None where nothing does."""


def no_faults(_number: int, _step: str) -> None:
    """Let every step go well."""


def only(fault: Fault | None) -> Faults:
    """Let one step go wrong."""
    return lambda number, _step: fault.kind if fault and fault.step == number else None


@dataclass(frozen=True)
class Setting:
    """A QuickBooks that keeps one of the two promises that the protocol needs, and not the other.

    honours: whether it knows a request id again.
    lag: for how many seconds queries miss what was written.
    late: how many seconds after its client gave up a call may still be carried out.
    """

    honours: bool
    lag: float
    late: float

    def __str__(self) -> str:
        return f"{'knows' if self.honours else 'forgets'} request ids, {self.lag:g} s of lag"


KNOWS = Setting(honours=True, lag=1e9, late=120.0)
FORGETS = Setting(honours=False, lag=15.0, late=10.0)
SETTINGS = (KNOWS, FORGETS)


@dataclass(frozen=True)
class Slipped(ListsAnew):
    """Lists as they come back once, whatever MobiWork holds."""

    world: "World"
    listed: Mapping[Own, RawRecord]

    def supports(self, entity: str, operation: str) -> bool:
        return self.world.mobiwork.supports(entity, operation)

    def records(
        self,
        entity: str,
        filters: Mapping[str, str] | None = None,
        *,
        last: LastReading | None = None,
    ) -> Iterator[RawRecord]:
        shown = (one for own, one in self.listed.items() if own[0] == entity)
        yield from as_printed(entity, shown, last or LastReading())


@dataclass
class World:
    """One connection and both its sides.

    late: after so many seconds a late call is carried out.
    lists: what MobiWork lists; None for all.
    pulls: what is pulled.
    looking: the latest look whose calls are steps; turn_until: until when no other one begins,
        unless it came to its end.
    runs: how many runs there were.
    restored: what an undo gave back what it held before, on one side.
    watches: whether QuickBooks' changes are read although nothing is pulled.
    usual: what is set whatever else is saved.
    restored_to: the moment of the backup to which the store was brought back.
    """

    clock: Clock = field(default_factory=Clock)
    quickbooks: Company = field(init=False)
    mobiwork: Account = field(init=False)
    store: Store = field(default_factory=in_memory)
    late: float = 0.0
    lists: frozenset[str] | None = None
    pulls: tuple[str, ...] = ()
    watches: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)
    looking: Worker | None = None
    turn_until: float = 0.0
    runs: int = 0
    restored: set[Own] = field(default_factory=set)
    numbers: Numbers = field(default_factory=Numbers)
    restored_to: datetime | None = None

    def __post_init__(self) -> None:
        self.quickbooks = Company(self.clock)
        self.mobiwork = Account(clock=self.clock, lists=self.lists)
        self.save_settings()
        self.change_company()

    @property
    def listed(self) -> dict[Own, RawRecord]:
        """What MobiWork holds."""
        return self.mobiwork.listed

    def meets(self, setting: Setting) -> "World":
        """Let QuickBooks keep the promises of a setting."""
        self.quickbooks.honours_request_ids = setting.honours
        self.quickbooks.lag = setting.lag
        self.late = setting.late
        return self

    def save_settings(self, **changes: Any) -> None:
        """Let a person save settings: what they kept out is planned again."""
        chosen = settings(**{**self.usual, **changes})
        self.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
        assert settings_replay.replay(CONNECTION, self.store, now=self.now())

    def change_company(self, **changes: Any) -> None:
        """Let the accountant change what the company prefers; it is read at once, and for good."""
        known = a_company(read_at="2036-01-01T00:00:00+00:00", **changes)
        self.store.settings.save_company(CONNECTION, known)

    def holds(self, raw: RawRecord) -> None:
        self.mobiwork.put(raw)

    def look(self, listed: Mapping[Own, RawRecord] | None = None) -> None:
        """Read both sides as they are; MobiWork's lists perhaps as they come back this time."""
        self._look(self.store, listed)

    def _look(self, store: Store, listed: Mapping[Own, RawRecord] | None = None) -> None:
        settings_replay.replay(CONNECTION, store, now=self.now())
        if self.pulls or self.watches:
            self.clock.advance(1)
            on = [PULL[name] for name in self.pulls]
            put_merges(CONNECTION, on, store)
            chosen: Settings = store.settings.read_settings(CONNECTION)
            poll(
                CONNECTION,
                on,
                lambda: self.quickbooks,
                settings=chosen,
                now=self.now(),
                rang=True,
                store=store,
            )
        lists = self.mobiwork if listed is None else Slipped(self, listed)
        find_changes(CONNECTION, lists, store, now=self.now())
        known = store.settings.read_company(CONNECTION)
        wake(CONNECTION, known, masters_changed=bool(self.pulls), store=store, now=self.now())

    def merged(self, entity: str, loser: str, survivor: str) -> None:
        """Let a webhook tell of a merge."""
        told = MergedRecord(entity=entity, loser=loser, survivor=survivor)
        self.store.merged_records.note(CONNECTION, told)

    def now(self) -> datetime:
        return self.quickbooks.now()

    def pusher(self, source: str, fault: Fault | None = None) -> Worker:
        """Return a worker of a run of its own that pushes one flow."""
        return self.worker((BY_ENTITY[source].name,), only(fault))

    def worker(self, flows: Sequence[str], faults: Faults = no_faults, **choices: Any) -> Worker:
        """Return a worker of a run of its own that works through flows in their order."""
        number = self.runs = next(self.numbers)

        def work(worker: Worker) -> None:
            run = self._run(worker, number, faults, **choices)
            for name in flows:
                if name in PULL:
                    pull(PULL[name], run)
                else:
                    push(PUSH[name], run)

        return Worker(work)

    def looker(self) -> Worker:
        """Return a look whose every call of the store is a step."""
        self.looking = Worker(lambda worker: self._look(self._stepping(worker, no_faults)))
        self.turn_until = self.clock.now + LONGEST.total_seconds()
        return self.looking

    def may_look(self) -> bool:
        """Tell whether a look may begin; one whose turn is over was ended by its time-out."""
        if self.looking is not None and not self.looking.done and self.clock.now >= self.turn_until:
            self.looking.kill()
        ended = self.looking is None or (self.looking.done and not self.looking.killed)
        return ended or self.clock.now >= self.turn_until

    def _stepping(self, worker: Worker, faults: Faults) -> Store:
        def stepping(name: str) -> Any:
            port = getattr(self.store, name)
            return Steps(name, port, worker, self.clock, self.late, faults)

        return Store(**{one.name: stepping(one.name) for one in fields(Store)})

    def _run(self, worker: Worker, number: int, faults: Faults, **choices: Any) -> Run:
        def remote(name: str) -> Any:
            return Steps(name, getattr(self, name), worker, self.clock, self.late, faults)

        def sleep(seconds: float) -> None:
            worker.pause("sleep")
            self.clock.advance(seconds)

        claims = count(1)
        return Run(
            connection_id=CONNECTION,
            run_id=f"r{number:04}",
            open_quickbooks=lambda: remote("quickbooks"),
            open_mobiwork=lambda: remote("mobiwork"),
            clock=self.clock,
            now=self.now,
            sleep=sleep,
            workers=1,
            new_claim=lambda: f"w{number}-{next(claims)}",
            store=self._stepping(worker, faults),
            **{"restored_to": self.restored_to, **choices},
        )

    def job(self, job_id: str, *, about: str) -> Run:
        """Return what a person's request works with, none of whose calls are steps."""
        return Run(
            connection_id=CONNECTION,
            run_id=job_id,
            about=about,
            open_quickbooks=lambda: self.quickbooks,
            open_mobiwork=lambda: self.mobiwork,
            clock=self.clock,
            now=self.now,
            sleep=self.clock.advance,
            workers=1,
            store=self.store,
        )

    def comes_to_rest(self, *flows: str, most: int = 8) -> int:
        """Look and run as the schedule does until nothing is to do; return how many runs."""
        for runs in range(most):
            self.clock.advance(300)
            self.look()
            needed = flows_to_run(CONNECTION, self.store, now=self.now())
            if not needed:
                return runs
            worker = self.worker([one for one in flows if one in needed])
            worker.go()
            if worker.error is not None:
                raise worker.error
        raise AssertionError(f"after {most} runs there is still something to do")

    def link(self, source: str, record_id: str) -> Link | None:
        found = self.store.links.read(CONNECTION, source, record_id)
        return found if isinstance(found, Link) else None

    def marked(self, source: str, record_id: str) -> list[Record]:
        """Return the documents that carry the mark of a record."""
        mark = str(Marker(source, record_id, CONNECTION))
        found = self.quickbooks.records.get(BY_ENTITY[source].target, [])
        return [one for one in found if mark in str(one.get("PrivateNote", ""))]
