"""Filling: what two records that are linked for the first time lack of each other.

Nothing was ever agreed of their fields, so what both hold is compared part by part: texts that read
the same never ask, and where one side holds more than the other, the empty parts are filled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from connector.model.flows.field import AnyField, Value


@dataclass(frozen=True)
class Filled:
    """How both sides of a field come together.

    take: MobiWork gets `value`; give: QuickBooks gets MobiWork's; agree: both stay as they are.
    way: which of the three it is.
    """

    way: Literal["take", "give", "agree"]
    value: Value = None


def fill(one: AnyField, ours: Value, theirs: Value) -> Filled | None:
    """Bring both values of a field together; nothing where they say different things."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return Filled("agree") if ours and _read(ours) == _read(theirs) else None
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
        return None
    mine, others = _parts(one, ours), _parts(one, theirs)
    if not mine or not others:
        return None
    if one.shown is not None:
        return _named(one.shown(ours), one.shown(theirs), mine, others, theirs)
    return _filled(mine, others, theirs)


def _named(
    shown: str, shown_there: str, mine: Mapping[str, str], others: Mapping[str, str], theirs: Value
) -> Filled | None:
    """Bring names together: those that read otherwise are different, but for their order."""
    if _read(shown) != _read(shown_there):
        ordered = sorted(_words(shown)) == sorted(_words(shown_there))
        return Filled("agree") if ordered and 1 in {len(mine), len(others)} else None
    if len(others) == 1:
        return Filled("give" if len(mine) > 1 else "agree")
    return Filled("take", theirs) if len(mine) == 1 else _filled(mine, others, theirs)


def _filled(mine: Mapping[str, str], others: Mapping[str, str], theirs: Value) -> Filled | None:
    both = mine.keys() & others.keys()
    if not both or any(_read(mine[part]) != _read(others[part]) for part in both):
        return None
    if both == others.keys():
        return Filled("give" if len(mine) > len(both) else "agree")
    more = {part: text for part, text in mine.items() if part not in others}
    return Filled("take", {**theirs, **more})


def _parts(one: AnyField, value: Mapping[str, Value]) -> dict[str, str]:
    """Return the parts of a value that count and say something."""
    found = one.compared(value)
    kept = found.items() if isinstance(found, Mapping) else ()
    return {part: text for part, text in kept if isinstance(text, str) and text.strip()}


def _read(text: str) -> str:
    return " ".join(text.split()).casefold()


def _words(text: str) -> list[str]:
    return _read(text).replace(",", " ").split()
