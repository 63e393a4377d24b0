from decimal import Decimal

import pytest

from connector.entities.purchases import bills, expenses
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.expense_model import Expense
from connector.entities.purchases.model import PurchaseOrder
from connector.mobiwork.wire_records import parse_record
from connector.model.body import Body
from connector.model.flows.push_flow import AnyPushFlow
from tests.unit.entities.purchases.buying import an_expense, an_order

ORDER = parse_record(PurchaseOrder, an_order())
EXPENSE = parse_record(Expense, an_expense())
PART = {"Line": [{"Amount": Decimal("5.28")}, {"Amount": Decimal("18.30")}]}


def said(
    flow: AnyPushFlow, record: PurchaseOrder | Expense, total: str, sent: Body | None = None
) -> str:
    assert flow.totals is not None
    found = flow.totals.difference(record, sent or {}, {"TotalAmt": Decimal(total)})
    return found.sentence if found else ""


@pytest.mark.case("M13i")
def test_another_total_in_quickbooks_is_said() -> None:
    assert said(purchase_orders.PUSH, ORDER, "31.49") == (
        "MobiWork's total is 31.50, but QuickBooks calculated 31.49."
    )
    assert said(expenses.PUSH, EXPENSE, "308.30") == (
        "MobiWork's amount is 308.29, but QuickBooks calculated 308.30."
    )
    assert said(bills.PUSH, ORDER, "23.57", PART) == (
        "MobiWork's amount for what arrived is 23.58, but QuickBooks calculated 23.57."
    )


@pytest.mark.case("M13i")
def test_the_same_total_is_no_difference() -> None:
    assert said(purchase_orders.PUSH, ORDER, "31.5") == ""
    assert said(expenses.PUSH, EXPENSE, "308.290") == ""
    assert said(bills.PUSH, ORDER, "23.58", PART) == ""
