from typing import Any

import pytest

from connector.entities.customers import push as push_customers
from connector.model.flows.context import Linked
from connector.model.plans import Reference
from tests.builders import a_company, settings
from tests.unit.entities.customers.customer_records import SUB, body_of, known, read, told


def test_a_sub_customer_is_not_pushed_unless_the_setting_says_so() -> None:
    sub = read(**SUB, parentCustomerName="Harbor Cafe")
    assert push_customers.skip_reason(sub, settings()) == (
        'It is a sub-customer of "Harbor Cafe", and the setting "Push sub-customers" is off. '
        "Turn it on to push sub-customers to QuickBooks."
    )
    assert push_customers.skip_reason(sub, settings(push_sub_customers=True)) is None


def test_a_sub_customer_refers_to_its_parent() -> None:
    sub = read(**SUB, parentCustomerName="Harbor Cafe")
    assert push_customers.needed(sub, settings(), a_company()) == (
        Reference("customer", "700900", 'customer "Harbor Cafe"'),
    )


@pytest.mark.parametrize(
    "parent",
    [
        {"parentId": "700900"},
        {"parentCustomer": {"mobiworkCustomerId": "700900", "companyName": "Harbor Cafe"}},
    ],
)
def test_the_parent_is_read_under_other_spellings(parent: dict[str, Any]) -> None:
    assert read(**parent).parent_id == "700900"


@pytest.mark.parametrize("parent", ["0", "700001"])
def test_a_sub_customer_without_another_parent_is_a_problem(parent: str) -> None:
    sub = read(isSubCustomer="true", parentCustomerId=parent)
    assert "names no other customer as its parent" in push_customers.problems(sub)[0]


@pytest.mark.parametrize(
    ("told", "bills_parent"),
    [
        ({}, False),
        ({"billTo": "SUB_CUSTOMER"}, False),
        ({"billTo": "Self", "billToCustomerId": "700555"}, False),
        ({"billTo": "PARENT", "billToCustomerId": "700555"}, True),
        ({"billTo": "700001"}, False),
        ({"billToCustomerId": "700001"}, False),
        ({"billTo": "PARENT"}, True),
        ({"billTo": "Parent Customer"}, True),
        ({"billTo": "700900"}, True),
        ({"billTo": "OTHER", "billToCustomerId": "700900"}, True),
        ({"billToCustomerId": "700900"}, True),
        ({"billToCustomer": {"mobiworkCustomerId": "700900"}}, True),
        ({"billToCustomerId": "700555"}, False),
        ({"billTo": "OTHER", "billToCustomerId": "700555"}, False),
    ],
)
def test_the_bill_goes_to_whom_mobiwork_says(told: dict[str, Any], bills_parent: bool) -> None:
    assert push_customers.problems(read(**SUB, **told)) == []
    body = body_of({"push_sub_customers": True}, **SUB, **told)
    assert body["BillWithParent"] is bills_parent


@pytest.mark.parametrize(
    ("told", "payer"),
    [
        ({"billTo": "700555"}, "700555"),
        ({"billToCustomerId": "700555"}, "700555"),
        ({"billTo": "OTHER", "billToCustomerId": "700555"}, "700555"),
        ({"billTo": "Head office"}, "Head office"),
    ],
)
def test_a_bill_to_somebody_else_is_told(told: dict[str, str], payer: str) -> None:
    assert push_customers.remarks(read(**SUB, **told), {}) == [
        f'Its bills go to customer "{payer}" in MobiWork, who is not its parent. QuickBooks cannot '
        "note that on a sub-customer: it is billed itself there, except for invoices that MobiWork "
        "makes out to the other one."
    ]


def test_of_a_customer_on_its_own_nothing_is_told_of_its_bills() -> None:
    assert told(billToCustomerId="700555") == []


def test_a_sub_customer_that_is_one_no_more_is_taken_out() -> None:
    before = Linked("59", "0", "", {"DisplayName": "Harbor Cafe - Kitchen", "Job": True})
    body = push_customers.to_qbo(read(companyName="Kitchen"), known({"700001": before}))
    assert body["Job"] is False
    assert "ParentRef" not in body


def test_a_customer_that_never_was_under_a_parent_is_not_moved() -> None:
    before = Linked("59", "0", "", {"DisplayName": "Kitchen"})
    assert "Job" not in push_customers.to_qbo(read(), known({"700001": before}))
