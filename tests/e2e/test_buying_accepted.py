from decimal import Decimal

import pytest

from connector.entities.customers import push as push_customers
from connector.entities.products import push as push_products
from connector.entities.purchases import bills, expenses
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.model import PurchaseOrder
from connector.entities.vendors import push as push_vendors
from connector.errors import DuplicateNameError
from connector.mobiwork.client import MobiWork
from connector.mobiwork.xml import RawRecord
from connector.model.markers import same_marker
from connector.model.plans import Create, Skip, Wait
from connector.model.policy.settings import Settings
from tests.builders import a_customer, a_product
from tests.e2e.buying_desk import CHOSEN, Desk
from tests.e2e.conftest import Judge
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_expense,
    an_order,
    an_order_line,
    another_line,
)


@pytest.fixture(scope="module")
def desk(judge: Judge) -> Desk:
    """Return a desk with a vendor and two parts in stock."""
    judge.admin("person/custom_fields", {"family": "purchase", "fields": {"1": "Crew"}})
    judge.switch(custom_purchase_numbers=True)
    desk = Desk(judge)
    desk.push(push_vendors.PUSH, a_vendor())
    desk.push(push_products.PUSH, a_product("307016", name="Elbow of the desk"))
    desk.push(push_products.PUSH, a_product("307026", name="Valve of the desk"))
    return desk


@pytest.fixture(scope="module")
def sample(judge: Judge, mobiwork: MobiWork) -> Desk:
    """Return a desk with all customers, vendors and products of the sample company."""
    desk = Desk(judge)
    for flow in (push_customers.PUSH, push_vendors.PUSH, push_products.PUSH):
        desk.push_all(flow, mobiwork.records(flow.entity))
    return desk


def received(record_id: str, *quantities: str, status: str = "Partially received") -> RawRecord:
    """Return an order of which so much of each line arrived; without figures, all of it."""
    lines = [an_order_line(), another_line()]
    for line, quantity in zip(lines, quantities, strict=False):
        line["receivedQuantity"] = quantity
    return an_order(record_id, *lines, status=status)


def test_every_vendor_of_the_sample_is_there_under_its_name(
    sample: Desk, mobiwork: MobiWork
) -> None:
    in_quickbooks = {
        one["DisplayName"] for one in sample.judge.client.query("SELECT * FROM Vendor")
    }
    named = {raw.fields["name"] for raw in mobiwork.records("vendor")}
    assert named <= in_quickbooks
    assert len(named) == 8


def test_every_purchase_order_of_the_sample_is_accepted_to_the_cent(
    sample: Desk, mobiwork: MobiWork
) -> None:
    raws = {raw.id: raw.fields for raw in mobiwork.records("purchaseOrder")}
    answers = sample.push_all(purchase_orders.PUSH, mobiwork.records("purchaseOrder"))
    assert {own: answer["TotalAmt"] for own, answer in answers.items()} == {
        own: Decimal(fields["total"])
        for own, fields in raws.items()
        if fields["status"] != "CANCELLED"
    }
    assert len(answers) >= 8


def test_every_receipt_of_the_sample_is_billed_to_the_cent(
    sample: Desk, mobiwork: MobiWork
) -> None:
    raws = {raw.id: raw for raw in mobiwork.records("purchaseOrder")}
    answers = sample.push_all(bills.PUSH, raws.values())
    for own, answer in answers.items():
        order = PurchaseOrder.model_validate(raws[own].fields)
        arrived = sum(
            line.price * (line.quantity if line.received is None else line.received)
            for line in order.lines
        )
        assert answer["TotalAmt"] == answer["Balance"] == arrived + order.tax
        status = "Closed" if order.state == "received" else "Open"
        assert sample.order_there(own)["POStatus"] == status
        assert isinstance(sample.plan(bills.PUSH, raws[own])[0], Skip)
    assert len(answers) >= 2


@pytest.mark.case("M4")
def test_every_approved_expense_of_the_sample_is_accepted_to_the_cent_and_no_other(
    sample: Desk, mobiwork: MobiWork
) -> None:
    raws = list(mobiwork.records("expense"))
    answers = sample.push_all(expenses.PUSH, raws)
    assert {own: answer["TotalAmt"] for own, answer in answers.items()} == {
        raw.id: Decimal(raw.fields["amount"])
        for raw in raws
        if raw.fields["customstatusname"] == "Approved"
    }
    assert {raw.fields["customstatusname"] for raw in raws if raw.id not in answers} == {
        "Submitted",
        "Awaiting manager approval",
    }


@pytest.mark.case("M4")
def test_with_submitted_chosen_it_is_an_expense_too_and_what_awaits_approval_is_not(
    judge: Judge, mobiwork: MobiWork
) -> None:
    statuses = {"expense_statuses": ["Submitted", "Approved"]}
    chosen = Desk(judge, Settings.model_validate(CHOSEN | statuses))
    assert {
        raw.fields["customstatusname"]
        for raw in mobiwork.records("expense")
        if isinstance(chosen.plan(expenses.PUSH, raw)[0], Skip)
    } == {"Awaiting manager approval"}


def test_in_a_plan_without_purchase_orders_the_bill_goes_alone(judge: Judge) -> None:
    judge.switch(edition="Essentials")
    try:
        desk = Desk(judge, Settings.model_validate(CHOSEN | {"handle_inventory": False}))
        desk.push(push_vendors.PUSH, a_vendor("51801", name="Vendor of a small plan"))
        for number, name in (("307016", "Elbow"), ("307026", "Valve")):
            desk.push(push_products.PUSH, a_product(number, name=f"{name} of a small plan"))
        order = an_order("71801", vendorId="51801", status="RECEIVED")
        assert isinstance(desk.plan(purchase_orders.PUSH, order)[0], Skip)
        bill = desk.push(bills.PUSH, order)
    finally:
        judge.switch(edition="Plus")
    assert bill["TotalAmt"] == Decimal("31.50")


def test_a_company_with_several_currencies_takes_what_is_bought(desk: Desk, judge: Judge) -> None:
    judge.switch(multicurrency=True)
    try:
        many = Desk(judge, desk.settings, dict(desk.links))
        answers = [
            many.push(purchase_orders.PUSH, received("71802", status="SENT")),
            many.push(bills.PUSH, received("71802", status="RECEIVED")),
            many.push(expenses.PUSH, an_expense("31802")),
        ]
    finally:
        judge.switch(multicurrency=False)
    assert [one["CurrencyRef"]["value"] for one in answers] == ["USD"] * 3


def test_an_order_stays_open_until_its_last_bill(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71101", status="SENT"))
    first = desk.push(bills.PUSH, received("71101", "4", "0"))
    assert desk.order_there("71101")["POStatus"] == "Open"
    second = desk.push(bills.PUSH, received("71101", "10", "3", status="RECEIVED"))
    assert desk.order_there("71101")["POStatus"] == "Closed"
    assert first["TotalAmt"] + second["TotalAmt"] == Decimal("31.50")


def test_nothing_is_billed_twice(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71102", status="SENT"))
    desk.push(bills.PUSH, received("71102", "4", "0"))
    planned = desk.plan(bills.PUSH, received("71102", "4", "0"))[0]
    assert isinstance(planned, Skip)
    assert planned.drift is None


def test_goods_that_went_back_after_the_bill_are_told_as_drift(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71103", status="SENT"))
    desk.push(bills.PUSH, received("71103", "4", "0"))
    planned = desk.plan(bills.PUSH, received("71103", "3", "0"))[0]
    assert isinstance(planned, Skip)
    assert "5.28" in (planned.drift or "")
    assert "3.96" in (planned.drift or "")


def test_more_than_was_ordered_is_billed_after_the_order_is_closed(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71104", status="SENT"))
    desk.push(bills.PUSH, received("71104", "10", "3", status="RECEIVED"))
    assert desk.order_there("71104")["POStatus"] == "Closed"
    more = desk.push(bills.PUSH, received("71104", "12", "3", status="RECEIVED"))
    assert more["TotalAmt"] == Decimal("2.64")


def test_a_bill_takes_its_goods_into_stock(desk: Desk) -> None:
    before = desk.in_stock("307016")
    desk.push(purchase_orders.PUSH, received("71105", status="SENT"))
    desk.push(bills.PUSH, received("71105", "7", "0"))
    assert desk.in_stock("307016") == before + 7


def test_a_bill_is_due_by_the_terms_of_its_vendor(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71106", status="SENT"))
    answer = desk.push(bills.PUSH, received("71106", status="RECEIVED"))
    assert (answer["TxnDate"], answer["DueDate"]) == ("2026-03-09", "2026-04-08")


def test_a_bill_waits_for_its_order(desk: Desk) -> None:
    planned = desk.plan(bills.PUSH, received("71107", status="RECEIVED"))[0]
    assert isinstance(planned, Wait)
    assert "purchase order PO-71107 to Tampa Plumbing Supply" in planned.reason


def test_an_order_has_its_number_message_and_custom_field(desk: Desk) -> None:
    crew = {"customField": {"apiName": "crew", "value": "North"}}
    raw = an_order("71108", number="PO-2026-NORTH-0000071108", message="Ring", customFields=crew)
    answer = desk.push(purchase_orders.PUSH, raw)
    assert len(answer["DocNumber"]) == 21
    assert answer["Memo"] == "Ring"
    assert [one["StringValue"] for one in answer["CustomField"]] == ["North"]


def test_a_lost_order_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71109", status="SENT"))
    link = desk.links["purchaseOrder", "71109"]
    found = desk.judge.client.query(purchase_orders.twin_query(link.base))
    ours = [one["Id"] for one in found if same_marker(link.base, one)]
    assert ours == [link.quickbooks_id]


def test_a_lost_bill_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71110", status="SENT"))
    desk.push(bills.PUSH, received("71110", status="RECEIVED"))
    link = desk.links["bill", "71110-1"]
    found = desk.judge.client.query(bills.twin_query(link.base))
    ours = [one["Id"] for one in found if same_marker(link.base, one)]
    assert ours == [link.quickbooks_id]


def test_a_lost_expense_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(expenses.PUSH, an_expense("31901"))
    link = desk.links["expense", "31901"]
    found = desk.judge.client.query(expenses.twin_query(link.base))
    ours = [one["Id"] for one in found if same_marker(link.base, one)]
    assert ours == [link.quickbooks_id]


@pytest.mark.parametrize(
    ("payment", "kind", "account"),
    [
        ("Check", "Check", "Checking"),
        ("Credit Card", "CreditCard", "Mastercard"),
        ("Cash", "Cash", "Checking"),
        ("Fleet card", "CreditCard", "Visa"),
    ],
)
def test_an_expense_is_paid_from_the_account_of_its_payment_type(
    desk: Desk, payment: str, kind: str, account: str
) -> None:
    raw = an_expense(f"319-{payment}", paymentType=payment, vendorId="51001")
    answer = desk.push(expenses.PUSH, raw)
    assert (answer["PaymentType"], answer["AccountRef"]["name"]) == (kind, account)
    assert answer["EntityRef"]["type"] == "Vendor"


def test_a_name_that_a_customer_has_is_refused_by_quickbooks(desk: Desk) -> None:
    desk.push(push_customers.PUSH, a_customer("700901", companyName="Corner Supply"))
    planned = desk.plan(push_vendors.PUSH, a_vendor("51901", name="Corner Supply"))[0]
    assert isinstance(planned, Create)
    with pytest.raises(DuplicateNameError):
        desk.judge.post("Vendor", planned.body)
    offered = push_vendors.another_name(planned.body)
    assert desk.judge.post("Vendor", planned.body | {"DisplayName": offered})["Id"]
