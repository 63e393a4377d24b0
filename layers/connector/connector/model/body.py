"""What both sides speak in: JSON bodies, and how a sentence begins."""

from collections.abc import Callable, Mapping
from typing import Any

type Json = Mapping[str, Any]
"""A JSON object as it came in, or one that is only read; money is Decimal, ids are str."""

type Body = dict[str, Any]
"""A JSON object under way to a body, an answer or a row; money is Decimal, ids are str."""

type JsonArray = list[Any]
"""A JSON array as it came in, or as it is kept."""

MERGED_INTO = "MergedInto"
"""The member of a pulled record that says where it went; QuickBooks itself sends no such record."""

type Read = Callable[[str, str], Json]
"""Reads a QuickBooks record by entity and id: a metered call."""


def capital(text: str) -> str:
    """Begin a sentence with a label."""
    return text[:1].upper() + text[1:]
