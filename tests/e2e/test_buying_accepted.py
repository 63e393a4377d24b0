from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from connector.entities import bills, customers, expenses, products, purchase_orders, vendors
from connector.entities.purchase_orders import PurchaseOrder
from connector.errors import DuplicateNameError
from connector.flow import Adopt, Body, Create, Flow, Known, Linked, Plan, Refuse, Skip, Wait
from connector.mobiwork.client import MobiWork
from connector.mobiwork.xml import RawRecord
from connector.settings import Settings
from connector.store.links import ids_of_lines
from connector.sync.plan import plan
from tests.builders import a_customer, a_product
from tests.e2e.conftest import Judge
from tests.unit.entities.buying import (
    a_vendor,
    an_expense,
    an_order,
    an_order_line,
    another_line,
)

CHOSEN = {
    "income_account": "Sales of Product Income",
    "cost_of_goods_account": "Cost of Goods Sold",
    "asset_account": "Inventory Asset",
    "handle_inventory": True,
    "inventory_start_date": "2025-01-01",
    "accounts_payable": "Accounts Payable (A/P)",
    "expense_check_account": "Checking",
    "expense_credit_card_account": "Mastercard",
    "expense_cash_account": "Checking",
    "expense_account": "Job Expenses",
    "expense_account_of_category": {"Fuel": "Automobile:Fuel"},
    "expense_payments": {"Fleet card": {"type": "CreditCard", "account": "Visa"}},
    "expense_statuses": ["Submitted", "Approved"],
    "purchase_order_custom_fields": [{"api_name": "crew", "definition_id": "1"}],
}
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")))


@dataclass
class Desk:
    """Pushes records as the engine would: what is planned is posted and linked."""

    judge: Judge
    settings: Settings = field(default_factory=lambda: Settings.model_validate(CHOSEN))
    links: dict[tuple[str, str], Linked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.company = self.judge.company()

    def plan(self, flow: Flow[Any], raw: RawRecord) -> tuple[Plan, str, Any]:
        record = flow.model.model_validate(raw.fields)
        entity = flow.variant_of(record).entity
        own = raw.id
        if flow.own_id is not None:
            begins = f"{own}-"
            made = {key[1]: link for key, link in self.links.items() if key[1].startswith(begins)}
            own = flow.own_id(record, made)
        marker = f"[MobiWork {entity} {own} e2e]"
        known = Known(self.settings, self.company, self.links, marker)
        return plan(flow, record, self.links.get((entity, own)), known), own, record

    def push(self, flow: Flow[Any], raw: RawRecord) -> Body:
        """Post what is planned; what is not planned to be created is an error of the test."""
        planned, own, record = self.plan(flow, raw)
        assert isinstance(planned, Create | Adopt), planned
        variant = flow.variant_of(record)
        answer = self.judge.post(variant.target, planned.body)
        assert flow.difference(record, answer) == ""
        total = answer.get("TotalAmt")
        self.links[variant.entity, own] = Linked(
            quickbooks_id=str(answer["Id"]),
            sync_token=str(answer["SyncToken"]),
            content_hash=planned.content_hash,
            base=planned.body,
            total=None if total is None else Decimal(str(total)),
            kind=flow.kind(record),
            line_ids=tuple(ids_of_lines(answer)),
        )
        return answer

    def push_all(self, flow: Flow[Any], records: Iterable[RawRecord]) -> dict[str, Body]:
        """Push the records that are for QuickBooks; none of them may be refused."""
        plans = {raw.id: (raw, self.plan(flow, raw)[0]) for raw in records}
        refused = [one for _, one in plans.values() if isinstance(one, Refuse | Wait)]
        assert refused == []
        wanted = [raw for raw, one in plans.values() if not isinstance(one, Skip)]
        return {raw.id: self.push(flow, raw) for raw in wanted}

    def order_there(self, record_id: str) -> Body:
        """Read a purchase order as QuickBooks has it now."""
        link = self.links["purchaseOrder", record_id]
        return dict(self.judge.client.read("PurchaseOrder", link.quickbooks_id))

    def in_stock(self, product_id: str) -> Decimal:
        item = self.judge.client.read("Item", self.links["product", product_id].quickbooks_id)
        return Decimal(str(item["QtyOnHand"]))


@pytest.fixture(scope="module")
def desk(judge: Judge) -> Desk:
    """Return a desk with a vendor and two parts in stock."""
    judge.admin("person/custom_fields", {"family": "purchase", "fields": {"1": "Crew"}})
    judge.switch(custom_purchase_numbers=True)
    desk = Desk(judge)
    desk.push(vendors.PUSH, a_vendor())
    desk.push(products.PUSH, a_product("307016", name="Elbow of the desk"))
    desk.push(products.PUSH, a_product("307026", name="Valve of the desk"))
    return desk


@pytest.fixture(scope="module")
def sample(judge: Judge, mobiwork: MobiWork) -> Desk:
    """Return a desk with all customers, vendors and products of the sample company."""
    desk = Desk(judge)
    for flow in (customers.PUSH, vendors.PUSH, products.PUSH):
        desk.push_all(flow, mobiwork.records(flow.source))
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
    there = {one["DisplayName"] for one in sample.judge.client.query("SELECT * FROM Vendor")}
    named = {raw.fields["name"] for raw in mobiwork.records("vendor")}
    assert named <= there
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
        assert answer["TotalAmt"] == answer["Balance"] == arrived
        status = "Closed" if order.state == "RECEIVED" else "Open"
        assert sample.order_there(own)["POStatus"] == status
        assert isinstance(sample.plan(bills.PUSH, raws[own])[0], Skip)
    assert len(answers) >= 2


def test_every_expense_of_the_sample_is_accepted_to_the_cent(
    sample: Desk, mobiwork: MobiWork
) -> None:
    answers = sample.push_all(expenses.PUSH, mobiwork.records("expense"))
    assert {own: answer["TotalAmt"] for own, answer in answers.items()} == {
        raw.id: Decimal(raw.fields["amount"]) for raw in mobiwork.records("expense")
    }
    assert len(answers) == 30


def test_only_approved_expenses_of_the_sample_go_where_no_status_is_chosen(
    judge: Judge, mobiwork: MobiWork
) -> None:
    careful = Desk(judge, Settings.model_validate(CHOSEN | {"expense_statuses": []}))
    left = [
        raw.fields["customstatusname"]
        for raw in mobiwork.records("expense")
        if isinstance(careful.plan(expenses.PUSH, raw)[0], Skip)
    ]
    assert set(left) == {"Submitted"}
    assert len(left) < 30


def test_in_a_plan_without_purchase_orders_the_bill_goes_alone(judge: Judge) -> None:
    judge.switch(edition="Essentials")
    try:
        desk = Desk(judge, Settings.model_validate(CHOSEN | {"handle_inventory": False}))
        desk.push(vendors.PUSH, a_vendor("51801", name="Vendor of a small plan"))
        for number, name in (("307016", "Elbow"), ("307026", "Valve")):
            desk.push(products.PUSH, a_product(number, name=f"{name} of a small plan"))
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
    assert planned.drift == ""


def test_goods_that_went_back_after_the_bill_are_told_as_drift(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71103", status="SENT"))
    desk.push(bills.PUSH, received("71103", "4", "0"))
    planned = desk.plan(bills.PUSH, received("71103", "3", "0"))[0]
    assert isinstance(planned, Skip)
    assert "5.28" in planned.drift
    assert "3.96" in planned.drift


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
    raw = an_order("71108", number="PO-2026-NORTH-0000071108", comments="Ring", customFields=crew)
    answer = desk.push(purchase_orders.PUSH, raw)
    assert len(answer["DocNumber"]) == 21
    assert answer["Memo"] == "Ring"
    assert [one["StringValue"] for one in answer["CustomField"]] == ["North"]


def test_a_lost_order_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71109", status="SENT"))
    link = desk.links["purchaseOrder", "71109"]
    found = desk.judge.client.query(purchase_orders.twin_query(link.base))
    ours = [one["Id"] for one in found if purchase_orders.PUSH.is_twin(link.base, one)]
    assert ours == [link.quickbooks_id]


def test_a_lost_bill_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(purchase_orders.PUSH, received("71110", status="SENT"))
    desk.push(bills.PUSH, received("71110", status="RECEIVED"))
    link = desk.links["bill", "71110-1"]
    found = desk.judge.client.query(bills.twin_query(link.base))
    ours = [one["Id"] for one in found if bills.PUSH.is_twin(link.base, one)]
    assert ours == [link.quickbooks_id]


def test_a_lost_expense_is_found_by_its_twin_query(desk: Desk) -> None:
    desk.push(expenses.PUSH, an_expense("31901"))
    link = desk.links["expense", "31901"]
    found = desk.judge.client.query(expenses.twin_query(link.base))
    ours = [one["Id"] for one in found if expenses.PUSH.is_twin(link.base, one)]
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
    desk.push(customers.PUSH, a_customer("700901", companyName="Corner Supply"))
    planned = desk.plan(vendors.PUSH, a_vendor("51901", name="Corner Supply"))[0]
    assert isinstance(planned, Create)
    with pytest.raises(DuplicateNameError):
        desk.judge.post("Vendor", planned.body)
    offered = vendors.another_name(planned.body)
    assert desk.judge.post("Vendor", planned.body | {"DisplayName": offered})["Id"]


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(texts=st.tuples(NAMES, NAMES, NAMES, NAMES, NAMES))
def test_every_vendor_is_accepted_or_refused_before(desk: Desk, texts: tuple[str, ...]) -> None:
    name, first, phone, email, city = texts
    number = len(desk.links)
    contact = {"firstName": first, "lastName": "TBD", "phoneNumber": phone, "email": email}
    raw = a_vendor(
        f"52{number:05}", name=f"{name} {number}", contact=contact, address={"city": city}
    )
    if not isinstance(desk.plan(vendors.PUSH, raw)[0], Refuse):
        desk.push(vendors.PUSH, raw)


QUANTITIES = st.decimals("0", "400", places=2)
LINES = st.lists(
    st.tuples(QUANTITIES, st.decimals("0", "90", places=3), st.integers(-2, 2)),
    min_size=1,
    max_size=4,
)


def a_generated_line(
    place: int, quantity: Decimal, price: Decimal, cents: int, share: Decimal
) -> dict[str, Any]:
    """Return a line whose total is near quantity times price, received by a share."""
    total = max((quantity * price).quantize(Decimal("0.01")) + Decimal(cents) / 100, Decimal(0))
    return an_order_line(
        productId=("307016", "307026")[place % 2],
        quantity=f"{quantity:f}",
        price=f"{price:f}",
        total=f"{total:f}",
        receivedQuantity=f"{quantity * share:f}",
    )


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(
    lines=LINES,
    shares=st.lists(st.decimals("0", "1", places=1), max_size=3).map(sorted),
)
def test_every_order_is_billed_to_its_total_whatever_arrives_when(
    desk: Desk, lines: list[tuple[Decimal, Decimal, int]], shares: list[Decimal]
) -> None:
    record_id = f"72{len(desk.links):05}"

    def arrived(share: Decimal, status: str) -> RawRecord:
        given = [a_generated_line(place, *line, share) for place, line in enumerate(lines, start=1)]
        return an_order(record_id, *given, status=status)

    raw = arrived(Decimal(0), "SENT")
    if isinstance(desk.plan(purchase_orders.PUSH, raw)[0], Refuse):
        return
    order = desk.push(purchase_orders.PUSH, raw)
    total = Decimal(0)
    receipts = [*((share, "Partially received") for share in shares), (Decimal(1), "RECEIVED")]
    for share, status in receipts:
        raw = arrived(share, status)
        if isinstance(desk.plan(bills.PUSH, raw)[0], Create):
            total += desk.push(bills.PUSH, raw)["TotalAmt"]
    assert total == order["TotalAmt"]
    assert desk.order_there(record_id)["POStatus"] == "Closed"


@bounded(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(
    cents=st.integers(-100, 10**9),
    payment=st.sampled_from(["Check", "CREDIT_CARD", "cash", "Fleet card", "Barter", ""]),
    category=st.sampled_from(["Fuel", "Tools", ""]),
    texts=st.tuples(NAMES, NAMES, NAMES),
)
def test_every_expense_is_accepted_or_refused_before(
    desk: Desk, cents: int, payment: str, category: str, texts: tuple[str, str, str]
) -> None:
    description, by, on = texts
    raw = an_expense(
        f"32{len(desk.links):05}",
        amount=str(Decimal(cents) / 100),
        paymentType=payment,
        categoryName=category,
        description=description,
        createdByName=by,
        entityName=on,
    )
    if not isinstance(desk.plan(expenses.PUSH, raw)[0], Refuse):
        answer = desk.push(expenses.PUSH, raw)
        assert answer["TotalAmt"] * 100 == cents
