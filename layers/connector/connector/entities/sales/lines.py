"""Lines of selling documents: what was sold, with discounts and markups, exact to the cent."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from pydantic import AliasChoices, Field

from connector.entities.shared.counted import pieces_of
from connector.entities.shared.documents import LARGEST, PRICE_PLACES, Amount, fitting_price
from connector.entities.shared.rounding import exact_amount
from connector.entities.shared.wire import DESCRIPTION_LENGTH, NOTHING, Wire, cents, dollars
from connector.mobiwork.values import IdValue, MobiWorkBool, MobiWorkDate
from connector.model.body import Body
from connector.model.flows.context import PushContext

SHOWN = 4


class SalesLine(Wire):
    """One line of a document (reference 6, row 9; the names are assumed).

    product_id, name, description: what is sold.
    entered: how many; None where the line does not say.
    price: of one, in dollars.
    taxable: None where the line leaves that to its product.
    discount_amount: in dollars; discount_percent: 10 is a tenth.
    total: of the line, in dollars; None where it does not say.
    """

    product_id: IdValue = Field(
        default=None, validation_alias=AliasChoices("productid", "mobiworkproductid")
    )
    name: str = Field(default="", validation_alias=AliasChoices("productname", "name"))
    description: str = ""
    entered: Amount | None = Field(default=None, alias="quantity")
    price: Amount = NOTHING
    served_on: MobiWorkDate | None = Field(
        title="service date",
        default=None,
        validation_alias=AliasChoices("servicedate", "workdate"),
    )
    taxable: MobiWorkBool | None = None
    discount_amount: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("discountamount", "discount")
    )
    discount_percent: Amount = Field(
        default=NOTHING, validation_alias=AliasChoices("discountpercent", "discountpercentage")
    )
    total: Amount | None = Field(
        default=None, validation_alias=AliasChoices("total", "linetotal", "amount")
    )

    @cached_property
    def pieces(self) -> Decimal | None:
        """How many it is about, None where it does not tell."""
        before = None if self.total is None else self.total + self.discount_amount
        told = None if self.discount_percent else before
        return pieces_of(self.entered, self.price, told)

    @cached_property
    def quantity(self) -> Decimal:
        """How many it is about; one where it does not say, none where it says so."""
        known = self.entered if self.pieces is None else self.pieces
        return Decimal(1) if known is None else known

    @cached_property
    def discount(self) -> Decimal:
        """What is taken off quantity times price."""
        return self.discount_amount or percent_of(self.quantity * self.price, self.discount_percent)

    @cached_property
    def amount(self) -> Decimal:
        """The line's own total if it has one, else quantity times price less its discount."""
        return cents(self._computed if self.total is None else self.total)

    @cached_property
    def exact(self) -> Decimal:
        """What it comes to before it, or its discount, is rounded to cents."""
        return exact_amount(self.amount, self._computed)

    @cached_property
    def _computed(self) -> Decimal:
        whole = self.quantity * self.price
        return whole - (self.discount_amount or whole * self.discount_percent / 100)

    @property
    def rounds_discount(self) -> bool:
        """Whether MobiWork may have rounded its discount before it took it off, and not shown."""
        return self.total is None and bool(self.discount_percent) and not self.discount_amount

    @property
    def text(self) -> str:
        """What the line says to the customer."""
        return self.description or self.name

    @property
    def is_blank(self) -> bool:
        """Whether it neither sells nor says anything, as an empty row of a form."""
        return not self.product_id and not self.amount and not self.text.strip()

    @property
    def is_note(self) -> bool:
        """Whether it sells nothing and only says something."""
        return not self.product_id and not self.amount and bool(self.text)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Return a percentage of an amount in cents, rounded half up."""
    return cents(amount * percent / 100)


def line_problems(lines: Sequence[SalesLine]) -> list[str]:
    """Say which lines have no product, or an amount that QuickBooks has no room for."""
    found = []
    for position, line in enumerate(lines, start=1):
        if not line.product_id and not line.is_note:
            found.append(f"{_named(line, position)} has no product. Choose one in MobiWork.")
        if abs(line.amount) >= LARGEST:
            found.append(
                f"{_named(line, position)} comes to {dollars(line.amount)}, more than QuickBooks "
                "has room for. Correct its quantity or price in MobiWork."
            )
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        what = "problem like these" if more == 1 else "problems like these"
        return [*found[:SHOWN], f"Its lines have {more} more {what}."]
    return found


def _named(line: SalesLine, position: int) -> str:
    return f'Line {position} ("{line.text[:60]}")'


def lines_to_qbo(
    lines: Sequence[SalesLine], amounts: Sequence[Decimal], known: PushContext
) -> list[Body]:
    """Translate the lines in their order, each at its amount in cents."""
    return [
        note_to_qbo(line, position) if line.is_note else line_to_qbo(line, position, amount, known)
        for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), start=1)
    ]


def line_to_qbo(line: SalesLine, position: int, amount: Decimal, known: PushContext) -> Body:
    """Translate a line so that Amount equals Qty x UnitPrice, rounded half up (fault 6070).

    Where no price to seven places does that, the quantity stands in the description instead. The
    tax code is always sent, because a line without one is taken as not taxed (reference 6.7).
    """
    text = line.text[:DESCRIPTION_LENGTH]
    detail: Body = {
        "ItemRef": {"value": known.id_of("product", line.product_id or "")},
        "TaxCodeRef": {"value": "TAX" if line.taxable else "NON"},
    }
    price = unit_price(line, amount)
    if price is not None:
        detail |= {"Qty": line.quantity, "UnitPrice": price}
    elif line.quantity:
        note = quantity_in_words(line)
        text = f"{text[: DESCRIPTION_LENGTH - len(note)]}{note}"
    return {
        "LineNum": position,
        **({"Description": text} if text else {}),
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def note_to_qbo(line: SalesLine, position: int) -> Body:
    """Translate a line that only says something (reference 6.8)."""
    return {
        "LineNum": position,
        "Description": line.text[:DESCRIPTION_LENGTH],
        "DetailType": "DescriptionOnly",
        "DescriptionLineDetail": {},
    }


def unit_price(line: SalesLine, amount: Decimal) -> Decimal | None:
    """Return a unit price to seven places that makes the amount, or nothing (reference 7.2)."""
    rounded = line.price.quantize(PRICE_PLACES)
    price = line.price if line.price == rounded else rounded
    return fitting_price(line.quantity, price, amount)


def quantity_in_words(line: SalesLine) -> str:
    """Say the quantity where QuickBooks cannot have it as a number."""
    return f" (quantity {line.quantity.normalize():f})"


def discount_to_qbo(subtotal: Decimal, discount: Decimal, percent: Decimal) -> list[Body]:
    """Translate a discount of the whole document: its percentage where that makes the cents.

    QuickBooks takes the percentage of the subtotal by itself (reference 6.8).
    """
    if not discount:
        return []
    detail: Body = {"PercentBased": False}
    if percent and percent_of(subtotal, percent) == discount:
        detail = {"PercentBased": True, "DiscountPercent": percent}
    return [
        {
            "Amount": discount,
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": detail,
        }
    ]


def line_remarks(lines: Sequence[SalesLine], amounts: Sequence[Decimal]) -> list[str]:
    """Say what of the lines does not stand in QuickBooks as it does in MobiWork."""
    found = []
    for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), start=1):
        if len(line.text) > DESCRIPTION_LENGTH:
            found.append(
                f"The description of line {position} was cut to {DESCRIPTION_LENGTH} characters."
            )
        if line.discount and amount != cents(line.quantity * line.price):
            found.append(
                f"The discount of {dollars(line.discount)} on line {position} is in its price."
            )
        if not line.is_note and line.quantity and unit_price(line, amount) is None:
            found.append(
                f"The quantity of line {position} stands in its description, because no unit "
                f"price gives exactly {dollars(amount)}."
            )
    return found
