"""Calls to QuickBooks as Intuit counts them."""

from dataclasses import dataclass
from typing import Literal

type CallKind = Literal["metered", "free"]


@dataclass(frozen=True, kw_only=True)
class Calls:
    """How many calls of each kind."""

    metered: int = 0
    free: int = 0
