"""Connections and their life: listed, shown, started, paused, resumed, closed."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import kind, moment, money
from cli.session import AsJson, OfConnection, Session, Yes, session_of
from cli.waiting import when_there


class KeptLinks(StrEnum):
    """What becomes of the links of a closed connection."""

    KEEP = "keep"
    ERASE = "erase"


Links = Annotated[
    KeptLinks,
    typer.Option(help="Keep the links in case it is connected again, or erase everything."),
]


def show_connections(
    context: typer.Context,
    connection: Annotated[str, typer.Argument(help="One connection, with its history.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the connections, or show one with its history."""
    session = session_of(context, connection, as_json=as_json)
    if connection:
        told = session.api.get(session.path)
        session.show(told, lambda: _show_life(session, told))
        return
    told = session.api.get("/connections")
    rows = [
        (
            one["connection_id"],
            one["company"],
            one["mobiwork_client_id"],
            one["phase"],
            one["state"],
            one["reason"] or one["warning"],
        )
        for one in told["connections"]
    ]
    headings = ("id", "company", "MobiWork account", "phase", "state", "to look at")
    session.show(told, lambda: session.screen.table(headings, rows))


def start(
    context: typer.Context,
    link_certain: Annotated[bool, typer.Option(help="Link all certain matches.")] = False,
    reviewed_at: Annotated[
        str, typer.Option("--reviewed-at", help="When the review you read was prepared.")
    ] = "",
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Let a connection in review post what its review shows."""
    session = session_of(context, connection, as_json=as_json)
    seen = reviewed_at or _read_now(session, yes=yes)
    session.sure("Everything the review shows will be posted to QuickBooks. Start?", yes=yes)
    _step(session, "start", {"link_certain": link_certain, "reviewed_at": seen})


def _read_now(session: Session, *, yes: bool) -> str | None:
    """Show a person what the review comes to; return when it was made, None where there is none.

    Raises:
        CommandError: nobody is asked, so nobody has read it.
    """
    report = when_there(lambda: session.api.get(f"{session.path}/review"))()
    if report is None:
        return None
    made_at: str = report["made_at"]
    if yes or not session.screen.remarks.is_terminal:
        raise CommandError(
            f"State which review you read: run `review`, then add --reviewed-at {made_at} --yes.",
            ExitCode.USAGE,
        )
    for flow in report["flows"]:
        for one in flow["decisions"]:
            total = f", {money(one['total'])}" if one["total"] is not None else ""
            session.screen.hint(f"{kind(flow['flow'])}: {one['name']} {one['count']}{total}")
    return made_at


def pause(context: typer.Context, connection: OfConnection = "", as_json: AsJson = False) -> None:
    """Stop posting within a page of fifty records, until it is resumed."""
    _step(session_of(context, connection, as_json=as_json), "pause")


def resume(context: typer.Context, connection: OfConnection = "", as_json: AsJson = False) -> None:
    """Go on with a paused connection."""
    _step(session_of(context, connection, as_json=as_json), "resume")


def close(
    context: typer.Context,
    links: Links = KeptLinks.KEEP,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """End a connection: its access is given back, its MobiWork login forgotten."""
    session = session_of(context, connection, as_json=as_json)
    what = (
        "and everything stored about it is erased"
        if links is KeptLinks.ERASE
        else "its links are kept"
    )
    session.sure(f"The connection {session.connection_id} ends, {what}. Close it?", yes=yes)
    _step(session, "close", {"links": links.value})


def _step(session: Session, name: str, body: Body | None = None) -> None:
    told = session.api.post(f"{session.path}/{name}", body)
    session.show(told, lambda: _show_life(session, told))


def _show_life(session: Session, told: Body) -> None:
    one = told["connection"]
    session.screen.say(
        f"{one['company']} ({one['connection_id']}), MobiWork account {one['mobiwork_client_id']}: "
        + ", ".join(filter(None, (one["phase"], one["state"])))
    )
    for text in (one["reason"], one["warning"], (told["review_cost"] or {}).get("sentence")):
        if text:
            session.screen.say(f"  {text}")
    if one["state"] == "reconnect needed":
        account = one["mobiwork_client_id"]
        session.screen.say(
            f"  An admin of that company can fix it: mobiwork-quickbooks connect {account}"
        )
    session.screen.table(
        ("since", "phase", "by"),
        [
            (moment(step["at"]), step["phase"], step["by"].rpartition("/")[2])
            for step in told["history"]
        ],
    )
