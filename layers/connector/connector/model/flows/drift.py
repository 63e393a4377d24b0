"""How a posted record differs by now from what was posted, as the sentences that a link keeps."""

import re
from collections.abc import Iterable, Mapping

OF_PRODUCT = "product "
"""How a fact begins that tells of one product how many and for how much."""
PRODUCT = "product"
"""The entity whose links tell what a person calls such a product."""
BESIDE_LINES = ("discount", "shipping", "markup", "freight")


def comparable(was: Mapping[str, str], now: Mapping[str, str]) -> Iterable[str]:
    """Return the facts that two readings can be compared by.

    A fact that the first reading does not have is unknown, for an older version kept fewer. What a
    document is made of is told by part: compared where the first reading tells any, and a part
    that it does not have was not there.
    """
    told = any(map(_is_part, was))
    names = dict.fromkeys((*was, *now))
    return [name for name in names if (told if _is_part(name) else name in was and name in now)]


def _is_part(name: str) -> bool:
    return name.startswith(OF_PRODUCT) or name in BESIDE_LINES


NOTHING = "nothing"
"""How a fact is told that is not there."""


def told(fact: str, was: str, now: str) -> str:
    """Say that a fact of a record changed in MobiWork after it was posted."""
    return f"The {fact} was {was or NOTHING} and is {now or NOTHING} now."


def now_of(drift: str | None, fact: str) -> str | None:
    """Return what a fact is by now; None where it did not change, or is not known any more."""
    found = re.search(rf"The {re.escape(fact)} was \S+ and is (\S+) now\.", drift or "")
    return found[1] if found and found[1] != NOTHING else None
