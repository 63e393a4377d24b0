"""Whether a document that somebody typed in QuickBooks may be one that is posted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from connector.entities.books import SaidThere
from connector.model.flows.push_flow import TypedAlike
from connector.model.matching.evidence import Likeness, number_alike, number_key

DAYS_APART, NUMBERS_APART = 5, 31
"""Two entries of the same money, and two of the same number, are dated no further apart."""


@dataclass(frozen=True)
class NewDocument:
    """A document that is posted, by what tells it from others."""

    target: str
    amount: Decimal
    day: date
    party: str | None
    number: str
    typed: TypedAlike


def may_be(new: NewDocument, said: SaidThere) -> bool:
    """Tell whether a document may be one that was typed in QuickBooks."""
    unknown = new.typed.nameless and None in {new.party, said.party}
    if said.day is None or (said.party != new.party and not unknown):
        return False
    apart, alike = abs((date.fromisoformat(said.day) - new.day).days), _numbers(new, said)
    if alike is Likeness.SAME and said.party == new.party:
        return apart <= NUMBERS_APART
    other = alike is Likeness.OTHER and not new.typed.renumbered
    return said.amount == new.amount and apart <= DAYS_APART and not other


def _numbers(new: NewDocument, said: SaidThere) -> Likeness | None:
    """Compare two numbers; nothing where one side has none."""
    ours, theirs = number_key(new.number), number_key(said.number or "")
    if not ours or not theirs:
        return None
    same = ours == theirs or number_alike(ours, theirs) is Likeness.NEAR
    return Likeness.SAME if same and digits(new.number) else Likeness.OTHER


@cache
def digits(number: str) -> str:
    """Return the digits of a number that tell it from others."""
    return "".join(filter(str.isdigit, number)).lstrip("0")
