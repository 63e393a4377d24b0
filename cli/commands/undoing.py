"""Undo what a run wrote: shown first, then done, as far as everything is still as it was."""

from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import counted, money
from cli.session import AsJson, OfConnection, Session, Yes, session_of
from cli.waiting import until

HEADINGS = ("!record", "what", "#amount", "done with it", "why")


def undo(
    context: typer.Context,
    run: Annotated[str, typer.Argument(help="The ID of the run.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would happen.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number of records to show.")] = 50,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Take back what a run wrote, after showing what that does."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/runs/{run}/undo"
    session.api.post(path, {"preview": True})
    shown = _ended(session, path, "checking what can be undone", limit)
    if preview:
        session.show(shown, lambda: _show(session, shown))
        return
    if not session.as_json:
        _show(session, shown)
    session.sure(f"Run {run} will be undone as shown. Continue?", yes=yes)
    session.api.post(path, {"preview": False})
    done = _ended(session, path, "undoing", limit)
    session.show(done, lambda: _show(session, done))
    if done["state"] != "done":
        raise CommandError(
            "It has not finished. Run the command again to continue.", ExitCode.NOT_ALL_WELL
        )


def post_again(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(help="The flow that sent them: push_invoices ...")],
    records: Annotated[list[str], typer.Argument(help="The IDs of the records.")],
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Send again what was undone; the next look does it."""
    session = session_of(context, connection, as_json=as_json)
    session.sure(f"{counted(len(records), 'record')} will be sent again. Continue?", yes=yes)
    told = session.api.post(f"{session.path}/post-again", {"flow": flow, "record_ids": records})
    count = counted(len(told["record_ids"]), "record")
    session.show(
        told, lambda: session.screen.say(f"To be sent again after the next check: {count}.")
    )


def _ended(session: Session, path: str, what: str, limit: int) -> Body:
    def ended() -> Body | None:
        told = session.api.get(path, limit=limit)
        return None if told["under_way"] else told

    return until(session, what, ended)


def _show(session: Session, told: Body) -> None:
    session.screen.say(f"Run {told['run_id']}: {told['state']}")
    for one in told["sums"]:
        amount = f", {money(one['amount'])}" if one["amount"] is not None else ""
        session.screen.say(f"  {one['what']}, {one['kind']}: {one['count']}{amount}")
    rows = [
        (
            f"{one['flow']}/{one['record_id']}",
            one["label"],
            money(one["amount"]),
            one["what"],
            one["why"],
        )
        for one in told["records"]
    ]
    session.screen.table(HEADINGS, rows)
    if told["next"]:
        session.screen.hint("There are more; --limit shows them.")
