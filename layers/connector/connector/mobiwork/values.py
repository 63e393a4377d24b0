"""The value types of MobiWork's wire models: dates in four spellings, decimals, ids, lists.

They are for models over the dicts of `xml.fields`, where nothing is None and the rest is text.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from connector.mobiwork.states import state_code

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = r"\d{1,2}:\d{2}:\d{2}"
_DATES = (
    re.compile(
        rf"(?P<year>\d{{4}})/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?: {_CLOCK})?", re.ASCII
    ),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})", re.ASCII),
    re.compile(
        rf"[A-Z][a-z]{{2}} (?P<name>{'|'.join(_MONTHS)}) (?P<day>\d{{1,2}}) {_CLOCK}"
        r"(?: [A-Za-z0-9:+-]{1,9})? (?P<year>\d{4})",
        re.ASCII,
    ),
)
_TRUTH = {"true": True, "false": False}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)


def read_date(value: object) -> datetime.date:
    """Read a date in any of MobiWork's spellings, as printed: a time zone never shifts it.

    Reference 1.5: `2024/03/09`, `2024/03/09 14:05:00`, `03/09/2024` and Java's
    `Sat Mar 09 14:05:00 EST 2024`.

    Raises:
        ValueError: it is none of them, or no such day exists.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            named = "name" in pattern.groupindex
            month = _MONTHS.index(found["name"]) + 1 if named else int(found["month"])
            try:
                return datetime.date(int(found["year"]), month, int(found["day"]))
            except ValueError:
                break
    raise ValueError(f"{value!r} is not a date as MobiWork writes one")


def read_decimal(value: object) -> Decimal:
    """Read a number exactly; Java prints large ones as `1.25E7`, which is 12500000.

    Raises:
        ValueError: it is no plain number (`NaN`, `1,250.00`) or a float, which is never exact.
    """
    if isinstance(value, str) and value.isascii() and value.replace(".", "", 1).isdigit():
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    found = _NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{value!r} is not a number as MobiWork writes one")
    exact = Decimal(found[0])
    return Decimal(format(exact, "f")) if found[1] else exact


def read_bool(value: object) -> bool:
    """Read `true` or `false` in any case.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text not in _TRUTH:
        raise ValueError(f"{value!r} is neither true nor false")
    return _TRUTH[text]


def read_id(value: object) -> str | None:
    """Read an id; `0` and nothing mean that there is none (reference 1.5).

    Raises:
        ValueError: it is not one plain text.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not an id")  # noqa: TRY004 - pydantic wants a ValueError
    text = value.strip()
    return None if text in {"", "0", "null"} else text


def format_date(value: datetime.date) -> str:
    """Write a date as MobiWork takes it: `2024/03/09`."""
    return f"{value.year:04}/{value.month:02}/{value.day:02}"


def format_decimal(value: Decimal) -> str:
    """Write a number without exponent or grouping: `4.50`."""
    return format(value, "f")


def format_bool(value: bool) -> str:
    """Write `true` or `false`."""
    return "true" if value else "false"


def listed(*names: str) -> BeforeValidator:
    """Turn the dict of a list element into the list of its items, whatever their number.

    `{"lineitem": {...}}`, `{"lineitem": [{...}, {...}]}` and None become lists of one, two and
    none; several `names` are spellings of one item. Other elements of the list are left aside.
    """

    def items(value: object) -> object:
        if value is None:
            return []
        if not isinstance(value, dict):
            return value
        found: list[object] = []
        for name in names:
            some = value.get(name.lower())
            found.extend(some if isinstance(some, list) else [some])
        return [item for item in found if item is not None]

    return BeforeValidator(items)


def _state(value: object) -> object:
    return state_code(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class ReadBy:
    """Says that a function reads a field, and that nothing is left to check of what it returns.

    read: what makes the field's value of the text or element that MobiWork printed.
    """

    read: Callable[[object], object]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return how pydantic validates such a field; it is written by what it holds."""
        described = handler(source)
        return core_schema.no_info_plain_validator_function(
            self.read, json_schema_input_schema=described
        )


MobiWorkDate = Annotated[datetime.date, ReadBy(read_date)]
MobiWorkDecimal = Annotated[Decimal, ReadBy(read_decimal)]
MobiWorkBool = Annotated[bool, ReadBy(read_bool)]
IdValue = Annotated[str | None, ReadBy(read_id)]
MobiWorkState = Annotated[str, BeforeValidator(_state)]
