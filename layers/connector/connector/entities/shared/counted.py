"""How many pieces a line is about, and what all lines say of money by product."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connector.entities.shared.wire import NOTHING, cents, dollars
from connector.model.flows.context import PushContext
from connector.model.flows.drift import OF_PRODUCT

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
    whole number.
    """
    if entered:
        return entered
    if amount == 0:
        return Decimal(0) if entered is None and price else entered
    if amount and price and (count := amount / price) > 0 and count == count.to_integral_value():
        return count.to_integral_value()
    return None


def uncounted(lines: Iterable[CountedLine], known: PushContext) -> list[str]:
    """Say which lines do not tell how many although QuickBooks counts the stock of their product.

    Posted so, they would move money and no stock, or the wrong one.
    """
    found = [
        f'Line {position} ("{line.text[:60]}") has no quantity, and QuickBooks '
        "counts the stock of its product. Enter in MobiWork how many it is."
        for position, line in enumerate(lines, start=1)
        if line.pieces is None and _counts_stock(line, known)
    ]
    more = len(found) - SHOWN
    return found if more <= 0 else [*found[:SHOWN], f"So it is with {more} more of its lines."]


def _counts_stock(line: CountedLine, known: PushContext) -> bool:
    link = known.links.get(("product", line.product_id or ""))
    return link is not None and bool(
        link.base.get("TrackQtyOnHand") or link.base.get("Type") == "Inventory"
    )


MOST_PRODUCTS = 200
"""So many products are told one by one; those beyond it are told as one sum."""


@dataclass(frozen=True)
class Sold:
    """What one line sells or buys: how many of which product, for how much, taxed or not.

    product_id: MobiWork's id; None of a line without a product.
    quantity: as many as are counted.
    amount: in dollars.
    taxable: None where nobody says.
    """

    product_id: str | None
    quantity: Decimal
    amount: Decimal
    taxable: bool | None = None


def line_facts(lines: Iterable[Sold]) -> dict[str, str]:
    """Return how many of each product there are and for how much, in a person's words.

    The order of the lines and how a product is spread over several of them move no money.
    """
    by_product: defaultdict[str, list[Sold]] = defaultdict(list)
    for line in lines:
        by_product[line.product_id or "none"].append(line)
    names = sorted(by_product)
    found = {f"{OF_PRODUCT}{name}": _told(by_product[name]) for name in names[:MOST_PRODUCTS]}
    rest = [line for name in names[MOST_PRODUCTS:] for line in by_product[name]]
    return found | ({f"{OF_PRODUCT}others": _told(rest)} if rest else {})


def _told(lines: list[Sold]) -> str:
    quantity = sum((line.quantity for line in lines), NOTHING)
    amount = sum((line.amount for line in lines), NOTHING)
    taxed = sum((line.amount for line in lines if line.taxable), NOTHING)
    of_it = "" if taxed == amount else f", {dollars(taxed)} of it"
    mark = f"{of_it} taxable" if taxed else ""
    return f"{_plain(quantity)} for {dollars(cents(amount))}{mark}"


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
