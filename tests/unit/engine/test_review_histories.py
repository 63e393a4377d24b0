"""Random histories: whatever was done before, a run that only plans writes nothing, also killed."""

from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.engine.stores import Store
from connector.engine.unchanged import unchanged
from connector.entities.registry import NAMES as FLOWS
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Mode
from connector.model.review.planned import REVIEW, PlannedRecord
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.two_sides import TwoSides

NAMES = ("Blue Heron Plumbing", "Two", "Three")
PUSHED = ("customer", "product", "invoice", "payment")
PULLED = ("pull_customers", "pull_products", "pull_part_quantities")


def customer(number: int, name: str, external_id: str) -> RawRecord:
    own = str(700000 + number)
    return a_customer(own, companyName=name, externalId=external_id)


def invoice(number: int, status: str, buyer: int) -> RawRecord:
    return an_invoice(str(5500 + number), status=status, customerId=str(700000 + buyer))


def payment(number: int, paid: int) -> RawRecord:
    return a_payment(str(900 + number), invoiceId=str(5500 + paid))


small = st.integers(1, 3)
mobiwork_records = st.one_of(
    st.builds(customer, small, st.sampled_from(NAMES), st.sampled_from(["", "1,QBO", "77,QBO"])),
    st.builds(invoice, small, st.sampled_from(["Customer Invoiced", "Void", "Odd", "Open"]), small),
    st.builds(payment, small, small),
    st.builds(a_product),
)
quickbooks_names = st.sampled_from([*NAMES, "Only there"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("mobiwork"), mobiwork_records),
        st.tuples(st.just("quickbooks"), quickbooks_names),
        st.tuples(st.just("live"), st.none()),
        st.tuples(st.just("dry"), st.none()),
    ),
    max_size=8,
)


@dataclass
class Dying:
    """A port whose worker dies at one of its calls."""

    port: Any
    deaths: dict[str, int]

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.port, name)

        def counted(*told: Any, **more: Any) -> Any:
            self.deaths["left"] -= 1
            if not self.deaths["left"]:
                raise KilledError
            return call(*told, **more)

        return counted


@dataclass
class History:
    sides: TwoSides = field(default_factory=TwoSides)
    runs: int = 0

    def does(self, step: tuple[str, Any]) -> None:
        what, given_ = step
        if what == "mobiwork":
            self.sides.mobiwork.put(given_)
        elif what == "quickbooks":
            with suppress(Exception):
                self.sides.in_quickbooks("Customer", DisplayName=given_, CompanyName=given_)
        elif what == "live":
            self.look()
            self.work(Mode.EXECUTE, self.sides.store)
        else:
            self.look()
            before = self.pending()
            self.watched(lambda: self.work(Mode.EXECUTE, unchanged(self.sides.store), dry=True))
            assert self.pending() == before

    def look(self) -> None:
        self.runs += 1
        self.sides.run_id = f"r{self.runs}"
        self.sides.look("Customer")

    def work(self, mode: Mode, store: Store, *, dry: bool = False) -> None:
        choices = {"mode": mode, "dry_run": dry, "store": store}
        for name in PULLED:
            self.sides.pull(name, **choices)
        for source in PUSHED:
            self.sides.push(source, **choices)

    def watched(self, act: Any) -> None:
        """Do something during which nothing may be written, and QuickBooks is not even asked."""
        before = self.both_sides()
        act()
        assert self.both_sides() == before

    def both_sides(self) -> tuple[Any, ...]:
        quickbooks, mobiwork = self.sides.quickbooks, self.sides.mobiwork
        return (
            repr(quickbooks.records),
            quickbooks.queries,
            quickbooks.creates,
            {own: [one.xml for one in mobiwork.records(own)] for own in mobiwork.records_of},
        )

    def pending(self) -> dict[str, list[Any]]:
        kept = self.sides.store.pending
        return {flow: list(kept.read_all(CONNECTION, flow)) for flow in FLOWS}

    def plans(self) -> dict[str, list[PlannedRecord]]:
        kept = self.sides.store.plans
        return {
            flow: kept.read_some(CONNECTION, REVIEW, flow, after="", limit=99) for flow in FLOWS
        }

    def review(self, dies_at: int = 0) -> None:
        """Review, killed at some call to the store and gone on with."""
        self.look()
        self.work_killed(dies_at)
        self.watched(lambda: self.work(Mode.REVIEW, self.sides.store))

    def work_killed(self, dies_at: int) -> None:
        deaths = {"left": dies_at}
        store = self.sides.store
        dying = replace(
            store, **{one.name: Dying(getattr(store, one.name), deaths) for one in fields(store)}
        )

        def work() -> None:
            with suppress(KilledError):
                self.work(Mode.REVIEW, dying)

        self.watched(work)


@pytest.mark.case("F1t")
@settings(max_examples=40, deadline=None)
@given(steps, st.integers(1, 120))
def test_a_run_that_only_plans_writes_nothing_and_killed_it_plans_the_same_in_the_end(
    history: list[tuple[str, Any]], dies_at: int
) -> None:
    killed, whole = History(), History()
    for one in (killed, whole):
        for step in history:
            one.does(step)
    killed.review(dies_at)
    whole.review()
    assert killed.plans() == whole.plans()
    states = [
        [(item.record_id, item.state) for items in one.pending().values() for item in items]
        for one in (killed, whole)
    ]
    assert states[0] == states[1]
