from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from typing import Any

import pytest

from connector import engine, pull, push
from tests.crash import plots, together, troubles
from tests.crash.conftest import Begin
from tests.crash.plots import Case
from tests.crash.tally import Tally


def cases() -> Iterator[Any]:
    every = chain(
        plots.creates(),
        plots.creates_of_kinds(),
        plots.freezes(),
        plots.updates(),
        plots.updates_asked_for(),
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


def test_every_list_of_durable_steps_is_tested() -> None:
    found = {
        f"{room.__name__.removeprefix('connector.')}.{module.name}.{name}"
        for room in (engine, pull, push)
        for module in iter_modules(room.__path__)
        for name, value in vars(import_module(f"{room.__name__}.{module.name}")).items()
        if name.endswith("STEPS") and isinstance(value, tuple)
    }
    assert found == {*plots.PROTOCOLS, *plots.ELSEWHERE}
