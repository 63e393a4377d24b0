"""Adding up the plans of a review or a dry run, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime

from connector.engine.review_ports import Plans
from connector.entities.registry import NAMES
from connector.model.review.planned import PlannedRecord
from connector.model.review.report import Report, report_of
from connector.model.review.summary import FlowSummary
from connector.store.records import plans

PAGE = 500


def summarize(connection_id: str, scope: str, kept: Plans = plans) -> Report:
    """Add up all plans of a scope; no more than a page of them is held at once."""
    flows = []
    for flow in NAMES:
        summary = FlowSummary(flow)
        for one in every_plan(connection_id, scope, flow, kept):
            summary.add(one)
        if summary.decisions:
            flows.append(report_of(summary))
    return Report(connection_id, scope, datetime.now(UTC).isoformat(), tuple(flows))


def every_plan(
    connection_id: str, scope: str, flow: str, kept: Plans = plans
) -> Iterator[PlannedRecord]:
    """Yield the plans of a flow by record id."""
    after = ""
    while page := kept.read_some(connection_id, scope, flow, after=after, limit=PAGE):
        yield from page
        after = page[-1].record_id
