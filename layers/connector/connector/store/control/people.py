"""Who may do what in which connection, and since when the sessions of a person count.

An invitation is a membership that ends by itself unless the person signs in. A membership is kept
twice: under the person, who is read with every request, and under the connection, which lists its
people; both are written in one transaction.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.model.control.people import Membership, Role
from connector.model.ids import ConnectionId
from connector.store.packing import members_of, value_of
from connector.store.table import Item, attempt, key, read_row, transaction

SIGNED_OUT = "#signed-out"
"""The sort key of when a person ended all sessions; no connection has that id."""


class PersonRow(Item):
    """The role of a person in a connection; or, without a role, when all sessions were ended.

    until: when an invitation ends that nobody has taken up.
    """

    role = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    until = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class KnownPerson:
    """What is known of a person: the roles by connection, and before when no session counts.

    roles: what they may do, by connection.
    signed_out_at: in UTC; None where every session counts.
    """

    roles: dict[ConnectionId, Role]
    signed_out_at: datetime | None


def read(email: str, *, now: datetime | None = None) -> KnownPerson:
    """Return what is known of a person, in one query; nothing of a stranger."""
    rows = {row.sk: row for row in PersonRow.query(_person(email), consistent_read=True)}
    ended = rows.pop(SIGNED_OUT, None)
    at = now or datetime.now(UTC)
    roles = {own: Role(row.role) for own, row in rows.items() if not _is_over(row, at)}
    return KnownPerson(roles, datetime.fromisoformat(ended.at) if ended else None)


def _is_over(row: PersonRow, now: datetime) -> bool:
    return row.until is not None and datetime.fromisoformat(row.until) <= now


def take_up(email: str, *, now: datetime | None = None) -> None:
    """Let the invitations of a person who has signed in stand for good; those that ended do not."""
    at = now or datetime.now(UTC)
    for row in PersonRow.query(_person(email), consistent_read=True):
        if row.until is not None and not _is_over(row, at):
            _let_stand(row, email)


def _let_stand(invited: PersonRow, email: str) -> None:
    """Take the end of an invitation away in both places, if it is still the one that was read.

    Where it was changed or taken away meanwhile, that stands and nothing is done here.
    """
    as_read: Condition = (
        (PersonRow.role == invited.role)
        & (PersonRow.by == invited.by)
        & (PersonRow.at == invited.at)
        & (PersonRow.until == invited.until)
    )
    places = (_person(email), invited.sk), (key(invited.sk, "people"), email)
    with attempt(), transaction() as write:
        for partition, name in places:
            row = PersonRow(pk=partition, sk=name)
            write.update(row, actions=[PersonRow.until.remove()], condition=as_read)


def of_connection(connection_id: ConnectionId) -> tuple[Membership, ...]:
    """Return the people of a connection, by e-mail address."""
    rows = PersonRow.query(key(connection_id, "people"), consistent_read=True)
    return tuple(_membership(row, email=row.sk, connection_id=connection_id) for row in rows)


def of_person(connection_id: ConnectionId, email: str) -> Membership | None:
    """Return the membership of a person in a connection; None where there is none."""
    row = read_row(PersonRow, key(connection_id, "people"), email)
    return None if row is None else _membership(row, email=email, connection_id=connection_id)


def _membership(row: PersonRow, *, email: str, connection_id: ConnectionId) -> Membership:
    return value_of(row, Membership, email=email, connection_id=connection_id)


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
    return PersonRow(partition, name, **members_of(member, "email", "connection_id"))


def _person(email: str) -> str:
    return key("person", email)
