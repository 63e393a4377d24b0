"""What a record costs of the table, counted as AWS bills it; `bench.record_cost` does it at length.

It begins with the table empty and stays the same on every machine: calls and units, never seconds.
"""

from functools import partial

import pytest
from botocore.client import BaseClient

from bench.first_pull import KEYS
from bench.record_cost import MOST_CALLS_OF_LOOK, Bench, pull_after_a_look, records
from connector.engine.stores import DYNAMODB
from tests.unit.engine.two_sides import TwoSides

MANY = 50
MOST_CALLS, MOST_UNITS, MOST_UNITS_WITH_LOOK = 3.6, 12.5, 14.8
MOST_CALLS_PULLED, MOST_UNITS_PULLED, MOST_UNITS_UNCHANGED = 5.2, 12.1, 0.3
"""For each record of one page; of many pages it is less, as the bench tells."""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(BaseClient, "__init__", BaseClient.__init__)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return Bench()


def test_a_pushed_record_takes_no_more_of_the_table_than_it_did(bench: Bench) -> None:
    bench.world.find(*records(()))
    bench.push("customer", "product")
    account = records(range(MANY))
    look = bench.cost(partial(bench.world.find, *account), MANY)
    pushed = bench.cost(lambda: bench.push("invoice"), MANY)
    assert pushed.calls <= MOST_CALLS
    assert pushed.units <= MOST_UNITS
    assert look.units + pushed.units <= MOST_UNITS_WITH_LOOK
    assert (bench.books.writes, bench.books.reads) == (MANY, 0)
    bench.world.find(*account)
    unchanged = bench.cost(partial(bench.world.find, *account), 1)
    assert unchanged.calls <= MOST_CALLS_OF_LOOK
    assert unchanged.units <= MOST_UNITS_UNCHANGED * len(account)


def test_a_pulled_record_takes_no_more_of_the_table_than_it_did(bench: Bench) -> None:
    sides = TwoSides(store=DYNAMODB)
    sides.look()
    for one in range(MANY):
        sides.in_quickbooks("Customer", DisplayName=f"Customer {one}")
    pulled = bench.cost(partial(pull_after_a_look, sides, 0), MANY)
    assert pulled.calls <= MOST_CALLS_PULLED
    assert pulled.units <= MOST_UNITS_PULLED
