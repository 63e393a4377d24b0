import pytest

from connector.entities.customers import push as push_customers
from connector.entities.customers.hierarchy import HIERARCHY
from connector.mobiwork.external_id import native_id
from connector.model.body import Body
from connector.model.flows.context import Linked
from tests.builders import a_customer, settings
from tests.unit.engine.world import World
from tests.unit.entities.customers.customer_records import (
    BILL_CANAL,
    PARENT,
    PIER,
    SUB,
    known,
    read,
)

FAMILY = (a_customer("700900", companyName="Harbor Cafe"), a_customer(**SUB))
KITCHEN = {
    "DisplayName": "Kitchen",
    "FullyQualifiedName": "Harbor Cafe:Kitchen",
    "ParentRef": {"value": "1"},
    "Job": True,
    "BillAddr": BILL_CANAL,
}


@pytest.mark.parametrize(
    ("external_id", "quickbooks_id"),
    [("74,QBO", "74"), (" 74 , qbo", "74"), ("74", None), ("74,SAGE", None), ("QBO", None)],
)
def test_only_a_link_of_mobiworks_own_connector_is_adopted(
    external_id: str, quickbooks_id: str | None
) -> None:
    assert native_id(read(externalCustomerId=external_id).external_id, "{id},QBO") == quickbooks_id


def test_an_inactive_record_of_the_name_is_no_twin() -> None:
    body = {"DisplayName": "Blue Heron"}
    assert not push_customers.is_twin(body, {"DisplayName": "Blue Heron", "Active": False})
    assert push_customers.is_twin(body, {"DisplayName": "BLUE heron", "Active": True})


def test_a_sub_customer_of_another_parent_is_no_twin() -> None:
    body = {"DisplayName": "Cafe - Kitchen", "ParentRef": {"value": "58"}}
    assert push_customers.is_twin(body, body)
    assert not push_customers.is_twin(body, body | {"ParentRef": {"value": "59"}})
    assert not push_customers.is_twin(body, {"DisplayName": "Cafe - Kitchen"})


@pytest.mark.parametrize(
    ("in_quickbooks", "twin"),
    [
        ({"DisplayName": "kitchen", "FullyQualifiedName": "Cafe:kitchen"}, True),
        ({"DisplayName": "Kitchen", "FullyQualifiedName": "Mall:CAFE:Kitchen"}, True),
        ({"DisplayName": "Kitchen", "FullyQualifiedName": "Cafe:Kitchen", "Active": False}, False),
        ({"DisplayName": "Kitchen two", "FullyQualifiedName": "Cafe:Kitchen two"}, False),
        ({"DisplayName": "Kitchen"}, False),
    ],
)
def test_a_sub_customer_with_its_plain_name_under_the_same_parent_is_the_twin(
    in_quickbooks: Body, twin: bool
) -> None:
    body = {"DisplayName": "Cafe - Kitchen", "ParentRef": {"value": "58"}}
    assert push_customers.is_twin(body, in_quickbooks | {"ParentRef": {"value": "58"}}) is twin
    assert not push_customers.is_twin(body, in_quickbooks | {"ParentRef": {"value": "59"}})


def test_only_a_sub_customer_is_looked_for_under_its_plain_names() -> None:
    sub = {"DisplayName": "Dock - East - Kitchen", "ParentRef": {"value": "58"}}
    names = "'Dock - East - Kitchen', 'East - Kitchen', 'Kitchen'"
    assert f"DisplayName IN ({names}) " in push_customers.twin_query(sub)
    assert HIERARCHY.parent(sub) == "58"
    top = {"DisplayName": "Dock - East"}
    assert "DisplayName = 'Dock - East' " in push_customers.twin_query(top)
    assert HIERARCHY.parent(top) is None


def test_a_sub_customer_that_was_adopted_with_its_plain_name_keeps_it() -> None:
    adopted = Linked("59", "0", "", {"DisplayName": "KITCHEN", "Job": True})
    about = known({"700900": PARENT, "700001": adopted}, push_sub_customers=True)
    assert push_customers.to_qbo(read(**SUB), about)["DisplayName"] == "Kitchen"


@pytest.fixture
def world() -> World:
    """Have a parent in QuickBooks, with a kitchen that the accountant put under it."""
    world = World()
    world.save(settings(push_sub_customers=True))
    world.find(*FAMILY)
    world.quickbooks.create("Customer", {"DisplayName": "Harbor Cafe"}, requestid="by hand 1")
    world.quickbooks.create("Customer", KITCHEN, requestid="by hand 2")
    return world


def test_a_sub_customer_is_never_doubled_under_its_parent(world: World) -> None:
    assert world.push("customer") == {"customer": {"linked": 2}}
    assert world.link("customer", "700001") == world.quickbooks.records["Customer"][1]["Id"]
    assert [one["DisplayName"] for one in world.quickbooks.records["Customer"]] == [
        "Harbor Cafe",
        "Kitchen",
    ]


def test_a_change_after_that_leaves_the_accountants_name(world: World) -> None:
    world.push("customer")
    world.run_id = "r2"
    world.find(FAMILY[0], a_customer(**SUB, address=PIER))
    assert world.push("customer") == {"customer": {"updated": 1}}
    kitchen = world.quickbooks.records["Customer"][1]
    assert (kitchen["DisplayName"], kitchen["BillAddr"]["City"]) == ("Kitchen", "Largo")


def test_two_of_them_under_one_parent_are_left_to_a_person(world: World) -> None:
    world.quickbooks.create(
        "Customer", KITCHEN | {"DisplayName": "Harbor Cafe - Kitchen"}, requestid="by hand 3"
    )
    assert world.push("customer") == {"customer": {"linked": 1, "refused": 1}}
    assert world.note("customer", "700001")[1] == (
        "QuickBooks has 2 records of this customer (Customer 2, 3). Delete or merge the "
        "duplicates in QuickBooks, then try again."
    )


@pytest.mark.parametrize(
    ("body", "offered"),
    [
        (
            {
                "DisplayName": "Heron",
                "CompanyName": "Heron",
                "GivenName": "Ana",
                "FamilyName": "Lopez",
                "BillAddr": BILL_CANAL,
            },
            "Heron (Ana Lopez)",
        ),
        ({"DisplayName": "Ana Lopez", "BillAddr": BILL_CANAL}, "Ana Lopez (Tampa)"),
        (
            {
                "DisplayName": "Harbor Cafe - Kitchen",
                "CompanyName": "Kitchen",
                "GivenName": "Ana",
                "ParentRef": {"value": "58"},
                "BillAddr": BILL_CANAL,
            },
            "Harbor Cafe - Kitchen (Tampa)",
        ),
        ({"DisplayName": "Ana Lopez"}, "Ana Lopez (customer)"),
        ({"DisplayName": "A" * 495, "BillAddr": BILL_CANAL}, None),
        (
            {
                "DisplayName": "heron (ana lopez)",
                "CompanyName": "Heron",
                "GivenName": "Ana",
                "FamilyName": "Lopez",
            },
            "heron (ana lopez) (customer)",
        ),
    ],
)
def test_a_taken_name_gets_another_one_offered(body: Body, offered: str | None) -> None:
    assert push_customers.PUSH.matching.another_name(body) == offered
