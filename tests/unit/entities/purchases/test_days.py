from datetime import date
from typing import Any

import pytest

from connector.entities.purchases import bills, expenses
from connector.entities.purchases.expense_model import Expense
from connector.entities.purchases.model import PurchaseOrder
from connector.model.plans import Skip
from connector.push.plan import plan
from tests.unit.entities.purchases.buying import an_expense, an_order, knowing, known, linked

ORDERED = (("purchaseOrder", "71001"), linked("145"))
LATER = date(2026, 4, 2)


def received(**changes: Any) -> PurchaseOrder:
    fields = an_order("71001", status="RECEIVED", expectedDate="2027/01/15", **changes).fields
    return PurchaseOrder.model_validate(fields)


def spent(**changes: Any) -> Expense:
    return Expense.model_validate(an_expense(**changes).fields)


@pytest.mark.case("M18")
def test_a_receipt_without_a_date_is_billed_on_the_day_it_was_first_seen() -> None:
    assert bills.to_qbo(received(), knowing(ORDERED))["TxnDate"] == "2026-03-09"


@pytest.mark.case("M18b")
def test_a_bill_that_is_posted_keeps_its_day_when_it_is_planned_again() -> None:
    posted = linked("201", bills.to_qbo(received(), knowing(ORDERED)))
    again = knowing(ORDERED, (("bill", "71001-1"), posted), seen_on=LATER)
    planned = plan(bills.PUSH, received(), posted, again)
    assert isinstance(planned, Skip)
    assert not planned.drift


@pytest.mark.case("M18b")
def test_the_next_bill_of_an_order_is_of_the_day_of_its_own_receipt() -> None:
    lines = [{"productId": "307016", "quantity": "10", "price": "1", "total": "10"}]

    def order(quantity: str) -> PurchaseOrder:
        line = lines[0] | {"receivedQuantity": quantity}
        return received(lineItems={"lineItem": [line]})

    first = linked("201", bills.to_qbo(order("4"), knowing(ORDERED)))
    context = knowing(ORDERED, (("bill", "71001-1"), first), seen_on=LATER)
    assert bills.to_qbo(order("10"), context)["TxnDate"] == "2026-04-02"


@pytest.mark.case("M18c")
@pytest.mark.parametrize(
    ("dated", "day"), [("2026/04/14", "2026-03-31"), ("2026/03/28", "2026-03-28")]
)
def test_an_expense_is_of_no_later_day_than_it_was_entered_on(dated: str, day: str) -> None:
    assert expenses.to_qbo(spent(expenseDate=dated), known())["TxnDate"] == day
