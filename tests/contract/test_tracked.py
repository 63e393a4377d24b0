from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.engine.stores import Store
from connector.model.outcomes import About, Outcome, RecordOutcome, Sum
from connector.model.tracking.tracked import Counts, Sought, StandsAs, TrackedRecord, add

FLOW = "push_invoices"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
FIVE = Decimal("5.00")
DAY = date(2026, 11, 3)


def told(record_id: str = "5501", outcome: Outcome = Outcome.CREATED, **more: Any) -> RecordOutcome:
    about: dict[str, Any] = {
        "number": f"10{record_id}",
        "customer": "Blue Heron",
        "day": date(2026, 11, 3),
    }
    about |= {name: more.pop(name) for name in ("number", "customer", "day") if name in more}
    usual: dict[str, Any] = {
        "run_id": "r1",
        "flow": FLOW,
        "label": f"invoice {record_id}",
        "worth": FIVE,
    }
    return RecordOutcome(
        record_id=record_id,
        outcome=outcome,
        about=About(**about),
        **(usual | {"worth": FIVE} | more),
    )


def note(store: Store, *outcomes: RecordOutcome, now: datetime = NOON, flow: str = FLOW) -> None:
    store.tracked.note("c1", flow, outcomes, now=now)


def ids(records: Any) -> list[str]:
    return [one.record_id for one in records]


def in_state(store: Store, state: StandsAs, **days: date) -> list[str]:
    return found(store, state=state, flows=frozenset({FLOW}), **days)


def test_a_record_stands_where_its_latest_outcome_says_and_since_when(store: Store) -> None:
    note(store, told(outcome=Outcome.WAITING, note="It waits."))
    later = NOON + timedelta(days=1)
    note(store, told(run_id="r2", quickbooks_id="812"), now=later)
    found = store.tracked.read_many("c1", FLOW, ["5501", "5502"])
    assert found == {
        "5501": TrackedRecord(
            flow=FLOW,
            record_id="5501",
            label="invoice 5501",
            outcome=Outcome.CREATED,
            state=StandsAs.POSTED,
            run_id="r2",
            at=later,
            since=later,
            number="105501",
            customer="Blue Heron",
            day=DAY,
            amount=FIVE,
            quickbooks_id="812",
            told_in=("r1", "r2"),
        )
    }
    assert store.tracked.counts("c1") == {FLOW: {StandsAs.POSTED: Sum(1, FIVE)}}
    assert in_state(store, StandsAs.WAITING) == []
    assert in_state(store, StandsAs.POSTED) == ["5501"]


def found(store: Store, **known: Any) -> list[str]:
    return ids(store.tracked.find("c1", Sought(**known), after=None, limit=100).records)


def test_records_of_all_flows_are_found_by_number_whatever_its_case(store: Store) -> None:
    note(store, told(number="INV-1042"), told("5502", number="INV-1043"))
    payment = told("81", number="inv-1042", flow="push_payments")
    note(store, payment, flow="push_payments")
    assert sorted(found(store, number=" Inv-1042 ")) == ["5501", "81"]
    assert found(store, number="inv-1042", flows=frozenset({FLOW})) == ["5501"]
    assert found(store, number="1") == []


def test_records_are_found_by_a_part_of_their_numbers(store: Store) -> None:
    numbers = ("1042", "10421", "104", "1", "1142", "10", "INV-1042", "Heron Cafe")
    note(store, *(told(str(place), number=one) for place, one in enumerate(numbers)))
    parts = ("104", "42", "inv", "Cafe ")
    assert [sorted(found(store, part=one)) for one in parts] == [
        ["0", "1", "2", "6"],
        ["0", "1", "4", "6"],
        ["6"],
        ["7"],
    ]
    assert found(store, part="104", first=DAY, state=StandsAs.REFUSED) == []


def test_a_number_that_changed_is_found_under_the_new_one_only(store: Store) -> None:
    note(store, told(number="1042"), told("5502", number="1041"))
    note(store, told(number="77", run_id="r2"))
    assert [found(store, number=one) for one in ("77", "1042", "1041")] == [["5501"], [], ["5502"]]


def test_records_about_a_customer_come_page_by_page_latest_days_first(store: Store) -> None:
    days = [date(2026, month, 1) for month in (1, 12, 6)]
    note(store, *(told(str(one), day=day) for one, day in enumerate(days)))
    note(store, told("9", customer="Bluebird"), told("10", customer="Green"))
    sought = Sought(customer="blue h")
    first = store.tracked.find("c1", sought, after=None, limit=2)
    rest = store.tracked.find("c1", sought, after=first.next, limit=2)
    assert (ids(first.records), ids(rest.records), rest.next) == (["1", "2"], ["0"], None)


@pytest.mark.parametrize("known", [{"customer": "blue h"}, {"state": StandsAs.POSTED}])
@pytest.mark.parametrize("flows", [frozenset({FLOW}), frozenset()])
def test_records_come_page_by_page_oldest_days_first_where_that_is_asked_for(
    store: Store, known: dict[str, Any], flows: frozenset[str]
) -> None:
    days = [date(2026, month, 1) for month in (1, 12, 6, 6)]
    note(store, *(told(str(one), day=day) for one, day in enumerate(days)))
    sought, after = Sought(flows=flows, **known), None
    pages: list[list[str]] = []
    while len(pages) < len(days):
        page = store.tracked.find("c1", sought, after=after, limit=2, oldest_first=True)
        pages.append(ids(page.records))
        if (after := page.next) is None:
            break
    assert pages == [["0", "2"], ["3", "1"]]


def test_records_are_found_by_what_they_come_to_and_when_also_without_a_customer(
    store: Store,
) -> None:
    note(store, told("1", customer="", worth=Decimal("412.37")), told("2"))
    note(store, told("3", worth=Decimal("412.370"), outcome=Outcome.REFUSED, day=None))
    assert found(store, amounts=frozenset({Decimal("412.37")})) == ["1", "3"]
    assert found(store, amounts=frozenset({Decimal("412.37")}), state=StandsAs.REFUSED) == ["3"]
    assert found(store, first=DAY, last=DAY) == ["2", "1"]


def test_a_run_keeps_what_it_told_when_a_later_one_tells_otherwise(store: Store) -> None:
    note(store, told(outcome=Outcome.WAITING), told("5502", outcome=Outcome.REFUSED))
    note(store, told(outcome=Outcome.REFUSED))
    followed = store.tracked.followed("c1", ["r1"])["r1"]
    note(store, told(run_id="r2"))
    assert followed[FLOW].outcomes == {Outcome.REFUSED: Sum(2, FIVE + FIVE)}
    assert store.tracked.of_run("c1", "r1", Outcome.REFUSED) == [(FLOW, "5501"), (FLOW, "5502")]
    assert store.tracked.of_run("c1", "r1", Outcome.WAITING) == []
    assert store.tracked.of_run("c1", "r2", Outcome.CREATED, FLOW) == [(FLOW, "5501")]
    assert store.tracked.followed("c1", ["r2"])["r2"][FLOW].outcomes == {
        Outcome.CREATED: Sum(1, FIVE)
    }


def test_a_view_holds_its_days_only_and_what_has_none_where_none_are_asked_for(
    store: Store,
) -> None:
    days = (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1), None)
    note(store, *(told(str(one), day=day) for one, day in enumerate(days)))
    november = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}
    assert in_state(store, StandsAs.POSTED, **november) == ["2", "1"]
    assert in_state(store, StandsAs.POSTED) == ["3", "2", "1", "0", "4"]


def test_an_older_run_and_what_says_less_change_nothing(store: Store) -> None:
    note(store, told(run_id="r2"))
    note(store, told(run_id="r1", outcome=Outcome.REFUSED))
    note(store, told(run_id="r2", outcome=Outcome.WAITING))
    assert store.tracked.counts("c1") == {FLOW: {StandsAs.POSTED: Sum(1, FIVE)}}


RECORDS = st.builds(
    told,
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(list(Outcome)),
    run_id=st.sampled_from(["r1", "r2", "r3"]),
    number=st.sampled_from(["1", "42", "142"]),
    customer=st.sampled_from(["", "Ann", "Bob"]),
    day=st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    worth=st.sampled_from([None, FIVE, Decimal(7)]),
    drift=st.booleans(),
)


CONNECTIONS = (f"random-{one}" for one in count())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.lists(RECORDS, max_size=4), max_size=5))
def test_counts_and_views_are_those_of_the_records(
    store: Store, outcomes: list[list[RecordOutcome]]
) -> None:
    own = next(CONNECTIONS)
    for some in outcomes:
        for run_id in ("r1", "r2", "r3"):
            of_run = [one for one in some if one.run_id == run_id]
            store.tracked.note(own, FLOW, of_run, now=NOON)
    records = store.tracked.read_many(own, FLOW, ["1", "2", "3"]).values()
    counts: Counts = {}
    for one in records:
        add(counts, one)
    assert store.tracked.counts(own) == counts
    for state in StandsAs:
        held = sorted(one.record_id for one in records if one.state is state)
        for flows in (frozenset[str](), frozenset({FLOW})):
            sought = Sought(state=state, flows=flows)
            page = store.tracked.find(own, sought, after=None, limit=100)
            assert sorted(ids(page.records)) == held
    for known in ({"amounts": frozenset({FIVE})}, {"part": "42"}, {"number": "42"}):
        held = sorted(one.record_id for one in records if Sought(**known).holds(one))
        page = store.tracked.find(own, Sought(**known), after=None, limit=100)
        assert sorted(ids(page.records)) == held
