"""Outcomes as rows of a table, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from connector.api.plans.report_words import FORMULAS
from connector.model.outcomes import RecordOutcome

COLUMNS = (
    "run", "flow", "record", "number", "customer", "date", "amount", "outcome", "what",
    "remark", "quickbooks_id", "unlike_plan", "at",
)  # fmt: skip


def as_csv(outcomes: Iterable[RecordOutcome]) -> str:
    """Write outcomes as CSV with a header; no cell is taken for a formula."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for one in outcomes:
        table.writerow(map(_cell, _values(one)))
    return written.getvalue()


def _values(one: RecordOutcome) -> tuple[object, ...]:
    about = one.about
    return (
        one.run_id,
        one.flow,
        one.record_id,
        about.number,
        about.customer,
        about.day,
        one.worth,
        one.outcome,
        one.label,
        one.note,
        one.quickbooks_id,
        one.unlike_plan,
        one.at.isoformat() if one.at else None,
    )


def _cell(value: object) -> str:
    """Return a value as a cell; a text that a spreadsheet would compute is quoted."""
    text = "" if value is None else str(value)
    harmless = isinstance(value, Decimal) or not text.startswith(FORMULAS)
    return text if harmless else f"'{text}"
