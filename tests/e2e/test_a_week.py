import random
import sys
from dataclasses import dataclass

import pytest
import requests

from connector.mobiwork.client import MobiWork
from connector.model.policy.choices import OnConflict
from tests.builders import CONNECTION, settings
from tests.e2e.both_sides import BothSides
from tests.e2e.conftest import ASSUMED, Judge
from tests.e2e.outages import OUTAGES
from tests.e2e.people import People
from tests.e2e.week_verdict import Verdict, story, verdict
from tests.memory.store import ALWAYS_LIVE, in_memory
from tests.runtime import new_table

DEEDS, MORE_DEEDS = 60, 140
A_LOOK_EVERY = 5
POLICIES: tuple[OnConflict, ...] = ("ask", "QuickBooks wins", "MobiWork wins")
WEEKS = [
    *(pytest.param((policy, 7, DEEDS), id=policy) for policy in POLICIES),
    *(
        pytest.param(
            (policy, seed, MORE_DEEDS),
            id=f"{policy}, seed {seed}",
            marks=[pytest.mark.full, pytest.mark.timeout(900)],
        )
        for seed, policy in enumerate(POLICIES * 2, start=11)
    ),
]
"""Policies with seeds and deeds; `-m full` lives six longer weeks, each of another seed, on a table
as template.yaml defines it.
"""


@dataclass(frozen=True)
class Week:
    """A week that is over, and the writes of both sides after it and two idle turns later."""

    verdict: Verdict
    story: str
    after: tuple[int, int]
    later: tuple[int, int]


def _lived(sides: BothSides, seed: int, deeds: int) -> Week:
    chance = random.Random(seed)  # noqa: S311
    people, down = People(sides, chance), dict.fromkeys(OUTAGES, 0)
    for number in range(deeds):
        people.act()
        if number % A_LOOK_EVERY == A_LOOK_EVERY - 1:
            if chance.random() < 1 / 2:
                outage = chance.choice(sorted(OUTAGES))
                down[outage] += 1
                OUTAGES[outage](sides, chance)
            sides.turn()
            sides.outages_over()
    rest = sides.rest()
    after = sides.writes()
    sides.turn()
    sides.turn()
    told = verdict(people)
    text = story(people, told, turns=sides.turns, turns_to_rest=rest, **down)
    return Week(told, text, after, sides.writes())


@pytest.fixture(scope="module", params=WEEKS)
def week(request: pytest.FixtureRequest, judge: Judge, account: tuple[str, MobiWork]) -> Week:
    policy, seed, deeds = request.param
    chosen = settings(
        income_account="Sales of Product Income",
        cost_of_goods_account="Cost of Goods Sold",
        accounts_payable="Accounts Payable (A/P)",
        show_payments=True,
        on_conflict=policy,
        capabilities=ASSUMED,
    )
    if deeds == MORE_DEEDS:
        new_table(request.getfixturevalue("emulator"))
    judge.admin("reset", {})
    requests.post(f"{account[0]}/_sim/reset", params={"empty": "true"}, timeout=60)
    sides = BothSides(
        connection_id=CONNECTION,
        quickbooks=judge.client,
        quickbooks_url=judge.url,
        mobiwork=account[1],
        mobiwork_url=account[0],
        chosen=chosen,
        store=ALWAYS_LIVE if deeds == MORE_DEEDS else in_memory(),
    )
    return _lived(sides, seed, deeds)


def test_every_two_way_record_agrees_or_is_in_the_worklist(
    week: Week, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{week.story}\n")
    assert (week.verdict.differing, week.verdict.unexplained) == ([], [])


def test_nothing_is_doubled(week: Week) -> None:
    assert week.verdict.doubled == []


def test_nothing_is_lost(week: Week) -> None:
    assert week.verdict.lost == []


def test_what_a_person_typed_on_one_side_is_on_both(week: Week) -> None:
    assert (week.verdict.forgotten, week.verdict.edits > 0) == ([], True)


def test_two_idle_turns_write_nothing_on_either_side(week: Week) -> None:
    assert week.later == week.after


def test_every_void_in_quickbooks_stays_told(week: Week) -> None:
    assert week.verdict.untold == []
