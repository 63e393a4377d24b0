"""Where the reports of reviews and dry runs are kept, one row each."""

from datetime import UTC, datetime

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute

from connector.model.review.report import ReviewReport
from connector.store.packing import PackedTextAttribute
from connector.store.runs import KEPT
from connector.store.table import Item, key, read_row

REPORT = TypeAdapter(ReviewReport)


class ReportRow(Item):
    """The row of one report, as JSON."""

    report = PackedTextAttribute()
    expires_at = NumberAttribute()


def save(report: ReviewReport) -> None:
    """Keep a report in the place of the one before of the same review or dry run."""
    ReportRow(
        pk=key(report.connection_id, "report"),
        sk=report.scope,
        report=REPORT.dump_json(report).decode(),
        expires_at=int((datetime.now(UTC) + KEPT).timestamp()),
    ).save()


def read(connection_id: str, scope: str) -> ReviewReport | None:
    """Return the report of a review or dry run; None as long as it was not added up."""
    row = read_row(ReportRow, key(connection_id, "report"), scope)
    return None if row is None else REPORT.validate_json(row.report)
