"""How refusals and waits of customers, products and pulled records come to be, and how they end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.quickbooks import poll
from connector.entities.registry import PULL_NAMED
from connector.errors import RequestError
from connector.model.links import RecordKey
from connector.model.matching.matches import MatchDecision
from connector.model.worklist.causes import Kind, cause
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_product
from tests.refusals.walking import Walk, again, by_hand, retry, seen, walk
from tests.unit.api.simulated import MobiWorkAccount, Simulated, SimulatedSides, settings
from tests.unit.pull.items import ELBOW, both_linked, pulled
from tests.unit.pull.test_merged_links import both_merged

HERON = "Blue Heron Plumbing"
ELSEWHERE: dict[str, Any] = {
    "DisplayName": HERON,
    "CompanyName": HERON,
    "PrimaryEmailAddr": {"Address": "other@pelican.example"},
    "BillAddr": {"Line1": "9 Other St", "City": "Miami", "PostalCode": "33101"},
    "PrimaryPhone": {"FreeFormNumber": "3055550100"},
}
"""A customer of QuickBooks of the same name who is somebody else, by all other facts."""


COUNTED = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": Decimal(13),
    "InvStartDate": "2025-10-01",
}


def doubtful() -> Simulated:
    world = Simulated()
    by_hand(world, "Customer", **ELSEWHERE)
    world.find(a_customer())
    world.push("customer")
    return world


@walk(Kind.SAME)
def _same() -> Walk:
    world = doubtful()
    desk, entry = yield world
    (shown,) = desk.entries()
    assert (shown.fixes[0].fix, shown.fixes[0].target) == (FixKind.LINK, "1")
    told = desk.fix(FixKind.LINK, entry, target="1", preview=True)
    assert told.reads == 2
    assert 'linked to Customer 1 ("' in told.tells[0]
    for wrong, why in (("Heron", "is not a QuickBooks ID"), ("999", "has no Customer 999")):
        for preview in (True, False):
            with pytest.raises(RequestError, match=why):
                desk.fix(FixKind.LINK, entry, target=wrong, preview=preview)
    desk.fix(FixKind.LINK, entry, target="1")
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


@walk(Kind.NAME_TAKEN)
def _name_taken() -> Walk:
    world = doubtful()
    own = RecordKey("customer", "700001")
    kept = world.store.matches
    match = kept.read_many(CONNECTION, "Customer", [own])[own]
    kept.decide(CONNECTION, replace(match, decision=MatchDecision.DIFFERENT))
    world.store.pending.replay(CONNECTION, "push_customers", "700001")
    again(world, "customer")
    desk, entry = yield world
    desk.fix(FixKind.CREATE_AS, entry, target="Blue Heron (Tampa)")
    again(world, "customer")
    assert world.quickbooks.records["Customer"][-1]["DisplayName"] == "Blue Heron (Tampa)"


@walk(Kind.LINKED_ELSEWHERE)
def _linked_elsewhere() -> Walk:
    world = Simulated()
    world.find(a_customer(), a_customer("700002"))
    world.push("customer")
    desk, entry = yield world
    desk.fix(FixKind.CREATE_AS, entry, target="Blue Heron 2")
    again(world, "customer")
    assert len(world.quickbooks.records["Customer"]) == 2


@walk(Kind.EXTERNAL_ID)
def _external_id() -> Walk:
    world = Simulated()
    world.find(a_customer(externalCustomerId="74,QBO"))
    world.push("customer")
    desk, entry = yield world
    own = by_hand(world, "Customer", DisplayName="Heron")
    desk.fix(FixKind.LINK, entry, target=own)
    again(world, "customer")
    assert world.link("customer", "700001") == own


@walk(Kind.KIND_CHANGED)
def _kind_changed() -> Walk:
    world = Simulated()
    world.find(a_product())
    world.push("product")
    world.find(a_product(type="SERVICES"))
    again(world, "product")
    desk, entry = yield world
    seen(desk, entry)
    world.find(a_product())
    again(world, "product")


@walk(Kind.SEVERAL)
def _several() -> Walk:
    sides = SimulatedSides()
    alike = {"price": "4.50", "quantity": "0"}
    sides.mobiwork.put(a_product("307001", name="Copper elbow", **alike))
    sides.mobiwork.put(a_product("307002", name="copper elbow", **alike))
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    desk, entry = yield sides
    (shown,) = desk.entries()
    assert [one.target for one in shown.fixes[:2]] == ["307001", "307002"]
    desk.is_here = lambda entity, own: sides.mobiwork.find(entity, own) is not None
    for preview in (True, False):
        with pytest.raises(RequestError, match="MobiWork has no product 999"):
            desk.fix(FixKind.LINK, entry, target="999", preview=preview)
    desk.fix(FixKind.LINK, entry, target="307001")
    sides.run_id = "r2"
    sides.pull("pull_products")
    assert sides.owner("Item", number) == "307001"


@walk(Kind.BOTH_CHANGED)
def _both_changed() -> Walk:
    sides = SimulatedSides()
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    desk, entry = yield sides
    kinds = [one.fix for one in desk.entries(cause(Kind.BOTH_CHANGED))[0].fixes]
    assert kinds[:2] == [FixKind.KEEP_QUICKBOOKS, FixKind.KEEP_MOBIWORK]
    desk.fix(FixKind.KEEP_QUICKBOOKS, entry)
    sides.run_id = "r3"
    sides.pull("pull_products")
    assert sides.text("product", own, "price") == "4.75"


@walk(Kind.INACTIVE_THERE)
def _inactive_there() -> Walk:
    sides = SimulatedSides()
    number, _ = both_linked(sides)
    sides.quickbooks.edit("Item", number, Active=False)
    sides.look("Item")
    sides.pull("pull_products")
    desk, entry = yield sides
    seen(desk, entry)


@walk(Kind.UNREADABLE_THERE)
def _unreadable_there() -> Walk:
    sides = SimulatedSides()
    number = sides.in_quickbooks("Item", **ELBOW)
    switches = sides.quickbooks.books.world.switches
    switches.bad_rows, now = f"Item:{number}", datetime.now(UTC)
    pulls, chosen = [PULL_NAMED["pull_products"]], sides.settings

    def poll_at(moment: datetime) -> None:
        quickbooks, store = (lambda: sides.quickbooks), sides.store
        poll(CONNECTION, pulls, quickbooks, settings=chosen, now=moment, store=store)

    poll_at(now)
    desk, entry = yield sides
    seen(desk, entry)
    switches.bad_rows = ""
    poll_at(now + timedelta(hours=6))
    assert number in sides.store.pending.read_many(CONNECTION, "pull_products", [number])


@walk(Kind.MOBIWORK)
def _mobiwork() -> Walk:
    sides = SimulatedSides()
    sides.mobiwork.fails("product.add", code="9001", after=False)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    desk, entry = yield sides
    sides.mobiwork.faults.forget()
    retry(desk, entry)
    sides.run_id = "r2"
    sides.pull("pull_products")
    assert sides.owner("Item", number)


@walk(Kind.MOBIWORK_CALL)
def _mobiwork_call() -> Walk:
    sides = SimulatedSides(mobiwork=MobiWorkAccount(off=frozenset({"product.edit"})))
    number, own = both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    desk, entry = yield sides
    sides.mobiwork.change("product", own, {"price": "4.75"})
    retry(desk, entry)
    sides.run_id = "r3"
    sides.look("Item")
    sides.pull("pull_products")


@walk(Kind.MOBIWORK_IGNORED)
def _mobiwork_ignored() -> Walk:
    sides = SimulatedSides()
    sides.save(settings(handle_inventory=True, inventory_start_date="2025-10-01"))
    _, own = pulled(sides, **COUNTED)
    sides.pull("pull_part_quantities")
    desk, entry = yield sides
    sides.mobiwork.change("product", own, {"quantity": "13"})
    retry(desk, entry)
    sides.run_id = "r3"
    sides.look("Item")
    sides.pull("pull_part_quantities")


@walk(Kind.MOVED)
def _moved() -> Walk:
    sides = SimulatedSides()
    both_merged(sides)
    desk, entry = yield sides
    seen(desk, entry)
