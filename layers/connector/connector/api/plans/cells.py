"""Tables for spreadsheets: rows as CSV, with no cell that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def as_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Write rows as CSV with a header; nothing is an empty cell, and several are one cell."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(columns)
    for row in rows:
        table.writerow(map(_cell, row))
    return written.getvalue()


def _cell(value: object) -> str:
    """Return a value as a cell; a text that a spreadsheet would compute is quoted."""
    text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    harmless = isinstance(value, Decimal) or not text.startswith(FORMULAS)
    return text if harmless else f"'{text}"
