from collections.abc import Iterator
from itertools import chain

import pytest

from tests.crash import plots, together, troubles
from tests.crash.conftest import Begin
from tests.crash.mutations import MUTATIONS
from tests.crash.plots import Case
from tests.crash.tally import Tally

SHORT = {
    "the intent": "push_invoices: create, killed at: answer received request ids forgotten",
    "the look-up before a repetition": (
        "push_invoices: create, killed at: answer received request ids forgotten"
    ),
    "the unique reverse link": "push_customers: two records of one name",
    "the claim": "push_invoices: create, frozen: before the intent request ids forgotten",
    "the age of a claim": (
        "push_invoices: create, frozen: about to send, the other killed at: "
        "answer received "
        "request ids forgotten"
    ),
    "the request id": "push_invoices: create, killed at: answer received queries hours late",
    "the wait for lagging queries": (
        "push_invoices: create: request id forgotten, queries 30 s late the same process goes on"
    ),
}
"""For each mutation the one case that the default suite sees failing."""


FLOWS = ("push_customers", "push_invoices")


def cases() -> Iterator[Case]:
    """Take the cases whose outcome does not depend on who of two workers is faster."""
    lagging = (case for case in troubles.in_quickbooks() if "30 s late" in case.fault)
    every = chain(plots.creates(), plots.freezes(), lagging, together.of_one_name())
    return (case for case in every if case.flow in FLOWS)


def fails(begin: Begin, tally: Tally, mutation: str, case: Case) -> bool:
    found = case.play(begin(case.flow, mutation=mutation))
    return not tally.mutated(mutation, case.flow, case.fault, found).good


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_matrix_sees_that_a_protective_step_is_gone(
    begin: Begin, tally: Tally, mutation: str
) -> None:
    (case,) = (case for case in cases() if str(case) == SHORT[mutation])
    assert fails(begin, tally, mutation, case)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_without_a_protective_step_the_matrix_fails(
    begin: Begin, tally: Tally, mutation: str
) -> None:
    failed = [case for case in cases() if fails(begin, tally, mutation, case)]
    assert failed
