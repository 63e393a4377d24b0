"""An invitation that is taken up while somebody else changes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.model.control.people import Membership, Role
from connector.store.control import people
from tests.meanwhile import meanwhile

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHO = "jane@harbor.example"
INVITED = Membership(
    email=WHO,
    connection_id="c1",
    role=Role.ADMIN,
    by="ann",
    at=NOON,
    until=NOON + timedelta(days=14),
)


def kept() -> tuple[dict[str, Role], Membership | None]:
    """Return the roles of the person long after, and what the connection says of them."""
    roles = people.read(WHO, now=NOON + timedelta(days=99)).roles
    return roles, people.of_person("c1", WHO)


def test_an_invitation_that_is_taken_up_stands_under_the_person_and_the_connection() -> None:
    people.save(INVITED)
    people.take_up(WHO, now=NOON)
    assert kept() == ({"c1": Role.ADMIN}, replace(INVITED, until=None))


def test_a_person_who_is_removed_while_they_sign_in_is_not_brought_back() -> None:
    people.save(INVITED)
    with meanwhile(lambda: people.remove("c1", WHO)):
        people.take_up(WHO, now=NOON)
    assert kept() == ({}, None)


@pytest.mark.parametrize(
    "changed",
    [
        replace(INVITED, role=Role.VIEWER),
        replace(INVITED, by="bob"),
        replace(INVITED, at=NOON + timedelta(hours=1)),
        replace(INVITED, until=NOON + timedelta(days=15)),
        replace(INVITED, role=Role.VIEWER, until=None),
    ],
)
def test_what_is_changed_while_a_person_signs_in_stays_as_it_was_changed(
    changed: Membership,
) -> None:
    people.save(INVITED)
    with meanwhile(lambda: people.save(changed)):
        people.take_up(WHO, now=NOON)
    roles = {} if changed.until else {"c1": changed.role}
    assert kept() == (roles, changed)


def test_of_several_invitations_only_the_changed_one_is_left() -> None:
    other = replace(INVITED, connection_id="c2", role=Role.BOOKKEEPER)
    people.save(INVITED)
    people.save(other)
    with meanwhile(lambda: people.remove("c1", WHO)):
        people.take_up(WHO, now=NOON)
    assert kept() == ({"c2": Role.BOOKKEEPER}, None)
