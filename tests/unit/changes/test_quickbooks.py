from datetime import timedelta
from typing import Any

import pytest
import simplejson

from connector.changes.lists.found import Found
from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_company
from tests.unit.changes.books import (
    AHEAD,
    CUSTOMERS,
    DAY,
    HOUR,
    NOON,
    OVERLAP,
    PAYMENTS,
    PRODUCTS,
    QUANTITIES,
    TAXES,
    TERMS,
    VENDORS,
    Books,
    a_pull,
    a_splitting,
    done,
    found,
    link,
    look,
)

ALL = (TERMS, VENDORS, CUSTOMERS, PRODUCTS, QUANTITIES, PAYMENTS, TAXES)


@pytest.fixture
def books() -> Books:
    """A company with one old customer, pulled at noon and worked off."""
    books = Books(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS)
    done(books, CUSTOMERS)
    books.calls.clear()
    return books


def test_a_changed_record_becomes_a_pending_item_as_it_was_read(books: Books) -> None:
    books.now += 2 * HOUR
    books.put("Customer", "58", DisplayName="Harbor Cafe LLC")
    assert look(books, CUSTOMERS, after=6 * HOUR)["pull_customers"] == Found(read=1, changed=1)
    item = next(books.store.pending.to_plan(CONNECTION, "pull_customers"))
    assert (item.record_id, item.label, item.state, simplejson.loads(item.record)) == (
        "58",
        'record "Harbor Cafe LLC"',
        PendingState.CHANGED,
        books.rows["Customer"]["58"],
    )


@pytest.mark.case("B6")
def test_a_company_that_is_slowed_down_is_read_later_and_no_ring_is_lost(books: Books) -> None:
    read_at = books.store.cursors.read(CONNECTION)
    assert read_at
    books.put("Customer", "58", DisplayName="Harbor Cafe LLC")
    soon = read_at.read_at - NOON + HOUR
    look(books, CUSTOMERS, after=soon, rang=True, at_most_every=6 * HOUR)
    look(books, CUSTOMERS, after=soon + 4 * HOUR, at_most_every=6 * HOUR)
    assert (books.calls, found(books, CUSTOMERS)) == ([], set())
    look(books, CUSTOMERS, after=soon + 5 * HOUR, at_most_every=6 * HOUR)
    assert found(books, CUSTOMERS) == {"58"}


def test_every_pull_of_an_entity_gets_its_records(books: Books) -> None:
    look(books, PRODUCTS, QUANTITIES, after=HOUR)
    books.put("Item", "7", DisplayName="Copper elbow")
    look(books, PRODUCTS, QUANTITIES, after=7 * HOUR)
    assert (found(books, PRODUCTS), found(books, QUANTITIES)) == ({"7"}, {"7"})


def test_a_record_is_split_into_pieces_of_their_own(books: Books) -> None:
    halves = a_pull(
        "pull_customers",
        "Customer",
        "customer",
        splitting=a_splitting(lambda row: {f"{row['Id']}-{n}": row for n in (1, 2)}),
    )
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, halves, after=6 * HOUR)
    assert found(books, halves) >= {"59-1", "59-2"}


def test_one_call_every_six_hours_serves_all(books: Books) -> None:
    for hours in range(1, 25):
        look(books, *ALL, after=hours * HOUR)
    told = [call for call in books.calls if call.startswith("changes")]
    assert told[0].startswith("changes Account PaymentMethod Term Vendor Customer Item Payment ")
    assert len(told) == 4


def test_an_idle_connection_costs_at_most_150_metered_calls_a_month() -> None:
    idle = Books()
    company = a_company().model_copy(update={"read_at": NOON.isoformat()})
    idle.store.settings.save_company(CONNECTION, company)
    look(idle, *ALL)
    idle.calls.clear()
    for hours in range(6, 30 * 24 + 1, 6):
        look(idle, *ALL, after=hours * HOUR)
    kinds = [call.split()[0] for call in idle.calls]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts == {"changes": 120, "SELECT": 8, "CompanyInfo": 4, "Preferences": 4}


def test_nothing_is_asked_before_it_is_due(books: Books) -> None:
    look(books, CUSTOMERS, after=timedelta(hours=5, minutes=59))
    assert books.calls == []


def test_a_ring_is_answered_at_once(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=timedelta(minutes=7), rang=True)
    assert (len(books.calls), found(books, CUSTOMERS)) == (1, {"59"})


def test_an_answered_ring_does_not_ask_again(books: Books) -> None:
    look(books, CUSTOMERS, after=timedelta(minutes=7), rang=True)
    look(books, CUSTOMERS, after=timedelta(minutes=12))
    assert len(books.calls) == 1


def test_a_ring_while_another_look_reads_is_answered_by_the_next(books: Books) -> None:
    def ring(_call: str) -> None:
        books.before = lambda _call: None
        look(books, CUSTOMERS, after=6 * HOUR + timedelta(seconds=9), rang=True)

    books.before = ring
    look(books, CUSTOMERS, after=6 * HOUR)
    assert len(books.calls) == 1
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5))
    assert len(books.calls) == 2


def test_the_next_reading_begins_shortly_before_the_time_there(books: Books) -> None:
    look(books, CUSTOMERS, after=6 * HOUR)
    look(books, CUSTOMERS, after=12 * HOUR)
    assert books.calls[1].endswith(f"since {NOON + 6 * HOUR + AHEAD - OVERLAP:%m-%d %H:%M}")


def test_what_the_overlap_shows_again_is_not_work_again(books: Books) -> None:
    books.now = NOON + timedelta(hours=5, minutes=57)
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    done(books, CUSTOMERS)
    shown = look(books, CUSTOMERS, after=12 * HOUR)
    assert (shown["pull_customers"], found(books, CUSTOMERS)) == (Found(), set())


def test_a_record_that_changed_again_within_the_overlap_is_work(books: Books) -> None:
    books.now = NOON + timedelta(hours=5, minutes=57)
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    done(books, CUSTOMERS)
    books.put("Customer", "59", DisplayName="Grey Heron")
    look(books, CUSTOMERS, after=12 * HOUR)
    assert found(books, CUSTOMERS) == {"59"}


def test_our_own_write_is_not_work(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    link(books, CUSTOMERS, "59", name="Blue Heron")
    assert look(books, CUSTOMERS, after=6 * HOUR)["pull_customers"].changed == 0
    assert found(books, CUSTOMERS) == set()


def test_a_time_stamp_that_moves_alone_is_not_work(books: Books) -> None:
    link(books, CUSTOMERS, "58", name="Harbor Cafe")
    books.now += HOUR
    books.touch("Customer", "58")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(books, CUSTOMERS) == set()


@pytest.mark.parametrize("in_quickbooks", [{"name": "Blue"}, {}])
def test_a_record_that_is_not_as_agreed_is_work(
    books: Books, in_quickbooks: dict[str, Any]
) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    link(books, CUSTOMERS, "59", **in_quickbooks)
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(books, CUSTOMERS) == {"59"}


def test_a_record_that_became_inactive_is_work(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron", Active=False)
    link(books, CUSTOMERS, "59", name="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(books, CUSTOMERS) == {"59"}


def test_a_change_taken_back_replaces_the_item_of_the_older_reading(books: Books) -> None:
    link(books, CUSTOMERS, "58", name="Harbor Cafe")
    books.put("Customer", "58", DisplayName="Harbour Cafe")
    look(books, CUSTOMERS, after=6 * HOUR)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS, after=12 * HOUR)
    item = next(books.store.pending.to_plan(CONNECTION, "pull_customers"))
    assert simplejson.loads(item.record)["DisplayName"] == "Harbor Cafe"


def test_a_link_of_another_entity_is_no_agreement(books: Books) -> None:
    books.put("Item", "7", DisplayName="Copper elbow")
    link(books, PRODUCTS, "7", name="Copper elbow")
    look(books, PRODUCTS, QUANTITIES, after=6 * HOUR)
    assert (found(books, PRODUCTS), found(books, QUANTITIES)) == (set(), {"7"})
