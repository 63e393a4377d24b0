"""The calls to QuickBooks that were counted, as the tests read them."""

from connector.model.calls import Calls
from connector.store.call_meter import CallsItem


def read_calls(connection_id: str, month: str) -> Calls:
    """Return how many calls a connection made in a month such as `2026-03`."""
    found = list(CallsItem.query(f"{connection_id}#calls", CallsItem.sk == month))
    return Calls(metered=int(found[0].metered), free=int(found[0].free)) if found else Calls()
