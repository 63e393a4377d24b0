"""People of a connection: who may do what, and who is told by mail."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.screen import moment
from cli.session import AsJson, OfConnection, Yes, session_of

DIGEST = ("digest", "digest_hour", "digest_to")
"""The settings that decide about digests."""


class Role(StrEnum):
    """What a person may do; each role may all that those before it may."""

    VIEWER = "viewer"
    BOOKKEEPER = "bookkeeper"
    ADMIN = "admin"


class Often(StrEnum):
    """How often a digest is sent."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


def people(
    context: typer.Context,
    invite: Annotated[
        str, typer.Option("--invite", help="Invite the person with this e-mail address.")
    ] = "",
    role: Annotated[Role, typer.Option("--as", help="The role.")] = Role.VIEWER,
    remove: Annotated[str, typer.Option("--remove", help="Remove this person.")] = "",
    yes: Yes = False,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List who may do what in the console, give a role, or take one away."""
    if invite and remove:
        raise CommandError("Invite and remove in separate commands.", ExitCode.USAGE)
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/people"
    if invite:
        told = session.api.post(path, {"email": invite, "role": role.value})
    elif remove:
        session.sure(f"{remove} will lose access. Continue?", yes=yes)
        told = session.api.ask("DELETE", f"{path}/{remove}").json()
    else:
        told = session.api.get(path)
    rows = [
        (
            one["email"],
            one["role"],
            one["by"].rpartition("/")[2],
            moment(one["at"]),
            _invitation(one["until"]),
        )
        for one in told["people"]
    ]
    headings = ("who", "role", "given by", "at", "invitation")
    session.show(told, lambda: session.screen.table(headings, rows))


def _invitation(until: str | None) -> str:
    """Say how an invitation stands; nothing of who has signed in."""
    if until is None:
        return ""
    if datetime.fromisoformat(until) <= datetime.now(UTC):
        return f"expired {moment(until)} without a sign-in: no access"
    return f"not signed in yet, expires {moment(until)}"


def digest(
    context: typer.Context,
    often: Annotated[Often | None, typer.Option(help="How often it is sent.")] = None,
    hour: Annotated[
        int | None, typer.Option(help="The earliest hour, in the company's time zone.")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", help="Who gets it; repeatable. Without it, all bookkeepers and admins."
        ),
    ] = None,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """Show who is told by mail what needs somebody, and when; or change that."""
    session = session_of(context, connection, as_json=as_json)
    path = f"{session.path}/settings"
    told = session.api.get(path)
    wanted: dict[str, Any] = {"digest": often, "digest_hour": hour, "digest_to": to}
    changed = {name: value for name, value in wanted.items() if value is not None}
    if changed:
        body: Body = {"version": told["version"]["version"], "settings": changed}
        told = session.api.patch(path, body)
    known = {name: told["settings"][name] for name in DIGEST}
    rows = [(name, json.dumps(value, ensure_ascii=False)) for name, value in known.items()]
    session.show(known, lambda: session.screen.table(("!setting", "value"), rows))
