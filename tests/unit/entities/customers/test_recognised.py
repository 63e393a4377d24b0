from typing import Any

import pytest

from connector.entities.customers.model import Customer
from connector.entities.customers.places import NAMED
from connector.entities.customers.pull import PULL
from connector.model.body import Body
from connector.model.policy.settings import Settings
from tests.builders import a_customer
from tests.unit.entities.customers.quickbooks_records import LINKS, a_person, a_record, deep, under
from tests.unit.entities.pulled import added, read

RECOGNISED: dict[str, tuple[Body, dict[str, Any], dict[str, Any]]] = {
    "a business by its company": (a_record(), {}, {}),
    "a business by the name that QuickBooks shows": (
        a_record(DisplayName="Heron", CompanyName="Blue Heron Plumbing LLC"),
        {},
        {"companyName": "Heron"},
    ),
    "a name with a colon": (
        a_record(DisplayName="Brick - Mortar"),
        {},
        {"companyName": "Brick:Mortar"},
    ),
    "a home by its person": (
        a_person(),
        {},
        {"companyName": "", "contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a home in the order of a phone book": (
        a_person(DisplayName="Lopez, Ana"),
        {},
        {
            "companyName": "",
            "type": "RESIDENTIAL",
            "contact": {"firstName": "Ana", "lastName": "Lopez"},
        },
    ),
    "a business that the settings show by its person": (
        a_person(DisplayName="Lopez, Ana", CompanyName="Blue Heron Plumbing"),
        {"display_name_format": "last, first"},
        {"contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a business that the settings show with its person": (
        a_person(DisplayName="Heron (Ana Lopez)", CompanyName="Heron"),
        {"display_name_format": "company (first last)"},
        {"companyName": "Heron", "contact": {"firstName": "Ana", "lastName": "Lopez"}},
    ),
    "a sub-customer by its parent and itself": (
        under("Kitchen", "Harbor Cafe"),
        {},
        {
            "companyName": "Kitchen",
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "a sub-customer whose own name repeats its parent's": (
        under("Harbor Cafe - Kitchen", "Harbor Cafe"),
        {},
        {
            "companyName": "Kitchen",
            "isSubCustomer": "true",
            "parentCustomerId": "700900",
            "parentCustomerName": "Harbor Cafe",
        },
    ),
    "a sub-customer named after its parent": (
        under("Kitchen", "Harbor Cafe"),
        {"sub_customers_as": NAMED},
        {"companyName": "Harbor Cafe:Kitchen"},
    ),
}


@pytest.mark.parametrize(("record", "chosen", "changes"), RECOGNISED.values(), ids=list(RECOGNISED))
def test_recognised(record: Body, chosen: dict[str, Any], changes: dict[str, Any]) -> None:
    key = PULL.quickbooks_key(record, Settings.model_validate(chosen))
    assert key == PULL.mobiwork_key(Customer.model_validate(a_customer(**changes).fields))


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        pytest.param(
            a_person(
                DisplayName="Blue Heron Plumbing (Ana Lopez)", CompanyName="Blue Heron Plumbing"
            ),
            {},
            id="one of two that are told apart by their person",
        ),
        pytest.param(
            under("Blue Heron Plumbing", "Harbor Cafe"), {}, id="a sub-customer and a customer"
        ),
        pytest.param(
            under("Kitchen", "Harbor Cafe"),
            {
                "companyName": "Kitchen",
                "isSubCustomer": "true",
                "parentCustomerId": "700901",
                "parentCustomerName": "Dock Cafe",
            },
            id="sub-customers of different parents",
        ),
    ],
)
def test_not_taken_for_one_another(record: Body, changes: dict[str, Any]) -> None:
    customer = Customer.model_validate(a_customer(**changes).fields)
    assert PULL.quickbooks_key(record, Settings()) != PULL.mobiwork_key(customer)


def test_a_sub_customer_whose_parent_is_not_told_is_recognised_as_nobody() -> None:
    orphan = a_customer(isSubCustomer="true", parentCustomerId="700900")
    assert PULL.mobiwork_key(Customer.model_validate(orphan.fields)) is None


@pytest.mark.parametrize(
    "record", [a_record(), a_person(), under("Kitchen", "Harbor Cafe"), deep("Phase 2")]
)
@pytest.mark.parametrize("chosen", ["sub-customer", NAMED])
def test_what_was_added_is_recognised_the_next_time(record: Body, chosen: str) -> None:
    customer = read(PULL, added(PULL, record, LINKS, sub_customers_as=chosen))
    settings = Settings.model_validate({"sub_customers_as": chosen})
    assert PULL.mobiwork_key(customer) == PULL.quickbooks_key(record, settings)
