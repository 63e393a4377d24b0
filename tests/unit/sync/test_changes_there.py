from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import simplejson

from connector.errors import (
    ConnectionBrokenError,
    ConnectorError,
    RateLimitedError,
    RecordError,
)
from connector.store import cursors, pending
from connector.store import settings as saved
from connector.store.pending import PendingState
from connector.sync.find import Found
from tests.builders import CONNECTION, a_company
from tests.unit.sync.there import (
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
    done,
    found,
    link,
    look,
    the_cursor,
)

pytestmark = pytest.mark.usefixtures("table")

ALL = (TERMS, VENDORS, CUSTOMERS, PRODUCTS, QUANTITIES, PAYMENTS, TAXES)


@pytest.fixture
def books() -> Books:
    """A company with one old customer, pulled at noon and worked off."""
    books = Books(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS)
    done(CUSTOMERS)
    books.calls.clear()
    return books


def kill(_row: dict[str, Any]) -> str:
    raise InterruptedError("killed")


def failing(error: ConnectorError) -> Callable[[str], None]:
    def fail(_call: str) -> None:
        raise error

    return fail


def test_a_changed_record_becomes_a_pending_item_as_it_was_read(books: Books) -> None:
    books.now += 2 * HOUR
    books.put("Customer", "58", DisplayName="Harbor Cafe LLC")
    assert look(books, CUSTOMERS, after=6 * HOUR)["pull_customers"] == Found(read=1, changed=1)
    item = next(pending.to_plan(CONNECTION, "pull_customers"))
    assert (item.record_id, item.label, item.state, simplejson.loads(item.record)) == (
        "58",
        'customer "Harbor Cafe LLC"',
        PendingState.CHANGED,
        books.rows["Customer"]["58"],
    )


def test_every_pull_of_an_entity_gets_its_records(books: Books) -> None:
    look(books, PRODUCTS, QUANTITIES, after=HOUR)
    books.put("Item", "7", DisplayName="Copper elbow")
    look(books, PRODUCTS, QUANTITIES, after=7 * HOUR)
    assert (found(PRODUCTS), found(QUANTITIES)) == ({"7"}, {"7"})


def test_a_record_is_split_into_pieces_of_their_own(books: Books) -> None:
    halves = a_pull(
        "pull_customers",
        "Customer",
        "customer",
        split=lambda row: {f"{row['Id']}-{n}": row for n in (1, 2)},
    )
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, halves, after=6 * HOUR)
    assert found(halves) >= {"59-1", "59-2"}


def test_one_call_every_six_hours_serves_all(books: Books) -> None:
    for hours in range(1, 25):
        look(books, *ALL, after=hours * HOUR)
    told = [call for call in books.calls if call.startswith("changes")]
    assert told[0].startswith("changes Account PaymentMethod Term Vendor Customer Item Payment ")
    assert len(told) == 4


def test_an_idle_connection_costs_at_most_150_metered_calls_a_month() -> None:
    idle = Books()
    saved.save_company(CONNECTION, a_company().model_copy(update={"read_at": NOON.isoformat()}))
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
    assert (len(books.calls), found(CUSTOMERS)) == (1, {"59"})


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
    done(CUSTOMERS)
    shown = look(books, CUSTOMERS, after=12 * HOUR)
    assert (shown["pull_customers"], found(CUSTOMERS)) == (Found(), set())


def test_a_record_that_changed_again_within_the_overlap_is_work(books: Books) -> None:
    books.now = NOON + timedelta(hours=5, minutes=57)
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    done(CUSTOMERS)
    books.put("Customer", "59", DisplayName="Grey Heron")
    look(books, CUSTOMERS, after=12 * HOUR)
    assert found(CUSTOMERS) == {"59"}


def test_our_own_write_is_not_work(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    link(CUSTOMERS, "59", name="Blue Heron")
    assert look(books, CUSTOMERS, after=6 * HOUR)["pull_customers"].changed == 0
    assert found(CUSTOMERS) == set()


def test_a_time_stamp_that_moves_alone_is_not_work(books: Books) -> None:
    link(CUSTOMERS, "58", name="Harbor Cafe")
    books.now += HOUR
    books.touch("Customer", "58")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(CUSTOMERS) == set()


@pytest.mark.parametrize("there", [{"name": "Blue"}, {}])
def test_a_record_that_is_not_as_agreed_is_work(books: Books, there: dict[str, Any]) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    link(CUSTOMERS, "59", **there)
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(CUSTOMERS) == {"59"}


def test_a_record_that_became_inactive_is_work(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron", Active=False)
    link(CUSTOMERS, "59", name="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(CUSTOMERS) == {"59"}


def test_a_change_taken_back_replaces_the_item_of_the_older_reading(books: Books) -> None:
    link(CUSTOMERS, "58", name="Harbor Cafe")
    books.put("Customer", "58", DisplayName="Harbour Cafe")
    look(books, CUSTOMERS, after=6 * HOUR)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS, after=12 * HOUR)
    item = next(pending.to_plan(CONNECTION, "pull_customers"))
    assert simplejson.loads(item.record)["DisplayName"] == "Harbor Cafe"


def test_a_link_of_another_entity_is_no_agreement(books: Books) -> None:
    books.put("Item", "7", DisplayName="Copper elbow")
    link(PRODUCTS, "7", name="Copper elbow")
    look(books, PRODUCTS, QUANTITIES, after=6 * HOUR)
    assert (found(PRODUCTS), found(QUANTITIES)) == (set(), {"7"})


def test_a_kill_before_the_cursor_moves_shows_the_same_records_again(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    deadly = a_pull("pull_vendors", "Customer", "vendor", label=kill)
    cursors.keep(the_cursor(), pulled={"pull_customers": "done", "pull_vendors": "done"})
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS, deadly, after=6 * HOUR)
    assert found(CUSTOMERS) == {"59"}
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5))
    assert books.calls[0] == books.calls[1]
    assert found(CUSTOMERS) == {"59"}


def test_of_two_looks_at_once_one_asks(books: Books) -> None:
    def second(_call: str) -> None:
        books.before = lambda _call: None
        assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(seconds=9)) == {}

    books.before = second
    look(books, CUSTOMERS, after=6 * HOUR)
    assert len(books.calls) == 1


def test_a_look_that_was_thought_dead_does_not_move_the_cursor_back(books: Books) -> None:
    def second(_call: str) -> None:
        books.before = lambda _call: None
        look(books, CUSTOMERS, after=7 * HOUR)
        books.now = NOON + 6 * HOUR

    books.before = second
    look(books, CUSTOMERS, after=6 * HOUR)
    assert the_cursor().since == (NOON + 7 * HOUR + AHEAD - OVERLAP).isoformat()


@pytest.mark.parametrize("error", [RateLimitedError("Slow down."), RecordError("Not allowed.")])
def test_a_failure_is_told_and_nothing_is_asked_for_a_while(
    books: Books, error: ConnectorError
) -> None:
    books.before = failing(error)
    problem = (
        "QuickBooks did not tell what changed there; it is asked again after 2025-03-02 18:15 "
        f"UTC: {error}"
    )
    told = {name: Found(problem=problem) for name in ("pull_customers", "posted")}
    assert look(books, CUSTOMERS, after=6 * HOUR) == told
    books.before = lambda _call: None
    assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=14)) == told
    assert books.calls == []


def test_what_a_failed_reading_missed_is_found_by_the_next(books: Books) -> None:
    books.put("Customer", "59", DisplayName="Blue Heron")
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=15))
    assert found(CUSTOMERS) == {"59"}
    assert look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=20)) == {}


def test_failures_in_a_row_are_asked_again_more_and_more_seldom(books: Books) -> None:
    asked: list[float] = []

    def fail(_call: str) -> None:
        asked.append((books.now - NOON) / HOUR)
        raise RateLimitedError("Slow down.")

    books.before = fail
    for minutes in range(6 * 60, 30 * 60, 15):
        look(books, CUSTOMERS, after=timedelta(minutes=minutes))
    assert asked == [6, 6.25, 6.75, 7.75, 9.75, 13.75, 19.75, 25.75]


def test_a_ring_while_quickbooks_is_left_alone_is_answered_later(books: Books) -> None:
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, after=HOUR, rang=True)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=HOUR + timedelta(minutes=5), rang=True)
    assert books.calls == []
    look(books, CUSTOMERS, after=HOUR + timedelta(minutes=15))
    assert len(books.calls) == 1


def test_a_broken_connection_stops_the_look(books: Books) -> None:
    books.before = failing(ConnectionBrokenError("Reconnect it."))
    with pytest.raises(ConnectionBrokenError):
        look(books, CUSTOMERS, after=6 * HOUR)


def test_a_refused_list_spares_what_else_is_due(books: Books) -> None:
    def refuse(call: str) -> None:
        if "FROM Vendor" in call:
            raise RecordError("Not allowed.")

    books.put("Customer", "59", DisplayName="Blue Heron")
    books.before = refuse
    told = look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    assert found(CUSTOMERS) == {"59"}
    assert told["pull_vendors"].problem.endswith("Not allowed.")


def test_a_list_that_was_refused_is_read_from_its_beginning_whatever_comes_between(
    books: Books,
) -> None:
    def refuse(call: str) -> None:
        if "FROM Vendor" in call:
            raise RecordError("Not allowed.")

    books.now = NOON - DAY
    books.put("Vendor", "41", DisplayName="Tool Rental")
    books.before, books.most_changes = refuse, 1
    books.now = NOON + HOUR
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, VENDORS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, VENDORS, after=7 * HOUR)
    assert (found(CUSTOMERS), found(VENDORS)) == ({"59"}, {"41"})


def test_a_failure_that_is_over_is_told_no_more_and_costs_no_further_call(books: Books) -> None:
    books.before = failing(RateLimitedError("Slow down."))
    look(books, CUSTOMERS, VENDORS, after=HOUR)
    books.before = lambda _call: None
    assert look(books, CUSTOMERS, VENDORS, after=2 * HOUR) == {"pull_vendors": Found()}
    assert look(books, CUSTOMERS, VENDORS, after=3 * HOUR) == {}
    assert [call.split()[0] for call in books.calls] == ["SELECT"]


def test_a_pull_that_is_switched_off_asks_nothing() -> None:
    books = Books()
    off = a_pull("pull_customers", "Customer", "customer", on=lambda _settings: False)
    look(books, off)
    look(books, off, after=6 * HOUR)
    assert books.calls == ["changes Account PaymentMethod Term since 03-02 11:55"]


def test_a_pull_that_is_switched_on_later_is_read_from_its_beginning(books: Books) -> None:
    books.put("Vendor", "41", DisplayName="Tool Rental")
    look(books, CUSTOMERS, VENDORS, after=30 * HOUR)
    assert (found(CUSTOMERS), found(VENDORS)) == (set(), {"41"})
    assert "Customer" not in books.calls[0]


def test_a_pull_that_was_off_for_a_while_is_read_from_its_beginning_again(books: Books) -> None:
    look(books, after=6 * HOUR)
    look(books, CUSTOMERS, after=12 * HOUR)
    assert found(CUSTOMERS) == {"58"}


def test_an_answer_that_was_cut_short_is_read_page_by_page(books: Books) -> None:
    books.most_changes = books.page_size = 3
    for number in range(60, 70):
        books.put("Customer", str(number), DisplayName=f"Customer {number}")
    look(books, CUSTOMERS, after=6 * HOUR)
    assert found(CUSTOMERS) == {str(number) for number in range(60, 70)}
    assert books.calls[1] == (
        "SELECT * FROM Customer WHERE MetaData.LastUpdatedTime >= '2025-03-02T11:55:00+00:00' AND "
        "Active IN (true, false) ORDERBY MetaData.LastUpdatedTime from 1"
    )


def test_payments_are_read_page_by_page_without_asking_for_inactive_ones(books: Books) -> None:
    books.most_changes = books.page_size = 3
    look(books, PAYMENTS, after=HOUR)
    for number in range(60, 70):
        books.put("Payment", str(number))
    look(books, PAYMENTS, after=6 * HOUR)
    assert found(PAYMENTS) == {str(number) for number in range(60, 70)}


def test_a_long_silence_is_read_page_by_page(books: Books) -> None:
    books.now += DAY
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=40 * DAY)
    assert found(CUSTOMERS) == {"59"}
    assert "LastUpdatedTime >= '2025-03-02T11:55:00+00:00'" in books.calls[1]


def test_a_kill_after_a_cut_answer_loses_nothing(books: Books) -> None:
    def kill_at_page(call: str) -> None:
        if call.startswith("SELECT"):
            raise InterruptedError("killed")

    books.most_changes = books.page_size = 3
    for number in range(60, 70):
        books.put("Customer", str(number), DisplayName=f"Customer {number}")
    books.before = kill_at_page
    with pytest.raises(InterruptedError):
        look(books, CUSTOMERS, after=6 * HOUR)
    books.before = lambda _call: None
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5))
    assert found(CUSTOMERS) == {str(number) for number in range(60, 70)}


def test_taxes_are_read_weekly_and_only_changed_ones_are_work() -> None:
    books = Books()
    for one in ("2", "3"):
        books.put("TaxCode", one, DisplayName=f"Tax {one}")
    assert look(books, TAXES)["pull_sales_taxes"] == Found(read=2, changed=2)
    done(TAXES)
    books.put("TaxCode", "3", DisplayName="Tampa")
    look(books, TAXES, after=7 * DAY - HOUR)
    assert found(TAXES) == set()
    assert look(books, TAXES, after=7 * DAY)["pull_sales_taxes"] == Found(
        read=2, changed=1, unchanged=1
    )
    assert found(TAXES) == {"3"}


def test_a_changed_rate_changes_the_tax_code() -> None:
    books = Books()
    detail = {"TaxRateRef": {"value": "9"}}
    books.put("TaxCode", "2", SalesTaxRateList={"TaxRateDetail": [detail]})
    books.put("TaxRate", "9", Name="Florida", RateValue=7)
    look(books, TAXES)
    done(TAXES)
    books.put("TaxRate", "9", RateValue=8)
    look(books, TAXES, after=7 * DAY)
    assert found(TAXES) == {"2"}


def test_taxes_that_somebody_asks_for_are_read_by_the_next_look() -> None:
    books = Books()
    look(books, TAXES)
    books.calls.clear()
    cursors.ask_for_taxes(CONNECTION, now=NOON + HOUR)
    look(books, TAXES, after=2 * HOUR)
    look(books, TAXES, after=3 * HOUR)
    assert [call.split()[3] for call in books.calls] == ["TaxCode", "TaxRate"]


def test_asking_for_taxes_before_the_first_look_changes_nothing() -> None:
    cursors.ask_for_taxes(CONNECTION, now=NOON)
    assert cursors.read(CONNECTION) is None


def test_a_changed_account_is_remembered_without_a_further_call(books: Books) -> None:
    saved.save_company(CONNECTION, a_company().model_copy(update={"read_at": NOON.isoformat()}))
    books.put("Account", "79", Name="Sales of parts", AccountType="Income")
    look(books, CUSTOMERS, after=6 * HOUR)
    remembered = saved.read_company(CONNECTION)
    assert remembered is not None
    assert remembered.read_at == NOON.isoformat()
    assert next(one.name for one in remembered.accounts if one.id == "79") == "Sales of parts"
    assert len(books.calls) == 1


def test_a_company_whose_changes_were_cut_short_counts_as_old(books: Books) -> None:
    saved.save_company(CONNECTION, a_company())
    books.most_changes = 1
    books.put("Customer", "59", DisplayName="Blue Heron")
    look(books, CUSTOMERS, after=6 * HOUR)
    remembered = saved.read_company(CONNECTION)
    assert remembered is not None
    assert remembered.read_at == saved.LONG_AGO


def test_accounts_that_changed_before_the_first_look_are_asked_for_since_they_were_read() -> None:
    read_at = NOON - HOUR
    saved.save_company(CONNECTION, a_company().model_copy(update={"read_at": read_at.isoformat()}))
    look(Books(), after=timedelta(0))
    assert the_cursor().since == (read_at - OVERLAP).isoformat()


def test_a_company_that_was_read_long_before_the_first_look_counts_as_old() -> None:
    read_at = NOON - 8 * DAY
    saved.save_company(CONNECTION, a_company().model_copy(update={"read_at": read_at.isoformat()}))
    look(Books(), after=timedelta(0))
    remembered = saved.read_company(CONNECTION)
    assert remembered is not None
    assert (remembered.read_at, the_cursor().since) == (
        saved.LONG_AGO,
        (NOON - OVERLAP).isoformat(),
    )


def test_times_are_asked_for_in_whole_seconds() -> None:
    books = Books()
    look(books, after=timedelta(microseconds=123456))
    look(books, after=6 * HOUR + timedelta(microseconds=123456))
    assert the_cursor().since == (NOON + 6 * HOUR + AHEAD - OVERLAP).isoformat()
