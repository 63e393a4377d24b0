"""What all documents share: numbers that fit, prices that multiply back, our mark in the note.

And whether one that is posted may still be changed to what MobiWork says.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from itertools import chain, combinations
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticKnownError

from connector.entities.shared.quickbooks_values import number_in
from connector.entities.shared.wire import cents
from connector.errors import Obstacle
from connector.exact_json import canonical
from connector.mobiwork.values import ReadBy, read_decimal
from connector.model.body import Body, Json, spoken
from connector.model.company import Company
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import Updating
from connector.model.links import Link
from connector.model.markers import NOTE, without_markers
from connector.model.worklist.causes import Kind

NUMBER_LENGTH = 21
CUT = "~"
"""Stands in a number that was cut, before what keeps it unique."""
HOME_CURRENCY = "USD"
"""MobiWork knows one currency, and QuickBooks companies of other countries are refused."""
PRICE_PLACES = Decimal("0.0000001")
LINE_LIMIT = 10_000
"""So many lines QuickBooks takes; fewer only on sales that are taxed (reference 5.1)."""
SOLD = "SalesItemLineDetail"
DISCOUNT = "DiscountLineDetail"
MOVING = frozenset(
    {
        "Balance", "DeliveryInfo", "HomeBalance", "InvoiceLink", "LinkedTxn", "MetaData",
        "POStatus", "RemainingCredit", "SyncToken", "TxnStatus", "UnappliedAmt", "domain",
        "sparse",
    }
)  # fmt: skip
"""What of a document changes when others are linked to it, or is of the answer only."""
DIGITS = 11
LARGEST = Decimal(10) ** DIGITS
"""QuickBooks takes amounts and prices below this (reference 6.4)."""


def read_amount(value: object) -> Decimal:
    """Read a number that QuickBooks has room for (fault 2140).

    Raises:
        PydanticKnownError: it is too large, or too far below zero.
        ValueError: it is no number.
    """
    amount = read_decimal(value)
    if amount.adjusted() < DIGITS or -LARGEST < amount < LARGEST:
        return amount
    raise PydanticKnownError("less_than", {"lt": LARGEST})


Amount = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    Field(gt=-int(LARGEST), lt=int(LARGEST)),
    ReadBy(read_amount),
]
"""Read by the last of these alone; the others describe it, as `READ_AS` goes by descriptions."""


def currency(company: Company) -> Body:
    """Return the currency of a document, which companies that keep several must be told (7.13)."""
    return {"value": HOME_CURRENCY} if company.multicurrency else {}


def document_number(number: str) -> str:
    """Fit a number into QuickBooks' 21 characters; a cut one keeps a tail that stays unique."""
    if len(number) <= NUMBER_LENGTH:
        return number
    return f"{number[:12]}{CUT}{blake2b(number.encode(), digest_size=4).hexdigest()}"


def fitting_price(quantity: Decimal, price: Decimal, amount: Decimal) -> Decimal | None:
    """Return a unit price that QuickBooks multiplies back to the amount of a line, or nothing.

    The line's own price if it fits, else amount / quantity to seven places (reference 7.2).
    """
    if not quantity or abs(amount) >= abs(quantity) * LARGEST:
        return None
    if cents(quantity * price) == amount:
        return price or Decimal(0)
    computed = (amount / quantity).quantize(PRICE_PLACES)
    return (computed or Decimal(0)) if cents(quantity * computed) == amount else None


def is_same_again(body: Json, earlier: Json) -> bool:
    """Tell whether a selling document looks like an earlier one, entered again.

    It is of the same customer, and has the same number (its note tells it, whatever number it has
    in QuickBooks), is of the same day and amount or the same day and products, or has all lines
    of the earlier one and more: MobiWork makes a new document from an old one, and one of several.
    """
    if not _is_alike(body, earlier):
        return False
    names = [without_markers(str(one.get(NOTE) or "")) for one in (body, earlier)]
    days = [(one.get("TxnDate"), _amount(one)) for one in (body, earlier)]
    same_number = bool(names[0]) and names[0] == names[1]
    return same_number or days[0] == days[1] or _has_lines_of(body, earlier)


MOST_TOGETHER = 12
"""Of more documents than these it is not tried which of them add up."""


def put_together(body: Json, earlier: Sequence[Json]) -> tuple[int, ...]:
    """Return the places of two or more earlier documents of a customer that add up to a body."""
    alike = [place for place, one in enumerate(earlier) if _is_alike(body, one)][:MOST_TOGETHER]
    amounts, total = {place: _before_tax(earlier[place]) for place in alike}, _before_tax(body)
    sizes = range(len(alike), 1, -1)
    some = chain.from_iterable(combinations(alike, size) for size in sizes)
    adding_up = (one for one in some if sum(amounts[place] for place in one) == total)
    return next(adding_up, ())


def _is_alike(body: Json, earlier: Json) -> bool:
    """Tell whether two selling documents are of one kind and customer."""
    kinds = [(one.get("CustomerRef"), "TxnStatus" in one) for one in (body, earlier)]
    return kinds[0] == kinds[1]


def _has_lines_of(body: Json, earlier: Json) -> bool:
    """Tell whether all lines of an earlier document are on a body, with others or corrected."""
    own, lines = _lines(earlier), _lines(body)
    products = [Counter(product for product, *_ in one.elements()) for one in (own, lines)]
    corrected = body.get("TxnDate") == earlier.get("TxnDate") and products[0] == products[1]
    return bool(own) and (own < lines or corrected)


def _lines(body: Json) -> Counter[tuple[str, Decimal, str]]:
    """Return the lines of a selling document by product, amount and description."""
    return Counter(
        (
            str((line[SOLD].get("ItemRef") or {}).get("value")),
            Decimal(line.get("Amount", 0)),
            str(line.get("Description", "")),
        )
        for line in body.get("Line", ())
        if line.get("DetailType") == SOLD
    )


def _amount(body: Json) -> Decimal:
    """Return what the lines of a selling document come to, with its tax as it was sent."""
    return _before_tax(body) + Decimal((body.get("TxnTaxDetail") or {}).get("TotalTax", 0))


def _before_tax(body: Json) -> Decimal:
    lines = ((line.get("Amount", 0), line.get("DetailType")) for line in body.get("Line", ()))
    return sum((-amount if kind == DISCOUNT else amount for amount, kind in lines), Decimal(0))


def tax_of(document: Json) -> Decimal:
    """Return the sales tax that a document of QuickBooks says."""
    return cents(Decimal(str((document.get("TxnTaxDetail") or {}).get("TotalTax") or 0)))


def posted_on(link: Linked | None) -> date | None:
    """Return the day that a document was posted with, if it is in QuickBooks."""
    day = str(link.base.get("TxnDate") or "") if link else ""
    return date.fromisoformat(day) if day else None


def is_voided(in_quickbooks: Json, posted: Json | None = None) -> bool:
    """Tell a voided document of QuickBooks: nothing is left of it (reference 6.8).

    Its memo begins with "Voided" in an English company; in any, its lines have lost amount and
    quantity, and a payment its lines. Of one that was `posted` with neither only its memo tells.
    """
    if in_quickbooks.get("TotalAmt") != 0:
        return False
    if says_voided(in_quickbooks):
        return True
    if posted is not None and is_empty(posted):
        return False
    return is_empty(in_quickbooks) or (
        "UnappliedAmt" in in_quickbooks and not in_quickbooks.get("Line")
    )


def says_voided(in_quickbooks: Json) -> bool:
    """Tell whether the memo of a document says that it was voided."""
    return str(in_quickbooks.get("PrivateNote") or "").startswith("Voided")


def is_empty(document: Json) -> bool:
    """Tell whether a selling document has lines, and none of them an amount or a quantity."""
    lines = [line[SOLD] | line for line in document.get("Line", ()) if SOLD in line]
    return bool(lines) and not any(line.get("Amount") or line.get("Qty") for line in lines)


def hash_as_shown(in_quickbooks: Json) -> str:
    """Return the hash of a record of QuickBooks as its answer shows it, to see later edits by.

    Not of what moves when others refer to it, or by itself.
    """
    still = {name: value for name, value in in_quickbooks.items() if name not in MOVING}
    return blake2b(canonical(still).encode(), digest_size=12).hexdigest()


ON_NEITHER_SIDE = "It is gone on both sides."
"""What is remembered of a document that counts neither here nor there any more."""

RECALLED = "It was taken out of QuickBooks by "
"""How it begins what is remembered of a document that a person had deleted from here."""

NEVER_SENT = "It was deleted in MobiWork before it got to QuickBooks."

SENT_AND_DELETED = (
    "It was sent to QuickBooks and deleted in MobiWork since; it is not certain yet whether "
    "QuickBooks has it."
)


def why_deleted(*standing: Link) -> str:
    """Say that a posted record was deleted in MobiWork; an order may be two documents there."""
    named = " and ".join(f"{spoken(one.target)} {one.quickbooks_id}" for one in standing)
    return (
        f"It was deleted in MobiWork, but it is in QuickBooks as {named}. If it should not count, "
        "void or delete it there; nothing was changed in QuickBooks."
    )


def why_gone(target: str, quickbooks_id: str, how: str, *, before: str | None = None) -> str:
    """Say that a posted document does not count any more; `before` is the figure it had."""
    was = f" It was {before} in QuickBooks and is nothing now." if before else ""
    again = " and nothing is posted again automatically" if how == "deleted" else ""
    return (
        f"It was {how} in QuickBooks ({spoken(target)} {quickbooks_id}), but it is still active in "
        f"MobiWork.{was} Cancel it there too if it should not count; nothing was changed in "
        f"MobiWork{again}."
    )


def finishing(target: str, quickbooks_id: str) -> str:
    """Name the entry of what is to be finished by hand about a document of QuickBooks."""
    return f"finish-{target}-{quickbooks_id}"


SHOWN = 4


def closed_books(day: date, company: Company) -> list[str]:
    """Say that a document would be dated in a closed period (fault 6200)."""
    closed = company.closed_until
    if not closed or day.isoformat() > closed:
        return []
    told = (
        f"It is dated {day}, and the books in QuickBooks are closed up to {closed}. Give it a "
        "later date in MobiWork, or ask your accountant to reopen the books."
    )
    return [Obstacle(told, Kind.CLOSED)]


def counted_later(day: date, products: Iterable[tuple[str, str]], known: PushContext) -> list[str]:
    """Say which products, given by id and name, are counted only after a day (fault 6270)."""
    starts, dated = {}, day.isoformat()
    for product_id, name in products:
        linked = known.links.get(("product", product_id))
        start = linked.base.get("InvStartDate") if linked else None
        if start and str(start) > dated:
            starts[name or product_id] = start
    return [
        f'It is dated {day}, but QuickBooks counts the stock of "{name}" only from {start} on. Set '
        "an earlier start date on that item in QuickBooks."
        for name, start in list(starts.items())[:SHOWN]
    ]


BY_HAND = "Change it in QuickBooks by hand."
MONEY = frozenset({"Payment", "Deposit"})
OPEN = ("RemainingCredit", "Balance")
"""What says how much of a document is open, the first that it has."""

type Blocker = Callable[[Json, Company, Body], str | None]


def blocker(noun: str, made_from: AbstractSet[str] = frozenset()) -> Blocker:
    """Return the rule by which documents are not changed any more: paid, used, void or closed.

    `made_from` are the documents of QuickBooks that one itself refers to; whatever else it is
    linked to refers to it.
    """

    def block(in_quickbooks: Json, company: Company, posted: Body) -> str | None:
        if is_voided(in_quickbooks, posted):
            return f"It was voided in QuickBooks. Create a new {noun} in MobiWork."
        linked = {str(one.get("TxnType")) for one in in_quickbooks.get("LinkedTxn", ())}
        used = linked - made_from
        if used & MONEY or in_quickbooks.get("Deposit"):
            return f"A payment or deposit is applied to it in QuickBooks. {BY_HAND}"
        if used:
            return f"It is linked to a {' and a '.join(sorted(used))} in QuickBooks. {BY_HAND}"
        return _settled(in_quickbooks) or _closed(in_quickbooks, company)

    return block


def by_hand_only[R: BaseModel](
    noun: str, required: AbstractSet[str], made_from: AbstractSet[str] = frozenset()
) -> Updating[R]:
    """Return how documents are changed that go once: where a person asks for it, one by one."""
    return Updating(
        wanted=lambda _settings: False,
        required=frozenset(required),
        blocker=blocker(noun, made_from),
    )


def _settled(in_quickbooks: Json) -> str | None:
    """Say that something of it was paid or applied."""
    left = next((number_in(in_quickbooks, one) for one in OPEN if one in in_quickbooks), None)
    if left not in {None, number_in(in_quickbooks, "TotalAmt")}:
        return f"Part of it is paid or credited in QuickBooks. {BY_HAND}"
    return None


def _closed(in_quickbooks: Json, company: Company) -> str | None:
    day, closed = str(in_quickbooks.get("TxnDate", "")), company.closed_until
    if not closed or day > closed:
        return None
    return (
        f"It is dated {day} in QuickBooks, and the books are closed up to {closed}. Ask your "
        "accountant to reopen them."
    )
