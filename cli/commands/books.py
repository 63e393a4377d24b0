"""Books Match: both sides compared to the cent, with a cause for every difference."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.api import TEXT, Body
from cli.errors import CommandError, ExitCode
from cli.saving import save_csv, save_pdf
from cli.screen import counted, moment, money
from cli.session import AsJson, OfConnection, Session, session_of
from cli.waiting import until

LIST = ("!match", "days", "state", "asked", "proven", "#unexplained")
DIFFERENCES = ("kind", "figure", "cause", "#amount", "what", "date", "says", "fixes")
BALANCES = ("customer", "#MobiWork", "#QuickBooks", "why")


def books(
    context: typer.Context,
    match: Annotated[str, typer.Argument(help="The ID of an existing comparison.")] = "",
    to: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Compare up to this day, and wait for the result."),
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = None,
    proven: Annotated[
        bool, typer.Option("--proven", help="Read both sides again; one read per 1,000 rows.")
    ] = False,
    differences: Annotated[
        bool, typer.Option("--differences", help="List the differences one by one.")
    ] = False,
    cause: Annotated[str, typer.Option(help="Only differences with this cause.")] = "",
    balances: Annotated[bool, typer.Option("--balances", help="List what customers owe.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Save the differences.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Save the certificate.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number of lines.")] = 50,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Compare the books of both sides to the cent, or show a comparison that was made."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/books-match"
    if to is not None:
        days = {"from": f"{first:%Y-%m-%d}" if first else None, "to": f"{to:%Y-%m-%d}"}
        match = _made(session, path, days | {"proven": proven})
    if not match:
        told = session.api.get(path)
        session.show(told, lambda: session.screen.table(LIST, map(_row, told["matches"])))
        return
    one = f"{path}/{match}"
    if csv is not None:
        save_csv(session, one, csv)
    if pdf is not None:
        save_pdf(session, one, pdf)
    if differences or cause:
        found = [*session.api.pages(f"{one}/differences", "differences", most=limit, cause=cause)]
        session.show(found, lambda: session.screen.table(DIFFERENCES, map(_difference, found)))
    elif balances:
        owed = [*session.api.pages(f"{one}/balances", "balances", most=limit)]
        session.show(owed, lambda: session.screen.table(BALANCES, map(_balance, owed)))
    elif csv is None and pdf is None:
        _show(session, one)


def _made(session: Session, path: str, asked: Body) -> str:
    """Make a match and wait for it."""
    started = session.api.post(path, asked)
    about = "about " if started["about"] and started["calls"] else ""
    reads = counted(started["calls"], "read")
    session.screen.hint(f"This takes {about}{reads} of QuickBooks.")
    one = f"{path}/{started['match_id']}"

    def ended() -> Body | None:
        told = session.api.get(one)
        return told if told["state"] != "reading" else None

    told = until(session, "comparing the books", ended)
    if told["state"] == "failed":
        raise CommandError(told["statement"], ExitCode.NOT_ALL_WELL)
    return str(started["match_id"])


def _show(session: Session, one: str) -> None:
    if session.as_json:
        session.screen.json(session.api.get(one))
    else:
        text = session.api.ask("GET", one, query={"format": "text"}, accept=TEXT).text
        session.screen.say(text.rstrip())


def _row(one: Body) -> tuple[object, ...]:
    days = f"{one['first_day'] or '...'} to {one['last_day']}"
    return (
        one["match_id"],
        days,
        one["state"],
        moment(one["asked_at"]),
        one["proven"],
        one["unexplained"],
    )


def _difference(one: Body) -> tuple[object, ...]:
    return (
        one["kind"],
        one["figure"],
        one["cause"],
        money(one["amount"]),
        one["label"],
        one["day"],
        one["says"],
        "; ".join(one["fixes"]),
    )


def _balance(one: Body) -> tuple[object, ...]:
    why = "; ".join(f"{each['cause']} {money(each['amount'])}" for each in one["causes"])
    return one["customer"], money(one["mobiwork"]), money(one["quickbooks"]), why
