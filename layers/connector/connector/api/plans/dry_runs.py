"""Dry runs: what a run would do now, for a connection, a flow or one record; nothing is changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api.plans.review import report_of, start
from connector.engine.run import Run
from connector.entities.registry import NAMES, PULL_NAMED, PUSH_NAMED
from connector.errors import ConflictError, RequestError, Wrong
from connector.model.ids import RunKind, in_words, new_run_id
from connector.model.pending import PendingItem
from connector.model.review.planned import PlannedRecord
from connector.model.review.report import ReviewReport
from connector.pull.worker import foresee_pull
from connector.push.worker import foresee_push
from connector.store import connections, runs
from connector.store.records import plans

if TYPE_CHECKING:
    from connector.services import Services


class DryRunOf(BaseModel):
    """What is to be planned: everything, one flow with what its records refer to, or one record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(default="", description="One flow, such as push_invoices; empty for all.")
    record_id: str = Field(default="", description="One record of the flow, by its own id.")


@dataclass(frozen=True)
class DryRun:
    """A dry run.

    Attributes:
        run_id: What its report is asked for by; None where it is answered at once.
        planned: The plan of the one record that was asked for.
    """

    run_id: str | None = None
    planned: PlannedRecord | None = None


def make(services: "Services", connection_id: str, asked: DryRunOf, *, by: str) -> DryRun:
    """Answer for one record at once; for more, start a run that plans and changes nothing.

    Raises:
        RequestError: there is no such flow, or nothing of that record is on its way.
        ConflictError: another dry run of the connection is under way.
    """
    if asked.flow and asked.flow not in NAMES:
        raise RequestError(
            f"There is no flow {asked.flow!r}.",
            errors=[Wrong("#/flow", f"One of {', '.join(NAMES)}.")],
        )
    run_id = new_run_id(kind=RunKind.DRY)
    if asked.record_id:
        if not asked.flow:
            raise RequestError("Name the flow of the record, too.")
        run = services.run({"connection_id": connection_id, "run_id": run_id}, lambda: 900.0)
        return DryRun(planned=planned_of(run, asked.flow, asked.record_id))
    connection, latest = connections.read(connection_id), plans.latest_dry_run(connection_id)
    if services.is_running(latest) or not plans.begin_dry_run(connection_id, run_id, after=latest):
        raise ConflictError("A dry run is in progress. Try again when it has ended.")
    found, now = runs.found(connection_id, connection.run_id or run_id), datetime.now(UTC)
    flows = (asked.flow,) if asked.flow else ()
    phase = connection.phase
    runs.begin(connection_id, run_id, found=found, now=now, phase=phase, flows=flows, by=by)
    start(services, connection_id, run_id, review=False)
    return DryRun(run_id)


def planned_of(run: Run, flow: str, record_id: str) -> PlannedRecord:
    """Plan one record as it stands.

    Raises:
        RequestError: nothing of it is on its way.
    """
    item = run.store.pending.read_many(run.connection_id, flow, [record_id]).get(record_id)
    if item is None or not item.record:
        raise RequestError(_not_on_its_way(run, flow, record_id))
    return _foreseen(run, flow, item)


def _foreseen(run: Run, flow: str, item: PendingItem) -> PlannedRecord:
    if flow in PUSH_NAMED:
        return foresee_push(PUSH_NAMED[flow], run, item)
    return foresee_pull(PULL_NAMED[flow], run, item)


def _not_on_its_way(run: Run, flow: str, record_id: str) -> str:
    left = run.store.left_out.read_many(run.connection_id, flow, [record_id])
    if record_id in left:
        return f"It is left out: {left[record_id].reason}"
    return (
        f"Record {record_id} has nothing on its way in {in_words(flow)}. It is done, or "
        "has never been read."
    )


def show(connection_id: str, run_id: str, flow: str | None = None) -> ReviewReport:
    """Return the report of a dry run, of one flow if it is named.

    Raises:
        NotThereError: there is no such dry run, or it has not ended.
    """
    report = report_of(connection_id, run_id)
    if not flow:
        return report
    return replace(report, flows=tuple(one for one in report.flows if one.flow == flow))
