from collections.abc import Iterator
from itertools import chain

import pytest

from tests.crash.pulls import plots, troubles
from tests.crash.pulls.conftest import BeginPull
from tests.crash.pulls.mutations import MUTATIONS
from tests.crash.pulls.plots import PullCase
from tests.crash.tally import Tally

KILLED = "pull_payments: addition, killed at: answer received nobody looks"
FROZEN = "pull_customers: addition, frozen: "
SHORT = {
    "the intent of an addition": KILLED,
    "the look-up by external id": KILLED,
    "the unique back link": FROZEN + "before the intent, the other killed at: link saved",
    "the claim of an addition": FROZEN + "answer received",
    "the age of the claim of an addition": FROZEN
    + "about to send, the other killed at: link saved",
}
"""For each mutation the one case that the default suite sees failing."""

FLOWS = ("pull_customers", "pull_payments")


def cases() -> Iterator[PullCase]:
    """Take the cases whose outcome does not depend on who of two workers is faster."""
    every = chain(plots.additions(), plots.freezes(), troubles.in_additions())
    return (case for case in every if case.flow in FLOWS)


def fails(begin_pull: BeginPull, tally: Tally, mutation: str, case: PullCase) -> bool:
    found = case.play(begin_pull(case.flow, mutation=mutation))
    return not tally.mutated(mutation, case.flow, case.fault, found).good


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_matrix_sees_that_a_protective_step_of_an_addition_is_gone(
    begin_pull: BeginPull, tally: Tally, mutation: str
) -> None:
    (case,) = (case for case in cases() if str(case) == SHORT[mutation])
    assert fails(begin_pull, tally, mutation, case)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_without_a_protective_step_of_an_addition_the_matrix_fails(
    begin_pull: BeginPull, tally: Tally, mutation: str
) -> None:
    failed = [case for case in cases() if fails(begin_pull, tally, mutation, case)]
    assert failed
