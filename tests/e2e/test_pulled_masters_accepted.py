from typing import Any
from xml.etree.ElementTree import Element

import pytest

from connector.engine.three_way_merge import plain
from connector.entities.customers import pull as pull_customers
from connector.entities.customers.hierarchy import HIERARCHY
from connector.entities.vendors import pull as pull_vendors
from connector.mobiwork.client import MobiWork
from connector.mobiwork.editing import edited
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import PullContext
from connector.model.flows.pull_flow import PullFlow
from connector.model.policy.settings import Settings
from tests.e2e.conftest import Judge
from tests.unit.entities.customers import quickbooks_records as customers
from tests.unit.entities.customers.test_added import NEW
from tests.unit.entities.pulled import added, in_mobiwork, in_quickbooks, meant
from tests.unit.entities.vendors import test_pull as vendors

CUSTOMERS, VENDORS = pull_customers.PULL, pull_vendors.PULL


def as_read(pull: PullFlow[Any], raw: RawRecord) -> Any:
    return pull.records.model.model_validate(raw.fields)


def add(mobiwork: MobiWork, pull: PullFlow[Any], element: Element, record: Body) -> RawRecord:
    """Add a record as the engine does, and read it back."""
    external_id = mobiwork.external_id(pull.entity, str(record["Id"]))
    made = mobiwork.add(pull.entity, edited(element, external_id))
    return mobiwork.view(pull.entity, made.own_id)


def bring(mobiwork: MobiWork, pull: PullFlow[Any], raw: RawRecord, record: Body) -> RawRecord:
    """Write every field that differs, in one edit, as the engine does, and read it back."""
    before, changes = as_read(pull, raw), dict[str, str | None]()
    for one in pull.fields:
        value = meant(one, record)
        if plain(one.compared(one.mobiwork(before))) != plain(one.compared(value)):
            changes |= one.write(value, before)
    mobiwork.edit(pull.entity, raw.own_id, changes)
    return mobiwork.view(pull.entity, raw.own_id)


@pytest.fixture(scope="module")
def links(mobiwork: MobiWork) -> dict[tuple[str, str], str]:
    """Have the parents of all sub-customers in MobiWork."""
    names = {"7": "Harbor Cafe", "6": "Harbor Cafe", "8": "Dock Cafe"}
    parents = [customers.a_record(Id=one, DisplayName=name) for one, name in names.items()]
    return {
        ("Customer", one["Id"]): add(mobiwork, CUSTOMERS, added(CUSTOMERS, one), one).own_id
        for one in parents
    }


@pytest.mark.parametrize(("record", "chosen"), [case[:2] for case in NEW.values()])
def test_a_new_customer_is_read_back_as_quickbooks_has_it(
    mobiwork: MobiWork, links: dict[tuple[str, str], str], record: Body, chosen: dict[str, Any]
) -> None:
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, record, links, **chosen), record)
    found = in_quickbooks(CUSTOMERS, record, links, **chosen)
    assert in_mobiwork(CUSTOMERS, as_read(CUSTOMERS, raw)) == found


@pytest.mark.parametrize("record", [case[0] for case in vendors.NEW.values()])
def test_a_new_vendor_is_read_back_as_quickbooks_has_it(mobiwork: MobiWork, record: Body) -> None:
    raw = add(mobiwork, VENDORS, added(VENDORS, record), record)
    assert in_mobiwork(VENDORS, as_read(VENDORS, raw)) == in_quickbooks(VENDORS, record)


CHANGES = [
    customers.a_record(DisplayName="Heron & Sons", GivenName="Ana", FamilyName="Lopez"),
    customers.a_person(BillAddr={"Line1": "9 Bay St", "City": "Ocala"}),
    customers.a_record(PrimaryEmailAddr={}, Fax={"FreeFormNumber": "8135550103"}),
    customers.a_record(PrimaryPhone={"FreeFormNumber": "8135550100 x4"}, BillAddr={}),
    customers.a_record(ShipAddr=customers.SHIP_PIER),
    customers.a_record(
        BillAddr={"Line1": "9 Bay St"}, ShipAddr=customers.SHIP_PIER | {"Line1": "5 Pier Rd"}
    ),
]


@pytest.mark.parametrize("record", CHANGES)
def test_a_customer_takes_over_what_changed_in_quickbooks(mobiwork: MobiWork, record: Body) -> None:
    first = customers.a_record()
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, first), first)
    after = bring(mobiwork, CUSTOMERS, raw, record)
    assert in_mobiwork(CUSTOMERS, as_read(CUSTOMERS, after)) == in_quickbooks(CUSTOMERS, record)


def test_a_customer_follows_one_change_after_the_other(mobiwork: MobiWork) -> None:
    first = customers.a_record()
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, first), first)
    agreed = []
    for record in CHANGES:
        raw = bring(mobiwork, CUSTOMERS, raw, record)
        ours, theirs = (
            in_mobiwork(CUSTOMERS, as_read(CUSTOMERS, raw)),
            in_quickbooks(CUSTOMERS, record),
        )
        agreed.append(ours == theirs)
    assert agreed == [True] * len(CHANGES)


def test_customers_of_mobiwork_take_over_everything(mobiwork: MobiWork) -> None:
    record = customers.a_record(GivenName="Ana", FamilyName="Lopez", ShipAddr=customers.SHIP_PIER)
    some = [one for _, one in zip(range(12), mobiwork.records("customer"), strict=False)]
    left = [
        bring(mobiwork, CUSTOMERS, raw, record)
        for raw in some
        if not as_read(CUSTOMERS, raw).is_sub_customer
    ]
    values = [in_mobiwork(CUSTOMERS, as_read(CUSTOMERS, raw)) for raw in left]
    assert values == [in_quickbooks(CUSTOMERS, record)] * len(left)
    assert len(left) > 5


@pytest.mark.parametrize("record", [case[0] for case in vendors.MERGED.values()])
def test_a_vendor_takes_over_what_changed_in_quickbooks(mobiwork: MobiWork, record: Body) -> None:
    first = vendors.a_record()
    raw = add(mobiwork, VENDORS, added(VENDORS, first), first)
    after = bring(mobiwork, VENDORS, raw, record)
    assert in_mobiwork(VENDORS, as_read(VENDORS, after)) == in_quickbooks(VENDORS, record)


def test_a_sub_customer_has_its_parent(
    mobiwork: MobiWork, links: dict[tuple[str, str], str]
) -> None:
    record = customers.under("Kitchen", "Harbor Cafe", BillWithParent=True)
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, record, links), record)
    customer = as_read(CUSTOMERS, raw)
    told = (customer.sub_customer, customer.parent_id, customer.parent_name, customer.bill_to)
    assert told == (True, links["Customer", "7"], "Harbor Cafe", "PARENT")


def test_a_customer_goes_from_place_to_place(
    mobiwork: MobiWork, links: dict[tuple[str, str], str]
) -> None:
    record = customers.a_record(DisplayName="Kitchen")
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, record), record)
    places = [
        customers.under("Kitchen", "Harbor Cafe"),
        customers.under("Kitchen", "Harbor Cafe", BillWithParent=True),
        customers.under("Kitchen", "Dock Cafe", ParentRef={"value": "8"}, BillWithParent=True),
        customers.deep("Kitchen", BillWithParent=True),
        customers.deep("Kitchen"),
        record,
        customers.deep("Kitchen", BillWithParent=True),
    ]
    for place in places:
        located = HIERARCHY.located(place, PullContext(Settings(), links))
        raw = bring(mobiwork, CUSTOMERS, raw, located)
        agreed = in_quickbooks(CUSTOMERS, place, links)
        assert in_mobiwork(CUSTOMERS, as_read(CUSTOMERS, raw)) == agreed


def test_an_added_sub_customer_is_recognised(
    mobiwork: MobiWork, links: dict[tuple[str, str], str]
) -> None:
    record = customers.under("Pantry", "Harbor Cafe")
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, record, links), record)
    key = CUSTOMERS.quickbooks_key(record, Settings())
    assert CUSTOMERS.mobiwork_key(as_read(CUSTOMERS, raw)) == key


def test_a_sub_customer_is_kept_as_an_address_of_its_parent(mobiwork: MobiWork) -> None:
    record = customers.a_record(ShipAddr=customers.SHIP_PIER)
    raw = add(mobiwork, CUSTOMERS, added(CUSTOMERS, record), record)
    sub = customers.under("Kitchen", "Blue Heron Plumbing", BillAddr={"Line1": "1 Oven Rd"})
    mobiwork.edit("customer", raw.own_id, HIERARCHY.embed(sub, as_read(CUSTOMERS, raw), ""))
    parent = as_read(CUSTOMERS, mobiwork.view("customer", raw.own_id))
    kept = [(one.name, one.address1) for one in parent.addresses]
    assert kept == [
        ("Primary Address", "12 Canal St"),
        ("Shipping Address", "4 Pier Rd"),
        ("Sub-customer Kitchen", "1 Oven Rd"),
    ]
    assert in_mobiwork(CUSTOMERS, parent) == in_quickbooks(CUSTOMERS, record)
    assert HIERARCHY.embed(sub, parent, "") == {}


def test_other_contacts_and_locations_are_kept(mobiwork: MobiWork) -> None:
    record = customers.a_record(ShipAddr=customers.SHIP_PIER)
    extra = {
        "addressList/address[3]/address1": "7 Dock Rd",
        "contactList/contact[2]/firstName": "Bo",
        "contactList/contact[2]/lastName": "Li",
    }
    raw = add(mobiwork, CUSTOMERS, edited(added(CUSTOMERS, record), extra), record)
    moved = customers.a_record(
        ShipAddr=customers.SHIP_PIER | {"Line1": "5 Pier Rd"},
        BillAddr={"Line1": "9 Bay St"},
        PrimaryPhone={},
    )
    after = bring(mobiwork, CUSTOMERS, raw, moved)
    lines = [one["address1"] for one in after.fields["addresslist"]["address"]]
    people = [one["firstname"] for one in after.fields["contactlist"]["contact"]]
    assert (lines, people) == (["9 Bay St", "5 Pier Rd", "7 Dock Rd"], ["-", "Bo"])


FULL = {
    "PrimaryPhone": {"FreeFormNumber": "8135550100 x96"},
    "AlternatePhone": {"FreeFormNumber": "8135550101"},
    "Fax": {"FreeFormNumber": "8135550103"},
    "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
    "BillAddr": {"Line1": "12 Canal St", "Line2": "2nd floor", "Line4": "Desk 5", "City": "Tampa"},
    "GivenName": "Ana",
    "FamilyName": "Lopez",
}


@pytest.mark.parametrize("field", [one.name for one in CUSTOMERS.fields if one.name != "name"])
def test_what_is_emptied_in_mobiwork_is_emptied_in_quickbooks(judge: Judge, field: str) -> None:
    ship = {"ShipAddr": {"Line1": "4 Pier Rd"}}
    made = judge.post("Customer", FULL | ship | {"DisplayName": f"Emptied {field}"})
    clears = next(one.clears for one in CUSTOMERS.fields if one.name == field)
    told = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    left = in_quickbooks(CUSTOMERS, judge.change("Customer", told | dict(clears)))
    assert left == in_quickbooks(CUSTOMERS, made) | {field: ""}


def test_the_person_of_a_vendor_can_be_emptied_in_quickbooks(judge: Judge) -> None:
    made = judge.post("Vendor", FULL | {"DisplayName": "Emptied", "CompanyName": "Emptied"})
    clears = VENDORS.fields[0].clears
    told = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    left = in_quickbooks(VENDORS, judge.change("Vendor", told | dict(clears)))
    assert left["name"] == {"company": "Emptied"}


def test_an_address_of_five_lines_that_was_changed_in_mobiwork_has_two(judge: Judge) -> None:
    made = judge.post("Customer", FULL | {"DisplayName": "Five lines"})
    told = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    moved = {"Line1": "12 Canal St", "Line2": "2nd floor, Desk 5", "City": "Ocala"}
    now = in_quickbooks(CUSTOMERS, judge.change("Customer", told | {"BillAddr": moved}))
    assert now["billing address"] == {
        "line 1": "12 Canal St",
        "line 2": "2nd floor, Desk 5",
        "city": "Ocala",
    }
