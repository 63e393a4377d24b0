from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from connector.entities.registry import PUSHES
from tests.crash.conftest import Begin
from tests.crash.records import records_of
from tests.crash.store_faults import FAILURES, UNANSWERED, Failing
from tests.crash.tally import Tally
from tests.crash.trial import FORGETFUL, Trial
from tests.crash.verdict import Verdict
from tests.crash.worker import FIRED

MOST_WRITES = 30


def kept_short(name: str, how: str) -> Any:
    return () if name == "push_invoices" and how == UNANSWERED else pytest.mark.full


@pytest.mark.parametrize(
    ("name", "how"),
    [
        pytest.param(flow.name, how, marks=kept_short(flow.name, how))
        for flow in PUSHES
        for how in FAILURES
    ],
)
def test_whichever_write_to_the_store_fails_nothing_is_lost_or_doubled(
    begin: Begin, tally: Tally, name: str, how: str
) -> None:
    for number in count(1):
        fired, found = with_a_failing_write(begin(name), Failing(number, how))
        if not fired:
            break
        assert tally.case(name, f"store: {how}", found).good, f"write {number}: {found}"
        assert number < MOST_WRITES
    assert number > 4


def with_a_failing_write(trial: Trial, failing: Failing) -> tuple[bool, Verdict]:
    """Push a record while one write fails; tell whether the run came to that write."""
    trial.find(*records_of(trial.flow))
    trial.push_parents()
    trial.switch(**FORGETFUL.switches)
    ended = trial.work(replace(trial.task(), failing=failing))
    return ended == [FIRED], trial.verdict(ended=trial.survive())
