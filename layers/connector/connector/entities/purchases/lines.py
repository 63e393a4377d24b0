"""Lines of buying documents: what was ordered and what of it arrived, exact to the cent."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import AliasChoices, Field

from connector.entities.shared.counted import pieces_of, uncounted
from connector.entities.shared.documents import (
    LINE_LIMIT,
    PRICE_PLACES,
    Amount,
    closed_books,
    counted_later,
    fitting_price,
)
from connector.entities.shared.rounding import exact_amount
from connector.entities.shared.wire import DESCRIPTION_LENGTH, Wire, cents, without_empty
from connector.errors import MissingMappingsError
from connector.mobiwork.values import IdValue
from connector.model.body import Body, Json
from connector.model.flows.context import PushContext
from connector.model.plans import Reference

DETAIL = "ItemBasedExpenseLineDetail"
SHOWN = 4
LEAST = Decimal("0.00001")


class OrderLine(Wire):
    """One line of a purchase order (reference 6, rows 9 and 19; all names are assumed).

    product_id, name, description: what is ordered.
    entered: how many; None where the line does not say.
    price: of one, in dollars.
    total: of the line, in dollars; None where it does not say.
    received: how many have arrived; None where it does not say.
    """

    product_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("productid", "mobiworkproductid")
    )
    name: str = Field(default="", validation_alias=AliasChoices("productname", "name"))
    description: str = ""
    entered: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices("quantity", "orderedquantity", "quantityordered"),
    )
    price: Amount = Field(
        default=Decimal(0), validation_alias=AliasChoices("price", "cost", "unitcost", "unitprice")
    )
    total: Amount | None = Field(
        default=None, validation_alias=AliasChoices("total", "linetotal", "amount")
    )
    received: Amount | None = Field(
        default=None,
        validation_alias=AliasChoices(
            "receivedquantity", "quantityreceived", "receivedqty", "qtyreceived"
        ),
    )

    @property
    def pieces(self) -> Decimal | None:
        """How many it is about, None where it does not tell."""
        return pieces_of(self.entered, self.price, self.total)

    @property
    def quantity(self) -> Decimal:
        """How many are ordered; one where it does not say, none where it says so."""
        known = self.entered if self.pieces is None else self.pieces
        return Decimal(1) if known is None else known

    @property
    def amount(self) -> Decimal:
        """The line's own total if it has one, else quantity times price, in cents."""
        return cents(self.quantity * self.price if self.total is None else self.total)

    @property
    def exact(self) -> Decimal:
        """What it comes to before it is rounded to cents."""
        return exact_amount(self.amount, self.quantity * self.price)

    @property
    def text(self) -> str:
        """What the line says to the vendor."""
        return self.description or self.name

    @property
    def orders_nothing(self) -> bool:
        """Whether it is a note, or a product of which nothing is ordered."""
        return not self.amount and not (self.quantity and self.product_id)


def ordering(lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Return the lines that order something."""
    return [line for line in lines if not line.orders_nothing]


def named(position: int, line: OrderLine) -> str:
    """Name a line to a person."""
    return f'Line {position} ("{line.text[:60]}")'


def line_problems(lines: Sequence[OrderLine]) -> list[str]:
    """Say what is wrong with the lines: none, too many, or one without a product."""
    real = ordering(lines)
    if not real:
        return ["None of its lines orders anything. Add what was ordered in MobiWork."]
    found = []
    if len(real) > LINE_LIMIT:
        found.append(
            f"It has {len(real)} lines, and QuickBooks takes {LINE_LIMIT}. Split it into several "
            "in MobiWork."
        )
    nameless = [
        f"{named(position, line)} has no product. Choose one in MobiWork."
        for position, line in enumerate(lines, start=1)
        if not line.orders_nothing and not line.product_id
    ]
    found += nameless[:SHOWN]
    if len(nameless) > SHOWN:
        more = len(nameless) - SHOWN
        found.append(f"{more} more {'line has' if more == 1 else 'lines have'} no product either.")
    return found + [
        f"{named(position, line)} orders {line.quantity}, which QuickBooks does not accept. Enter "
        "a return in QuickBooks as a vendor credit, and remove the line here."
        for position, line in enumerate(lines, start=1)
        if line.quantity and line.quantity < LEAST
    ]


def products_of(lines: Sequence[OrderLine]) -> tuple[Reference, ...]:
    """Name the products that the lines need in QuickBooks first."""
    found = {
        line.product_id: Reference(
            "product", line.product_id, f'product "{line.name or line.product_id}"'
        )
        for line in ordering(lines)
        if line.product_id
    }
    return tuple(found.values())


def check_books(lines: Sequence[OrderLine], day: date, known: PushContext, *, posts: bool) -> None:
    """Check what company and items in QuickBooks allow, before anything is sent.

    `posts` tells whether the document moves money and stock, as a purchase order does not.

    Raises:
        MissingMappingsError: all that stands in its way.
    """
    found = [*closed_books(day, known.company), *not_for_purchase(lines, known)]
    if posts:
        found += uncounted(lines, known)
        products = [(line.product_id or "", line.name) for line in ordering(lines)]
        found += counted_later(day, products, known)
    if found:
        raise MissingMappingsError(found)


def not_for_purchase(lines: Sequence[OrderLine], known: PushContext) -> list[str]:
    """Say which products QuickBooks does not let stand on a purchase.

    An item without an expense account is only sold; a product is pushed like that when it has no
    cost (reference 6.4).
    """
    found = {
        f'Product "{line.name or line.product_id}" has no cost in MobiWork, so it was pushed '
        "without an expense account and cannot be bought in QuickBooks. Enter its cost in MobiWork."
        for line in ordering(lines)
        if line.product_id and only_sold(known.links["product", line.product_id].base)
    }
    return sorted(found)


def only_sold(base: Json) -> bool:
    """Tell whether an item as we pushed it has an income account and no expense account."""
    return "IncomeAccountRef" in base and "ExpenseAccountRef" not in base


def line_to_qbo(line: OrderLine, quantity: Decimal, amount: Decimal, known: PushContext) -> Body:
    """Translate a line, or what of it arrived, so that Qty x UnitPrice is Amount (fault 6070).

    Where no price makes the amount, as with very many pieces, the nearest one makes another, and
    the difference is told. LineNum is left out: QuickBooks refuses it on a line that is linked to
    an order (6.14).
    """
    detail: Body = {"ItemRef": {"value": known.id_of("product", line.product_id or "")}}
    if quantity:
        price = unit_price(line, quantity, amount)
        if price is None:
            price = (amount / quantity).quantize(PRICE_PLACES)
        amount = cents(quantity * price)
        detail |= {"Qty": quantity, "UnitPrice": price}
    return without_empty(
        {
            "Description": line.text[:DESCRIPTION_LENGTH],
            "Amount": amount,
            "DetailType": DETAIL,
            DETAIL: detail,
        }
    )


def unit_price(line: OrderLine, quantity: Decimal, amount: Decimal) -> Decimal | None:
    """Return a unit price to seven places that makes the amount, or nothing (reference 7.2)."""
    rounded = line.price.quantize(PRICE_PLACES)
    return fitting_price(quantity, line.price if line.price == rounded else rounded, amount)


def line_remarks(lines: Sequence[OrderLine]) -> list[str]:
    """Say what of the lines was left out or shortened."""
    found = []
    for position, line in enumerate(lines, start=1):
        if line.orders_nothing:
            found.append(f"{named(position, line)} orders nothing and was left out.")
        if len(line.text) > DESCRIPTION_LENGTH:
            found.append(
                f"The description of line {position} was cut to {DESCRIPTION_LENGTH} characters."
            )
    return found
