from decimal import Decimal

import pytest

from tests.builders import settings
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.items import both_linked, pulled


def test_a_change_in_quickbooks_arrives(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    assert sides.pull("pull_products") == {"updated": 1}
    assert sides.text("product", own, "price") == "4.75"


def test_only_what_changed_is_written(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, {"description": "Elbow, copper"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.text("product", own, "description") == "Elbow, copper"


def test_changes_of_different_fields_reach_the_other_side(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, {"description": "Elbow, copper"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    item = sides.quickbooks.records["Item"][0]
    assert (item["Description"], item["UnitPrice"]) == ("Elbow, copper", Decimal("4.75"))


def test_what_somebody_changes_between_reading_and_writing_is_found_by_the_next_look(
    sides: TwoSides,
) -> None:
    number, own = both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    changed = {"description": "Elbow, copper"}
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, own, changed)
    sides.pull("pull_products")
    sides.run_id = "r3"
    sides.look()
    sides.push("product")
    item = sides.quickbooks.records["Item"][0]
    assert (item["Description"], item["UnitPrice"]) == ("Elbow, copper", Decimal("4.75"))


def test_the_account_that_the_accountant_chose_stays(sides: TwoSides) -> None:
    _number, own = pulled(sides, IncomeAccountRef={"value": "999"})
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
    number, own = both_linked(sides)
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
    number, own = both_linked(sides)
    sides.save(settings(on_conflict=winner))
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["UnitPrice"] == Decimal(price)


def test_a_dispute_ends_when_both_sides_say_the_same(sides: TwoSides) -> None:
    number, own = both_linked(sides)
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
    number, own = both_linked(sides)
    sides.save(settings(on_conflict="QuickBooks wins"))
    sides.mobiwork.change("product", own, {"price": "4.6"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    sides.push("product")
    assert sides.quickbooks.records["Item"][0]["SyncToken"] == "1"
