from typing import Any

import pytest

from connector.entities.registry import PUSHES
from connector.entities.shared.wire import cents
from connector.model.body import Body
from connector.model.flows.push_flow import PushFlow
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from tests.unit.entities.customers import test_push as customers
from tests.unit.entities.payments import test_credit_applications as credit_applications
from tests.unit.entities.payments import test_credit_memos as credit_memos
from tests.unit.entities.payments import test_push as payments
from tests.unit.entities.products import test_push as products
from tests.unit.entities.purchases import test_bills as bills
from tests.unit.entities.purchases import test_expenses as expenses
from tests.unit.entities.purchases import test_orders as purchase_orders
from tests.unit.entities.sales import test_invoices as invoices
from tests.unit.entities.sales import test_quotes as quotes
from tests.unit.entities.sales import test_sales_orders as sales_orders
from tests.unit.entities.vendors import test_push as vendors

LEAST = 8
GOLDEN: dict[str, Any] = {
    "push_bills": bills.GOLDEN,
    "push_credit_applications": credit_applications.GOLDEN,
    "push_credits": credit_memos.GOLDEN,
    "push_customers": customers.GOLDEN,
    "push_expenses": expenses.GOLDEN,
    "push_invoices": invoices.GOLDEN,
    "push_payments": payments.GOLDEN,
    "push_products": products.GOLDEN,
    "push_purchase_orders": purchase_orders.GOLDEN,
    "push_quotes": quotes.GOLDEN,
    "push_sales_orders": sales_orders.GOLDEN,
    "push_vendors": vendors.GOLDEN,
}


@pytest.mark.parametrize("flow", [flow.name for flow in PUSHES])
def test_every_flow_has_complete_bodies_of_at_least_eight_records(flow: str) -> None:
    assert len(GOLDEN[flow]) >= LEAST


def bodies(flow: str) -> list[Body]:
    """Return the expected bodies of a flow's table: the last column of each row."""
    table = GOLDEN[flow]
    rows = table.values() if isinstance(table, dict) else [one.values for one in table]
    return [row[-1] for row in rows]


def target(flow: PushFlow[Any], body: Body) -> str:
    """Return what a body becomes; only an estimate has a status, only a refund an account."""
    if flow.target == "Purchase" and "VendorRef" in body:
        return "Bill"
    if flow.target == "CreditMemo" and "PaymentType" in body:
        return "Purchase"
    if flow.target == "CreditMemo" and "DepositToAccountRef" in body:
        return "RefundReceipt"
    return "Estimate" if flow.target == "Invoice" and "TxnStatus" in body else flow.target


@pytest.mark.parametrize("flow", PUSHES, ids=lambda flow: flow.name)
def test_quickbooks_knows_every_member_and_none_is_too_long_or_read_only(
    flow: PushFlow[Any],
) -> None:
    for body in bodies(flow.name):
        taken, wrong = check_body(ENTITIES[target(flow, body)], body)
        assert wrong == []
        assert taken.keys() == body.keys()


@pytest.mark.parametrize("flow", PUSHES, ids=lambda flow: flow.name)
def test_every_line_multiplies_to_its_amount_and_names_its_tax_code(flow: PushFlow[Any]) -> None:
    lines = [line for body in bodies(flow.name) for line in body.get("Line", ())]
    for line in lines:
        detail = line.get(line.get("DetailType", ""), {})
        if "Qty" in detail:
            assert cents(detail["Qty"] * detail["UnitPrice"]) == line["Amount"]
        if line.get("DetailType") == "SalesItemLineDetail":
            assert detail["TaxCodeRef"]["value"] in {"TAX", "NON"}
        if "CustomerRef" in detail:
            assert detail["BillableStatus"] == "NotBillable"


@pytest.mark.parametrize("flow", PUSHES, ids=lambda flow: flow.name)
def test_documents_end_their_memo_with_the_mark_and_invoices_have_both_online_flags(
    flow: PushFlow[Any],
) -> None:
    for body in bodies(flow.name):
        assert body.get("PrivateNote", "[mark]").endswith("[mark]")
        flags = {"AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"} & body.keys()
        assert len(flags) == (2 if target(flow, body) == "Invoice" else 0)


def test_a_person_calls_the_records_of_each_flow_by_their_own_names() -> None:
    assert [flow.noun for flow in PUSHES] == [
        "customer",
        "product",
        "vendor",
        "quote",
        "sales order",
        "invoice",
        "payment",
        "credit",
        "credit application",
        "purchase order",
        "bill",
        "expense",
    ]
