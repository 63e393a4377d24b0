"""A run of the flows that most tests need something of: customers, products, invoices, payments."""

from datetime import UTC, datetime

from connector.model.connection import Phase
from connector.store import runs
from functions.push_customers.app import handler as push_customers
from functions.push_invoices.app import handler as push_invoices
from functions.push_payments.app import handler as push_payments
from functions.push_products.app import handler as push_products
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event

PUSHES = {
    "push_customers": push_customers,
    "push_products": push_products,
    "push_invoices": push_invoices,
    "push_payments": push_payments,
}


def run_of_pushes(context: Context) -> None:
    """Push what is found, in the run of the events, as a live connection does."""
    runs.begin(CONNECTION, RUN, found={}, now=datetime.now(UTC), phase=Phase.LIVE)
    for name, push in PUSHES.items():
        push(event(name), context)
