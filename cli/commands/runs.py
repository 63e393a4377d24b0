"""Runs: started and waited for, listed with their sums, with what became of each record."""

from pathlib import Path
from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.saving import save_csv
from cli.screen import Bars, kind, moment, money
from cli.session import AsJson, OfConnection, Session, session_of
from cli.waiting import LONGEST, PAUSE

COUNTS = ("#seconds", "#records", "#reads", "#writes")
LIST = ("!run", "kind", "state", "began", *COUNTS, "outcomes", "by")
FLOWS = ("kind", "outcome", "#records", "#amount")
OUTCOMES = ("!record", "what", "outcome", "#amount", "QuickBooks", "why")
NOTHING = (
    "Nothing was on its way. Both sides are being checked now; if anything is found, a "
    "new run appears at the top of `runs`."
)
RUNNING, FINISHED = "running", "finished"


def run(
    context: typer.Context,
    flow: Annotated[
        list[str] | None, typer.Option("--flow", help="Only this flow; repeatable.")
    ] = None,
    record: Annotated[
        list[str] | None,
        typer.Option("--record", help="Only this record, as FLOW/ID; repeatable."),
    ] = None,
    wait: Annotated[
        bool, typer.Option(help="Wait until it ends, with a progress bar per flow.")
    ] = True,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Start a run now: of everything, of some flows, or of chosen records."""
    session = session_of(context, connection, as_json=as_json)
    chosen = [dict(zip(("flow", "record_id"), _parts(one), strict=True)) for one in record or ()]
    started = session.api.post(f"{session.path}/runs", {"flows": flow or [], "records": chosen})
    if not wait:
        session.show(started, lambda: session.screen.say(started["run_id"]))
        return
    told = _ended(session, f"{session.path}/runs/{started['run_id']}")
    session.show(told, lambda: _show(session, told))
    if not (as_json or flow or record or any(one["outcomes"] for one in told["flows"])):
        session.screen.hint(NOTHING)
    if broken := session.meant["reason"]:
        raise CommandError(broken, ExitCode.NOT_ALL_WELL)
    if told["run"]["state"] != FINISHED:
        raise CommandError(f"The run {told['run']['state']}.", ExitCode.NOT_ALL_WELL)


def runs(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="One run, with its flows and their sums.")] = "",
    outcomes: Annotated[
        bool, typer.Option("--outcomes", help="List the outcome of each record.")
    ] = False,
    flow: Annotated[str, typer.Option(help="Only outcomes of this flow.")] = "",
    outcome: Annotated[str, typer.Option(help="Only this outcome: refused ...")] = "",
    csv: Annotated[Path | None, typer.Option("--csv", help="Save the outcomes.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number of lines.")] = 25,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List runs, or show one and what became of each record in it."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/runs"
    if not run:
        found = [*session.api.pages(path, "runs", most=limit, step=25)]
        session.show(found, lambda: session.screen.table(LIST, map(_row, found)))
        return
    one, asked = f"{path}/{run}", {"flow": flow, "outcome": outcome}
    if csv is not None:
        save_csv(session, f"{one}/outcomes", csv, **asked)
    elif outcomes or flow or outcome:
        told = [*session.api.pages(f"{one}/outcomes", "outcomes", most=limit, step=99, **asked)]
        session.show(told, lambda: session.screen.table(OUTCOMES, map(outcome_row, told)))
    else:
        detail = session.api.get(one)
        session.show(detail, lambda: _show(session, detail))


def outcome_row(one: Body) -> tuple[object, ...]:
    """Return an outcome as a row of a table."""
    return (
        f"{one['flow']}/{one['record_id']}",
        one["label"],
        one["outcome"],
        money(one.get("worth")),
        one.get("quickbooks_id"),
        " ".join(filter(None, (one.get("note"), one.get("unlike_plan")))),
    )


def _ended(session: Session, path: str) -> Body:
    """Wait for the end of a run, with a bar for each flow."""
    waited = 0.0
    with session.screen.bars() as bars:
        while (told := session.api.get(path))["run"]["state"] == RUNNING:
            if waited >= LONGEST:
                raise CommandError(
                    "The run is still going after an hour. It continues.", ExitCode.FAILED
                )
            _move(bars, told)
            session.pause(PAUSE)
            waited += PAUSE
    return told


def _move(bars: Bars, told: Body) -> None:
    for one in told["flows"]:
        if one["done"] or one["found"]:
            words = ", ".join(f"{each['count']} {each['outcome']}" for each in one["outcomes"])
            bars.move(kind(one["flow"]), done=one["done"], of=one["found"], told=words)


def _show(session: Session, told: Body) -> None:
    session.screen.table(LIST, [_row(told["run"])])
    rows = [
        (kind(flow["flow"]), one["outcome"], one["count"], money(one["amount"]))
        for flow in told["flows"]
        for one in flow["outcomes"]
    ]
    session.screen.say()
    session.screen.table(FLOWS, rows)
    for text in (*told["run"]["failures"], told["run"]["note"]):
        if text:
            session.screen.say(text)


def _row(one: Body) -> tuple[object, ...]:
    outcomes = ", ".join(f"{count} {name}" for name, count in one["outcomes"].items() if count)
    seconds = None if one["seconds"] is None else f"{one['seconds']:.1f}"
    by = (one["by"] or "a look").rpartition("/")[2]
    began = moment(one["started_at"])
    told = (one["run_id"], one["kind"], one["state"], began, seconds, one["records"])
    return *told, one.get("metered"), one.get("free"), outcomes, by


def _parts(text: str) -> tuple[str, str]:
    flow, slash, own = text.partition("/")
    if not slash or not own:
        raise CommandError(f"{text!r} is not FLOW/ID, such as push_invoices/5501.", ExitCode.USAGE)
    return flow, own
