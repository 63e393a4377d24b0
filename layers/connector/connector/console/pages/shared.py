"""What every page of a connection shows around its own content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.api import connections, people
from connector.api.connections import shown_as
from connector.console.asking import PageRequest, PageView
from connector.model.control.people import Role

CONNECTION = "/connections/<connection_id>"


NAV = (
    (
        "Every day",
        (
            ("", "Overview"),
            ("worklist", "Worklist"),
            ("payments", "Payments"),
            ("records", "Find a record"),
            ("runs", "Runs"),
        ),
    ),
    (
        "Before posting",
        (("review", "Review"), ("matches", "Matches"), ("approvals", "Approvals")),
    ),
    ("Proof", (("books", "Books Match"), ("activity", "Activity"), ("budget", "Call budget"))),
    ("Set up", (("settings", "Settings"), ("people", "People"))),
)
"""The sections of a connection by what they are for, each with its address in it, in order."""


def admins_of(asked: PageRequest) -> list[str]:
    """Return who may do what an admin may, for somebody who may not; nobody for an admin."""
    if asked.person.role_in(asked.connection_id) is Role.ADMIN:
        return []
    found = people.show(asked.connection_id).people
    return [one.email for one in found if one.role is Role.ADMIN]


def page_of(asked: PageRequest, template: str, title: str, **values: object) -> PageView:
    """Return a page of the connection that is asked for."""
    role = asked.person.role_in(asked.connection_id) or Role.VIEWER
    section = asked.here.removeprefix(asked.at()).strip("/").partition("/")[0]
    known = asked.connection
    about = {
        "connection": shown_as(known) if known else connections.show(asked.connection_id),
        "role": role,
        "nav": NAV,
        "section": section,
    }
    return PageView(template=template, title=title, values=about | values)


@dataclass(frozen=True)
class Concerned:
    """Some records that a page is about.

    Attributes:
        what: What they are, such as `invoices`.
        how: How they stand, in words.
        count: How many.
        amount: What they come to, in the company's currency; None where they have no sum.
    """

    what: str
    how: str
    count: int
    amount: Decimal | None


def is_sure(asked: PageRequest) -> bool:
    """Tell whether somebody has seen what a form does."""
    return asked.value("sure") == "yes"


def ask_first(  # noqa: PLR0913 - what a person reads, and what the second click sends
    asked: PageRequest,
    tells: Iterable[str],
    fields: Mapping[str, str | Iterable[str] | None],
    *,
    to: str,
    back: str,
    rows: Iterable[Concerned] = (),
) -> PageView:
    """Return the page that tells what a form does, and sends it again once that was seen."""
    return page_of(
        asked,
        "sure.html",
        "What this does",
        tells=[*tells],
        rows=[*rows],
        fields=[
            (name, value)
            for name, given in fields.items()
            for value in ([given or ""] if given is None or isinstance(given, str) else given)
        ],
        to=to,
        back=back,
    )
