"""What the wire models of all entities share: how MobiWork's records are read, what goes out."""

import re
from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, model_validator

from connector.model.body import Body

NOTHING, CENT = Decimal(0), Decimal("0.01")
NAME_LENGTH, DESCRIPTION_LENGTH = 100, 4000
"""So many characters QuickBooks takes of a name of a record, and of what a line or item is."""
FILLERS = frozenset({"tbd", "-", "--", ".", "n/a", "na", "none", "unknown", "x", "xx", "?"})


class Wire(BaseModel):
    """A MobiWork record over the dict of its elements; elements we do not map are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_absent(cls, value: object) -> object:
        if isinstance(value, dict) and None in value.values():
            return {name: item for name, item in value.items() if item is not None}
        return value


def cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half up, as QuickBooks does (reference 7.2)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def dollars(amount: Decimal) -> str:
    """Write an amount for a person: 1,234.50."""
    return f"{cents(amount):,.2f}"


def meaningful(text: str) -> str:
    """Return a name part, or nothing when it is only filler such as TBD or a dash."""
    trimmed = " ".join(text.split())
    return "" if trimmed.lower() in FILLERS else trimmed


def legal_name(text: str, *, length: int | None = None) -> str:
    """Make a name legal in QuickBooks: no colon, tab or newline (reference 6.2), `length` long.

    Without a length it is whole, so that one which is too long is seen to be: a cut one may end in
    a blank.
    """
    clean = " ".join(re.sub(r"\s*:\s*", " - ", text).split())
    return clean[:length].rstrip()


def without_empty(body: Body) -> Body:
    """Drop members that hold nothing; QuickBooks fills its own defaults."""
    return {name: it for name, it in body.items() if it or isinstance(it, int | Decimal)}
