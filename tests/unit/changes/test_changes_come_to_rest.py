from contextlib import suppress
from datetime import timedelta

import simplejson
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connector.errors import RateLimitedError
from connector.model.links import Link
from tests.builders import CONNECTION
from tests.unit.changes.books import CUSTOMERS, HOUR, NOON, Books, found, link, look


def settle(books: Books) -> None:
    """Work everything off, as a run does that both sides agree with."""
    for item in [*books.store.pending.read_all(CONNECTION, "pull_customers")]:
        row = simplejson.loads(item.record)
        link(books, CUSTOMERS, row["Id"], name=row["DisplayName"])
        books.store.pending.close(item)


def known(books: Books) -> dict[str, str]:
    """Return the names that are agreed on or on their way."""
    items = books.store.pending.read_all(CONNECTION, "pull_customers")
    told = {item.record_id: simplejson.loads(item.record)["DisplayName"] for item in items}
    linked = books.store.links.read_beginning(CONNECTION, "customer", "").values()
    agreed = {
        str(one.quickbooks_id): one.in_quickbooks["name"] for one in linked if isinstance(one, Link)
    }
    return agreed | told


EDITS = st.tuples(st.just("edit"), st.integers(1, 6), st.sampled_from(["A", "B"]))
LOOKS = st.tuples(st.sampled_from(["look", "ring", "fail", "kill"]), st.integers(0, 9), st.just(""))
SETTLED = st.just(("settle", 0, ""))


@given(steps=st.lists(st.one_of(EDITS, LOOKS, SETTLED), max_size=25))
@hypothesis_settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_no_history_loses_a_change_and_every_one_comes_to_rest(
    steps: list[tuple[str, int, str]],
) -> None:
    books, after = Books(most_changes=4, page_size=2), timedelta(0)
    for what, number, name in steps:
        after += timedelta(minutes=number * 20)
        _step(books, what, after, number=str(number), name=name)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=after + 7 * HOUR)
    look(books, CUSTOMERS, after=after + 14 * HOUR)
    newest = {row["Id"]: row["DisplayName"] for row in books.rows.get("Customer", {}).values()}
    assert known(books) == newest
    settle(books)
    look(books, CUSTOMERS, after=after + 21 * HOUR)
    assert found(books, CUSTOMERS) == set()


def _step(books: Books, what: str, after: timedelta, *, number: str, name: str) -> None:
    books.now = NOON + after
    books.before = {
        "fail": failing,
        "kill": dying,
    }.get(what, lambda _call: None)
    if what == "edit":
        books.put("Customer", number, DisplayName=name)
    elif what == "settle":
        settle(books)
    else:
        with suppress(InterruptedError):
            look(books, CUSTOMERS, after=after, rang=what == "ring")


def dying(_call: str) -> None:
    raise InterruptedError("killed")


def failing(_call: str) -> None:
    raise RateLimitedError("Slow down.")
