"""Purchase orders that were received, and the bills made of them."""

from typing import Any

from connector.entities.purchases.model import PurchaseOrder
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from tests.unit.entities.purchases.buying import (
    an_order,
    an_order_line,
    another_line,
    item_line,
    knowing,
    linked,
)

ELBOWS = item_line("11", "10", "1.32", "13.20", "Copper elbow, per piece")
VALVES = item_line("12", "3", "6.1", "18.30", "Ball valve")
PUSHED = linked("145", {"Line": [ELBOWS, VALVES]}, line_ids=("1", "2"))
PLAIN: Body = {
    "VendorRef": {"value": "56"},
    "APAccountRef": {"value": "33"},
    "TxnDate": "2026-03-09",
    "SalesTermRef": {"value": "3"},
    "PrivateNote": "Bill 1 of MobiWork purchase order PO-71001 [mark]",
    "Line": [
        item_line("11", "10", "1.32", "13.20", "Copper elbow, per piece", "145", "1"),
        item_line("12", "3", "6.1", "18.30", "Ball valve", "145", "2"),
    ],
}


def read(*lines: dict[str, Any], **changes: Any) -> PurchaseOrder:
    fields = an_order("71001", *lines, **({"status": "RECEIVED"} | changes)).fields
    return PurchaseOrder.model_validate(fields)


def in_part(elbows: str, valves: str, **changes: Any) -> PurchaseOrder:
    lines = an_order_line(receivedQuantity=elbows), another_line(quantityReceived=valves)
    return read(*lines, **({"status": "Partially received"} | changes))


def with_bills(*bases: Body, order: Linked = PUSHED, **changes: Any) -> PushContext:
    made = [(("bill", f"71001-{n}"), linked(f"20{n}", one)) for n, one in enumerate(bases, 1)]
    return knowing((("purchaseOrder", "71001"), order), *made, **changes)


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def billed(*lines: Body) -> Body:
    return PLAIN | {"Line": list(lines)}


def elbows(quantity: str, amount: str, place: str = "1") -> Body:
    return item_line("11", quantity, "1.32", amount, "Copper elbow, per piece", "145", place)


def valves(quantity: str, amount: str) -> Body:
    return item_line("12", quantity, "6.1", amount, "Ball valve", "145", "2")
