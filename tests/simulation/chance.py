"""Random schedules: workers, looks and people at once, as one seed says; the same seed replays."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from connector.engine.stores import Store
from connector.errors import ConnectorError
from tests.memory.store import in_memory
from tests.simulation import accounts_for, kinds
from tests.simulation.deeds import DEEDS, MAKERS
from tests.simulation.scheduler import Worker
from tests.simulation.steps import of_remote, of_store
from tests.simulation.world import World

FLOWS = (
    "pull_customers",
    "pull_products",
    "push_customers",
    "push_products",
    "push_invoices",
    "push_payments",
)
MOST_WORKERS = 3
LAG, LATE = 15.0, 10.0


@dataclass
class Chance:
    """One history of a connection.

    seed: from which all of it follows.
    wide: whether it is about all kinds of records, and what the days bring.
    trouble: how probable it is that a call goes wrong that can.
    store: where what is known is kept.
    told: what happened, in order.
    counts: how often what happened.
    came: what became of records, once all is at rest.
    """

    seed: int
    wide: bool = False
    trouble: float = 0.02
    store: Store = field(default_factory=in_memory)
    told: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)
    workers: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - a seed that replays is the point
        self.flows = kinds.FLOWS if self.wide else FLOWS
        self.makers = {**MAKERS, **kinds.MAKERS} if self.wide else MAKERS
        self.world = World(
            store=self.store,
            lists=frozenset(own[0] for own in self.makers),
            pulls=tuple(name for name in self.flows if name.startswith("pull_")),
            watches=True,
            usual=self._usual(),
        )
        self.world.quickbooks.honours_request_ids = self.dice.random() < 0.5
        self.world.quickbooks.lag = self.world.mobiwork.lag = self.dice.choice([0.0, LAG])
        self.world.late = LATE
        for make in self.makers.values():
            self.world.holds(make())

    def play(self, events: int) -> list[str]:
        """Let so much happen, bring all to rest, and say what is not as it must be."""
        try:
            for _ in range(events):
                self._next()
            wrong = self.at_rest()
            self.came = kinds.came_of(self.world)
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        return [f"seed {self.seed}: {one}" for one in wrong]

    def at_rest(self) -> list[str]:
        """Bring all to rest, and say what is not as it must be."""
        self._end_all()
        self.world.usual = {**self.world.usual, "approve_before_post": []}
        self.world.save_settings()
        self.world.change_company()
        self.world.comes_to_rest(*self.flows, most=14)
        self.world.look()  # Of a list that became empty the second look decides.
        self.world.comes_to_rest(*self.flows)
        return accounts_for.violations(self.world)

    @property
    def events(self) -> Mapping[str, tuple[Callable[["Chance"], str | None], int]]:
        """What may happen, and how often it does beside all else."""
        return {**EVENTS, **OF_ALL_KINDS} if self.wide else EVENTS

    def happens(self, name: str) -> None:
        """Let something happen, if it can."""
        self._note(name, self.events[name][0](self))

    def _usual(self) -> Mapping[str, Any]:
        if not self.wide:
            return {}
        approved = ["push_invoices", "push_payments"] if self.dice.random() < 0.3 else []
        again = self.dice.random() < 0.5
        return {**kinds.USUAL, "approve_before_post": approved, "repush_invoices": again}

    def _next(self) -> None:
        events = self.events
        self.happens(self.dice.choices(list(events), [often for _, often in events.values()])[0])

    def _note(self, name: str, what: str | None) -> None:
        if what is not None:
            self.counts[name] += 1
            self.told.append(f"{self.world.clock.now:7.0f} {name}: {what}")

    def _faults(self, number: int, step: str) -> str | None:
        kinds = (*of_store(step), *of_remote(step))
        if not kinds or self.dice.random() >= self.trouble:
            return None
        kind = self.dice.choice(kinds)
        self._note("a call goes wrong", f"{step} {kind}")
        return kind

    def _worker(self) -> Worker | None:
        self.world.may_look()  # What stands still beyond its time-out does not go on.
        self.workers = [one for one in self.workers if not one.done]
        return self.dice.choice(self.workers) if self.workers else None

    def begin(self) -> str | None:
        """Begin a run."""
        if self._worker() and len(self.workers) >= MOST_WORKERS:
            return None
        self.workers.append(self.world.worker(self.flows, self._faults))
        return f"{len(self.workers)} at work"

    def look_at_once(self) -> str | None:
        """Begin a look that others come between."""
        if not self.world.may_look():
            return None
        self.workers.append(self.world.looker())
        return "begun"

    def go_on(self) -> str | None:
        """Let a worker go on for some calls, or to its end."""
        worker = self._worker()
        if worker is None:
            return None
        steps = self.dice.choice([1, 5, 20, 60, None])
        worker.go(steps)
        self._mind(worker)
        return f"{worker.steps[-1] if worker.steps else 'nothing'}"

    def kill(self) -> str | None:
        """End a worker where it stands."""
        worker = self._worker()
        if worker is None:
            return None
        where = worker.steps[-1] if worker.steps else "nothing"
        worker.kill()
        return where

    def wait(self) -> str:
        """Let time pass."""
        seconds = self.dice.choice([1, 20, 100, 300, 4000])
        self.world.clock.advance(seconds)
        return f"{seconds} s"

    def look(self) -> str | None:
        """Look at both sides, unless a look is under way or may be: they take turns."""
        if not self.world.may_look():
            return None
        self.world.look()
        return "both sides"

    def _end_all(self) -> None:
        self.trouble = 0.0
        for worker in self.workers:
            worker.go()
            self._mind(worker)
        self.world.clock.advance(max(LAG + LATE, self.world.turn_until - self.world.clock.now))

    def _mind(self, worker: Worker) -> None:
        if worker.error is not None and not isinstance(worker.error, ConnectorError):
            raise worker.error


def _of_people(name: str) -> Callable[[Chance], str | None]:
    def do(chance: Chance) -> str | None:
        if name in LOOKING and not chance.world.may_look():
            return None
        return (kinds.DEEDS.get(name) or DEEDS[name])(chance.world, chance.dice)

    return do


LOOKING = (
    "status changed and changed back",
    "a list that is not whole",
    "settings saved",
    "other settings saved",
)
EVENTS: Mapping[str, tuple[Callable[[Chance], str | None], int]] = {
    "a run begins": (Chance.begin, 8),
    "a worker goes on": (Chance.go_on, 20),
    "a worker is killed": (Chance.kill, 2),
    "a look": (Chance.look, 8),
    "a look among others": (Chance.look_at_once, 3),
    "time passes": (Chance.wait, 5),
    "edited in MobiWork": (_of_people("edited in MobiWork"), 8),
    "edited in QuickBooks": (_of_people("edited in QuickBooks"), 8),
} | {name: (_of_people(name), 1) for name in DEEDS if not name.startswith("edited")}
OF_ALL_KINDS: Mapping[str, tuple[Callable[[Chance], str | None], int]] = {
    name: (_of_people(name), 6 if "edited" in name or "voided" in name else 3)
    for name in kinds.DEEDS
}
