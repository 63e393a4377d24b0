"""What the lines of a document say of money, by product: later differences are told with both."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connector.entities.shared.wire import cents, dollars
from connector.model.flows.drift import OF_PRODUCT

NOTHING = Decimal(0)
MOST = 200
"""So many products are told one by one; those beyond it are told as one sum."""


@dataclass(frozen=True)
class Sold:
    """What one line sells or buys: how many of which product, for how much, taxed or not."""

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
    found = {f"{OF_PRODUCT}{name}": _told(by_product[name]) for name in names[:MOST]}
    rest = [line for name in names[MOST:] for line in by_product[name]]
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
