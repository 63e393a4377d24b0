"""How many pieces a line is about: as entered, else what its amount is of its price."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from connector.model.flows.context import PushContext

NOTHING = Decimal(0)
SHOWN = 4


class CountedLine(Protocol):
    """A line of a document that sells or buys something."""

    @property
    def product_id(self) -> str | None:
        """The MobiWork id of its product."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def amount(self) -> Decimal:
        """What it comes to."""

    @property
    def pieces(self) -> Decimal | None:
        """How many it is about, None where it does not tell."""


def pieces_of(entered: Decimal | None, price: Decimal, amount: Decimal | None) -> Decimal | None:
    """Return how many pieces a line is about; None where neither quantity nor amount tells.

    Without a quantity it is the amount (before any discount) divided by the price where that is a
    whole number above zero.
    """
    if entered:
        return entered
    if amount == 0:
        return entered
    if amount and price and (count := amount / price) > 0 and count == count.to_integral_value():
        return count.to_integral_value()
    return None


def uncounted(lines: Iterable[CountedLine], known: PushContext) -> list[str]:
    """Say which lines do not tell how many although QuickBooks counts the stock of their product.

    Posted so, they would move money and no stock, or the wrong one.
    """
    found = [
        f'Line {position} ("{line.text[:60]}") has an amount and no quantity, and QuickBooks '
        "counts the stock of its product. Enter in MobiWork how many it is."
        for position, line in enumerate(lines, start=1)
        if line.pieces is None and line.amount and _counts_stock(line, known)
    ]
    more = len(found) - SHOWN
    return found if more <= 0 else [*found[:SHOWN], f"So it is with {more} more of its lines."]


def _counts_stock(line: CountedLine, known: PushContext) -> bool:
    link = known.links.get(("product", line.product_id or ""))
    return link is not None and bool(
        link.base.get("TrackQtyOnHand") or link.base.get("Type") == "Inventory"
    )
