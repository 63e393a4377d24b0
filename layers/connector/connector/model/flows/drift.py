"""How a posted record differs by now from what was posted, as the sentences that a link keeps."""

import re


def told(fact: str, was: str, now: str) -> str:
    """Say that a fact of a record changed in MobiWork after it was posted."""
    return f"The {fact} was {was or 'nothing'} and is {now or 'nothing'} now."


def now_of(drift: str | None, fact: str) -> str:
    """Return what a fact is by now; nothing where it did not change."""
    found = re.search(rf"The {re.escape(fact)} was \S+ and is (\S+) now\.", drift or "")
    return found[1] if found else ""
