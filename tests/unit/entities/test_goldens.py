from collections.abc import Sized

import pytest

from connector.entities.catalogue import PUSHES
from tests.unit.entities import (
    test_bills,
    test_customers,
    test_expenses,
    test_invoices,
    test_payments,
    test_products,
    test_purchase_orders,
    test_quotes,
    test_sales_orders,
    test_vendors,
)

LEAST = 8
GOLDEN: dict[str, Sized] = {
    "push_bills": test_bills.GOLDEN,
    "push_customers": test_customers.GOLDEN,
    "push_expenses": test_expenses.GOLDEN,
    "push_invoices": test_invoices.GOLDEN,
    "push_payments": test_payments.GOLDEN,
    "push_products": test_products.GOLDEN,
    "push_purchase_orders": test_purchase_orders.GOLDEN,
    "push_quotes": test_quotes.GOLDEN,
    "push_sales_orders": test_sales_orders.GOLDEN,
    "push_vendors": test_vendors.GOLDEN,
}


@pytest.mark.parametrize("flow", [flow.name for flow in PUSHES])
def test_every_flow_has_complete_bodies_of_at_least_eight_records(flow: str) -> None:
    assert len(GOLDEN[flow]) >= LEAST
