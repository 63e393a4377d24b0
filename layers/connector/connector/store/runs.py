"""Runs, what each found, and the one outcome of every record in them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from connector.model.outcomes import Outcome, RecordOutcome
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition

KEPT = timedelta(days=400)


class RunItem(Item):
    """One run of one connection; `found` is what the reading side counted per flow."""

    started_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(default="")
    state = UnicodeAttribute()
    found = PackedAttribute(null=True)
    reports = PackedAttribute(null=True)
    failures = PackedAttribute(null=True)
    expires_at = NumberAttribute()


class OutcomeItem(Item):
    """What became of one record in one run."""

    outcome = UnicodeAttribute()
    label = UnicodeAttribute(default="")
    note = UnicodeAttribute(default="")
    quickbooks_id = UnicodeAttribute(default="")
    expires_at = NumberAttribute()


class Progress(Item):
    """How far one flow of one run has come: the last record id of the pages that are done."""

    after = UnicodeAttribute()
    expires_at = NumberAttribute()


class Findings(Item):
    """What the latest look at MobiWork found, whether or not a run followed."""

    looked_at = UnicodeAttribute()
    found = PackedAttribute()
    run_id = UnicodeAttribute(default="")


def begin(connection_id: str, run_id: str, *, found: Mapping[str, Any], now: datetime) -> None:
    """Record that a run begins, and what it is to do."""
    RunItem(
        pk=key(connection_id, "run"),
        sk=run_id,
        started_at=now.isoformat(),
        state="running",
        found=dict(found),
        expires_at=_expiry(now),
    ).save()


def found(connection_id: str, run_id: str) -> dict[str, Any]:
    """Return what reading both sides had found when a run began, by flow."""
    try:
        item = RunItem.get(key(connection_id, "run"), run_id, consistent_read=True)
    except DoesNotExist:
        return {}
    return dict(item.found or {})


def is_first(connection_id: str, run_id: str) -> bool:
    """Tell whether a connection had no run before this one."""
    before = RunItem.query(key(connection_id, "run"), RunItem.sk < run_id, limit=1)
    return not any(True for _ in before)


def finish(
    connection_id: str,
    run_id: str,
    *,
    reports: Mapping[str, Any],
    failures: list[str],
    now: datetime,
) -> None:
    """Record how a run ended; a run that was started by hand gets its item here."""
    RunItem(pk=key(connection_id, "run"), sk=run_id).update(
        actions=[
            RunItem.started_at.set(RunItem.started_at | now.isoformat()),
            RunItem.finished_at.set(now.isoformat()),
            RunItem.state.set("failed" if failures else "finished"),
            RunItem.reports.set(dict(reports)),
            RunItem.failures.set(failures),
            RunItem.expires_at.set(_expiry(now)),
        ]
    )


def outcome_item(connection_id: str, told: RecordOutcome) -> OutcomeItem:
    """Build the item of one outcome.

    The record id is MobiWork's own and may hold anything; it comes last, so no keys overlap.
    """
    return OutcomeItem(
        pk=key(connection_id, "outcome", told.run_id),
        sk=f"{key(told.flow)}#{told.record_id}",
        outcome=told.outcome.value,
        label=told.label,
        note=told.note,
        quickbooks_id=told.quickbooks_id or "",
        expires_at=_expiry(datetime.now(UTC)),
    )


def record(connection_id: str, told: RecordOutcome) -> None:
    """Store one outcome of a record in a run, in place of an earlier one.

    *Unchanged* replaces nothing but *waiting*, and *waiting* nothing that says what was written: of
    two workers of one run, the slower one only knows that the other was at it.
    """
    item = outcome_item(connection_id, told)
    try:
        item.save(condition=_WEAKER.get(item.outcome))
    except PutError as error:
        if not lost_condition(error):
            raise


_NONE_YET = OutcomeItem.pk.does_not_exist()
_NOT_WRITTEN = (Outcome.WAITING.value, Outcome.REFUSED.value, Outcome.UNCHANGED.value)
_WEAKER: Mapping[str, Condition] = {
    Outcome.UNCHANGED.value: _NONE_YET | (OutcomeItem.outcome == Outcome.WAITING.value),
    Outcome.WAITING.value: _NONE_YET | OutcomeItem.outcome.is_in(*_NOT_WRITTEN),
}


def outcomes(connection_id: str, run_id: str, flow: str = "") -> Iterator[OutcomeItem]:
    """Yield the outcomes of a run, of one flow or of all."""
    chosen = OutcomeItem.sk.startswith(f"{flow}#") if flow else None
    yield from OutcomeItem.query(
        key(connection_id, "outcome", run_id), chosen, consistent_read=True
    )


def counts(connection_id: str, run_id: str, flow: str) -> dict[Outcome, int]:
    """Count the outcomes of one flow in one run."""
    counted = Counter(Outcome(item.outcome) for item in outcomes(connection_id, run_id, flow))
    return dict(counted)


def save_findings(
    connection_id: str, *, found: Mapping[str, Any], run_id: str, now: datetime
) -> None:
    """Record the latest look at MobiWork."""
    Findings(
        pk=key(connection_id, "findings"),
        sk="latest",
        looked_at=now.isoformat(),
        found=dict(found),
        run_id=run_id,
    ).save()


def save_progress(connection_id: str, run_id: str, flow: str, after: str) -> None:
    """Remember how far a flow has come, for the next invocation in the same run."""
    Progress(
        pk=key(connection_id, "progress", run_id),
        sk=flow,
        after=after,
        expires_at=_expiry(datetime.now(UTC)),
    ).save()


def progress(connection_id: str, run_id: str, flow: str) -> str:
    """Return the last record id of the pages that an earlier invocation finished."""
    try:
        item = Progress.get(key(connection_id, "progress", run_id), flow, consistent_read=True)
    except DoesNotExist:
        return ""
    return item.after


def _expiry(now: datetime) -> int:
    return int((now + KEPT).timestamp())
