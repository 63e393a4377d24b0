"""Who is let in: a session becomes a person, and a person's role is held against a page's.

This is the one place that decides; it knows neither HTTP nor AWS.
"""

from dataclasses import dataclass
from datetime import datetime

from connector.console.asking import Route
from connector.console.sessions import Session
from connector.errors import ConnectorError, NotThereError
from connector.model.control.people import Role, Visitor
from connector.store.control import people

LACKING = {
    Role.BOOKKEEPER: "You can only view this connection. Ask an admin to make you a bookkeeper.",
    Role.ADMIN: "Only an admin of this connection can do that. Ask one of them.",
}


class NotAllowedError(ConnectorError):
    """A person is known and may see the connection, but may not do what they ask for."""


def person_of(session: Session, admins: frozenset[str]) -> Visitor | None:
    """Return who a session is of, as they stand now; None if all their sessions were ended."""
    known = people.read(session.email)
    if known.signed_out_at and session.began_at <= _whole(known.signed_out_at):
        return None
    return Visitor(
        email=session.email,
        name=session.name,
        roles=known.roles,
        everywhere=session.email in admins,
        signed_out_at=known.signed_out_at,
    )


def check(person: Visitor, route: Route, connection_id: str | None) -> None:
    """Let a person do what they ask for.

    Raises:
        NotThereError: they have no role in the connection, so it is not there for them.
        NotAllowedError: their role is not enough.
    """
    if route.role is None:
        return
    if connection_id is None:
        if not person.everywhere:
            raise NotAllowedError("Only an admin of this deployment can do that.")
        return
    role = person.role_in(connection_id)
    if role is None:
        raise NotThereError(f"There is no connection {connection_id!r} that you have a role in.")
    if not role.may(route.role):
        raise NotAllowedError(LACKING[route.role])


def refusal(person: Visitor, route: Route, connection_id: str) -> str:
    """Return what is kept of somebody who asked for more than their role allows."""
    return f"Was refused as {person.role_in(connection_id)}: {route.does}"


@dataclass(frozen=True)
class Admins:
    """The admins of a deployment, as its parameter names them: addresses, with commas between.

    told: the parameter.
    """

    told: str

    @property
    def emails(self) -> frozenset[str]:
        """Their addresses in lower case."""
        return frozenset(one.strip().lower() for one in self.told.split(",") if one.strip())


def _whole(moment: datetime) -> datetime:
    """Return a moment without its fraction: sessions begin at whole seconds."""
    return moment.replace(microsecond=0)
