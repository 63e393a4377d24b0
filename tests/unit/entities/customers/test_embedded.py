from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.customers.model import Customer
from connector.entities.customers.places import NAMED
from connector.model.policy.settings import Settings
from tests.builders import a_customer
from tests.unit.entities.customers.quickbooks_records import (
    ADDRESS,
    CANAL,
    PIER,
    SHIP_PIER,
    a_record,
    under,
)


def parent(*addresses: dict[str, str]) -> Customer:
    listed = {"address": list(addresses)} if addresses else "null"
    return Customer.model_validate(a_customer(addressList=listed).fields)


KITCHEN = {
    "addressList/address[{}]/address1": "4 Pier Rd",
    "addressList/address[{}]/address2": None,
    "addressList/address[{}]/city": "Largo",
    "addressList/address[{}]/state": "FL",
    "addressList/address[{}]/zipCode": "33770",
}


def kitchen_at(position: int, **more: str) -> dict[str, str | None]:
    named = {f"addressList/address[{position}]/{name}": text for name, text in more.items()}
    return {path.format(position): text for path, text in KITCHEN.items()} | named


SUB = under("Kitchen", "Harbor Cafe", ShipAddr=SHIP_PIER)
APPENDED = {"name": "Sub-customer Kitchen", "countryId": "1"}


def test_the_settings_say_whether_a_sub_customer_is_an_address_of_its_parent() -> None:
    told = [
        HIERARCHY.embed_in(SUB, Settings.model_validate({"sub_customers_as": chosen}))
        for chosen in ("sub-customer", NAMED, ADDRESS)
    ]
    assert told == [None, None, "7"]


def test_a_customer_of_its_own_is_no_address() -> None:
    assert HIERARCHY.embed_in(a_record(), Settings(sub_customers_as=ADDRESS)) is None


def test_a_sub_customer_becomes_one_more_address_of_its_parent() -> None:
    assert HIERARCHY.embed(SUB, parent(CANAL, PIER), "") == kitchen_at(3, **APPENDED)


def test_the_address_of_a_sub_customer_is_found_by_its_name() -> None:
    known = {"name": "sub-customer  KITCHEN", "address1": "1 Old Rd"}
    assert HIERARCHY.embed(SUB, parent(CANAL, known, PIER), "") == kitchen_at(2)


FORMER = "Sub-customer Galley"


def test_the_address_of_a_renamed_sub_customer_takes_its_new_name() -> None:
    owner = parent(CANAL, PIER | {"name": FORMER})
    assert HIERARCHY.embed(SUB, owner, FORMER) == {
        "addressList/address[2]/name": "Sub-customer Kitchen",
    }


def test_the_address_of_a_sub_customer_that_was_renamed_and_moved_takes_both() -> None:
    owner = parent(CANAL, {"name": FORMER, "address1": "1 Old Rd"})
    assert HIERARCHY.embed(SUB, owner, FORMER) == kitchen_at(2, name="Sub-customer Kitchen")


def test_an_address_of_the_present_name_counts_before_one_of_the_former() -> None:
    owner = parent(CANAL, {"name": FORMER}, PIER | {"name": "Sub-customer Kitchen"})
    assert HIERARCHY.embed(SUB, owner, FORMER) == {}


def test_an_address_that_says_so_already_is_left_alone() -> None:
    assert HIERARCHY.embed(SUB, parent(CANAL, PIER | {"name": "Sub-customer Kitchen"}), "") == {}


def test_a_sub_customer_that_is_served_nowhere_else_brings_its_billing_address() -> None:
    changes = HIERARCHY.embed(under("Kitchen", "Harbor Cafe"), parent(CANAL), "")
    assert changes["addressList/address[2]/address1"] == "12 Canal St"


def test_a_sub_customer_without_an_address_adds_none() -> None:
    assert HIERARCHY.embed(under("Kitchen", "Harbor Cafe", BillAddr={}), parent(CANAL), "") == {}


def test_the_main_address_begins_a_list_that_was_empty() -> None:
    changes = HIERARCHY.embed(SUB, parent(), "")
    assert changes["addressList/address[1]/address1"] == "12 Canal St"
    assert kitchen_at(2, **APPENDED).items() <= changes.items()


def test_the_address_of_a_grandchild_names_its_parents_below_the_owner() -> None:
    below = under("Phase 2", "Harbor Cafe", "Kitchen")
    named = HIERARCHY.embed(below, parent(CANAL), "")["addressList/address[2]/name"]
    assert named == "Sub-customer Kitchen - Phase 2"


def test_the_address_of_a_sub_customer_is_not_where_its_parent_is_served() -> None:
    owner = parent(CANAL, PIER | {"name": "Sub-customer Kitchen"})
    assert owner.service_address is None
