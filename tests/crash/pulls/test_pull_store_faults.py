from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from connector.entities.registry import PULLS
from tests.crash.pulls.conftest import BeginPull
from tests.crash.pulls.plots import EDITED
from tests.crash.pulls.records import record_of
from tests.crash.pulls.trial import PullTrial
from tests.crash.store_faults import FAILURES, UNANSWERED, Failing
from tests.crash.tally import Tally
from tests.crash.verdict import Verdict
from tests.crash.worker import FIRED

MOST_WRITES = 30
ADDITION, MERGE = "addition", "merge"


def chosen() -> list[Any]:
    both = [(flow, ADDITION) for flow in PULLS if flow.adds] + [(flow, MERGE) for flow in EDITED]
    return [
        pytest.param(
            flow.name,
            what,
            how,
            marks=()
            if (flow.name, what, how) == ("pull_customers", ADDITION, UNANSWERED)
            else pytest.mark.full,
        )
        for flow, what in both
        for how in FAILURES
    ]


@pytest.mark.parametrize(("name", "what", "how"), chosen())
def test_whichever_write_to_the_store_fails_nothing_is_lost_or_doubled(
    begin_pull: BeginPull, tally: Tally, name: str, what: str, how: str
) -> None:
    for number in count(1):
        fired, found = with_a_failing_write(begin_pull(name), what, Failing(number, how))
        if not fired:
            break
        assert tally.case(name, f"{what}, store: {how}", found).good, f"write {number}: {found}"
        assert number < MOST_WRITES
    assert number > 3


def with_a_failing_write(trial: PullTrial, what: str, failing: Failing) -> tuple[bool, Verdict]:
    """Pull a record while one write fails; tell whether the run came to that write."""
    if what == MERGE:
        trial.begin_merge()
    else:
        trial.tell(record_of(trial.flow.source))
    ended = trial.work(replace(trial.task(), failing=failing))
    verdict = trial.verdict(ended=trial.survive(), updated=None if what == MERGE else 0)
    return ended == [FIRED], verdict
