"""What both sides speak in: JSON bodies, and how a sentence begins."""

from collections.abc import Callable, Mapping
from typing import Any

type Body = dict[str, Any]
"""A JSON body for QuickBooks; money is Decimal, ids are str."""


type Read = Callable[[str, str], Mapping[str, Any]]
"""Reads a QuickBooks record by entity and id: a metered call."""


def capital(text: str) -> str:
    """Begin a sentence with a label."""
    return text[:1].upper() + text[1:]
