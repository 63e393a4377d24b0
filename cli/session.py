"""One use of the command line: whom it asks, about which connection, and how it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any

import typer

from cli.api import Api, Body
from cli.errors import CommandError, ExitCode
from cli.screen import Screen
from cli.target import Target

OfConnection = Annotated[
    str,
    typer.Option(
        "--connection",
        "-c",
        help="The connection: its ID, or the beginning of the company's name. Not needed if "
        "there is only one.",
        envvar="MOBIWORK_QUICKBOOKS_CONNECTION",
        rich_help_panel="Where and how",
    ),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print the API's answer as JSON.", rich_help_panel="Where and how"),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]


@dataclass(frozen=True)
class Session:
    """What a command is given.

    find: finds whom to ask, at the first use.
    api: is given in tests, in place of the one of the target.
    """

    find: Callable[[], Target]
    screen: Screen = field(default_factory=Screen)
    given_api: Api | None = None
    connection: str = ""
    as_json: bool = False
    pause: Callable[[float], None] = lambda _seconds: None

    @cached_property
    def target(self) -> Target:
        """Whom it asks.

        Raises:
            CommandError: there is nobody.
        """
        return self.find()

    @cached_property
    def api(self) -> Api:
        """The API it asks."""
        if self.given_api is not None:
            return self.given_api
        target = self.target
        return Api(target.output("ApiUrl"), lambda: target.credentials, target.region)

    @cached_property
    def path(self) -> str:
        """The path of the connection that is meant.

        Raises:
            CommandError: it is not clear which one.
        """
        return f"/connections/{self.connection_id}"

    @property
    def connection_id(self) -> str:
        """The id of the connection that is meant."""
        return str(self.meant["connection_id"])

    @cached_property
    def meant(self) -> Body:
        """The connection that is meant, as it stood at the first use.

        Raises:
            CommandError: it is not clear which one.
        """
        known: list[Body] = self.api.get("/connections")["connections"]
        return _meant(self.connection, known)

    def show(self, answer: Any, show: Callable[[], object]) -> None:  # noqa: ANN401 - JSON
        """Print an answer as JSON where that is asked for, else for a person."""
        if self.as_json:
            self.screen.json(answer)
        else:
            show()

    def sure(self, question: str, *, yes: bool) -> None:
        """Ask a person before something is done.

        Raises:
            CommandError: nobody is there who could be asked, or they said no.
        """
        if yes:
            return
        if not self.screen.remarks.is_terminal:
            raise CommandError(f"{question} Add --yes to skip this question.", ExitCode.USAGE)
        if not typer.confirm(question, err=True):
            raise CommandError("Nothing was done.", ExitCode.REFUSED)


def session_of(context: typer.Context, connection: str = "", *, as_json: bool = False) -> Session:
    """Return the session of a command."""
    session: Session = context.obj
    return replace(session, connection=connection or session.connection, as_json=as_json)


def _meant(wanted: str, known: list[Body]) -> Body:
    if wanted:
        by_id = [one for one in known if one["connection_id"] == wanted]
        begins = wanted.casefold()
        found = by_id or [one for one in known if one["company"].casefold().startswith(begins)]
    else:
        open_ones = [one for one in known if one["phase"] != "closed"]
        found = open_ones or known
    if len(found) == 1:
        return found[0]
    names = "; ".join(f"{one['connection_id']} ({one['company']})" for one in known)
    if not known:
        raise CommandError("Nothing is connected yet.", ExitCode.REFUSED)
    why = "Several connections may be meant" if found or not wanted else f"There is no {wanted!r}"
    raise CommandError(f"{why}. Name one with --connection: {names}.", ExitCode.USAGE)
