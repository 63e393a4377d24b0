"""Several workers post the same kind: what one of them sees stops the others before their next."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.mended_totals import settle
from connector.model.totals import MOST, Difference, DifferenceCause, TotalDifference
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_line, a_product, an_invoice, settings
from tests.fakes import FakeQuickBooks, Record, lost_answer
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import a_vendor, an_order, buying_settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLOW = "push_invoices"
SOME = range(5501, 5513)
WHY = "It is not posted yet: 3 invoices came out with another total"


@pytest.fixture
def world() -> World:
    """Have twelve invoices to post, in a company whose totals agree."""
    world = World()
    world.find(a_customer(), a_product(), *(an_invoice(str(one)) for one in SOME))
    world.push("customer", "product")
    return world


def seen_by_another(world: World, times: int = MOST) -> None:
    """Let another worker keep differences of the same kind."""
    for nth in range(times):
        off = Difference(DifferenceCause.TAX, "It is 9.63 here and 9.64 there.", Decimal("-0.01"))
        told = TotalDifference(f"49{nth}", f"invoice 49{nth}", off)
        world.store.totals.note(CONNECTION, FLOW, told, counts=True)


def at_create(world: World, nth: int, what: Any) -> None:
    """Let something happen when the n-th create is ready to be sent."""
    count = {"made": 0}

    def before(entity: str, body: Record) -> None:
        count["made"] += 1
        if count["made"] == nth:
            what(entity, body)

    world.quickbooks.before = before


@pytest.mark.case("M13j")
@pytest.mark.parametrize("workers", [1, 8])
def test_what_another_worker_saw_stops_whatever_is_not_sent_yet(world: World, workers: int) -> None:
    world.workers = workers
    at_create(world, 5, lambda _entity, _body: seen_by_another(world))
    world.push("invoice")
    assert world.quickbooks.creates - 2 in range(4, 4 + workers)
    assert WHY in world.note("invoice", "5512")[1]


@pytest.mark.case("M13j")
def test_what_was_stopped_at_the_last_moment_goes_once_that_is_decided(world: World) -> None:
    at_create(world, 5, lambda _entity, _body: seen_by_another(world))
    world.push("invoice")
    world.store.totals.decide(CONNECTION, [FLOW])
    world.run_id = "r2"
    world.push("invoice")
    assert len(world.quickbooks.records["Invoice"]) == len(SOME)


@pytest.mark.case("M13k")
def test_what_may_have_been_sent_is_looked_for_and_not_sent_again_while_its_kind_is_stopped(
    world: World,
) -> None:
    world.quickbooks.after = lost_answer
    world.push("invoice")
    seen_by_another(world)
    world.quickbooks.records["Invoice"].clear()
    world.quickbooks.after, world.run_id = lambda _entity, _body: None, "r2"
    sent = world.quickbooks.creates
    world.push("invoice")
    assert world.quickbooks.creates == sent
    assert WHY in world.note("invoice", "5501")[1]


class Dearer(FakeQuickBooks):
    """A company that makes every bill a cent dearer."""

    def _stored(self, entity: str, body: Record) -> Record:
        record: Record = super()._stored(entity, body)
        if entity == "Bill":
            record["TotalAmt"] += Decimal("0.01")
        return record


@pytest.mark.case("M13i")
def test_a_bill_whose_total_differs_is_an_entry_of_its_order_until_it_is_mended() -> None:
    world = World(quickbooks=Dearer())
    world.save(buying_settings())
    masters = a_vendor(), a_product("307016"), a_product("307026")
    world.find(*masters, an_order("71001", status="Received"))
    world.push("vendor", "product", "purchaseOrder")
    assert world.push("bill") == {"bill": {"posted with difference": 1}}
    assert "is 31.50, but QuickBooks calculated 31.51" in world.note("bill", "71001")[1]
    assert world.left("bill") == {"71001": "deleted"}
    mended = world.quickbooks.records["Bill"][0] | {"TotalAmt": Decimal("31.50")}
    changes = ChangeData(records={"Bill": [mended]}, deleted={}, time=NOON, truncated=False)
    assert settle(CONNECTION, changes, world.store) == 1
    assert world.left("bill") == {}


@pytest.mark.case("M13l")
def test_posted_documents_are_looked_up_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.save(settings())
    world.push("invoice")
    read, asked = world.store.totals.read_many, list[list[str]]()

    def counted(connection_id: str, flow: str, ids: Any) -> dict[str, TotalDifference]:
        asked.append(sorted(ids))
        return read(connection_id, flow, asked[-1])

    monkeypatch.setattr(world.store.totals, "read_many", counted)
    again = (an_invoice(str(one), lineItems={"lineItem": [a_line()]}, comments="x") for one in SOME)
    world.find(a_customer(), a_product(), *again)
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"unchanged": len(SOME)}}
    assert asked == [[str(one) for one in SOME]]
