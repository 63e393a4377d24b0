import pytest

from tests.builders import settings
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
