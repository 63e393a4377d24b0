from decimal import Decimal

import pytest

from connector.model.pending import Need
from tests.builders import CONNECTION, a_company, raw, settings
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


def test_what_somebody_types_into_the_field_that_a_pull_writes_is_not_written_over(
    sides: TwoSides,
) -> None:
    number, own = both_linked(sides)
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, own, {"price": "5.10"})
    sides.pull("pull_products")
    assert sides.text("product", own, "price") == "5.10"
    assert "The price was changed on both sides" in sides.note("pull_products", number)[1]


def test_what_only_the_push_uses_is_found_as_well_where_it_changes_meanwhile(
    sides: TwoSides,
) -> None:
    company = a_company(terms={"Net 30": "3", "Net 45": "4"})
    sides.store.settings.save_company(CONNECTION, company)
    vendor = {"mobiworkVendorId": "v9", "name": "Bay Supply", "terms": "Net 45"}
    sides.mobiwork.put(raw("vendor", "v9", vendor))
    sides.look()
    sides.push("vendor")
    sides.run_id = "r2"
    number = sides.link("vendor", "v9").quickbooks_id
    sides.quickbooks.edit("Vendor", number, PrimaryEmailAddr={"Address": "office@bay.example"})
    sides.look("Vendor")
    typed = {"terms": "Net 30"}
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, "v9", typed)
    sides.pull("pull_vendors")
    sides.run_id = "r3"
    sides.look()
    sides.push("vendor")
    assert sides.quickbooks.records["Vendor"][0]["TermRef"] == {"value": "3"}
    assert sides.text("vendor", "v9", "contact/email") == "office@bay.example"


def test_what_a_pull_writes_is_no_change_whatever_mobiwork_takes_of_it(sides: TwoSides) -> None:
    number, _own = both_linked(sides)
    sides.mobiwork.deaf = frozenset({"description"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"), Description="Elbow, copper")
    sides.look("Item")
    sides.pull("pull_products")
    sides.look()
    assert sides.left("push_products") == {}


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


def test_a_dispute_stays_on_the_worklist_when_the_other_fields_are_pushed(sides: TwoSides) -> None:
    number, own = both_linked(sides)
    sides.mobiwork.change("product", own, {"price": "4.6", "description": "Elbow, copper"})
    sides.quickbooks.edit("Item", number, UnitPrice=Decimal("4.75"))
    sides.look("Item")
    sides.pull("pull_products")
    assert sides.push("product") == {"updated": 1}
    assert sides.left("pull_products") == {number: "refused"}
    assert sides.store.pending.need(CONNECTION, "pull_products") is Need.START


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
