from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.model.flows.context import Linked
from tests.builders import a_company, settings
from tests.unit.entities.sales.invoicing import DOCK, HERON
from tests.unit.entities.sales.selling import known, read

PARENT = {("customer", "700009"): Linked("60", "0", "", {})}
BILLED = {"BillWithParent": True, "ParentRef": {"value": "60"}}
TO_PARENT = {"billToCustomerId": "700009", "customer": HERON, "address": DOCK}


def test_the_bill_of_a_sub_customer_goes_to_who_pays_it_with_his_own_address() -> None:
    sub = read(Invoice, **TO_PARENT)
    body = invoices.to_qbo(sub, known(links=PARENT))
    assert body["CustomerRef"] == {"value": "60"}
    assert body["ShipAddr"]["City"] == "Valdosta"
    assert not {"BillAddr", "BillEmail"} & body.keys()


def test_a_sub_customer_that_quickbooks_bills_to_its_parent_keeps_its_invoice() -> None:
    in_quickbooks = PARENT | {("customer", "700001"): Linked("58", "0", "", BILLED)}
    body = invoices.to_qbo(read(Invoice, **TO_PARENT), known(links=in_quickbooks))
    assert body["CustomerRef"] == {"value": "58"}


@pytest.mark.parametrize(
    ("told", "payer"),
    [
        ({}, "700001"),
        ({"billTo": "SUB_CUSTOMER", "billToCustomerId": "700009"}, "700001"),
        ({"billToCustomerId": "700009"}, "700009"),
        ({"billTo": "OTHER", "billToCustomerId": "700009"}, "700009"),
        ({"billTo": "PARENT", "billToCustomerId": "700009"}, "700009"),
        ({"billTo": "PARENT", "parentCustomerId": "700008"}, "700008"),
        ({"billTo": "PARENT", "customer": {"parentCustomerId": "700008"}}, "700008"),
        ({"billTo": "PARENT"}, "700001"),
        ({"billTo": {"address1": "12 Canal St"}}, "700001"),
    ],
)
def test_the_one_who_gets_the_bill_is(told: dict[str, Any], payer: str) -> None:
    assert read(Invoice, **told).payer_id == payer


@pytest.mark.parametrize(("bills_parent", "customer"), [(True, "58"), (False, "60")])
def test_a_bill_to_a_parent_who_is_not_named_goes_to_the_one_that_quickbooks_knows(
    bills_parent: bool, customer: str
) -> None:
    sub = {("customer", "700001"): Linked("58", "0", "", BILLED | {"BillWithParent": bills_parent})}
    body = invoices.to_qbo(read(Invoice, billTo="PARENT"), known(links=sub))
    assert body["CustomerRef"] == {"value": customer}


def test_a_sub_customer_that_pays_for_itself_in_quickbooks_is_not_billed_for_another() -> None:
    itself = {("customer", "700001"): Linked("58", "0", "", BILLED | {"BillWithParent": False})}
    body = invoices.to_qbo(read(Invoice, **TO_PARENT), known(links=PARENT | itself))
    assert body["CustomerRef"] == {"value": "60"}


@pytest.mark.parametrize(("pushed", "needed"), [(False, ["700009"]), (True, ["700009", "700001"])])
def test_an_invoice_waits_for_a_sub_customer_only_where_those_are_pushed(
    pushed: bool, needed: list[str]
) -> None:
    sub, chosen = read(Invoice, **TO_PARENT), settings(push_sub_customers=pushed)
    found = invoices.PUSH.references.needed(sub, chosen, a_company())
    assert sub.payer_id == "700009"
    assert [one.record_id for one in found if one.entity == "customer"] == needed
