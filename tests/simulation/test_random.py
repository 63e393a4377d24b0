"""Random schedules far beyond one fault: several runs, looks and people on both sides at once."""

import os
from collections import Counter
from time import perf_counter

import pytest

from connector.engine.three_way_merge import mobiwork_values
from connector.pull.mobiwork_records import parse
from tests.simulation.chance import EVENTS, OF_ALL_KINDS, Chance
from tests.simulation.conftest import Played
from tests.simulation.deeds import EDITS, MAKERS
from tests.simulation.kinds import COMES_UP, SELDOM
from tests.simulation.world import PULL, World

HISTORIES = int(os.environ.get("HISTORIES", "2000"))
RARE, OFTEN = "decided", 200
"""A question that somebody decides comes up in one of twenty histories; in so many it must."""


def _explore(seeds: range, events: int, played: Played, *, wide: bool = False) -> None:
    begun, wrong, counts, came = perf_counter(), [], Counter[str](), Counter[str]()
    for seed in seeds:
        history = Chance(seed, wide=wide)
        wrong += history.play(events)
        counts += history.counts
        came += history.came
    told = ", ".join(f"{name} {number}" for name, number in counts.most_common())
    became = ", ".join(f"{name} {number}" for name, number in sorted(came.items()))
    took = f"{len(seeds)} histories: {told}; {perf_counter() - begun:.1f} s"
    played(f"{took}; {became}" if wide else took)
    assert not wrong, "\n".join(wrong[:30])
    expected = EVENTS.keys() | OF_ALL_KINDS.keys() if wide else EVENTS.keys()
    assert expected - counts.keys() <= ({RARE} if len(seeds) < OFTEN else set())
    every = COMES_UP | (SELDOM if len(seeds) >= OFTEN else set())
    assert every - came.keys() == set() or not wide


def test_no_random_history_breaks_the_promise(played: Played) -> None:
    _explore(range(100), events=40, played=played)


@pytest.mark.case("X17b")
def test_no_random_history_of_all_kinds_of_records_breaks_the_promise(played: Played) -> None:
    _explore(range(50, 100), events=60, played=played, wide=True)


@pytest.mark.full
@pytest.mark.timeout(0)
@pytest.mark.case("X17b")
def test_no_long_random_history_of_all_kinds_breaks_the_promise(played: Played) -> None:
    _explore(range(1_000, 1_000 + HISTORIES), events=120, played=played, wide=True)


@pytest.mark.full
@pytest.mark.timeout(0)
def test_no_long_random_history_breaks_the_promise(played: Played) -> None:
    _explore(range(1_000, 1_000 + HISTORIES), events=120, played=played)


def test_a_seed_replays_exactly() -> None:
    for wide in (False, True):
        first, second = Chance(7, wide=wide), Chance(7, wide=wide)
        first.play(40)
        second.play(40)
        assert first.told == second.told


@pytest.mark.parametrize(("entity", "name"), [("customer", "700001"), ("product", "307001")])
def test_every_field_that_both_sides_share_is_edited(entity: str, name: str) -> None:
    pull = next(one for one in PULL.values() if one.entity == entity and one.adds and one.fields)
    world = World()
    edited = set()
    for path, values in EDITS[entity].items():
        world.holds(MAKERS[entity, name]())
        before = mobiwork_values(pull.fields, parse(pull, world.listed[entity, name]))
        world.mobiwork.change(entity, name, {path: values[0].format(7)})
        after = mobiwork_values(pull.fields, parse(pull, world.listed[entity, name]))
        edited |= {one for one in after if after[one] != before[one]}
    shared = {one.name for one in pull.fields if not (one.one_way or one.report_only)}
    assert shared - edited <= {"parent customer", "payer of its bills"}
