"""Amounts with odd cents, as real receipts have them."""

from decimal import Decimal
from random import Random


def an_amount(rng: Random, least: int, most: int) -> Decimal:
    """An amount between two whole amounts."""
    return Decimal(rng.randint(least * 100, most * 100)) / 100
