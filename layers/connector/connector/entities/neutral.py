"""Texts of QuickBooks' records as both sides keep them, and the name a person knows one by."""

from collections.abc import Mapping
from typing import Any

from connector.entities.quickbooks_values import name_in, text_in


def plain_text(text: str) -> str:
    """Return a text as both sides keep it: blanks collapsed; MobiWork's "null" is nothing (1.4)."""
    collapsed = " ".join(text.split())
    return "" if collapsed == "null" else collapsed


def text_there(record: Mapping[str, Any], *path: str) -> str:
    """Return a text of QuickBooks' record; a member that is missing is empty."""
    found: Any = record
    for member in path[:-1]:
        found = found.get(member) or {}
    return plain_text(text_in(found, path[-1]))


def display_name(record: Mapping[str, Any]) -> str:
    """Return QuickBooks' display name, without what it adds while the record is inactive."""
    return plain_text(name_in(record, "DisplayName"))


def why_nameless(record: Mapping[str, Any]) -> str:
    """Say why a record that has no name for MobiWork stays out; a name "null" is none there."""
    if display_name(record):
        return ""
    return (
        f'It is called "{text_in(record, "DisplayName")}" in QuickBooks, which is no name in '
        "MobiWork. Give it another name in QuickBooks."
    )
