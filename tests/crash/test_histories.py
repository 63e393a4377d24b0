"""Random histories: what people do on both sides, looks, runs, deaths, faults, restored backups.

What may happen is that of the simulation, whose clock, company and account these are; hypothesis
chooses in which order, and makes a history that goes wrong short. Here the store may be the table.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.crash.backups import IN_MEMORY, ON_A_TABLE, Backup, Kept
from tests.crash.tally import HISTORIES, Tally
from tests.simulation.chance import EVENTS, LAG, OF_ALL_KINDS, Chance
from tests.simulation.deeds import MAKERS
from tests.simulation.scheduler import Worker

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
DOCUMENTS = [own for own in MAKERS if own[0] in {"invoice", "payment"}]
WHATEVER_WAS_LOST = ("is lost", "times, and nobody", "both linked", "which belongs to")
"""What must not be said of anything even where a backup was restored: nothing is lost or doubled.

What was entered since, or undone, may stand otherwise on both sides.
"""
MADE, RESTORED = "a backup is made", "the backup is restored"
COUNTS: Counter[str] = Counter()
seeds = st.integers(0, 2**16)


def often(*events: Mapping[str, tuple[object, int]]) -> st.SearchStrategy[str]:
    """Choose what happens next, some of it more often than the rest."""
    known = {name: weight for some in events for name, (_, weight) in some.items()}
    every = [name for name, weight in known.items() for _ in range(weight)]
    return st.sampled_from([*every, *[MADE] * 2, *[RESTORED] * 4])


class Histories(RuleBasedStateMachine):
    """What may happen in any order; `teardown` brings all to rest and looks at everything."""

    kept: ClassVar[Kept] = IN_MEMORY

    @initialize(seed=seeds, wide=st.booleans())
    def begin(self, seed: int, wide: bool) -> None:
        self.ending = ExitStack()
        self.ending.enter_context(self.kept.opened())
        self.history = Chance(seed, wide=wide, store=self.kept.store())
        self.backup: Backup | None = None
        self.events = 0

    @rule(name=often(EVENTS), seed=seeds)
    def something_happens(self, name: str, seed: int) -> None:
        self.events += 1  # Two that happen alike are two all the same.
        self.history.dice = Random(f"{seed} {self.events}")  # noqa: S311 - a seed that replays is the point
        if name == MADE:
            self.backup = self.kept.backup(self.history.world.store)
        elif name != RESTORED:
            self.history.happens(name)
            return
        elif self.backup is None:
            return
        else:
            self._restore(self.backup)
        COUNTS.update([name])

    @precondition(lambda self: self.history.wide)
    @rule(name=often(EVENTS, OF_ALL_KINDS), seed=seeds)
    def something_of_any_kind_happens(self, name: str, seed: int) -> None:
        self.something_happens(name, seed)

    def _restore(self, backup: Backup) -> None:
        """Bring the store back, as ops do: when nothing runs, and queries show what was written."""
        world = self.history.world
        for one in self.history.workers:
            one.kill()
        world.clock.advance(max(LAG, world.turn_until - world.clock.now))
        world.store, world.restored_to = backup(), LONG_AGO

    @invariant()
    def no_document_is_there_twice(self) -> None:
        if not hasattr(self, "history"):
            return
        COUNTS.update(steps=1)
        for own in DOCUMENTS:
            assert len(self.history.world.marked(*own)) <= 1, own

    def teardown(self) -> None:
        if not hasattr(self, "history"):
            return
        with self.ending:
            COUNTS.update(histories=1)
            wrong = self.history.at_rest()
            if self.history.world.restored_to is not None:
                wrong = [one for one in wrong if any(lost in one for lost in WHATEVER_WAS_LOST)]
            COUNTS.update(self.history.counts)
            for one in tuple(Worker.living):
                one.kill()
            assert not wrong, wrong
            self.no_document_is_there_twice()


class HistoriesOnATable(Histories):
    """The same with the real store."""

    kept = ON_A_TABLE


def explore(
    tally: Tally, histories: type[Histories], examples: int, steps: int, *, always_the_same: bool
) -> None:
    COUNTS.clear()
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally.note(HISTORIES, dict(COUNTS))


@pytest.mark.timeout(900)
def test_no_history_doubles_loses_or_misplaces_a_record(tally: Tally) -> None:
    explore(tally, Histories, examples=40, steps=10, always_the_same=True)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_no_long_history_doubles_loses_or_misplaces_a_record(tally: Tally) -> None:
    explore(tally, HistoriesOnATable, examples=80, steps=40, always_the_same=False)
    assert len({*EVENTS, MADE, RESTORED} - {*COUNTS}) <= 2, "chance leaves a few out"
