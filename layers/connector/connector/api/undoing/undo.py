"""Undo a run: the preview of what would be done, and then just that, as far as it still holds."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from connector.api import activity
from connector.errors import ConflictError, NotThereError
from connector.model.body import spoken
from connector.model.connection import Connection
from connector.model.ids import RunKind, kind_in_words, new_run_id
from connector.model.outcomes import Sum
from connector.model.undoing.undo import (
    OF,
    UNDOABLE_IN,
    UndoEntry,
    Undoing,
    UndoState,
    UndoStep,
    UndoWay,
)
from connector.store import connections, runs
from connector.store.tracking import history
from connector.store.undoing import undos

if TYPE_CHECKING:
    from connector.services import Services

MOST = 500


class Undo(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preview: bool = Field(
        strict=True,
        description="Only find out what would be done. What a preview showed is carried out "
        "without it: each record once more only if it is still as it was.",
    )


@dataclass(frozen=True)
class UndoSum:
    """How many records of a kind something is done with, and what those come to.

    Attributes:
        what: What is done with them, or came of it.
        flow: That wrote them.
        kind: Of records: invoices.
        count: Of records.
        amount: In dollars; null where none has one.
    """

    what: str
    flow: str
    kind: str
    count: int
    amount: Decimal | None


@dataclass(frozen=True)
class UndoneRecord:
    """What is done about one record, or was.

    Attributes:
        flow: the flow that wrote it.
        record_id: its own id, as the outcome of the run has it.
        label: what a person knows it by.
        way: what is done with it: deleted, made inactive, restored, or kept.
        step: how far that is; of what is kept, why says why.
        what: both in words: delete in QuickBooks, and once it was, deleted in QuickBooks.
        why: the reason, as a sentence.
        amount: its amount, where it has one.
        quickbooks: the record in QuickBooks, such as Invoice 129.
        before: what is restored, by member.
        after: what the run had written there.
    """

    flow: str
    record_id: str
    label: str
    way: UndoWay
    step: UndoStep
    what: str
    why: str
    amount: Decimal | None
    quickbooks: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True)
class ShownUndo:
    """How undoing a run stands.

    Attributes:
        run_id: the run.
        state: how far it is.
        under_way: whether somebody is at it now; if it is being undone and nobody is, asking once
            more goes on with it.
        by: who asked last; at: when.
        sums: records and amounts by kind and by what is done with them, and once it was, by what
            came of it.
        records: one page of them, in the order in which they are undone.
        next: what asks for the page after; None at the end.
    """

    run_id: str
    state: UndoState
    under_way: bool
    by: str
    at: datetime
    sums: tuple[UndoSum, ...]
    records: tuple[UndoneRecord, ...] = ()
    next: str | None = None


def ask(
    services: "Services", connection_id: str, run_id: str, asked: Undo, *, by: str
) -> ShownUndo:
    """Begin a preview, or carry out what it showed; asked for twice, it is done once.

    Raises:
        NotThereError: there is no such run.
        ConflictError: the connection is not live or paused, nothing was previewed yet, or a run is
            under way.
    """
    connection = connections.read(connection_id)
    if connection.phase not in UNDOABLE_IN:
        raise ConflictError(
            f"The connection is {connection.phase}. Runs can be undone only while it is "
            "live or paused."
        )
    if not runs.exists(connection_id, run_id):
        raise NotThereError(f"There is no run {run_id[:64]!r}.")
    before = undos.read(connection_id, run_id)
    if before is None or not _is_at_it(services, before, asked):
        _begin(services, connection, _wanted(run_id, before, asked, by=by), before)
    return show(services, connection_id, run_id)


def _is_at_it(services: "Services", before: Undoing, asked: Undo) -> bool:
    """Tell whether what is asked for is being done; refuse anything else meanwhile."""
    wanted = UndoState.PREVIEWING if asked.preview else UndoState.UNDOING
    if before.state not in {UndoState.PREVIEWING, UndoState.UNDOING}:
        return False
    if not services.is_running(before.job):
        return False
    if before.state is wanted:
        return True
    raise ConflictError(f"The run is {before.state} right now. Try again when that is done.")


def _wanted(run_id: str, before: Undoing | None, asked: Undo, *, by: str) -> Undoing:
    """Return how it begins, or goes on."""
    state = before.state if before else None
    job = new_run_id(kind=RunKind.UNDO)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    if asked.preview:
        if state is UndoState.UNDOING:
            raise ConflictError("It is partly undone. Finish undoing it first.")
        return Undoing(run_id=run_id, state=UndoState.PREVIEWING, job=job, by=by, at=at)
    if before is None or state not in {UndoState.PREVIEWED, UndoState.UNDOING}:
        raise ConflictError(
            "Preview the undo first. The preview shows what will be undone and what will not."
        )
    if state is UndoState.UNDOING:
        return replace(before, job=job)
    return replace(before, state=UndoState.UNDOING, job=job, by=by, at=at, reached=None)


def _begin(
    services: "Services", connection: Connection, wanted: Undoing, before: Undoing | None
) -> None:
    connection_id = connection.connection_id
    if wanted.state is UndoState.UNDOING:
        _take_turn(services, connection, wanted.job)
    if not undos.begin(connection_id, wanted, before=before):
        raise ConflictError("Someone else requested it at the same time. Check its state.")
    services.machines.start_execution(
        stateMachineArn=services.config.undo_state_machine_arn,
        name=wanted.job,
        input=json.dumps(
            {"connection_id": connection_id, "run_id": wanted.job, "undone": wanted.run_id}
        ),
    )
    if wanted.state is UndoState.UNDOING:
        told = f"Undid the run {wanted.run_id}."
        activity.note(connection_id, by=wanted.by, what=told, after={"run_id": wanted.run_id})


def _take_turn(services: "Services", connection: Connection, job: str) -> None:
    """Be the run of the connection, so that no other one begins meanwhile."""
    since = datetime.now(UTC) - runs.LONGEST_RUN
    others = {connection.run_id, *history.unfinished(connection.connection_id, since=since)}
    busy = any(services.is_running(one) for one in others if one)
    if busy or not connections.begin_run(connection, job):
        raise ConflictError("A run is in progress. Try again when it has ended.")


def show(
    services: "Services",
    connection_id: str,
    run_id: str,
    *,
    after: str | None = None,
    limit: int = 100,
) -> ShownUndo:
    """Return how undoing a run stands, with one page of its records.

    Raises:
        NotThereError: nobody asked for it.
    """
    undoing = undos.read(connection_id, run_id)
    if undoing is None:
        raise NotThereError("No undo of that run has been requested.")
    page = undos.page(connection_id, run_id, after=after, limit=limit + 1)
    shown = page[:limit]
    at_it = undoing.state in {UndoState.PREVIEWING, UndoState.UNDOING}
    return ShownUndo(
        run_id=run_id,
        state=undoing.state,
        under_way=at_it and services.is_running(undoing.job),
        by=undoing.by,
        at=datetime.fromisoformat(undoing.at),
        sums=tuple(_sum(name, one) for name, one in undoing.sums.items()),
        records=tuple(map(_shown, shown)),
        next=shown[-1].key if len(page) > limit else None,
    )


def _sum(name: str, one: Sum) -> UndoSum:
    what, _, flow = name.partition(OF)
    return UndoSum(what, flow, kind_in_words(flow), one.count, one.worth)


def _shown(entry: UndoEntry) -> UndoneRecord:
    return UndoneRecord(
        flow=entry.flow,
        record_id=entry.record_id,
        label=entry.label,
        way=entry.way,
        step=entry.step,
        what=entry.what,
        why=entry.why,
        amount=entry.worth,
        quickbooks=f"{spoken(entry.target)} {entry.quickbooks_id}",
        before=dict(entry.before),
        after=dict(entry.after),
    )
