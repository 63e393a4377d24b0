"""Reads values out of QuickBooks' JSON as both sides compare them: trimmed texts, plain numbers."""

import re
from decimal import Decimal

from connector.mobiwork.xml import printable
from connector.model.body import Json

_SUFFIX = re.compile(r"\s*\(deleted(?:[ -]\d+)?\)\s*(?=:|$)")


def text_in(record: Json, member: str) -> str:
    """Return a text without what XML cannot carry; one that is missing is empty."""
    lines = str(record.get(member) or "").replace("\r\n", "\n").replace("\r", "\n")
    return printable(lines).strip()


def name_in(record: Json, member: str = "Name") -> str:
    """Return a name without the " (deleted)" that QuickBooks adds while it is inactive (3.3)."""
    return " ".join(_SUFFIX.sub("", text_in(record, member)).split())


def number_in(record: Json, member: str) -> Decimal:
    """Return a number exactly; one that is missing is zero.

    Raises:
        ArithmeticError, ValueError: it is none.
    """
    number = Decimal(str(record.get(member) or 0))
    if not number.is_finite():
        raise ValueError(member)
    return number


def plain_number(value: Decimal) -> str:
    """Write a number so that equal ones are the same text: 4.5 for 4.50, 0 for 0.00."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def plain_text(text: str) -> str:
    """Return a text as both sides keep it: blanks collapsed; MobiWork's "null" is nothing (1.4)."""
    collapsed = " ".join(text.split())
    return "" if collapsed == "null" else collapsed


def quickbooks_text(record: Json, *path: str) -> str:
    """Return a text of QuickBooks' record; a member that is missing is empty."""
    found = record
    for member in path[:-1]:
        found = found.get(member) or {}
    return plain_text(text_in(found, path[-1]))


def display_name(record: Json) -> str:
    """Return QuickBooks' display name, without what it adds while the record is inactive."""
    return plain_text(name_in(record, "DisplayName"))


def nameless_reason(record: Json) -> str | None:
    """Say why a record that has no name for MobiWork stays out; a name "null" is none there."""
    if display_name(record):
        return None
    return (
        f'It is called "{text_in(record, "DisplayName")}" in QuickBooks, which is no name in '
        "MobiWork. Give it another name in QuickBooks."
    )
