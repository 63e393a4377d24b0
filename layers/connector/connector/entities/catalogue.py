"""All push flows, in the order in which their records refer to each other."""

from typing import Any

from connector.entities import customers, invoices, payments, products
from connector.flow import Flow

PUSHES: tuple[Flow[Any], ...] = (customers.PUSH, products.PUSH, invoices.PUSH, payments.PUSH)
BY_ENTITY = {entity: flow for flow in PUSHES for entity in flow.link_entities}
