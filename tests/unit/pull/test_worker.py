from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.enqueue import put_merges
from connector.mobiwork.xml import RawRecord
from connector.model.cursor import MergedRecord
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from connector.pull.worker import pull
from tests.builders import CONNECTION, a_product, an_intent, settings
from tests.fake_mobiwork import FakeMobiWorkAccount, lost
from tests.unit.engine.two_sides import PULL, TwoSides

ELBOW: dict[str, Any] = {
    "Name": "Copper elbow",
    "Type": "NonInventory",
    "UnitPrice": Decimal("4.5"),
    "PurchaseCost": Decimal("1.2"),
    "Taxable": True,
    "Description": "Copper elbow",
}


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def _pulled(sides: TwoSides, **changes: Any) -> tuple[str, str]:
    number = sides.in_quickbooks("Item", **(ELBOW | changes))
    sides.look("Item")
    sides.pull("pull_products")
    return number, sides.owner("Item", number)


def _both_linked(sides: TwoSides) -> tuple[str, str]:
    number, own = _pulled(sides)
    sides.run_id = "r2"
    return number, own


def test_a_new_item_is_added_to_mobiwork(sides: TwoSides) -> None:
    _, own = _pulled(sides)
    assert sides.text("product", own, "name") == "Copper elbow"


def test_a_new_product_names_its_item(sides: TwoSides) -> None:
    number, own = _pulled(sides)
    assert sides.text("product", own, "externalId") == f"{number},QBO"


def test_what_was_pulled_is_not_pushed_back(sides: TwoSides) -> None:
    _pulled(sides)
    sides.run_id = "r2"
    sides.look()
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["SyncToken"] == "0"


def test_what_was_pulled_is_no_change_at_the_next_look(sides: TwoSides) -> None:
    _pulled(sides)
    sides.run_id = "r2"
    sides.look()
    assert sides.left("push_products") == {}


def test_a_record_that_mobiwork_has_by_that_name_is_joined(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper  elbow"))
    number, own = _pulled(sides)
    assert (own, sides.mobiwork.adds) == ("307001", 0)
    assert sides.note("pull_products", number)[0] is Outcome.ADOPTED


def test_a_record_that_names_its_item_is_joined_whatever_its_name(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Elbow", externalId="1,QBO", sku="CE-050"))
    sides.save(settings(on_conflict="QuickBooks wins"))
    number, own = _pulled(sides, Sku="CE-050")
    assert (number, own, sides.text("product", own, "name")) == ("1", "307001", "Copper elbow")


def test_joined_records_that_differ_are_put_before_a_person(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", price="5.00", externalId="1,QBO"))
    number, _ = _pulled(sides)
    outcome, note = sides.note("pull_products", number)
    assert outcome is Outcome.REFUSED
    assert 'The price was changed on both sides: MobiWork says "5", QuickBooks says "4.5".' in note


def test_joined_records_fill_what_one_side_lacks(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", price="4.50", sku="CE-050"))
    sides.look("Item")
    number, _ = _pulled(sides)
    sides.push("product")
    item = next(one for one in sides.quickbooks.records["Item"] if one["Id"] == number)
    assert item["Sku"] == "CE-050"


def test_of_two_records_of_that_name_none_is_chosen(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow"))
    sides.mobiwork.put(a_product("307002", name="copper elbow"))
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    assert [fix.target for fix in sides.offers("pull_products", number)] == [
        "307001",
        "307002",
        None,
    ]


def test_a_change_in_quickbooks_arrives(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    assert sides.pull("pull_products") == {"updated": 1}
    assert sides.text("product", own, "price") == "4.75"


def test_only_what_changed_is_written(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.mobiwork.change("product", own, {"description": "Elbow, copper"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.text("product", own, "description") == "Elbow, copper"


def test_changes_of_different_fields_reach_the_other_side(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.mobiwork.change("product", own, {"description": "Elbow, copper"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    item = sides.quickbooks.records["Item"][0]
    assert (item["Description"], item["UnitPrice"]) == ("Elbow, copper", Decimal("4.75"))


def test_the_account_that_the_accountant_chose_stays(sides: TwoSides) -> None:
    _number, own = _pulled(sides, IncomeAccountRef={"value": "999"})
    sides.run_id = "r2"
    sides.mobiwork.change("product", own, {"description": "Elbow, copper"})
    sides.look("Item")
    sides.push("product")
    item = sides.quickbooks.records["Item"][0]
    assert (item["IncomeAccountRef"], item["Description"]) == ({"value": "999"}, "Elbow, copper")


@pytest.mark.parametrize(
    ("winner", "price"), [("QuickBooks wins", "4.75"), ("MobiWork wins", "4.6"), ("ask", "4.6")]
)
def test_the_setting_decides_what_both_changed(sides: TwoSides, winner: str, price: str) -> None:
    number, own = _both_linked(sides)
    sides.save(settings(on_conflict=winner))
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.text("product", own, "price") == price


@pytest.mark.parametrize(
    ("winner", "price"), [("QuickBooks wins", "4.75"), ("MobiWork wins", "4.6"), ("ask", "4.75")]
)
def test_quickbooks_keeps_or_takes_what_both_changed(
    sides: TwoSides, winner: str, price: str
) -> None:
    number, own = _both_linked(sides)
    sides.save(settings(on_conflict=winner))
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["UnitPrice"] == Decimal(price)


def test_a_dispute_ends_when_both_sides_say_the_same(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.mobiwork.change("product", own, {"price": "4.75"})
    sides.run_id = "r3"
    sides.look()
    sides.push("product")
    sides.run_id = "r4"
    sides.pull("pull_products")
    assert (sides.left("pull_products"), sides.link("product", own).disputed) == ({}, ())


def test_a_reading_from_before_the_pull_is_not_pushed(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.save(settings(on_conflict="QuickBooks wins"))
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["SyncToken"] == "1"


def test_an_unheard_addition_is_not_made_twice(sides: TwoSides) -> None:
    sides.mobiwork.after = lost
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")


def test_an_addition_whose_number_was_not_told_is_looked_up(sides: TwoSides) -> None:
    sides.mobiwork.tells_ids = False
    _, own = _pulled(sides)
    assert own == "p1"


class KilledError(BaseException):
    pass


@pytest.mark.parametrize("step", ["intent saved", "answer received", "link saved", "item closed"])
def test_a_killed_worker_leaves_one_record(step: str) -> None:
    def kill(reached: str) -> None:
        if reached == step:
            raise KilledError

    sides = TwoSides(checkpoint=kill)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    with pytest.raises(KilledError):
        sides.pull("pull_products")
    sides.checkpoint = lambda _step: None
    sides.pull("pull_products")
    assert len(sides.mobiwork.records_of["product"]) == 1
    assert sides.owner("Item", number) == "p1"
    assert sides.store.additions.under_way(CONNECTION, "product", [number]) == {}


def test_a_mobiwork_that_answers_no_addition_is_left_alone_after_three(sides: TwoSides) -> None:
    for number in range(5):
        sides.in_quickbooks("Item", **(ELBOW | {"Name": f"Elbow no. {number}"}))
    sides.look("Item")
    sides.mobiwork.after = lost
    assert sides.pull("pull_products") == {"waiting": 5}
    assert sides.mobiwork.adds == 3
    sides.mobiwork.after, sides.run_id = lambda _entity: None, "r2"
    assert sides.pull("pull_products") == {"created": 5}
    assert sides.mobiwork.adds == 5


def test_a_record_that_another_worker_has_added_meanwhile_is_not_added_again(
    sides: TwoSides,
) -> None:
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    others = ["pull_products"]

    def claim_late() -> str:
        if others:
            sides.pull(others.pop())
        return "late"

    pull(PULL["pull_products"], sides.run(new_claim=claim_late))
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (1, "p1")
    assert sides.store.additions.under_way(CONNECTION, "product", [number]) == {}


def test_an_addition_that_a_look_finds_ends_with_its_link() -> None:
    def kill(reached: str) -> None:
        if reached == "answer received":
            raise KilledError

    sides = TwoSides(checkpoint=kill)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    with pytest.raises(KilledError):
        sides.pull("pull_products")
    sides.checkpoint = lambda _step: None
    sides.mobiwork.change("product", "p1", {"price": "9"})
    sides.look()
    sides.pull("pull_products")
    assert sides.owner("Item", number) == "p1"
    assert sides.store.additions.under_way(CONNECTION, "product", [number]) == {}


def test_a_record_that_mobiwork_fails_on_again_and_again_is_put_before_a_person(
    sides: TwoSides,
) -> None:
    sides.mobiwork.before = lost
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    for run in range(12):
        sides.run_id = f"r{run}"
        sides.pull("pull_products")
    assert sides.left("pull_products") == {number: "refused"}


class BlindAccount(FakeMobiWorkAccount):
    def find_by_external_id(self, entity: str, external_id: str) -> list[RawRecord]:
        return []


def test_the_whole_list_is_read_where_the_filter_of_external_ids_finds_nothing() -> None:
    sides = TwoSides(mobiwork=BlindAccount(after=lost))
    _pulled(sides)
    assert sides.mobiwork.adds == 1


class HidingAccount(BlindAccount):
    def records(self, entity: str, filters: Mapping[str, str] | None = None) -> Iterator[RawRecord]:
        yield from ()


def test_what_mobiwork_took_and_does_not_show_is_put_before_a_person() -> None:
    sides = TwoSides(mobiwork=HidingAccount(tells_ids=False))
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.left("pull_products")) == (1, {number: "refused"})
    assert 'under the external id "1,QBO"' in sides.note("pull_products", number)[1]


def test_what_mobiwork_shows_later_is_linked_when_a_person_tries_again(sides: TwoSides) -> None:
    sides.mobiwork = HidingAccount(tells_ids=False)
    number = sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    sides.pull("pull_products")
    sides.mobiwork = FakeMobiWorkAccount(records_of=sides.mobiwork.records_of)
    sides.store.pending.replay(CONNECTION, "pull_products", number)
    sides.run_id = "r2"
    sides.pull("pull_products")
    assert (sides.mobiwork.adds, sides.owner("Item", number)) == (0, "p1")


def test_an_item_made_inactive_is_only_suggested(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.quickbooks.edit("Item", number, Active=False, Name="Copper elbow (deleted)")
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.left("pull_products") == {number: "deleted"}
    assert sides.text("product", own, "enabled") == "true"


def test_an_item_inactive_on_both_sides_is_no_news(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    sides.mobiwork.change("product", own, {"enabled": "false"})
    sides.quickbooks.edit("Item", number, Active=False)
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.left("pull_products") == {}


def test_a_product_deleted_in_mobiwork_is_only_told(sides: TwoSides) -> None:
    number, own = _both_linked(sides)
    del sides.mobiwork.records_of["product"][own]
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    assert "is not in MobiWork any more" in sides.note("pull_products", number)[1]


def test_a_category_never_becomes_a_part(sides: TwoSides) -> None:
    sides.in_quickbooks("Item", Name="Fittings", Type="Category")
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.mobiwork.adds == 0


@pytest.mark.parametrize("call", ["view", "edit"])
def test_without_a_call_to_change_a_product_a_person_is_told_what_to_do(call: str) -> None:
    sides = TwoSides(mobiwork=FakeMobiWorkAccount(off=frozenset({f"product.{call}"})))
    number, _ = _both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    told = sides.note("pull_products", number)[1]
    assert 'Change in MobiWork by hand: the price to "4.75".' in told


def test_nothing_is_added_while_mobiworks_list_is_not_known() -> None:
    sides = TwoSides(mobiwork=FakeMobiWorkAccount(off=frozenset({"product.list"})))
    sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    assert (sides.pull("pull_products"), sides.mobiwork.adds) == ({"waiting": 1}, 0)


def test_the_quantity_on_hand_arrives(sides: TwoSides) -> None:
    _number, own = _pulled(sides, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=Decimal(12))
    sides.pull("pull_part_quantities")
    assert sides.text("product", own, "quantity") == "12"


def test_a_quantity_that_mobiwork_does_not_take_is_told_once() -> None:
    sides = TwoSides(mobiwork=FakeMobiWorkAccount(deaf=frozenset({"quantity"})))
    number, _ = _pulled(sides, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=Decimal(12))
    sides.pull("pull_part_quantities")
    outcome, note = sides.note("pull_part_quantities", number)
    assert (outcome, "did not save the quantity on hand" in note) == (Outcome.REFUSED, True)


def test_a_quantity_waits_for_its_product(sides: TwoSides) -> None:
    number = sides.in_quickbooks("Item", **ELBOW | {"Type": "Inventory", "TrackQtyOnHand": True})
    sides.look("Item")
    sides.pull("pull_part_quantities")
    assert sides.left("pull_part_quantities") == {number: "waiting"}


def test_a_refused_record_does_not_stop_the_others(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow"))
    sides.mobiwork.put(a_product("307002", name="Copper elbow"))
    sides.in_quickbooks("Item", **ELBOW)
    sides.in_quickbooks("Item", **ELBOW | {"Name": "Brass valve"})
    sides.look("Item")
    assert sides.pull("pull_products") == {"created": 1, "refused": 1}


def test_records_that_are_being_sent_at_this_moment_do_not_stop_the_others(
    sides: TwoSides,
) -> None:
    for name in ("Elbow 1", "Elbow 2", "Elbow 3"):
        sides.mobiwork.put(a_product(name[-1], name=name))
        sides.in_quickbooks("Item", **ELBOW | {"Name": name})
        intent = an_intent(RecordKey("product", name[-1]))
        assert sides.store.links.claim(CONNECTION, intent, before=None)
    sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    assert sides.pull("pull_products") == {"created": 1, "waiting": 3}


def test_the_link_of_a_merged_record_follows_the_survivor(sides: TwoSides) -> None:
    loser, own = _both_linked(sides)
    merged = MergedRecord(entity="Item", loser=loser, survivor="99")
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")
    assert (sides.owner("Item", "99"), sides.link("product", own).quickbooks_id) == (own, "99")


def _both_merged(sides: TwoSides) -> tuple[str, str]:
    survivor, kept = _pulled(sides, Name="Copper elbow 1/2")
    loser, own = _both_linked(sides)
    merged = MergedRecord(entity="Item", loser=loser, survivor=survivor)
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")
    return kept, own


def test_of_two_linked_records_that_were_merged_the_link_of_the_survivor_stays(
    sides: TwoSides,
) -> None:
    kept, own = _both_merged(sides)
    links = {sides.link("product", one).quickbooks_id for one in (kept, own)}
    assert (sides.owner("Item", "1"), links) == (kept, {"1"})


def test_of_two_linked_records_that_were_merged_a_person_is_told(sides: TwoSides) -> None:
    _both_merged(sides)
    assert sides.left("pull_products") == {"2": "deleted"}


def test_disabling_a_merged_record_does_not_touch_the_survivor(sides: TwoSides) -> None:
    _, own = _both_merged(sides)
    sides.mobiwork.change("product", own, {"enabled": "false"})
    sides.run_id = "r3"
    sides.look()
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["Active"] is True


def test_what_the_look_read_is_not_read_again_where_nothing_is_written(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", externalId="1,QBO"))
    _pulled(sides)
    assert (sides.mobiwork.finds, sides.mobiwork.edits) == (0, 0)


def test_a_record_is_read_afresh_before_it_is_written(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", sku="CE-050"))
    number = sides.in_quickbooks("Item", **ELBOW | {"Description": "Elbow, copper"})
    sides.save(settings(on_conflict="QuickBooks wins"))
    sides.look("Item")
    sides.mobiwork.change("product", "307001", {"sku": "CE-051"})
    sides.pull("pull_products")
    assert sides.text("product", sides.owner("Item", number), "sku") == "CE-051"
