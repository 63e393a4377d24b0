"""Outcomes as rows of a table, for a spreadsheet."""

from collections.abc import Iterable

from connector.api.plans import cells
from connector.model.outcomes import RecordOutcome

COLUMNS = (
    "run", "flow", "record", "number", "customer", "date", "amount", "outcome", "what",
    "remark", "quickbooks_id", "unlike_plan", "at",
)  # fmt: skip


def as_csv(outcomes: Iterable[RecordOutcome]) -> str:
    """Write outcomes as CSV with a header; no cell is taken for a formula."""
    return cells.as_csv(COLUMNS, map(_values, outcomes))


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
