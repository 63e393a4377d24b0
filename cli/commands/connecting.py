"""Connecting a MobiWork account with a QuickBooks company: asked for here, chosen at Intuit."""

from typing import Annotated

import typer

from cli.api import Body
from cli.errors import CommandError, ExitCode
from cli.session import AsJson, Session, session_of

Login = Annotated[
    str, typer.Option(help="The MobiWork login of the user set up for the connector.")
]
Password = Annotated[
    str,
    typer.Option(
        help="Its password. Leave it out to be asked for it, so that it stays out of your "
        "shell history.",
        envvar="MOBIWORK_PASSWORD",
    ),
]


def connect(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The ID of the MobiWork account.")],
    login: Login = "",
    password: Password = "",
    version: Annotated[str, typer.Option(help="The version of MobiWork's API.")] = "",
    as_json: AsJson = False,
) -> None:
    """Try a MobiWork login, and get the address where a person chooses the QuickBooks company."""
    session = session_of(context, as_json=as_json)
    body: Body = {
        "mobiwork_client_id": account,
        "mobiwork_login_id": login or _asked(session, "Login"),
        "mobiwork_password": password or _asked(session, "Password"),
    }
    told = session.api.post(
        "/connections", body | ({"mobiwork_version": version} if version else {})
    )
    session.show(told, lambda: _show_consent(session, told))


def _asked(session: Session, what: str) -> str:
    """Ask a person for what was not given.

    Raises:
        CommandError: nobody is there who could be asked.
    """
    if not session.screen.remarks.is_terminal:
        raise CommandError(f"The {what.lower()} is missing: see --help.", ExitCode.USAGE)
    return str(typer.prompt(f"MobiWork {what.lower()}", hide_input=what == "Password", err=True))


def _show_consent(session: Session, told: Body) -> None:
    say = session.screen.say
    say("Open this address, sign in to Intuit, and choose the company:")
    say(f"  {told['authorize_url']}")
    say("The last page shows a code. Then:")
    say(f"  mobiwork-quickbooks confirm CODE --confirmation {told['confirmation']}")


def confirm(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="The code shown on the last page.")],
    confirmation: Annotated[
        str,
        typer.Option(
            help="The confirmation that `connect` printed.",
            envvar="MOBIWORK_QUICKBOOKS_CONFIRMATION",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Join the account and the company that was chosen; its review begins, nothing is posted."""
    session = session_of(context, as_json=as_json)
    told = session.api.post("/connections/confirm", {"confirmation": confirmation, "code": code})
    session.show(told, lambda: _show_connected(session, told))


def _show_connected(session: Session, told: Body) -> None:
    session.screen.say(f"{told['company']} is connected as {told['connection_id']}.")
    for text in (told["review"], *told["problems"]):
        session.screen.say(text)
