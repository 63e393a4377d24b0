"""All flows, in the order in which their records refer to each other."""

from typing import Any

from connector.entities import (
    bills,
    customers,
    expenses,
    invoices,
    payments,
    products,
    pulled_products,
    pulled_quantities,
    purchase_orders,
    quotes,
    sales_orders,
    vendors,
)
from connector.flow import Flow
from connector.pulling import Pull

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

PULLS: tuple[Pull[Any], ...] = (
    pulled_products.PULL,
    pulled_quantities.PULL,
)
PULL_OF = {pull.push: pull for pull in PULLS if pull.push and pull.adds}
NAMES = (*(pull.name for pull in PULLS), *(flow.name for flow in PUSHES))
