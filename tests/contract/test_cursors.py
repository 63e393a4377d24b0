from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.engine.stores import Store
from connector.model.cursor import ByPages, Cursor, LeaseLostError, PageCursor, UnreadRecord
from connector.model.links import Addition, RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import a_link

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)

AT_A_PLACE = UnreadRecord(
    flow="pull_customers",
    source="Customer",
    why="It cannot be read.",
    found_at=NOON,
    asked_at=LATER,
    place=7,
    since=NOON.isoformat(),
    doubted=True,
)


@pytest.fixture
def cursor(store: Store) -> Cursor:
    """The cursor of a connection whose first look begins."""
    return store.cursors.begin("c1", since=NOON, now=NOON)


def test_a_connection_that_was_never_read_has_no_cursor(store: Store, cursor: Cursor) -> None:
    assert (store.cursors.read("c1"), store.cursors.read("c2")) == (cursor, None)


def test_a_cursor_begins_once(store: Store, cursor: Cursor) -> None:
    assert store.cursors.begin("c1", since=LATER, now=LATER) == cursor


def test_a_cursor_comes_back_as_it_was_kept(store: Store, cursor: Cursor) -> None:
    after = replace(
        cursor,
        since=LATER,
        read_at=LATER,
        lease_until=LATER,
        failures=2,
        again_at=LATER,
        problems={"posted": "QuickBooks does not answer."},
        reported=(("Invoice", "145", "voided", "1", ""),),
        unreported=(("Invoice", "146", "deleted", "", ""),),
        seen={"Customer": {"58": "a1b2"}},
        pulled={"pull_customers": "done"},
        untold={"Estimate": NOON},
        by_pages={
            "Estimate": ByPages(
                begun=NOON, failed_at=LATER, again_at=LATER, since=NOON, told="It is not told."
            )
        },
        page_cursor=PageCursor(source="Customer", since=None, start=10, back=2, rows=("9", "10")),
        unread=(AT_A_PLACE, replace(AT_A_PLACE, own="58", place=None, doubted=False)),
        taxes_at=NOON,
    )
    assert store.cursors.keep(cursor, after) == after
    assert store.cursors.read("c1") == after


def test_whoever_lost_the_lease_stores_nothing(store: Store, cursor: Cursor) -> None:
    taken = store.cursors.keep(cursor, replace(cursor, lease_until=LATER))
    with pytest.raises(LeaseLostError):
        store.cursors.keep(cursor, replace(cursor, since=LATER))
    assert store.cursors.read("c1") == taken


def test_a_cursor_that_is_gone_is_a_lost_lease(store: Store) -> None:
    cursor = Cursor(connection_id="c1", since=NOON, read_at=NOON, lease_until=NOON)
    with pytest.raises(LeaseLostError):
        store.cursors.keep(cursor, cursor)


def test_a_ring_and_a_wish_for_taxes_stay_whatever_a_look_keeps(
    store: Store, cursor: Cursor
) -> None:
    store.cursors.note_ring("c1", now=NOON)
    store.cursors.ask_for_taxes("c1", now=LATER)
    kept = store.cursors.keep(cursor, replace(cursor, since=LATER))
    assert (kept.since, kept.rung_at, kept.taxes_asked_at) == (LATER, NOON, LATER)
    assert store.cursors.read("c1") == kept


def test_a_wish_for_taxes_makes_no_cursor(store: Store) -> None:
    store.cursors.ask_for_taxes("c1", now=NOON)
    assert store.cursors.read("c1") is None


def test_what_is_on_its_way_to_mobiwork_is_nothing_that_was_posted(store: Store) -> None:
    under_way = Addition(source="Customer", quickbooks_id="61", claim="a")
    assert store.additions.claim("c1", under_way, before=None)
    assert not store.cursors.anything_posted("c1", ["Customer"])


def test_something_is_posted_when_a_record_of_these_entities_is_linked(store: Store) -> None:
    told = RecordOutcome(
        run_id="r1", flow="f", record_id="700001", outcome=Outcome.CREATED, label="customer 700001"
    )
    assert store.links.save("c1", a_link(RecordKey("customer", "700001")), told)
    asked = (("c1", ("Invoice", "Customer")), ("c1", ("Invoice",)), ("c2", ("Customer",)))
    assert [store.cursors.anything_posted(*one) for one in asked] == [True, False, False]
