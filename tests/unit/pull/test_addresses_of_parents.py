from dataclasses import replace

import pytest

from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import CONNECTION, settings
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.families import at_rest, enter, move_customer, parent_of, run_next


def test_sub_customers_can_become_addresses_of_their_parent(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    address = {"Line1": "12 Canal St", "City": "Tampa"}
    middle = enter(sides, "Kitchen", ("Heron", top), ShipAddr=address)
    enter(sides, "Sink", ("Heron", top), ("Kitchen", middle), ShipAddr=address)
    sides.look("Customer")
    sides.pull("pull_customers")
    found = sides.mobiwork.records_of["customer"]
    names = [one.findtext("name") or "" for one in found["c1"].iterfind("addressList/address")]
    assert (list(found), sum("Kitchen" in name for name in names)) == (["c1"], 2)


@pytest.mark.parametrize("change", ["moved", "alone", "inactive"])
def test_an_address_of_a_parent_never_touches_the_parent_itself(
    sides: TwoSides, change: str
) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    address = {"Line1": "12 Canal St", "City": "Tampa"}
    top, dock = enter(sides, "Heron"), enter(sides, "Dock")
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr=address)
    run_next(sides, top, dock, number)
    before = {
        own: list(one.itertext()) for own, one in sides.mobiwork.records_of["customer"].items()
    }
    if change == "inactive":
        sides.quickbooks.edit("Customer", number, Active=False)
    else:
        move_customer(sides, number, *((("Dock", dock),) if change == "moved" else ()))
    run_next(sides, number)
    after = {
        own: list(one.itertext()) for own, one in sides.mobiwork.records_of["customer"].items()
    }
    assert after == before
    assert "address of customer c1" in sides.note("pull_customers", number)[1]


def test_an_address_stays_one_when_the_settings_change(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    run_next(sides, top, number)
    sides.save(settings(sub_customers_as="sub-customer"))
    sides.quickbooks.edit("Customer", number, ShipAddr={"Line1": "4 Pier Rd"})
    run_next(sides, number)
    assert list(sides.mobiwork.records_of["customer"]) == ["c1"]
    assert sides.text("customer", "c1", "addressList/address[2]/address1") == "4 Pier Rd"
    assert sides.text("customer", "c1", "companyName") == "Heron"


def test_a_renamed_address_of_a_parent_is_not_doubled(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    run_next(sides, top, number)
    sides.quickbooks.edit("Customer", number, DisplayName="Galley", CompanyName="Galley")
    run_next(sides, number)
    found = sides.mobiwork.records_of["customer"]["c1"].iterfind("addressList/address")
    assert [one.findtext("name") for one in found][1:] == ["Sub-customer Galley"]
    assert at_rest(sides)


def test_a_customer_with_a_record_of_its_own_does_not_become_an_address(
    sides: TwoSides,
) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top, dock = enter(sides, "Heron"), enter(sides, "Dock")
    run_next(sides, top, dock)
    move_customer(sides, dock, ("Heron", top))
    run_next(sides, dock)
    assert parent_of(sides, dock) == sides.owner("Customer", top)


def _moved_address(sides: TwoSides) -> None:
    """Have an address of a parent that moved in QuickBooks since."""
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    run_next(sides, top, number)
    sides.quickbooks.edit("Customer", number, ShipAddr={"Line1": "4 Pier Rd"})
    sides.tell("Customer", number)
    sides.run_id = "r9"


def test_what_somebody_types_in_the_parent_while_its_address_is_written_is_pushed(
    sides: TwoSides,
) -> None:
    _moved_address(sides)
    typed = {"contact/email": "office@heron.example"}
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, "c1", typed)
    sides.pull("pull_customers")
    sides.look()
    sides.push("customer")
    assert sides.text("customer", "c1", "addressList/address[2]/address1") == "4 Pier Rd"
    heron = sides.quickbooks.records["Customer"][0]
    assert heron["PrimaryEmailAddr"]["Address"] == "office@heron.example"


def test_an_address_that_somebody_adds_just_before_ours_stays(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    theirs = {"addressList/address[2]/name": "Barn", "addressList/address[2]/address1": "9 Mill Rd"}
    typing = iter([theirs])

    def type_once(entity: str) -> None:
        if "c1" in sides.mobiwork.records_of.get(entity, {}):
            sides.mobiwork.change(entity, "c1", next(typing, {}))

    sides.mobiwork.before = type_once
    run_next(sides, top, number)
    streets = [
        sides.text("customer", "c1", f"addressList/address[{one}]/address1") for one in (2, 3)
    ]
    assert streets == ["9 Mill Rd", "12 Canal St"]


def test_what_is_written_into_a_parent_is_no_change_of_it(sides: TwoSides) -> None:
    _moved_address(sides)
    given = {"addressList/address[2]/addressId": "81002"}
    sides.mobiwork.after = lambda entity: sides.mobiwork.change(entity, "c1", given)
    sides.pull("pull_customers")
    sides.look()
    assert sides.left("push_customers") == {}


def test_an_address_whose_link_is_refused_is_still_found_in_the_parent(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = enter(sides, "Heron")
    run_next(sides, top)
    number = enter(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    sides.tell("Customer", number)
    other = replace(sides.link("customer", "c1"), owner=RecordKey("customer", "c9"))

    def linked_elsewhere(_entity: str) -> None:
        told = RecordOutcome(
            run_id="r9",
            flow="pull_customers",
            record_id=number,
            outcome=Outcome.LINKED,
            label="Kitchen",
        )
        sides.store.links.save(CONNECTION, replace(other, quickbooks_id=number), told)

    sides.mobiwork.after = linked_elsewhere
    sides.pull("pull_customers")
    sides.look()
    assert "belongs to customer c9" in sides.note("pull_customers", number)[1]
    assert sides.left("push_customers") == {"c1": "changed"}
