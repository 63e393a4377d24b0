from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from tests.crash import plots, together, troubles
from tests.crash.conftest import Begin
from tests.crash.plots import Case
from tests.crash.tally import Tally


def cases() -> Iterator[Any]:
    every = chain(
        plots.creates(),
        plots.updates(),
        plots.adoptions(),
        plots.in_flight(),
        troubles.in_quickbooks(),
        troubles.in_updates(),
        troubles.refused_names(),
        together.cases(),
    )
    for case in every:
        yield pytest.param(case, id=str(case), marks=() if case.short else pytest.mark.full)


@pytest.mark.parametrize("case", list(cases()))
def test_whatever_happens_a_record_is_in_quickbooks_once_and_linked_both_ways(
    begin: Begin, tally: Tally, case: Case
) -> None:
    found = tally.case(case.flow, case.fault, case.play(begin(case.flow)))
    assert found.good, found
