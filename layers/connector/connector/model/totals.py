"""Documents that QuickBooks makes otherwise than planned: how, why, and what then stops."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from operator import itemgetter
from typing import Final, Literal

from connector.model.body import Json, capital

MOST = 3
"""So many documents of a kind may differ for one cause; then a person must decide."""
CANARY = 5
"""So many documents of a kind go out one by one after the start, and after settings are saved."""
SHOWN = 3
ROUNDING_LIMIT = Decimal("0.05")
"""A rounding line takes no more than this: what is larger is no rounding."""

type OnOtherTotal = Literal["stop and ask", "add a rounding line", "post and list"]

STOP: OnOtherTotal = "stop and ask"
ROUNDING_LINE: OnOtherTotal = "add a rounding line"
LISTED: OnOtherTotal = "post and list"


class DifferenceCause(StrEnum):
    """Why a document differs.

    PLAN is any difference in money of one of the first documents (the canary); SAID is another
    date, party, number or line than was sent, at whatever time.
    """

    TAX = "sales tax"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    PLAN = "plan"
    SAID = "said"


OF_FIRST: Final = frozenset({DifferenceCause.PLAN, DifferenceCause.SAID})
"""One of these that counts stops its kind; only of the first documents it does count."""


@dataclass(frozen=True)
class Difference:
    """How a total of QuickBooks differs from MobiWork's.

    Attributes:
        cause: Why, as far as the figures tell.
        sentence: Both totals, the likely cause and what to do.
        missing: MobiWork's total less QuickBooks'.
        tax_missing: The same of the sales tax.
    """

    cause: DifferenceCause
    sentence: str
    missing: Decimal
    tax_missing: Decimal = Decimal(0)


@dataclass(frozen=True)
class TotalDifference:
    """The difference of one posted document, as it is kept until its totals agree.

    Attributes:
        record_id: The id that the document is linked under.
        label: What a person knows it by.
        difference: What differs.
        rounded: Whether a rounding line stands on it already.
    """

    record_id: str
    label: str
    difference: Difference
    rounded: bool = False


@dataclass(frozen=True)
class FlowTotals:
    """What the store holds of a flow's first documents and of its differences, read at once.

    Attributes:
        canary: How many documents are still to go out one by one.
        state: A text that is another once the undecided differences are others; None as long as
            there were none.
        undecided: The differences that nobody has decided on yet. They may be older than `state`.
    """

    canary: int
    state: str | None
    undecided: tuple[TotalDifference, ...]


def is_rounding(difference: Difference) -> bool:
    """Tell whether a difference is so small that a line may take it."""
    return 0 < abs(difference.missing) <= ROUNDING_LIMIT


def stopped(
    found: Iterable[TotalDifference], risks: frozenset[DifferenceCause], wanted: OnOtherTotal
) -> tuple[TotalDifference, ...]:
    """Return the differences for which no more documents with these risks are posted, or nothing.

    Args:
        found: the differences that nobody has decided on yet.
        risks: the causes that the document may meet.
        wanted: what a person has decided.
    """
    if wanted == LISTED:
        return ()
    rounded = wanted == ROUNDING_LINE
    counted = [one for one in found if not (rounded and is_rounding(one.difference))]
    for cause in sorted(risks):
        same = tuple(one for one in counted if one.difference.cause is cause)
        if len(same) >= (1 if cause in OF_FIRST else MOST):
            return same
    return ()


def why_stopped(found: tuple[TotalDifference, ...], nouns: str, setting: str) -> str:
    """Say why further documents wait, for whom, and what a person can decide."""
    cause = found[0].difference.cause
    names = ", ".join(one.label for one in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    if cause in OF_FIRST:
        return (
            f"It is not posted yet: one of the first {nouns} came out otherwise in QuickBooks than "
            f"planned ({names}{more}). Look at it there; the others wait until you choose in the "
            f'setting "{setting}" what to do, or mend the cause and save the settings to let them '
            "go on."
        )
    return (
        f"It is not posted yet: {len(found)} {nouns} came out with another total in QuickBooks "
        f"because of the {cause} ({names}{more}). {capital(nouns)} that it may befall, too, wait "
        f'until you choose in the setting "{setting}" what to do, or mend the cause and save the '
        "settings to let them go on."
    )


SAID: Final = {
    "TxnDate": "date",
    "DueDate": "due date",
    "CustomerRef": "customer",
    "VendorRef": "vendor",
    "EntityRef": "payee",
    "CurrencyRef": "currency",
    "AccountRef": "account",
    "APAccountRef": "payable account",
    "DepositToAccountRef": "deposit account",
    "ClassRef": "class",
    "DepartmentRef": "location",
}
"""What of a document is to be in QuickBooks as it was sent, beside its figures, in words."""
NUMBERS: Final = {
    "DocNumber": "number",
    "PaymentRefNum": "reference number",
    "PaymentMethodRef": "payment method",
}
"""What moves no money, party or date: another one is a remark, but of the first documents."""
ON_LINES: Final = {
    "ItemRef": "product",
    "AccountRef": "account",
    "CustomerRef": "customer",
    "ClassRef": "class",
    "TaxCodeRef": "tax code",
}
QUANTITY_PLACES: Final = 4
"""How exactly quantities are compared: how many places QuickBooks keeps is published nowhere."""
OF_QUICKBOOKS: Final = frozenset({"SubTotalLineDetail", "DiscountLineDetail", "DescriptionOnly"})
"""Lines that book nothing of their own: what they take off is in the total."""


def said_otherwise(sent: Json, answer: Json, members: Mapping[str, str] = SAID) -> list[str]:
    """Say what of a document is not in QuickBooks as it was sent; what it does not tell is not.

    Figures of the whole are compared apart (`push.money.foreseen`).
    """
    found = [
        f"Its {word} was planned as {_shown(sent[name])} and is {_shown(answer[name])} in "
        "QuickBooks."
        for name, word in members.items()
        if name in sent and name in answer and _value(sent[name]) != _value(answer[name])
    ]
    return [*found, *(_lines_otherwise(sent, answer) if "Line" in answer else ())]


def _lines_otherwise(sent: Json, answer: Json) -> Iterator[str]:
    ours, theirs = _booked(sent), _booked(answer)
    if len(ours) != len(theirs):
        yield f"It was planned with {len(ours)} lines and has {len(theirs)} in QuickBooks."
        return
    for position, (meant, made) in enumerate(zip(ours, theirs, strict=True), start=1):
        for word, value in meant.items():
            if word in made and _value(made[word]) != _value(value):
                yield (
                    f"The {word} of its line {position} was planned as {_shown(value)} and is "
                    f"{_shown(made[word])} in QuickBooks."
                )


def _booked(document: Json) -> list[Json]:
    """Return what the lines of a document say that book something, in their order."""
    lines = (one for one in in_order(document) if one.get("DetailType") not in OF_QUICKBOOKS)
    return sorted(map(_said_of_line, lines), key=lambda one: str(one.get("document", "")))


def in_order(document: Json) -> list[Json]:
    """Return the lines of a document by their numbers, as they come where one of these is none."""
    lines = [*(document.get("Line") or ())]
    every = ((_number(one.get("LineNum") or 0), one) for one in lines)
    numbered = [(own, one) for own, one in every if own is not None]
    if len(numbered) < len(lines):
        return lines
    return [one for _, one in sorted(numbered, key=itemgetter(0))]


def _said_of_line(line: Json) -> Json:
    """Return what is compared of a line; a figure that is no number is not."""
    detail = line.get(str(line.get("DetailType"))) or {}
    linked = [str(one.get("TxnId")) for one in line.get("LinkedTxn") or ()]
    told = {word: detail[name] for name, word in ON_LINES.items() if name in detail}
    amount, quantity = line.get("Amount"), _number(detail.get("Qty"))
    figures = {"amount": _number(amount), "quantity": quantity and round(quantity, QUANTITY_PLACES)}
    told |= {word: figure for word, figure in figures.items() if figure is not None}
    return told | ({"document": ", ".join(sorted(linked))} if linked else {})


def _number(said: object) -> Decimal | None:
    """Return a number; None of what is none."""
    try:
        found = Decimal(str(said))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _value(said: object) -> object:
    """Return what is compared: of a reference its id, of a number what it amounts to."""
    if isinstance(said, Mapping):
        return str(said.get("value"))
    return Decimal(said) if isinstance(said, int | Decimal) else said


def _shown(said: object) -> str:
    if isinstance(said, Mapping):
        name = said.get("name")
        return f"{name} ({said.get('value')})" if name else f"{said.get('value')}"
    return f"{said}"
