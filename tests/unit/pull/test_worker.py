from decimal import Decimal

import pytest

from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_product, an_intent, settings
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.items import ELBOW, both_linked, pulled


def test_a_new_item_is_added_to_mobiwork(sides: TwoSides) -> None:
    _, own = pulled(sides)
    assert sides.text("product", own, "name") == "Copper elbow"


def test_a_new_product_names_its_item(sides: TwoSides) -> None:
    number, own = pulled(sides)
    assert sides.text("product", own, "externalId") == f"{number},QBO"


def test_what_was_pulled_is_not_pushed_back(sides: TwoSides) -> None:
    pulled(sides)
    sides.run_id = "r2"
    sides.look()
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["SyncToken"] == "0"


def test_what_was_pulled_is_no_change_at_the_next_look(sides: TwoSides) -> None:
    pulled(sides)
    sides.run_id = "r2"
    sides.look()
    assert sides.left("push_products") == {}


def test_a_record_that_mobiwork_has_by_that_name_is_joined(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper  elbow"))
    number, own = pulled(sides)
    assert (own, sides.mobiwork.adds) == ("307001", 0)
    assert sides.note("pull_products", number)[0] is Outcome.LINKED


def test_a_record_that_names_its_item_is_joined_whatever_its_name(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Elbow", externalId="1,QBO", sku="CE-050"))
    sides.save(settings(on_conflict="QuickBooks wins"))
    number, own = pulled(sides, Sku="CE-050")
    assert (number, own, sides.text("product", own, "name")) == ("1", "307001", "Copper elbow")


def test_joined_records_that_differ_are_put_before_a_person(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", price="5.00", externalId="1,QBO"))
    number, _ = pulled(sides)
    outcome, note = sides.note("pull_products", number)
    assert outcome is Outcome.REFUSED
    assert 'The price was changed on both sides: MobiWork says "5", QuickBooks says "4.5".' in note


def test_joined_records_fill_what_one_side_lacks(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", price="4.50", sku="CE-050"))
    sides.look("Item")
    number, _ = pulled(sides)
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


def test_an_item_made_inactive_is_only_suggested(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.quickbooks.edit("Item", number, Active=False, Name="Copper elbow (deleted)")
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.left("pull_products") == {number: "deleted"}
    assert sides.text("product", own, "enabled") == "true"


def test_an_item_inactive_on_both_sides_is_no_news(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, {"enabled": "false"})
    sides.quickbooks.edit("Item", number, Active=False)
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.left("pull_products") == {}


def test_a_product_deleted_in_mobiwork_is_only_told(sides: TwoSides) -> None:
    number, own = both_linked(sides)
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
    number, _ = both_linked(sides)
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
    _number, own = pulled(sides, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=Decimal(12))
    sides.pull("pull_part_quantities")
    assert sides.text("product", own, "quantity") == "12"


def test_a_quantity_that_mobiwork_does_not_take_is_told_once() -> None:
    sides = TwoSides(mobiwork=FakeMobiWorkAccount(deaf=frozenset({"quantity"})))
    number, _ = pulled(sides, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=Decimal(12))
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


def test_what_the_look_read_is_not_read_again_where_nothing_is_written(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", externalId="1,QBO"))
    pulled(sides)
    assert (sides.mobiwork.finds, sides.mobiwork.edits) == (0, 0)


def test_a_record_is_read_afresh_before_it_is_written(sides: TwoSides) -> None:
    sides.mobiwork.put(a_product("307001", name="Copper elbow", sku="CE-050"))
    number = sides.in_quickbooks("Item", **ELBOW | {"Description": "Elbow, copper"})
    sides.save(settings(on_conflict="QuickBooks wins"))
    sides.look("Item")
    sides.mobiwork.change("product", "307001", {"sku": "CE-051"})
    sides.pull("pull_products")
    assert sides.text("product", sides.owner("Item", number), "sku") == "CE-051"
