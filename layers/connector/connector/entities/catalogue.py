"""All flows, in the order in which their records refer to each other."""

from typing import Any

from connector.entities import (
    bills,
    customers,
    expenses,
    invoices,
    payments,
    products,
    pulled_customers,
    pulled_payments,
    pulled_products,
    pulled_quantities,
    pulled_taxes,
    pulled_terms,
    pulled_vendors,
    purchase_orders,
    quotes,
    sales_orders,
    vendors,
)
from connector.flow import Flow
from connector.pulling import Pull, whole

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
    pulled_terms.PULL,
    pulled_taxes.PULL,
    pulled_vendors.PULL,
    pulled_customers.PULL,
    pulled_products.PULL,
    pulled_quantities.PULL,
    pulled_payments.PULL,
)
DOCUMENTS = tuple(dict.fromkeys(flow.target for flow in PUSHES if not flow.fields))
"""What is posted once; of the records that go both ways, fields are compared."""
IN_PIECES = frozenset(pull.source for pull in PULLS if pull.split is not whole)
"""Of what several MobiWork records are made."""
PULL_OF = {pull.push: pull for pull in PULLS if pull.push and pull.adds}
NAMES = (*(pull.name for pull in PULLS), *(flow.name for flow in PUSHES))
