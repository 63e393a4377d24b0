"""Schedules: two workers, one record, and what goes wrong between two calls, in every order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from random import Random

from connector.errors import RetriableError
from tests.simulation.copies import Kept
from tests.simulation.steps import SENT, Fault, of_remote, of_store
from tests.simulation.world import FORGETS, KNOWS, SETTINGS, Setting, World, only


@dataclass(frozen=True)
class Schedule:
    """What happens in which order; its text replays it.

    first: so many calls the first worker makes before anything else; None: all of them.
    fault: what goes wrong with one of its calls.
    killed: whether it ends there for good.
    deed: what somebody does then.
    second: so many calls a second worker makes before the first one goes on; None: none at all.
    """

    setting: Setting
    first: int
    fault: Fault | None = None
    killed: bool = False
    deed: str | None = None
    second: int | None = None

    def __str__(self) -> str:
        parts = [f"first makes {self.first} calls"]
        parts += [f"({self.fault})"] if self.fault else []
        parts += ["and is killed"] if self.killed else []
        parts += [f"then {self.deed}"] if self.deed else []
        parts += [f"second makes {self.second} calls"] if self.second is not None else []
        return f"{self.setting}: {', '.join(parts)}"


@dataclass(frozen=True, eq=False)
class Story:
    """One record with what may happen to it.

    name: what it is called.
    flows: what a run works through, in this order.
    scene: makes the world in which it is pending.
    deeds: what people and other parts of the connector may do meanwhile.
    violations: says what is not as it must be at the end.
    change_the_body: after these deeds the same request cannot be sent again, so that queries must
        show what was written, whether QuickBooks knows request ids or not.
    """

    name: str
    flows: tuple[str, ...]
    scene: Callable[[Setting], World]
    deeds: Mapping[str, Callable[[World], None]]
    violations: Callable[[World, Schedule], list[str]]
    change_the_body: frozenset[str]

    @cache  # noqa: B019 - stories are few and for good
    def _scene(self, setting: Setting) -> Kept[World]:
        return Kept(self.scene(setting))

    def begins(self, setting: Setting) -> World:
        """Return the world in which it is pending, which is made once and copied."""
        return self._scene(setting).copy()

    @cache  # noqa: B019 - stories are few and for good
    def alone(self) -> list[str]:
        """Return the calls that one worker makes when nothing happens."""
        worker = self.begins(KNOWS).worker(self.flows)
        worker.go()
        return worker.steps

    def after(self, fault: Fault) -> int:
        """Return how many calls a worker makes until a fault has happened to it.

        A call that is sent looks once more at the last moment; one whose connection is slow has not
        got so far.
        """
        sent = self.alone()[fault.step - 1] in SENT and fault.kind != "slow"
        return fault.step + (2 if sent else 1)

    def wrong(self, schedule: Schedule) -> list[str]:
        """Carry a schedule out and say what is wrong at the end."""
        try:
            found = self.violations(play(self, schedule), schedule)
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        return [f"{schedule}: {one}" for one in found]


def play(story: Story, schedule: Schedule) -> World:
    """Carry a schedule out, then let runs follow until all is at rest."""
    setting = schedule.setting
    if schedule.deed in story.change_the_body:
        setting = replace(setting, lag=FORGETS.lag, late=FORGETS.late)
    world = story.begins(setting)
    first = world.worker(story.flows, only(schedule.fault))
    second = world.worker(story.flows) if schedule.second is not None else None
    first.go(schedule.first)
    if schedule.killed:
        first.kill()
    if schedule.deed:
        story.deeds[schedule.deed](world)
    if second is not None:
        second.go(schedule.second)
    first.go()
    if second is not None:
        second.go()
    for worker in (first, second):
        if worker and worker.error and not isinstance(worker.error, RetriableError):
            raise worker.error
    _afterwards(world, story.flows)
    return world


def _afterwards(world: World, flows: tuple[str, ...]) -> None:
    world.comes_to_rest(*flows)
    world.save_settings()
    world.change_company()
    world.comes_to_rest(*flows)


@dataclass
class Families:
    """All schedules of a story, by kind; or all of one worker, and a share of the others.

    share: how much of those with a second worker are played, and of those with trouble and a deed;
        which ones is always the same.
    alone: the same for all others.
    """

    story: Story
    share: float = 1.0
    alone: float = 1.0

    def __iter__(self) -> Iterator[tuple[str, Iterator[Schedule]]]:
        yield "two workers", self._some(self._two_workers())
        yield "a worker is killed", self._some(self._killed())
        yield "a call goes wrong", self._some(self._a_fault())
        yield "somebody does something", self._some(self._a_deed())
        yield "trouble, then somebody does something", self._some(self._trouble_and_deed())

    def _some(self, schedules: Iterator[Schedule]) -> Iterator[Schedule]:
        dice = Random(self.story.name)  # noqa: S311 - a sample that is always the same
        for one in schedules:
            twice = one.deed is not None and (one.fault is not None or one.killed)
            share = min(1.0, self.share * 4) if twice else self.alone
            if dice.random() < (share if one.second is None else self.share):
                yield one

    @cached_property
    def _steps(self) -> range:
        return range(1, len(self.story.alone()) + 2)

    def _faults(self) -> list[Fault]:
        return [
            Fault(kind, number)
            for number, step in enumerate(self.story.alone(), start=1)
            for kind in (*of_store(step), *of_remote(step))
        ]

    def _two_workers(self) -> Iterator[Schedule]:
        for setting, first, second in product(SETTINGS, self._steps, self._steps):
            yield Schedule(setting, first, second=second)

    def _killed(self) -> Iterator[Schedule]:
        for setting, first, second in product(SETTINGS, self._steps, (None, *self._steps)):
            yield Schedule(setting, first, killed=True, second=second)

    def _a_fault(self) -> Iterator[Schedule]:
        for setting, fault, second in product(SETTINGS, self._faults(), (None, *self._steps)):
            yield Schedule(setting, self.story.after(fault), fault=fault, second=second)

    def _a_deed(self) -> Iterator[Schedule]:
        for setting, first, deed, second in product(
            SETTINGS, self._steps, self.story.deeds, (None, *self._steps)
        ):
            yield Schedule(setting, first, deed=deed, second=second)

    def _trouble_and_deed(self) -> Iterator[Schedule]:
        ends: list[tuple[Fault | None, bool, int]] = [(None, True, one) for one in self._steps]
        ends += [(fault, False, self.story.after(fault)) for fault in self._faults()]
        for setting, (fault, killed, first), deed in product(SETTINGS, ends, self.story.deeds):
            yield Schedule(setting, first, fault=fault, killed=killed, deed=deed)
