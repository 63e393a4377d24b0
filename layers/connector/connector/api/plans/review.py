"""The review of a connection: have it made anew, and read its report."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import simplejson

from connector.api import activity
from connector.changes.matching.cost import ReviewCost, cost_of
from connector.entities.registry import NAMES
from connector.entities.stages import all_stages
from connector.errors import NotThereError, StaleVersionError
from connector.model.connection import Phase
from connector.model.ids import FlowName, RunId, RunKind, new_run_id
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.review.report import ReviewReport
from connector.store import connections, looks, reports, runs
from connector.store import settings as saved
from connector.store.records import matches, plans

if TYPE_CHECKING:
    from connector.services import Services


MOST = 2000
"""So many plans are told at once."""
LARGEST = 2_500_000
"""So many characters of bodies are told at once: Lambda answers with six megabytes at most, and a
body is longer there, because its quotation marks are written twice."""
PAGE = 100
MOST_CALLS = 3
"""So many calls of the table are made for plans of one decision; each reads one flow."""
CREDITS = "push_credits"


@dataclass(frozen=True)
class Planning:
    """A review that is being made; nothing is written.

    Attributes:
        run_id: The run that makes it.
        cost: The metered calls that it takes.
    """

    run_id: str
    cost: ReviewCost


def make(services: "Services", connection_id: str, *, by: str) -> Planning:
    """Plan everything anew; what was planned before is left behind.

    Raises:
        StaleVersionError: the connection is not in review, or a run is under way.
    """
    connection = connections.read(connection_id)
    if connection.phase is not Phase.REVIEW:
        raise StaleVersionError(
            f"The connection is {connection.phase.value}. Only a connection in review "
            "can be reviewed. To see what would be posted now, use a dry run."
        )
    run_id = new_run_id(kind=RunKind.REVIEW)
    if services.is_running(connection.run_id) or not connections.begin_run(connection, run_id):
        raise StaleVersionError("A run is in progress. Try again when it has ended.")
    plans.begin(connection_id, run_id, before=_told_by(connection_id))
    plans.hold(connection_id)
    found = runs.found(connection_id, connection.run_id or run_id)
    now, phase = datetime.now(UTC), connection.phase
    runs.begin(connection_id, run_id, found=found, now=now, phase=phase, by=by)
    expected = cost(connection_id)
    start(services, connection_id, run_id, review=True)
    activity.note(connection_id, by=by, what=f"Requested a new review, in run {run_id}.")
    return Planning(run_id, expected)


def _told_by(connection_id: str) -> str | None:
    """Return the scope of the latest report that was added up; None before the first."""
    now = plans.scope(connection_id)
    return now if reports.read(connection_id, now) else plans.scope_before(connection_id)


@dataclass(frozen=True)
class ReviewAtHand:
    """What there is to read of a review at any moment.

    report: the latest that was added up; None before the first.
    outdated: whether a newer one was asked for that is not added up yet.
    made_in: the run that is making one now, if any.
    """

    report: ReviewReport | None
    outdated: bool = False
    made_in: RunId | None = None


def at_hand(services: "Services", connection_id: str) -> ReviewAtHand:
    """Return the latest report, also while a newer one is made."""
    connection, now = connections.read(connection_id), plans.scope(connection_id)
    goes_on = connection.phase is Phase.REVIEW and services.is_running(connection.run_id)
    made_in = connection.run_id if goes_on else None
    if report := reports.read(connection_id, now):
        return ReviewAtHand(report, outdated=goes_on, made_in=made_in)
    before = plans.scope_before(connection_id)
    report = reports.read(connection_id, before) if before else None
    return ReviewAtHand(report, outdated=report is not None, made_in=made_in)


def match_again(services: "Services", connection_id: str, *, by: str) -> Planning:
    """Compare once more what both sides of a live connection hold, and sync it after that.

    Raises:
        StaleVersionError: the connection is not live, or a run is under way.
    """
    connection = connections.read(connection_id)
    if connection.phase is not Phase.LIVE:
        raise StaleVersionError(
            f"The connection is {connection.phase.value}. In review, both sides are "
            "compared as part of the review. This request is for live connections."
        )
    run_id, expected = new_run_id(), cost(connection_id, live=True)
    if services.is_running(connection.run_id) or not connections.begin_run(connection, run_id):
        raise StaleVersionError("A run is in progress. Try again when it has ended.")
    found = runs.found(connection_id, connection.run_id or run_id)
    now, phase = datetime.now(UTC), connection.phase
    runs.begin(connection_id, run_id, found=found, now=now, phase=phase, by=by)
    start(services, connection_id, run_id, review=True)
    activity.note(
        connection_id, by=by, what=f"Requested a new comparison of both sides, in run {run_id}."
    )
    return Planning(run_id, expected)


def cost(connection_id: str, *, live: bool = False) -> ReviewCost:
    """Return what making the review of a connection now costs; nothing is called for it.

    Credits are compared only where the settings post some.
    """
    look, found = matches.look(connection_id), looks.last_found(connection_id)
    if not saved.read_settings(connection_id).posts_credits:
        found.pop(CREDITS, None)
    return cost_of(look, found, datetime.now(UTC), live=live)


def start(services: "Services", connection_id: str, run_id: str, *, review: bool) -> None:
    """Start a run that only plans; `review` has both sides matched before it."""
    stages = all_stages(matched=review)
    services.machines.start_execution(
        stateMachineArn=services.config.sync_state_machine_arn,
        name=run_id,
        input=json.dumps({"connection_id": connection_id, "run_id": run_id, "stages": stages}),
    )


def show(connection_id: str) -> ReviewReport:
    """Return the report of the plans of a connection as they stand.

    Raises:
        NotThereError: nothing is added up yet.
    """
    return report_of(connection_id, plans.scope(connection_id))


def report_of(connection_id: str, scope: str) -> ReviewReport:
    """Return the report of a review or a dry run.

    Raises:
        NotThereError: there is none of that name, or it is not added up yet.
    """
    found = reports.read(connection_id, scope)
    if found is None:
        raise NotThereError(
            "There is no such report. If its run is in progress, try again when it has ended."
        )
    return found


def list_planned(  # noqa: PLR0913 - where to look, and how far
    connection_id: str,
    scope: str,
    *,
    after: str | None = None,
    limit: int = MOST,
    largest: int = LARGEST,
    flows: Collection[FlowName] = NAMES,
) -> tuple[list[PlannedRecord], str | None]:
    """Return at most so many plans in the order of the flows, and what asks for those after them.

    That is None after the last ones. There are fewer where their bodies are large. Only some
    `flows` are looked through where it is known that the others have none.
    """
    found = _fitting(_plans_after(connection_id, scope, after or "", limit, flows), limit, largest)
    return found.plans, found.cut_at


def list_decided(  # noqa: PLR0913 - where to look, for what, and how far
    connection_id: str,
    scope: str,
    decision: Decision,
    *,
    after: str | None = None,
    limit: int,
    flows: Collection[FlowName],
) -> tuple[list[PlannedRecord], str | None]:
    """Return at most so many plans that come to one thing, likewise.

    It takes three calls of the table, of which each looks through some thousand plans of a flow:
    there may be few, or none, although there are others.
    """
    found: list[PlannedRecord] = []
    flow, _, last = (after or "").partition(":")
    rest = [one for one in _from(flow) if one in flows]
    for name in rest[:MOST_CALLS]:
        place, left = last if name == flow else "", limit - len(found)
        some, read_to = plans.read_decided(
            connection_id, scope, name, decision, after=place, limit=left
        )
        kept = _fitting([*found, *some], limit, LARGEST)
        if kept.cut_at:
            return kept.plans, kept.cut_at
        found = kept.plans
        if read_to is not None:
            return found, f"{name}:{read_to}"
        if len(found) == limit:
            break
    following = next(iter(rest[rest.index(name) + 1 :]), None) if rest else None
    return found, f"{following}:" if following else None


@dataclass(frozen=True)
class _Fitting:
    """What fits an answer.

    plans: in their order; cut_at: the last of them, where more follow.
    """

    plans: list[PlannedRecord]
    cut_at: str | None


def _fitting(some: Iterable[PlannedRecord], limit: int, largest: int) -> _Fitting:
    found: list[PlannedRecord] = []
    size = 0
    for one in some:
        size += len(simplejson.dumps(one.body, use_decimal=True))
        if found and (len(found) == limit or size > largest):
            return _Fitting(found, f"{found[-1].flow}:{found[-1].record_id}")
        found.append(one)
    return _Fitting(found, None)


def _from(flow: FlowName) -> Sequence[FlowName]:
    """Return the flows from one on, in their order."""
    return NAMES[NAMES.index(flow) if flow in NAMES else 0 :]


def _plans_after(
    connection_id: str, scope: str, after: str, limit: int, flows: Collection[FlowName]
) -> Iterator[PlannedRecord]:
    flow, _, last = after.partition(":")
    size = min(PAGE, limit + 1)  # one more tells whether there are others
    for name in (one for one in _from(flow) if one in flows):
        place = last if name == flow else ""
        while True:
            page = plans.read_some(connection_id, scope, name, after=place, limit=size)
            yield from page
            if len(page) < size:
                break
            place = page[-1].record_id
