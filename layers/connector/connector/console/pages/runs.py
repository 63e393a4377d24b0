"""Runs: which there were, how one goes, what became of each record, and taking one back."""

from collections.abc import Iterable, Iterator, Mapping

from connector.api.runs import history, search, starting
from connector.api.runs.history import STATES, RunsAsked, ShownRun
from connector.api.runs.starting import RunOf
from connector.api.undoing import again, undo
from connector.api.undoing.again import PostAgain
from connector.api.undoing.undo import ShownUndo, Undo, UndoneRecord
from connector.console.asking import Go, PageRequest, Pages, Reply
from connector.console.pages.shared import (
    CONNECTION,
    Concerned,
    admins_of,
    ask_first,
    is_sure,
    page_of,
)
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.console.words import plural, run_name
from connector.entities.registry import NAMES
from connector.errors import NotThereError, RequestError
from connector.model.control.people import Role
from connector.model.outcomes import Outcome, RecordOutcome, Sum, by_kind
from connector.model.tracking.history import OutcomesOf
from connector.model.undoing.undo import UndoStep
from connector.services import services

pages = Pages()
RUNS = f"{CONNECTION}/runs"
SHOWN = 50
LOOKED_THROUGH = 500
"""So many records of an undone run are looked through for what somebody asks for."""
COLUMNS: Columns[ShownRun] = {
    "run": lambda one: one.run_id,
    "kind": lambda one: one.kind,
    "state": lambda one: one.state,
    "seconds": lambda one: one.seconds,
    "records": lambda one: one.records,
    "metered": lambda one: one.metered,
    "free": lambda one: one.free,
}
OUTCOMES: Columns[RecordOutcome] = {
    "record": lambda one: one.label.casefold(),
    "flow": lambda one: one.flow,
    "outcome": lambda one: one.outcome.value,
    "amount": lambda one: one.worth,
}
UNDONE: Columns[UndoneRecord] = {
    "record": lambda one: one.label.casefold(),
    "there": lambda one: one.quickbooks,
    "what": lambda one: one.what,
    "why": lambda one: one.why,
    "amount": lambda one: one.amount,
}


@pages.get(RUNS)
def show_runs(asked: PageRequest) -> Reply:
    """Show the runs, the latest first."""
    after = asked.query.get("after") or None
    told = {name: asked.query[name] for name in RunsAsked.model_fields if asked.query.get(name)}
    wanted = form_of(RunsAsked, told)
    page = history.list_runs(services(), asked.connection_id, wanted, after=after, limit=SHOWN)
    runs, sorting = sort(asked, page.runs, COLUMNS, following=page.next)
    return page_of(
        asked,
        "runs.html",
        "Runs",
        runs=runs,
        next=page.next,
        sorting=sorting,
        told=told,
        flows=NAMES,
        states=STATES,
        outcomes=[one.value for one in Outcome],
    )


@pages.post(RUNS)
def start_run(asked: PageRequest) -> Reply:
    """Start a run now."""
    begun = starting.start(services(), asked.connection_id, form_of(RunOf, {}), by=asked.by)
    return Go(to=asked.at("runs", begun.run_id), said="Run started.")


@pages.get(f"{RUNS}/<run_id>")
def show_run(asked: PageRequest) -> Reply:
    """Show a run, also while it goes on."""
    run_id = asked.path["run_id"]
    found = history.show(services(), asked.connection_id, run_id)
    outcome = _outcome(asked.query.get("outcome", ""))
    wanted = OutcomesOf(run_id, asked.query.get("flow") or None, outcome)
    after = asked.query.get("after") or None
    page = history.list_outcomes(asked.connection_id, wanted, after=after, limit=SHOWN)
    outcomes, sorting = sort(asked, page.outcomes, OUTCOMES, following=page.next)
    return page_of(
        asked,
        "run.html",
        f"Run of {run_name(run_id)}",
        found=found,
        outcomes=outcomes,
        next=page.next,
        sorting=sorting,
        wanted=wanted,
        kinds=[one.value for one in Outcome],
        admins=admins_of(asked),
    )


def _outcome(told: str) -> Outcome | None:
    try:
        return Outcome(told) if told else None
    except ValueError as error:
        raise RequestError(f"There is no outcome {told!r}.") from error


@pages.get(f"{RUNS}/<run_id>/undo")
def show_undo(asked: PageRequest) -> Reply:
    """Show how undoing a run stands: what would be done, or was."""
    after = asked.query.get("after") or None
    told = {name: asked.query[name].strip() for name in ("name", "what") if asked.query.get(name)}
    limit = LOOKED_THROUGH if told else SHOWN
    shown = _undo(asked.connection_id, asked.path["run_id"], after, limit)
    records, following = (shown.records, shown.next) if shown else ((), None)
    records = tuple(
        one
        for one in records
        if told.get("name", "").casefold() in one.label.casefold()
        and told.get("what") in {None, one.what}
    )
    rows, sorting = sort(asked, records, UNDONE, following=following)
    return page_of(
        asked,
        "undo.html",
        "Undo a run",
        shown=shown,
        records=rows,
        sorting=sorting,
        run_id=asked.path["run_id"],
        undone=_undone(asked.connection_id, records),
        told=told,
        admins=admins_of(asked),
    )


def _undone(connection_id: str, shown: Iterable[UndoneRecord]) -> set[tuple[str, str]]:
    """Return which of the records shown stand undone, so that they can be posted again."""
    by_flow: dict[str, list[str]] = {}
    for one in shown:
        if one.step is UndoStep.DONE:
            by_flow.setdefault(one.flow, []).append(one.record_id)
    return {
        (flow, own)
        for flow, ids in by_flow.items()
        for own in again.undone_of(connection_id, flow, ids)
    }


@pages.post(f"{RUNS}/<run_id>/undo/post-again")
def post_several_again(asked: PageRequest) -> Reply:
    """Tell what posting some undone records again does; once that was seen, do it."""
    here = asked.at("runs", asked.path["run_id"], "undo")
    chosen = _still_undone(asked.connection_id, dict.fromkeys(asked.values("record")))
    if not chosen:
        raise RequestError(
            "Select at least one record that was undone and has not been posted again since."
        )
    count = sum(len(own) for own in chosen.values())
    if not is_sure(asked):
        tells = [
            f"{plural(count, 'record is', 'records are')} posted again, each once, as "
            "they are now, in the run that follows the next check. Anything made "
            "inactive becomes active again."
        ]
        records = [f"{flow}/{own}" for flow, ids in chosen.items() for own in ids]
        to = f"{here}/post-again"
        rows = [*_concerned(asked.connection_id, chosen)]
        return ask_first(asked, tells, {"record": records}, to=to, back=here, rows=rows)
    for flow, ids in chosen.items():
        wanted = form_of(PostAgain, {"flow": flow, "record_ids": ids})
        again.post_again(services(), asked.connection_id, wanted, by=asked.by)
    said = f"{plural(count, 'record is', 'records are')} sent again in the next run."
    return Go(to=here, said=said)


def _still_undone(connection_id: str, named: Iterable[str]) -> dict[str, list[str]]:
    """Return which of some records stand undone, by flow, in the order in which they are posted."""
    by_flow: dict[str, list[str]] = {}
    for one in named:
        flow, _, own = one.partition("/")
        by_flow.setdefault(flow, []).append(own)
    found = {
        flow: again.undone_of(connection_id, flow, by_flow[flow])
        for flow in NAMES
        if flow in by_flow
    }
    return {
        flow: [one for one in by_flow[flow] if one in some] for flow, some in found.items() if some
    }


def _concerned(connection_id: str, chosen: Mapping[str, list[str]]) -> Iterator[Concerned]:
    for flow, ids in chosen.items():
        known = search.of_flow(connection_id, flow, ids)
        (kind,) = by_kind(
            (flow, Sum(1, known[own].amount if own in known else None)) for own in ids
        )
        yield Concerned(flow, "undone", kind.count, kind.worth)


def _undo(connection_id: str, run_id: str, after: str | None, limit: int) -> ShownUndo | None:
    try:
        return undo.show(services(), connection_id, run_id, after=after, limit=limit)
    except NotThereError:
        return None


@pages.post(f"{RUNS}/<run_id>/undo", role=Role.ADMIN)
def undo_run(asked: PageRequest) -> Reply:
    """Find out what undoing would do, or carry out what that showed."""
    preview, run_id = asked.value("sure") != "yes", asked.path["run_id"]
    undo.ask(services(), asked.connection_id, run_id, Undo(preview=preview), by=asked.by)
    said = (
        "Preparing the preview. Nothing has been undone."
        if preview
        else "Undoing has started. Progress is shown below."
    )
    return Go(to=asked.at("runs", run_id, "undo"), said=said)
