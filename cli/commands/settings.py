"""Settings: shown, chosen from what both sides have, previewed and changed."""

import json
from typing import Annotated, Any

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import kind, money
from cli.session import AsJson, OfConnection, Session, session_of

CONFIRM = 'Send "confirm_unknown": true'


def settings(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Only these settings.")] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a setting: NAME=VALUE, with the value as JSON or text."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what the change would do without saving it.")
    ] = False,
    confirm_unknown: Annotated[
        bool, typer.Option("--confirm-unknown", help="Also save names that do not exist (yet).")
    ] = False,
    choices: Annotated[
        bool, typer.Option("--choices", help="Show the choices for the settings.")
    ] = False,
    search: Annotated[str, typer.Option(help="Search the choices for this text.")] = "",
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show settings with what is wrong with them, or change some."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/settings"
    if choices:
        found = [
            one
            for name in names or [""]
            for one in session.api.get(f"{path}/choices", setting=name, search=search)["choices"]
        ]
        session.show(found, lambda: _show_choices(session, found))
        return
    told = session.api.get(path)
    if change:
        body: Body = {
            "version": told["version"]["version"],
            "settings": dict(map(_assigned, change)),
            "confirm_unknown": confirm_unknown,
        }
        if preview:
            answer = session.api.post(f"{path}/preview", body)
            session.show(answer, lambda: _show_preview(session, answer))
            return
        told = _save(session, path, body)
        names = names or [*body["settings"]]
    session.show(told, lambda: _show(session, told, names or []))


def _save(session: Session, path: str, body: Body) -> Body:
    """Save a change; a refusal names the option of this command, not the field of the API."""
    try:
        return session.api.patch(path, body)
    except CommandError as error:
        words = str(error).replace(CONFIRM, "Add --confirm-unknown")
        raise CommandError(words, error.code) from error


def _assigned(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"{text!r} is not NAME=VALUE.", ExitCode.USAGE)
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value


def _show(session: Session, told: Body, names: list[str]) -> None:
    known = told["settings"]
    if unknown := [name for name in names if name not in known]:
        raise CommandError(f"There is no setting {', '.join(unknown)}.", ExitCode.USAGE)
    titles = told["schema"]["properties"]
    rows = [
        (name, titles.get(name, {}).get("title"), json.dumps(known[name], ensure_ascii=False))
        for name in names or known
    ]
    session.screen.table(("!setting", "title", "value"), rows)
    for one in told["problems"]:
        stops = f" It stops {', '.join(map(kind, one['stops']))}." if one["stops"] else ""
        session.screen.say(f"{one['setting']}: {one['problem']}{stops}")
    session.screen.hint(f"Version {told['version']['version']}.")


def _show_preview(session: Session, told: Body) -> None:
    rows = [
        (
            kind(one["flow"]),
            one["now"],
            one["then"],
            one["count"],
            money(one["amount"]),
            f"{one['example']}: {one['reason']}" if one["reason"] else one["example"],
        )
        for one in told["moved"]
    ]
    headings = ("kind", "now", "then", "#records", "#amount", "such as")
    session.screen.table(headings, rows)
    for one in told["problems"]:
        session.screen.say(f"{one['setting']}: {one['problem']}")
    if told["meanwhile"]:
        session.screen.hint(told["meanwhile"])
    whole = "" if told["complete"] else ", and there are more"
    session.screen.hint(f"{told['looked_at']} records were checked{whole}. Nothing was saved.")


def _show_choices(session: Session, found: list[Body]) -> None:
    rows = [
        (one["setting"], side, offer["value"], offer["label"], offer["note"])
        for one in found
        for side, offers in (("MobiWork", one["mobiwork"]), ("QuickBooks", one["quickbooks"]))
        for offer in offers
    ]
    session.screen.table(("setting", "side", "value", "name", "note"), rows)
    more = sum(one["more"] for one in found)
    if more:
        session.screen.hint(f"There are {more} more; --search finds them.")
