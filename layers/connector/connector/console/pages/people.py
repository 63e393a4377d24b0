"""People and roles of a connection."""

from datetime import UTC, datetime

from connector.api import people
from connector.api.people import Invitation, ShownMember
from connector.console.asking import Go, PageRequest, Pages, Reply
from connector.console.pages.shared import CONNECTION, page_of
from connector.console.reading import form_of
from connector.console.sorting import Columns, sort
from connector.errors import RequestError
from connector.model.control.people import Role

pages = Pages()
PEOPLE = f"{CONNECTION}/people"
MANY = 10
"""So many people are looked through without a search."""
COLUMNS: Columns[ShownMember] = {
    "who": lambda one: one.email,
    "role": lambda one: one.role.value,
    "since": lambda one: one.at,
    "by": lambda one: one.by,
}


@pages.get(PEOPLE)
def show_people(asked: PageRequest) -> Reply:
    """Show who may do what."""
    name, everybody = asked.query.get("name", "").strip(), people.show(asked.connection_id).people
    some = [one for one in everybody if name.casefold() in one.email.casefold()]
    shown, sorting = sort(asked, some, COLUMNS)
    roles, now = [one.value for one in Role], datetime.now(UTC)
    return page_of(
        asked,
        "people.html",
        "People",
        people=shown,
        sorting=sorting,
        roles=roles,
        now=now,
        name=name,
        many=len(everybody) > MANY,
    )


@pages.post(PEOPLE, role=Role.ADMIN)
def invite(asked: PageRequest) -> Reply:
    """Give somebody a role."""
    told = {"email": asked.value("email"), "role": asked.value("role")}
    wanted = form_of(Invitation, told)
    people.invite(asked.connection_id, wanted, by=asked.by)
    return Go(to=asked.at("people"), said=f"{wanted.email} is now {wanted.role}.")


@pages.post(f"{PEOPLE}/remove", role=Role.ADMIN)
def remove(asked: PageRequest) -> Reply:
    """Take somebody's role away."""
    email = asked.value("email")
    if not email:
        raise RequestError("Select a person.")
    people.remove(asked.connection_id, email, by=asked.by)
    return Go(to=asked.at("people"), said=f"{email} no longer has access.")
