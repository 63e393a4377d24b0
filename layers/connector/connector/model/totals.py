"""Totals that QuickBooks makes otherwise than MobiWork: what differs, why, and what then stops."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from connector.model.body import capital

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
    """Why a total differs; PLAN is any difference of one of the first documents (the canary)."""

    TAX = "sales tax"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    PLAN = "plan"


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
        if len(same) >= (1 if cause is DifferenceCause.PLAN else MOST):
            return same
    return ()


def why_stopped(found: tuple[TotalDifference, ...], nouns: str, setting: str) -> str:
    """Say why further documents wait, for whom, and what a person can decide."""
    cause = found[0].difference.cause
    names = ", ".join(one.label for one in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    if cause is DifferenceCause.PLAN:
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
