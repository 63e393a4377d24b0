"""Who changed what in a connection."""

from typing import Annotated

import typer

from cli.screen import moment
from cli.session import AsJson, OfConnection, session_of


def activity(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="The maximum number to list.")] = 50,
    connection: OfConnection = "",
    as_json: AsJson = False,
) -> None:
    """List what people changed, who and when; the latest first."""
    session = session_of(context, connection, as_json=as_json)
    found = [*session.api.pages(f"{session.path}/activity", "activity", most=limit)]
    rows = [
        (
            moment(one["at"]),
            one["by"].rpartition("/")[2],
            one["what"],
            "/".join(filter(None, (one.get("flow"), one.get("record_id")))),
        )
        for one in found
    ]
    session.show(found, lambda: session.screen.table(("when", "who", "what", "!record"), rows))
