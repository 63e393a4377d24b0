"""Goods that arrive: what a person enters on a purchase order (section 6 row 19)."""

from decimal import Decimal
from typing import Any

from simulators.mobiwork.account import Account
from simulators.mobiwork.billing import amount, lines
from simulators.mobiwork.model import Record
from simulators.mobiwork.people import as_object, one

RECEIVED = "RECEIVED"
PARTIALLY_RECEIVED = "PARTIALLY_RECEIVED"
CANCELLED = "CANCELLED"


def receive(account: Account, order_id: str, given: Any) -> Record:  # noqa: ANN401 - JSON
    """Receive an order: `quantities` by line id, or all that is still to come.

    `receivedDate` (now, if left out; none, if null) and `vendorInvoiceNumber` replace those of an
    earlier receipt. More than was ordered may arrive.

    Raises:
        LookupError: There is no such order.
        ValueError: The order is cancelled, or there is nothing to receive.
    """
    order, wanted = one(account, "purchaseOrder", order_id), as_object(given)
    if order.get("status") == CANCELLED:
        raise ValueError(f"purchase order {order_id} is cancelled")
    for line, quantity in _arriving(order, wanted.get("quantities")):
        line["receivedQuantity"] = str(amount(line.get("receivedQuantity")) + quantity)
    order["receivedDate"] = wanted.get("receivedDate", account.stamp())
    if number := wanted.get("vendorInvoiceNumber"):
        order["vendorInvoiceNumber"] = str(number)
    order["status"] = PARTIALLY_RECEIVED if any(map(missing, lines(order))) else RECEIVED
    account.store.put("purchaseOrder", order)
    return order


def missing(line: Record) -> Decimal:
    """How much of a line is still to come."""
    left = amount(line.get("quantity")) - amount(line.get("receivedQuantity"))
    return max(left, Decimal(0))


def _arriving(order: Record, quantities: object) -> list[tuple[Record, Decimal]]:
    """The lines of which something arrives, each with how much."""
    rows = {str(line["lineItemId"]): line for line in lines(order)}
    if quantities is None:
        found = [(line, left) for line in rows.values() if (left := missing(line))]
    else:
        wanted = as_object(quantities)
        if unknown := sorted(set(wanted) - set(rows)):
            raise ValueError(f"no such line: {', '.join(unknown)}")
        found = [(rows[number], amount(str(wanted[number]))) for number in wanted]
    if not found or any(quantity <= 0 for _, quantity in found):
        raise ValueError("nothing to receive")
    return found
