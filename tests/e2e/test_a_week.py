import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from connector.mobiwork.client import MobiWork
from local.children import Child, bare_environment
from local.emulator import Emulator
from tests.builders import settings
from tests.e2e.both_sides import BothSides, People, Verdict, verdict
from tests.e2e.conftest import ASSUMED, Judge
from tests.runtime import new_table

DEEDS = 120
"""What people do in a simulated week, a look every fifth deed; `-m full` does six weeks of it."""


@dataclass(frozen=True)
class Week:
    """A week that is over: how it ended, and how many turns it took to come to rest."""

    verdict: Verdict
    deeds: int
    rest: int
    after: tuple[int, int]
    later: tuple[int, int]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, MobiWork]]:
    log = tmp_path_factory.mktemp("account") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0"]
    command += ["--switch", "endpoints_off=*.updateIntegrationStatus"]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"MobiWork simulator: (http://\S+)")
        client = MobiWork(
            base_url=url,
            client_id="40321",
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the simulator's own default
            capabilities=ASSUMED,
            sleep=lambda _seconds: None,
        )
        yield url, client


def _lived(sides: BothSides, seed: int, deeds: int) -> Week:
    people = People(sides, random.Random(seed))  # noqa: S311
    for number in range(deeds):
        people.act()
        if number % 5 == 4:
            sides.turn()
    rest = sides.rest()
    after = sides.writes()
    sides.turn()
    sides.turn()
    return Week(verdict(sides), sum(people.deeds.values()), rest, after, sides.writes())


@pytest.fixture(scope="module", params=["ask", "QuickBooks wins", "MobiWork wins"])
def week(
    request: pytest.FixtureRequest, emulator: Emulator, judge: Judge, account: tuple[str, MobiWork]
) -> Week:
    chosen = settings(
        income_account="Sales of Product Income",
        cost_of_goods_account="Cost of Goods Sold",
        accounts_payable="Accounts Payable (A/P)",
        on_conflict=request.param,
        capabilities=ASSUMED,
    )
    new_table(emulator)
    judge.admin("reset", {})
    requests.post(f"{account[0]}/_sim/reset", params={"empty": "true"}, timeout=20)
    return _lived(BothSides(judge, account[1], account[0], chosen), 7, DEEDS)


def test_every_two_way_record_agrees_or_is_in_the_worklist(week: Week) -> None:
    assert week.verdict.differing == []


def test_nothing_is_doubled(week: Week) -> None:
    assert week.verdict.doubled == []


def test_nothing_is_lost(week: Week) -> None:
    assert week.verdict.lost == []


def test_two_idle_turns_write_nothing_on_either_side(week: Week) -> None:
    assert week.later == week.after
