from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.engine.stores import Store
from connector.model.links import RecordKey
from connector.model.outcomes import About, Outcome, RecordOutcome
from tests.builders import a_link

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLOW = "push_customers"


def told(record_id: str, outcome: Outcome, **more: Any) -> RecordOutcome:
    usual = {"run_id": "r1", "flow": FLOW, "label": f"customer {record_id}"}
    return RecordOutcome(record_id=record_id, outcome=outcome, **(usual | more))


def record(store: Store, record_id: str, outcome: Outcome, **more: Any) -> None:
    store.runs.record("c1", told(record_id, outcome, **more))


def outcome_of(store: Store, record_id: str) -> tuple[Outcome, str | None]:
    found = {one.record_id: one for one in store.runs.outcomes("c1", "r1", FLOW)}
    return found[record_id].outcome, found[record_id].note


@pytest.mark.parametrize("first", sorted(set(Outcome) - {Outcome.UNCHANGED, Outcome.WAITING}))
def test_unchanged_never_replaces_what_was_done(store: Store, first: Outcome) -> None:
    record(store, "700001", first, note="first")
    record(store, "700001", Outcome.UNCHANGED, note="second")
    assert outcome_of(store, "700001") == (first, "first")


def test_what_waited_and_needs_nothing_in_the_end_is_unchanged(store: Store) -> None:
    record(store, "700001", Outcome.WAITING, note="It waits.")
    record(store, "700001", Outcome.UNCHANGED, note="Its parent is left out.")
    assert outcome_of(store, "700001") == (Outcome.UNCHANGED, "Its parent is left out.")


def test_unchanged_stands_where_nothing_stood(store: Store) -> None:
    record(store, "700001", Outcome.UNCHANGED, note="It is a prospect.")
    assert outcome_of(store, "700001") == (Outcome.UNCHANGED, "It is a prospect.")


@pytest.mark.parametrize(
    "first", [Outcome.CREATED, Outcome.DIFFERENT, Outcome.UPDATED, Outcome.LINKED]
)
def test_waiting_never_replaces_what_another_worker_wrote(store: Store, first: Outcome) -> None:
    record(store, "700001", first, note="first")
    record(store, "700001", Outcome.WAITING, note="Another run is sending it at this moment.")
    assert outcome_of(store, "700001") == (first, "first")


def test_a_record_that_waited_and_then_went_ends_as_created(store: Store) -> None:
    record(store, "700001", Outcome.WAITING, note="It waits.")
    record(store, "700001", Outcome.CREATED)
    assert outcome_of(store, "700001") == (Outcome.CREATED, None)


def test_every_record_counts_once(store: Store) -> None:
    record(store, "700001", Outcome.WAITING)
    record(store, "700001", Outcome.CREATED)
    record(store, "700002", Outcome.CREATED)
    record(store, "700003", Outcome.REFUSED)
    assert store.runs.counts("c1", "r1", FLOW) == {Outcome.CREATED: 2, Outcome.REFUSED: 1}


def test_flows_are_counted_apart(store: Store) -> None:
    record(store, "700001", Outcome.CREATED)
    assert store.runs.counts("c1", "r1", "push_products") == {}


def test_the_outcomes_of_all_flows_can_be_read_together(store: Store) -> None:
    record(store, "700001", Outcome.CREATED)
    record(store, "1", Outcome.REFUSED, flow="push_products")
    assert [one.outcome for one in store.runs.outcomes("c1", "r1")] == ["created", "refused"]


def test_an_id_that_holds_a_separator_has_its_outcome_too(store: Store) -> None:
    record(store, "70#1", Outcome.REFUSED, note="odd")
    assert (outcome_of(store, "70#1"), store.runs.counts("c1", "r1", FLOW)) == (
        (Outcome.REFUSED, "odd"),
        {Outcome.REFUSED: 1},
    )


def test_a_flow_goes_on_where_it_stopped(store: Store) -> None:
    store.runs.save_progress("c1", "r1", FLOW, "700050")
    assert store.runs.progress("c1", "r1", FLOW) == "700050"


@pytest.mark.parametrize(("run_id", "flow"), [("r2", FLOW), ("r1", "push_products")])
def test_another_run_and_another_flow_begin_at_the_start(
    store: Store, run_id: str, flow: str
) -> None:
    store.runs.save_progress("c1", "r1", FLOW, "700050")
    assert store.runs.progress("c1", run_id, flow) is None


def test_an_outcome_comes_back_as_it_was_recorded(store: Store) -> None:
    about = About(number="7", customer="Heron", day=date(2026, 3, 1), method="Check", read_at="1")
    more: dict[str, Any] = {"worth": Decimal("9.63"), "about": about, "drift": True}
    whole = told("700001", Outcome.CREATED, note="Its tax differs.", quickbooks_id="61", **more)
    bare = told("700002", Outcome.REFUSED)
    for one in (whole, bare):
        store.runs.record("c1", one)
    kept = list(store.runs.outcomes("c1", "r1"))
    assert [replace(one, at=None) for one in kept] == [whole, bare]


def test_a_run_knows_what_was_found_when_it_began(store: Store) -> None:
    store.runs.begin("c1", "r1", found={FLOW: {"changed": 3}}, now=NOON)
    found = [store.runs.found("c1", run_id) for run_id in ("r1", "r2")]
    assert found == [{FLOW: {"changed": 3}}, {}]


@pytest.mark.case("X11")
def test_what_is_created_and_updated_in_one_run_was_created(store: Store) -> None:
    link = a_link(RecordKey("customer", "700001"))
    assert store.links.save("c1", link, told("700001", Outcome.CREATED))
    again = told("700001", Outcome.UPDATED, note="Its phone was changed.", quickbooks_id="58")
    assert store.links.save("c1", link, again)
    assert outcome_of(store, "700001") == (Outcome.CREATED, "Its phone was changed.")


@pytest.mark.parametrize("outcome", [Outcome.CREATED, Outcome.UPDATED])
def test_an_outcome_that_comes_with_a_link_is_kept_whole_in_the_place_of_any_other(
    store: Store, outcome: Outcome
) -> None:
    day = date(2026, 3, 1)
    about = About(number="7", customer="Heron", day=day, method="Check", read_at=NOON.isoformat())
    whole = told(
        "700001", outcome, note="n", quickbooks_id="61", worth=Decimal("9.63"), about=about
    )
    bare = told("700001", Outcome.UPDATED, label="renamed")
    record(store, "700001", Outcome.REFUSED, note="It has no name.", drift=True)
    kept = []
    link = a_link(RecordKey("customer", "700001"))
    for one in (whole, bare):
        assert store.links.save("c1", link, one)
        [now] = store.runs.outcomes("c1", "r1")
        kept.append(replace(now, at=None))
    assert kept == [whole, replace(bare, outcome=outcome)]
    assert store.runs.counts("c1", "r1", FLOW) == {outcome: 1}
