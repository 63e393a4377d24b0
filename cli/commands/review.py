"""What would be posted: the review, dry runs, and plans that wait for approval."""

from pathlib import Path
from typing import Annotated

import typer

from cli.api import TEXT, Body
from cli.errors import CommandError, ExitCode
from cli.saving import save_csv
from cli.screen import counted, kind, money
from cli.session import AsJson, OfConnection, Session, Yes, session_of
from cli.waiting import until, when_there

Saved = Annotated[
    Path | None,
    typer.Option(
        "--csv", help="Save all plans, with exactly what would be sent, to a file.", dir_okay=False
    ),
]
PAGE = 500


def review(
    context: typer.Context,
    again: Annotated[
        bool, typer.Option("--again", help="Prepare a new review and wait for it.")
    ] = False,
    save_as: Saved = None,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show what a connection would post, added up; nothing is written by a review."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/review"
    if again:
        made = session.api.post(path)
        session.screen.hint(made["cost"]["sentence"])
        until(session, "review", when_there(lambda: _of(session, path, made["run_id"])))
    _show(session, path, save_as)


def dry_run(
    context: typer.Context,
    flow: Annotated[
        str, typer.Argument(help="One flow, such as push_invoices; default: all.")
    ] = "",
    record: Annotated[str, typer.Argument(help="One record of the flow, by its ID.")] = "",
    save_as: Saved = None,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Plan what a run would do now; nothing is written, and nothing of it is kept as done."""
    session = session_of(context, connection, as_json=as_json)
    made = session.api.post(f"{session.path}/dry-runs", {"flow": flow, "record_id": record})
    if planned := made.get("planned"):
        session.show(planned, lambda: _show_plan(session, planned))
        return
    path = f"{session.path}/dry-runs/{made['run_id']}"
    until(session, "dry run", when_there(lambda: session.api.get(path)))
    _show(session, path, save_as)


def approve(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(help="The flow, such as push_invoices.")],
    records: Annotated[
        list[str] | None, typer.Argument(help="The IDs of the records to approve.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Approve everything that is waiting.")
    ] = False,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List the plans of a flow that wait for approval, or let some be posted as they are shown."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/approvals"
    plans = [*session.api.pages(path, "plans", most=100_000, flow=flow)]
    chosen = [one for one in plans if every or one["record_id"] in (records or ())]
    if not (records or every):
        rows = [(one["record_id"], one["label"], one["day"], money(one["total"])) for one in plans]
        headings = ("record", "what", "date", "#total")
        session.show(plans, lambda: session.screen.table(headings, rows))
        return
    if missing := {*(records or ())} - {one["record_id"] for one in chosen}:
        names = ", ".join(sorted(missing))
        raise CommandError(f"None of {names} waits for approval in {kind(flow)}.", ExitCode.REFUSED)
    session.sure(
        f"To post as shown: {counted(len(chosen), 'plan')} in {kind(flow)}. Approve?", yes=yes
    )
    _approve(session, path, flow, chosen)


def _approve(session: Session, path: str, flow: str, chosen: list[Body]) -> None:
    told: Body = {"approved": [], "changed": []}
    for begin in range(0, len(chosen), PAGE):
        some = [
            {"record_id": one["record_id"], "content_hash": one["content_hash"]}
            for one in chosen[begin : begin + PAGE]
        ]
        answer = session.api.post(path, {"flow": flow, "approved": some})
        told = {name: told[name] + answer[name] for name in told}
    session.show(told, lambda: session.screen.say(f"{len(told['approved'])} approved"))
    if told["changed"]:
        raise CommandError(
            f"{len(told['changed'])} have changed since and were not approved: "
            f"{', '.join(told['changed'][:10])}. Check them again.",
            ExitCode.NOT_ALL_WELL,
        )


def _of(session: Session, path: str, run_id: str) -> Body | None:
    told = session.api.get(path)
    return told if told["scope"] == run_id else None


def _show(session: Session, path: str, save_as: Path | None) -> None:
    if save_as is not None:
        save_csv(session, path, save_as)
    elif session.as_json:
        session.screen.json(session.api.get(path))
    else:
        text = session.api.ask("GET", path, query={"format": "text"}, accept=TEXT).text
        session.screen.say(text.rstrip())


def _show_plan(session: Session, planned: Body) -> None:
    total = f", {money(planned['total'])}" if planned.get("total") else ""
    session.screen.say(f"{planned['label']}: {planned['decision']}{total}")
    for text in (
        planned.get("reason"),
        *planned.get("waits_for", ()),
        *planned.get("warnings", ()),
    ):
        if text:
            session.screen.say(f"  {text}")
    if planned.get("body"):
        session.screen.json(planned["body"])
