"""The calls to QuickBooks that were counted, as the tests read them."""

from connector.model.calls import Calls
from connector.model.control.budget import total
from connector.store import call_meter


def read_calls(connection_id: str, month: str) -> Calls:
    """Return how many calls a connection made in a month such as `2026-03`."""
    return total(call_meter.by_flow(connection_id, month).values())
