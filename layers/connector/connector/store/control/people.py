"""Who may do what in which connection, and since when the sessions of a person count.

A membership is kept twice: under the person, who is read with every request, and under the
connection, which lists its people; both are written in one transaction.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from connector.model.control.people import Membership, Role
from connector.model.ids import ConnectionId
from connector.store.table import Item, key, transaction

SIGNED_OUT = "#signed-out"
"""The sort key of when a person ended all sessions; no connection has that id."""


class PersonRow(Item):
    """The role of a person in a connection; or, without a role, when all sessions were ended."""

    role = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()


@dataclass(frozen=True)
class KnownPerson:
    """What is known of a person: the roles by connection, and before when no session counts."""

    roles: dict[ConnectionId, Role]
    signed_out_at: datetime | None


def read(email: str) -> KnownPerson:
    """Return what is known of a person, in one query; nothing of a stranger."""
    rows = {row.sk: row for row in PersonRow.query(_person(email), consistent_read=True)}
    ended = rows.pop(SIGNED_OUT, None)
    roles = {own: Role(row.role) for own, row in rows.items()}
    return KnownPerson(roles, datetime.fromisoformat(ended.at) if ended else None)


def of_connection(connection_id: ConnectionId) -> tuple[Membership, ...]:
    """Return the people of a connection, by e-mail address."""
    rows = PersonRow.query(key(connection_id, "people"), consistent_read=True)
    return tuple(
        Membership(
            email=row.sk,
            connection_id=connection_id,
            role=Role(row.role),
            by=str(row.by),
            at=datetime.fromisoformat(row.at),
        )
        for row in rows
    )


def role_of(connection_id: ConnectionId, email: str) -> Role | None:
    """Return the role of a person in a connection; None where there is none."""
    try:
        return Role(PersonRow.get(key(connection_id, "people"), email, consistent_read=True).role)
    except DoesNotExist:
        return None


def save(member: Membership) -> None:
    """Give a person a role in a connection, in place of another one."""
    with transaction() as write:
        write.save(_row(_person(member.email), member.connection_id, member))
        write.save(_row(key(member.connection_id, "people"), member.email, member))


def remove(connection_id: ConnectionId, email: str) -> None:
    """Take a person's role in a connection away."""
    with transaction() as write:
        write.delete(PersonRow(pk=_person(email), sk=connection_id))
        write.delete(PersonRow(pk=key(connection_id, "people"), sk=email))


def sign_out(email: str) -> None:
    """End all sessions of a person that began until now."""
    PersonRow(pk=_person(email), sk=SIGNED_OUT, at=datetime.now(UTC).isoformat()).save()


def _row(partition: str, name: str, member: Membership) -> PersonRow:
    return PersonRow(
        pk=partition, sk=name, role=member.role.value, by=member.by, at=member.at.isoformat()
    )


def _person(email: str) -> str:
    return key("person", email)
