from decimal import Decimal

import pytest

from connector.changes.enqueue import put_merges
from connector.model.cursor import MergedRecord
from connector.model.worklist.instructions import Instruction, Wish
from tests.builders import CONNECTION
from tests.unit.engine.two_sides import PULL, TwoSides
from tests.unit.pull.items import ELBOW, both_linked, pulled


def test_the_link_of_a_merged_record_follows_the_survivor(sides: TwoSides) -> None:
    loser, own = both_linked(sides)
    merged = MergedRecord(entity="Item", loser=loser, survivor="99")
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")
    assert (sides.owner("Item", "99"), sides.link("product", own).quickbooks_id) == (own, "99")


def test_changes_of_the_survivor_arrive_though_the_merged_record_had_changed_more_often(
    sides: TwoSides,
) -> None:
    loser, own = both_linked(sides)
    for price in ("4.75", "4.80"):
        sides.quickbooks.edit("Item", loser, UnitPrice=Decimal(price))
    sides.look("Item")
    sides.pull("pull_products")
    survivor = sides.in_quickbooks("Item", **(ELBOW | {"Name": "Copper elbow 1/2"}))
    merged = MergedRecord(entity="Item", loser=loser, survivor=survivor)
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")
    sides.run_id = "r5"
    sides.quickbooks.edit("Item", survivor, UnitPrice=Decimal("5.10"))
    sides.tell("Item", survivor)
    sides.pull("pull_products")
    assert (sides.text("product", own, "price"), sides.left("pull_products")) == ("5.1", {})


@pytest.mark.case("X20")
def test_what_differs_of_a_survivor_that_was_left_out_before_the_merge_arrives(
    sides: TwoSides,
) -> None:
    loser, own = both_linked(sides)
    survivor = sides.in_quickbooks("Item", **(ELBOW | {"Name": "Brass", "UnitPrice": Decimal(7)}))
    sides.store.instructions.keep(
        Instruction(
            connection_id=CONNECTION,
            flow="pull_products",
            record_id=survivor,
            wish=Wish.LEAVE_OUT,
            by="ann",
            at="",
        )
    )
    sides.tell("Item", survivor)
    sides.pull("pull_products")
    assert (sides.left("pull_products"), sides.text("product", own, "price")) == ({}, "4.5")
    merged = MergedRecord(entity="Item", loser=loser, survivor=survivor)
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    for sides.run_id in ("r3", "r4"):
        sides.pull("pull_products")
    assert (sides.text("product", own, "price"), sides.left("pull_products")) == ("7", {})


def both_merged(sides: TwoSides) -> tuple[str, str]:
    survivor, kept = pulled(sides, Name="Copper elbow 1/2")
    loser, own = both_linked(sides)
    merged = MergedRecord(entity="Item", loser=loser, survivor=survivor)
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL["pull_products"]], sides.store)
    sides.pull("pull_products")
    return kept, own


def test_of_two_linked_records_that_were_merged_the_link_of_the_survivor_stays(
    sides: TwoSides,
) -> None:
    kept, own = both_merged(sides)
    links = {sides.link("product", one).quickbooks_id for one in (kept, own)}
    assert (sides.owner("Item", "1"), links) == (kept, {"1"})


def test_of_two_linked_records_that_were_merged_a_person_is_told(sides: TwoSides) -> None:
    both_merged(sides)
    assert sides.left("pull_products") == {"2": "deleted"}


def test_disabling_a_merged_record_does_not_touch_the_survivor(sides: TwoSides) -> None:
    _, own = both_merged(sides)
    sides.mobiwork.change("product", own, {"enabled": "false"})
    sides.run_id = "r3"
    sides.look()
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["Active"] is True
