"""A look that runs out of its time goes on in the next one, list by list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from connector.changes.lists.found import Found
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.entities.registry import PUSHES
from connector.mobiwork.xml import RawRecord
from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_customer, an_invoice
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork

PAGE = 200
LISTS = tuple(dict.fromkeys(flow.entity for flow in PUSHES))


@dataclass
class Slow(FakeMobiWork):
    """Takes a second for each record that is read; a look has so many seconds."""

    given: list[RawRecord] = field(default_factory=list)
    seconds: int = 0
    spent: int = 0
    asked: list[str] = field(default_factory=list)

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        self.asked.append(entity)
        for one in super().records(entity, filters):
            self.spent += 1
            yield one

    def look(self, store: Store) -> dict[str, Found]:
        self.spent, self.asked = 0, []
        return find_changes(CONNECTION, self, store, out_of_time=lambda: self.spent >= self.seconds)


def found_of(store: Store, flow: str) -> int:
    kept = store.pending.read_all(CONNECTION, flow)
    return sum(item.state is PendingState.CHANGED for item in kept)


@pytest.fixture
def store() -> Store:
    return in_memory()


@pytest.fixture
def company() -> Slow:
    """A company whose lists take three looks."""
    customers = [a_customer(str(700000 + number)) for number in range(550)]
    invoices = [an_invoice(str(5000 + number)) for number in range(2 * PAGE)]
    return Slow([*customers, *invoices], seconds=550)


@pytest.mark.case("R5")
def test_what_was_found_is_work_and_the_next_look_goes_on(store: Store, company: Slow) -> None:
    first = company.look(store)
    assert (found_of(store, "push_customers"), found_of(store, "push_invoices")) == (550, 0)
    assert first["push_invoices"].more
    assert first["push_invoices"].problem is not None
    second = company.look(store)
    assert company.asked[0] == next(one for one in LISTS if one != "customer")
    assert found_of(store, "push_invoices") == 400
    assert second["push_invoices"].problem is None


@pytest.mark.case("R5")
def test_a_list_that_takes_longer_than_a_look_lets_the_others_go_first(
    store: Store, company: Slow
) -> None:
    company.seconds = 2 * PAGE
    first = company.look(store)
    assert first["push_customers"].more
    assert (found_of(store, "push_customers"), first["push_customers"].deleted) == (400, 0)
    company.look(store)
    assert found_of(store, "push_invoices") == 400


@pytest.mark.case("R5")
def test_a_look_with_time_enough_begins_at_the_first_list_again(
    store: Store, company: Slow
) -> None:
    company.look(store)
    company.seconds = 10 * PAGE
    company.look(store)
    company.look(store)
    assert company.asked == list(LISTS)
