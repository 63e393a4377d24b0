from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from tests.crash.pulls import plots, together, troubles
from tests.crash.pulls.conftest import BeginPull
from tests.crash.pulls.plots import PullCase
from tests.crash.tally import Tally


def cases() -> Iterator[Any]:
    every = chain(
        plots.additions(),
        plots.freezes(),
        plots.merges(),
        plots.in_the_middle(),
        troubles.in_additions(),
        troubles.in_merges(),
        troubles.single(),
        together.cases(),
    )
    for case in every:
        yield pytest.param(case, id=str(case), marks=() if case.short else pytest.mark.full)


@pytest.mark.parametrize("case", list(cases()))
def test_whatever_happens_a_record_is_in_mobiwork_once_and_linked_both_ways(
    begin_pull: BeginPull, tally: Tally, case: PullCase
) -> None:
    found = tally.case(case.flow, case.fault, case.play(begin_pull(case.flow)))
    assert found.good, found
