from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.purchases import bills
from connector.entities.purchases.lines import DETAIL
from connector.entities.purchases.model import PurchaseOrder
from connector.model.body import Body
from tests.unit.entities.purchases.billing import read, with_bills
from tests.unit.entities.purchases.buying import (
    an_order_line,
    linked,
)


@given(
    ordered=st.decimals("0.1", "90000", places=1),
    price=st.decimals("0", "999", places=3),
    cents=st.integers(0, 9),
    steps=st.lists(st.decimals("0.001", "1", places=3), min_size=1, max_size=5).map(sorted),
)
def test_all_bills_of_a_line_together_are_its_total(
    ordered: Decimal, price: Decimal, cents: int, steps: list[Decimal]
) -> None:
    total = (ordered * price).quantize(Decimal("0.01")) + cents * Decimal("0.01")
    made: list[Body] = []
    for received in [*(step * ordered for step in steps), ordered]:
        line = an_order_line(quantity=f"{ordered:f}", price=f"{price:f}", total=f"{total:f}")
        line["receivedQuantity"] = f"{received:f}"
        order = read(line)
        links = {f"71001-{n}": linked(str(n), one) for n, one in enumerate(made, 1)}
        if bills.piece_id(order, links) == f"71001-{len(made) + 1}":
            made.append(bills.to_qbo(order, with_bills(*made)))
    lines = [line for body in made for line in body["Line"]]
    assert sum(line[DETAIL]["Qty"] for line in lines) == ordered
    assert sum(line["Amount"] for line in lines) == total


def bills_of_readings(*orders: PurchaseOrder) -> list[Body]:
    """Return the bills that an order gets as it is read again and again."""
    made: list[Body] = []
    for order in orders:
        links = {f"71001-{n}": linked(str(n), one) for n, one in enumerate(made, 1)}
        if bills.piece_id(order, links) == f"71001-{len(made) + 1}":
            made.append(bills.to_qbo(order, with_bills(*made)))
    return made


def total_of(made: Sequence[Body]) -> Decimal:
    return sum((line["Amount"] for body in made for line in body["Line"]), Decimal(0))


@pytest.mark.case("M20")
def test_a_bill_has_the_tax_of_its_order_in_its_cost_as_the_suppliers_invoice_says() -> None:
    whole = an_order_line(quantity="10", price="10.00", total="100.00")
    [bill] = bills_of_readings(read(whole, taxAmount="7.50", total="107.50"))
    assert [(line["Amount"], line[DETAIL]["UnitPrice"]) for line in bill["Line"]] == [
        (Decimal("107.50"), Decimal("10.75"))
    ]


@pytest.mark.case("M20")
@given(
    ordered=st.lists(
        st.tuples(st.integers(1, 60), st.decimals("0.01", "300", places=3)), min_size=1, max_size=4
    ),
    tax=st.decimals("0", "99", places=2),
    receipts=st.lists(st.integers(1, 9), max_size=4).map(sorted),
)
def test_the_bills_of_all_receipts_together_are_the_total_of_the_order(
    ordered: list[tuple[int, Decimal]], tax: Decimal, receipts: list[int]
) -> None:
    added = sum((quantity * price for quantity, price in ordered), Decimal(0))
    total = added.quantize(Decimal("0.01"), ROUND_HALF_UP) + tax
    if added < 1:
        return

    def received(tenths: int) -> PurchaseOrder:
        lines = [
            an_order_line(
                quantity=str(quantity),
                price=str(price),
                total=str((quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP)),
                receivedQuantity=str(quantity * tenths // 10),
            )
            for quantity, price in ordered
        ]
        return read(*lines, taxAmount=str(tax), total=str(total), status="Partially received")

    whole = received(10)
    assert bills.problems(whole) == []
    arrived = [one for one in map(received, receipts) if not bills.problems(one)]
    assert total_of(bills_of_readings(*arrived, whole)) == total


@pytest.mark.case("M20c")
def test_a_tax_that_the_supplier_tells_after_the_first_receipt_is_on_the_bills_to_the_cent() -> (
    None
):
    def order(received: str, tax: str, total: str) -> PurchaseOrder:
        line = an_order_line(
            quantity="10", price="10.00", total="100.00", receivedQuantity=received
        )
        return read(line, taxAmount=tax, total=total, status="Partially received")

    made = bills_of_readings(order("4", "0", "100.00"), order("10", "7.50", "107.50"))
    assert [total_of([bill]) for bill in made] == [Decimal("40.00"), Decimal("67.50")]


@pytest.mark.case("M20d")
def test_two_lines_of_one_product_at_two_prices_are_billed_to_the_cent() -> None:
    def order(first: str, second: str) -> PurchaseOrder:
        cheap = an_order_line(quantity="1", price="1", total="1.00", receivedQuantity=first)
        dear = an_order_line(quantity="10", price="9", total="90.00", receivedQuantity=second)
        return read(cheap, dear, status="Partially received")

    made = bills_of_readings(order("0", "1"), order("1", "10"))
    assert total_of(made) == Decimal("91.00")
