"""Calls to QuickBooks as Intuit counts them."""

from dataclasses import dataclass
from typing import Literal

type CallKind = Literal["metered", "free"]
LOOKS, CONNECTING, BY_HAND, OTHER = "looks", "connecting", "by hand", "other"
"""What calls are for that belong to no flow."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """How many calls of each kind.

    metered: those that Intuit counts and charges; free: the others.
    """

    metered: int = 0
    free: int = 0
