"""Random histories: runs, views, counts and books agree with each other, also after deaths."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link
from connector.model.outcomes import Tally
from connector.model.tracking.tracked import Counts, Sought, StandsAs, TrackedRecord, add
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.world import World

SOURCES = ("customer", "product", "invoice", "payment")
FLOWS = {source: BY_ENTITY[source].name for source in SOURCES}


def invoice(number: int, price: int, status: str, product: str) -> RawRecord:
    money = f"{price}.00"
    line = a_line(productId=product, price=money, quantity="1", total=money)
    amounts = {"subTotal": money, "taxAmount": "0.00", "total": money}
    return an_invoice(str(5500 + number), status=status, lineItems={"lineItem": line}, **amounts)


small = st.integers(1, 4)
records = st.one_of(
    st.builds(
        invoice,
        small,
        st.integers(1, 3),
        st.sampled_from(["Customer Invoiced", "Void", "Odd", "Open"]),
        st.sampled_from(["307001", "0"]),
    ),
    st.builds(
        lambda own, paid, amount: a_payment(
            str(900 + own), invoiceId=str(5500 + paid), amount=f"{amount}.00"
        ),
        small,
        small,
        small,
    ),
)
rounds = st.lists(
    st.tuples(st.lists(records, max_size=5), st.integers(0, 12)), min_size=1, max_size=5
)


class Round:
    """One run over all flows, whose worker dies at one of its steps and is followed by another."""

    def __init__(self, world: World, dies_at: int) -> None:
        self.world, self.left = world, dies_at

    def step(self, _name: str) -> None:
        self.left -= 1
        if not self.left:
            raise KilledError

    def run(self) -> None:
        self.world.checkpoint = self.step
        for source in SOURCES:
            with suppress(KilledError):
                self.world.push(source)
            self.world.push(source)
        self.finish()

    def finish(self) -> None:
        """Follow what died before it was followed, as the end of a run does."""
        store, run_id = self.world.store, self.world.run_id
        for flow in FLOWS.values():
            told = list(store.runs.outcomes(CONNECTION, run_id, flow))
            store.tracked.catch_up(CONNECTION, flow, told, now=self.world.run().now())


def everything(world: World, **known: Any) -> list[TrackedRecord]:
    """Return all that is found, by pages of two; no page but the last one is without records."""
    found: list[TrackedRecord] = []
    after = None
    while True:
        page = world.store.tracked.find(CONNECTION, Sought(**known), after=after, limit=2)
        found += page.records
        if page.next is None:
            return found
        assert page.records
        after = page.next


def check_views(world: World) -> None:
    counts: Counts = {}
    views = [everything(world, state=state) for state in StandsAs]
    for one in (one for view in views for one in view):
        add(counts, one)
    assert world.store.tracked.counts(CONNECTION) == counts
    by_flow = [everything(world, flows=frozenset({flow})) for flow in FLOWS.values()]
    whole = sorted((one.flow, one.record_id) for view in views for one in view)
    assert sorted((one.flow, one.record_id) for view in by_flow for one in view) == whole


def check_run(world: World) -> None:
    so_far = world.store.tracked.followed(CONNECTION, [world.run_id])[world.run_id]
    for flow in FLOWS.values():
        told = list(world.store.runs.outcomes(CONNECTION, world.run_id, flow))
        assert (so_far[flow].outcomes if flow in so_far else {}) == Tally.of(told).outcomes
        kept = world.store.tracked.read_many(CONNECTION, flow, [one.record_id for one in told])
        for one in told:
            record = kept[one.record_id]
            assert (record.outcome, record.amount, record.run_id) == (
                one.outcome,
                one.worth,
                world.run_id,
            )


def check_books(world: World) -> None:
    """What is posted and did not change since is what the books say it comes to."""
    for source in ("invoice", "payment"):
        posted = everything(world, state=StandsAs.POSTED, flows=frozenset({FLOWS[source]}))
        for one in posted:
            link = world.store.links.read(CONNECTION, source, one.record_id)
            assert isinstance(link, Link)
            assert (link.quickbooks_id, link.total) == (one.quickbooks_id, one.amount)
    invoices = world.quickbooks.records.get("Invoice", [])
    known = {one.quickbooks_id for one in everything(world)}
    assert {str(one["Id"]) for one in invoices} <= known


@settings(max_examples=25, deadline=None)
@given(rounds=rounds)
def test_runs_views_counts_and_books_agree_after_any_history(
    rounds: list[tuple[list[RawRecord], int]],
) -> None:
    world, account = World(), dict[tuple[str, str], RawRecord]()
    account |= {(one.entity, str(one.id)): one for one in (a_customer(), a_product())}
    for number, (changed, dies_at) in enumerate(rounds):
        world.run_id = f"r{number}"
        account |= {(one.entity, str(one.id)): one for one in changed}
        world.find(*account.values())
        Round(world, dies_at).run()
        check_run(world)
        check_views(world)
        check_books(world)
