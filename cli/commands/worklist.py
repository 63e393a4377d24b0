"""The worklist: why records do not go on, and fixes that do something about it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import counted, kind, moment, money
from cli.session import AsJson, OfConnection, Session, Yes, session_of

CAUSES = ("!cause", "#records", "#amount", "#waiting for them", "#days", "why", "fixes")
ENTRIES = ("!entry", "what", "customer", "date", "#amount", "since", "why", "fixes", "noted")


class Does(StrEnum):
    """What a fix does, as the API names it."""

    RETRY = "retry"
    APPROVE = "approve"
    LINK = "link"
    SAME = "same"
    CREATE_AS = "create_as"
    CHOOSE = "choose"
    ACTIVATE = "activate"
    POST_AS_CREDIT = "post_as_credit"
    KEEP_QUICKBOOKS = "keep_quickbooks"
    KEEP_MOBIWORK = "keep_mobiwork"
    UPDATE = "update"
    RECALL = "recall"
    DONE_BY_HAND = "done_by_hand"
    LEAVE_OUT = "leave_out"
    POST_AGAIN = "post_again"
    TAKE_BACK = "take_back"


def worklist(
    context: typer.Context,
    cause: Annotated[str, typer.Argument(help="A cause, to list its entries.")] = "",
    every: Annotated[bool, typer.Option("--all", help="List the entries of all causes.")] = False,
    snoozed: Annotated[
        bool, typer.Option(help="Include entries hidden until a later date.")
    ] = False,
    candidates: Annotated[
        str,
        typer.Option(
            "--candidates", help="Show what an entry could be linked to, and how they compare."
        ),
    ] = "",
    read: Annotated[bool, typer.Option("--read", help="Read QuickBooks to find more.")] = False,
    like: Annotated[
        str,
        typer.Option(help="Search for this instead: a name, an e-mail address, a number, $19.63"),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="The maximum number of entries.")] = 50,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show why records are on hold: by cause, or the entries of one."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/worklist"
    if candidates:
        asked: Body = {"entry": candidates, "read": read or bool(like), "like": like or None}
        some = session.api.get(f"{path}/candidates", **asked)
        session.show(some, lambda: _show_candidates(session, some))
        return
    if cause or every:
        query: Body = {"cause": cause, "snoozed": snoozed}
        found = [*session.api.pages(f"{path}/entries", "entries", most=limit, **query)]
        if not found and not session.as_json:
            raise CommandError(
                "No entry has that cause, or all are hidden until a later date.", ExitCode.REFUSED
            )
        session.show(found, lambda: session.screen.table(ENTRIES, map(_entry, found)))
        return
    told = session.api.get(path)
    session.show(told, lambda: _show_causes(session, told))


def fix(
    context: typer.Context,
    fix: Annotated[Does, typer.Argument(help="The fix, as the worklist offers it.")],
    cause: Annotated[str, typer.Argument(help="For all entries with this cause.")] = "",
    entry: Annotated[
        list[str] | None, typer.Option("--entry", "-e", help="For this entry only; repeatable.")
    ] = None,
    target: Annotated[
        str, typer.Option("--to", "-t", help="The choice: a record, a name, an account.")
    ] = "",
    why: Annotated[str, typer.Option(help="The reason, for whoever looks at it later.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only show what it would do.")] = False,
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Do something about entries of the worklist; what it will do is told before."""
    session = session_of(context, connection, as_json=as_json)
    if not cause and not entry:
        raise CommandError("Name a cause, or entries with --entry.", ExitCode.USAGE)
    path = f"{session.path}/worklist/fixes"
    asked: Body = {
        "fix": fix.value,
        "cause": None if entry else cause,
        "entries": entry or [],
        "target": target or None,
        "why": why or None,
    }
    told = session.api.post(path, asked | {"preview": True})
    if preview:
        session.show(told, lambda: _show_fixed(session, told))
        return
    if not session.as_json:
        _show_fixed(session, told)
    session.sure("Continue?", yes=yes)
    done = session.api.post(path, asked | {"preview": False, "seen": told.get("seen") or None})
    session.show(done, lambda: _sum_up(session, done))
    if done["left"]:
        raise CommandError(
            f"{done['left']} are left. Run the command again to continue.", ExitCode.NOT_ALL_WELL
        )


def note(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="The text of the note.")] = "",
    cause: Annotated[str, typer.Option(help="For all entries with this cause.")] = "",
    entry: Annotated[
        list[str] | None, typer.Option("--entry", "-e", help="For this entry; repeatable.")
    ] = None,
    assign: Annotated[str, typer.Option(help="Who takes care of them.")] = "",
    until: Annotated[str, typer.Option(help="Hide them until this date, such as 2026-12-24.")] = "",
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Write a note beside entries of the worklist, say who sees to them, or put them off."""
    session = session_of(context, connection, as_json=as_json)
    if not cause and not entry:
        raise CommandError("Name a cause with --cause, or entries with --entry.", ExitCode.USAGE)
    said = {"note": text, "assignee": assign, "snoozed_until": until}
    asked: Body = {"cause": None if entry else cause, "entries": entry or []}
    asked |= {name: value for name, value in said.items() if value}
    told = session.api.post(f"{session.path}/worklist/notes", asked)
    session.show(told, lambda: session.screen.say(f"Note saved on {told['noted']}."))


def _show_candidates(session: Session, told: Body) -> None:
    rows = [
        (
            f"{told['target']} {one['id']}",
            one["label"],
            ", ".join(each["fact"] for each in one["facts"] if each["same"]),
            "; ".join(
                f"{each['fact']}: {each['mobiwork'] or '-'} / {each['quickbooks'] or '-'}"
                for each in one["facts"]
                if not each["same"]
            ),
            one["belongs_to"],
        )
        for one in told["candidates"]
    ]
    headings = ("QuickBooks", "what", "same", "what differs", "belongs to")
    session.screen.table(headings, rows)
    if told["hint"]:
        session.screen.hint(told["hint"])


def _show_causes(session: Session, told: Body) -> None:
    rows = [
        (
            one["cause"],
            one["entries"]["count"],
            money(one["entries"]["worth"]),
            one["children"]["count"] or None,
            one["days"],
            one["title"] + "".join(_asides(one)),
            _fixes(one),
        )
        for one in told["causes"]
    ]
    session.screen.table(CAUSES, rows)
    kinds = [f"{kind(one['flow'])} {money(one['worth'])}" for one in told["kinds"] if one["worth"]]
    worth = f": {', '.join(kinds)}" if kinds else ""
    session.screen.hint(f"{counted(told['all']['count'], 'record')}{worth}.")


def _show_fixed(session: Session, told: Body) -> None:
    for text in told["tells"]:
        session.screen.say(text)
    _sum_up(session, told)


def _sum_up(session: Session, told: Body) -> None:
    worth = f" ({money(told['entries']['worth'])})" if told["entries"]["worth"] else ""
    verb = "would be done" if told["preview"] else "done"
    records = counted(told["entries"]["count"], "record")
    calls = f"{counted(told['reads'], 'read')}, {counted(told['writes'], 'write')}"
    session.screen.hint(f"{records}{worth} {verb}; QuickBooks: {calls}.")


def _entry(one: Body) -> tuple[object, ...]:
    return (
        one["id"],
        one["label"],
        one["customer"],
        one["day"],
        money(one["amount"]),
        moment(one["since"])[:10],
        one["why"],
        _fixes(one),
        ": ".join(filter(None, (one.get("assignee"), one.get("note")))),
    )


def _asides(one: Body) -> Iterator[str]:
    if one["tried_again"]:
        yield f" ({one['tried_again']} being tried again)"
    if one["snoozed"]:
        yield f" ({one['snoozed']} hidden)"


def _fixes(one: Body) -> str:
    return ", ".join(f"{each['fix']} {each.get('target') or ''}".strip() for each in one["fixes"])
