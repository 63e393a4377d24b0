"""Who may do what in a connection: list, invite, change, take away."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connector.api import activity
from connector.errors import ConflictError, NotThereError
from connector.model.control.people import Membership, Role
from connector.store.control import people

INVITED_FOR = timedelta(days=14)
"""So long an invitation stands: an address that was mistyped is nobody's for good."""
EMAIL = r"^[^@\s#,;<>\"]+@[^@\s#,;<>\"]+\.[^@\s#,;<>\"]+$"
"""What an e-mail address looks like here; who it is, the issuer of identities says."""


class Invitation(BaseModel):
    """A person and the role they are to have; it counts once they sign in, within two weeks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    email: str = Field(
        max_length=254,
        description="As they sign in with it.",
        json_schema_extra={"pattern": EMAIL},
    )
    role: Role = Field(description="viewer, bookkeeper or admin.")

    @field_validator("email")
    @classmethod
    def _check_email(cls, value: str) -> str:
        if not re.match(EMAIL, value):
            raise ValueError(f"{value[:80]!r} is not an e-mail address")
        return value


@dataclass(frozen=True)
class ShownMember:
    """One person of a connection: the role, who gave it and when.

    Attributes:
        until: When the invitation ends unless they sign in; null once they have.
        email: In lower case.
        by: Who gave it.
        at: When; ISO 8601, UTC.
    """

    email: str
    role: Role
    by: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True)
class People:
    """The people of a connection, by e-mail address.

    people: By address.
    """

    people: tuple[ShownMember, ...]


def show(connection_id: str) -> People:
    """Return who may do what in a connection."""
    found = people.of_connection(connection_id)
    return People(
        tuple(ShownMember(one.email, one.role, one.by, one.at, one.until) for one in found)
    )


def invite(connection_id: str, asked: Invitation, *, by: str) -> People:
    """Give a person a role, in place of the one they have; who is not signed in is invited.

    Whoever gives it to themselves is, and whoever has taken up another one was once.
    """
    email, now = asked.email.lower(), datetime.now(UTC)
    member = people.of_person(connection_id, email)
    before, known = member and member.role, email == by or bool(member and member.taken_up)
    if before is asked.role and known:
        return show(connection_id)
    _keep_an_admin(connection_id, email, asked.role)
    people.save(
        Membership(
            email=email,
            connection_id=connection_id,
            role=asked.role,
            by=by,
            at=now,
            until=None if known else now + INVITED_FOR,
        )
    )
    activity.note(
        connection_id,
        by=by,
        what=f"Made {email} {asked.role}.",
        before={"role": before.value} if before else None,
        after={"role": asked.role.value},
    )
    return show(connection_id)


def remove(connection_id: str, email: str, *, by: str) -> People:
    """Take a person's role away.

    Raises:
        NotThereError: they have none.
        ConflictError: they are the last admin.
    """
    before = people.of_person(connection_id, email.lower())
    if before is None:
        raise NotThereError(f"{email} does not have access to this connection.")
    _keep_an_admin(connection_id, email.lower(), None)
    people.remove(connection_id, email.lower())
    told = {"role": before.role.value}
    activity.note(connection_id, by=by, what=f"Removed {email}.", before=told)
    return show(connection_id)


def _keep_an_admin(connection_id: str, email: str, role: Role | None) -> None:
    """Refuse to leave a connection that has admins without any."""
    found = people.of_connection(connection_id)
    admins = {one.email for one in found if one.role is Role.ADMIN and one.taken_up}
    if admins == {email} and role is not Role.ADMIN:
        raise ConflictError(
            f"{email} is the last admin of this connection. Add another admin first."
        )
