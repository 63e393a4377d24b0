"""How single values are read from requests, kept, and printed in each of the five date shapes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from simulators.mobiwork.model import DATES, Kind
from simulators.mobiwork.states import code, full_name
from simulators.mobiwork.switches import Switches

_LONG = re.compile(r"-?[0-9]{1,18}")
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5]?[0-9])")
_DOUBLE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_WRITTEN_DATES = ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
_KEPT_DATES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")
_DATE_SHAPES = {
    Kind.US_DATE: "%m/%d/%Y",
    Kind.DAY: "%Y/%m/%d",
    Kind.STAMP: "%Y/%m/%d %H:%M:%S",
}


def read(kind: Kind, text: str) -> str | None:
    """Turn the text of a request element into what the store keeps; an empty one is missing.

    Raises:
        ValueError: The text is not of this kind.
    """
    text = text.strip()
    if kind is Kind.TEXT:
        return text
    if kind is Kind.STATE:
        return code(text)
    return _READERS[kind](text) if text else None


def read_date(text: str) -> str:
    """Read a date as requests write it: `YYYY/MM/DD`, with or without a time (reference 1.5).

    Raises:
        ValueError: The text is no such date.
    """
    for shape in _WRITTEN_DATES:
        try:
            return datetime.strptime(text, shape).isoformat()
        except ValueError:
            continue
    raise ValueError(text)


def _boolean(text: str) -> str:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower()


def _long(text: str) -> str:
    if not _LONG.fullmatch(text):
        raise ValueError(text)
    return str(int(text))


def _double(text: str) -> str:
    if not _DOUBLE.fullmatch(text):
        raise ValueError(text)
    return text


def _hour(text: str) -> str:
    """Read a time of the day, kept and printed as `8:30`, not padded (reference 1.5)."""
    match = _HOUR.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return f"{int(match[1])}:{int(match[2])}"


_READERS: dict[Kind, Callable[[str], str]] = {
    Kind.LONG: _long,
    Kind.DOUBLE: _double,
    Kind.MONEY: _double,
    Kind.BOOLEAN: _boolean,
    Kind.HOUR: _hour,
    **dict.fromkeys(DATES, read_date),
}


def printed(kind: Kind, value: str, switches: Switches) -> str:
    """Print a kept value as an answer shows it."""
    if kind in DATES:
        return _printed_date(kind, value, switches)
    if kind is Kind.DOUBLE:
        return _printed_double(value)
    if kind is Kind.MONEY:
        return f"{Decimal(value):.2f}" if _DOUBLE.fullmatch(value) else value
    if kind is Kind.STATE and switches.full_state_names:
        return full_name(value)
    return value


def _printed_double(value: str) -> str:
    """Print as Java prints a double: `120.0`, `77.5`."""
    if not _DOUBLE.fullmatch(value):
        return value
    text = value.rstrip("0").rstrip(".") if "." in value else value
    return text if "." in text else f"{text}.0"


def _printed_date(kind: Kind, value: str, switches: Switches) -> str:
    when = kept_date(value)
    if when is None:
        return value
    if kind is not Kind.JAVA_DATE:
        return when.strftime(_DATE_SHAPES[kind])
    if not switches.java_dates:
        return when.strftime(_DATE_SHAPES[Kind.STAMP])
    return when.strftime(f"%a %b %d %H:%M:%S {eastern_zone(when)} %Y")


def kept_date(value: str) -> datetime | None:
    """Read back a date as the store keeps it; None when a person typed something else."""
    for shape in _KEPT_DATES:
        try:
            return datetime.strptime(value, shape)
        except ValueError:
            continue
    return None


def eastern_zone(when: datetime) -> str:
    """EDT from the second Sunday of March to the first of November, at two o'clock."""
    start = _sunday(datetime(when.year, 3, 8, 2))
    end = _sunday(datetime(when.year, 11, 1, 2))
    return "EDT" if start <= when < end else "EST"


def _sunday(first: datetime) -> datetime:
    return first + timedelta(days=(6 - first.weekday()) % 7)
