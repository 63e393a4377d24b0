"""Visits to the console as somebody: pages asked for, forms sent, calls of the table counted."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pynamodb.signals import pre_dynamodb_send

from connector.console import sessions
from connector.console.asking import Route
from connector.console.sessions import COOKIE, Sealer
from connector.model.control.people import Membership, Role
from connector.store.control import people
from functions.serve_console.app import handler
from tests.functions.cloud import CONSOLE_SECRET
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event

SEALER = Sealer(CONSOLE_SECRET)
PEOPLE = {role: f"{role}@harbor.example" for role in Role}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Name the calls of the table."""
    calls: list[str] = []

    def count(_: object, operation_name: str, **__: object) -> None:
        calls.append(operation_name)

    with pre_dynamodb_send.connected_to(count):
        yield calls


def hire() -> None:
    """Give everybody their role in the connection."""
    for role, email in PEOPLE.items():
        people.save(
            Membership(
                email=email, connection_id=CONNECTION, role=role, by="test", at=datetime.now(UTC)
            )
        )


def ask(  # noqa: PLR0913 - all of a visit
    context: Context,
    path: str,
    *,
    who: str | None,
    form: Mapping[str, str | list[str]] | None = None,
    token: str | None = None,
    kept: tuple[str, ...] = (),
    site: str = "same-origin",
    by_itself: bool = False,
    referer: str = "https://else.test/console",
) -> dict[str, Any]:
    """Ask for a page as somebody; a form carries the token of its session.

    `kept` are further cookies, as an answer set them; `by_itself` asks as an open page does that
    looks again for a part of it; `referer` is the page that led there.
    """
    cookie = sessions.begin(SEALER, email=who, name=who, subject="s-1") if who else ""
    session = sessions.read(SEALER, cookie)
    given = token if token is not None else SEALER.token(session) if session else ""
    place, _, query = path.partition("?")
    asked = event("serve_console")
    asked["requestContext"]["http"] |= {
        "path": f"/console{place}",
        "method": "GET" if form is None else "POST",
    }
    asked["headers"] |= {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": site,
        "referer": referer,
    } | ({"hx-request": "true"} if by_itself else {})
    answer: dict[str, Any] = handler(
        asked
        | {
            "rawPath": f"/console{place}",
            "rawQueryString": query,
            "queryStringParameters": dict(it.split("=", 1) for it in query.split("&") if it),
            "cookies": [*kept, *([f"{COOKIE}={cookie}"] if cookie else [])],
            "body": None if form is None else urlencode({**form, "token": given}, doseq=True),
        },
        context,
    )
    return answer


def filled(route: Route, connection_id: str) -> str:
    """Return an address of a page, with something in place of what varies."""
    names = {"connection_id": connection_id, "flow": "push_invoices", "theme": "sales"}
    names |= {"record_id": "5501", "run_id": RUN}
    return re.sub(r"<(\w+)>", lambda found: names.get(found[1], "1"), route.rule)
