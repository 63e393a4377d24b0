"""Adding up the plans of a review or a dry run, page by page."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from connector.engine.review_ports import Matches, Plans
from connector.entities.registry import NAMES, PUSHES
from connector.model.flows.misread import told_unread
from connector.model.review.planned import PlannedRecord
from connector.model.review.report import (
    Counted,
    ReviewReport,
    report_of,
    told_of_receipts,
    told_of_unread,
)
from connector.model.review.summary import FlowSummary
from connector.store.records import matches, plans

PAGE = 500


def summarize(
    connection_id: str,
    scope: str,
    kept: Plans = plans,
    found: Matches = matches,
    *,
    only: Collection[str] = (),
) -> ReviewReport:
    """Add up all plans of a scope, or those of some flows; only a page of them is held at once."""
    flows = []
    for flow in (name for name in NAMES if not only or name in only):
        summary = FlowSummary(flow)
        for one in every_plan(connection_id, scope, flow, kept):
            summary.add(one)
        if summary.decisions:
            flows.append(report_of(summary))
    made_at, look = datetime.now(UTC).isoformat(), found.look(connection_id)
    return ReviewReport(
        connection_id,
        scope,
        made_at,
        tuple(flows),
        _grades(connection_id, found),
        calls=look.get("calls"),
        rows=look.get("rows"),
        notes=(
            *told_of_receipts(int(look.get("beside", {}).get("SalesReceipt", 0))),
            *told_of_unread(told_unread(look)),
        ),
        compared_at=look.get("compared_at"),
    )


def _grades(connection_id: str, found: Matches) -> tuple[Counted, ...]:
    """Count the matches by entity and by how sure they are."""
    counts = Counter(
        f"{target}, {one.grade}"
        for target in dict.fromkeys(flow.target for flow in PUSHES)
        for one in found.read_all(connection_id, target)
    )
    return tuple(Counted(name, count) for name, count in sorted(counts.items()))


def every_plan(
    connection_id: str, scope: str, flow: str, kept: Plans = plans
) -> Iterator[PlannedRecord]:
    """Yield the plans of a flow by record id."""
    after = ""
    while page := kept.read_some(connection_id, scope, flow, after=after, limit=PAGE):
        yield from page
        after = page[-1].record_id
