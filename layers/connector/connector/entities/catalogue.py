"""All push flows, in the order in which their records refer to each other."""

from typing import Any

from connector.entities import (
    bills,
    customers,
    expenses,
    invoices,
    payments,
    products,
    purchase_orders,
    quotes,
    sales_orders,
    vendors,
)
from connector.flow import Flow

PUSHES: tuple[Flow[Any], ...] = (
    customers.PUSH,
    products.PUSH,
    vendors.PUSH,
    quotes.PUSH,
    sales_orders.PUSH,
    invoices.PUSH,
    payments.PUSH,
    purchase_orders.PUSH,
    bills.PUSH,
    expenses.PUSH,
)
BY_ENTITY = {entity: flow for flow in PUSHES for entity in flow.link_entities}
