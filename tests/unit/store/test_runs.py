from datetime import UTC, datetime
from typing import Any

import pytest

from connector.model.outcomes import Outcome, RecordOutcome
from connector.store import runs
from connector.store.runs import Findings, OutcomeItem, RunItem

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
FLOW = "push_customers"


def record(record_id: str, outcome: Outcome, flow: str = FLOW, **told: Any) -> None:
    runs.record(
        "c1", RecordOutcome(run_id="r1", flow=flow, record_id=record_id, outcome=outcome, **told)
    )


def outcome_of(record_id: str) -> tuple[str, str]:
    item = OutcomeItem.get("c1#outcome#r1", f"{FLOW}#{record_id}")
    return item.outcome, item.note


@pytest.mark.parametrize("first", sorted(set(Outcome) - {Outcome.UNCHANGED, Outcome.WAITING}))
def test_unchanged_never_replaces_what_was_done(first: Outcome) -> None:
    record("700001", first, note="first")
    record("700001", Outcome.UNCHANGED, note="second")
    assert outcome_of("700001") == (first, "first")


def test_what_waited_and_needs_nothing_in_the_end_is_unchanged() -> None:
    record("700001", Outcome.WAITING, note="It waits.")
    record("700001", Outcome.UNCHANGED, note="Its parent is left out.")
    assert outcome_of("700001") == (Outcome.UNCHANGED, "Its parent is left out.")


def test_unchanged_stands_where_nothing_stood() -> None:
    record("700001", Outcome.UNCHANGED, note="It is a prospect.")
    assert outcome_of("700001") == (Outcome.UNCHANGED, "It is a prospect.")


@pytest.mark.parametrize(
    "first", [Outcome.CREATED, Outcome.DIFFERENT, Outcome.UPDATED, Outcome.ADOPTED]
)
def test_waiting_never_replaces_what_another_worker_wrote(first: Outcome) -> None:
    record("700001", first, note="first")
    record("700001", Outcome.WAITING, note="Another run is sending it at this moment.")
    assert outcome_of("700001") == (first, "first")


def test_a_record_that_waited_and_then_went_ends_as_created() -> None:
    record("700001", Outcome.WAITING, note="It waits.")
    record("700001", Outcome.CREATED)
    assert outcome_of("700001") == (Outcome.CREATED, "")


def test_every_record_counts_once() -> None:
    record("700001", Outcome.WAITING)
    record("700001", Outcome.CREATED)
    record("700002", Outcome.CREATED)
    record("700003", Outcome.REFUSED)
    assert runs.counts("c1", "r1", FLOW) == {Outcome.CREATED: 2, Outcome.REFUSED: 1}


def test_flows_are_counted_apart() -> None:
    record("700001", Outcome.CREATED)
    assert runs.counts("c1", "r1", "push_products") == {}


def test_the_outcomes_of_all_flows_can_be_read_together() -> None:
    record("700001", Outcome.CREATED)
    record("1", Outcome.REFUSED, flow="push_products")
    assert [one.outcome for one in runs.outcomes("c1", "r1")] == ["created", "refused"]


def test_an_id_that_holds_a_separator_has_its_outcome_too() -> None:
    record("70#1", Outcome.REFUSED, note="odd")
    assert (outcome_of("70#1"), runs.counts("c1", "r1", FLOW)) == (
        (Outcome.REFUSED, "odd"),
        {Outcome.REFUSED: 1},
    )


def test_a_run_begins_with_what_was_found() -> None:
    runs.begin("c1", "r1", found={FLOW: {"changed": 3}}, now=NOON)
    run = RunItem.get("c1#run", "r1")
    assert (run.state, run.started_at, run.finished_at, run.found) == (
        "running",
        NOON.isoformat(),
        "",
        {FLOW: {"changed": 3}},
    )


def finish(*failures: str) -> RunItem:
    reports = {FLOW: {"created": 3}}
    runs.finish("c1", "r1", reports=reports, failures=list(failures), now=LATER)
    return RunItem.get("c1#run", "r1")


def test_a_finished_run_keeps_when_it_began_and_what_was_found() -> None:
    runs.begin("c1", "r1", found={FLOW: {"changed": 3}}, now=NOON)
    run = finish()
    assert (run.state, run.started_at, run.finished_at, run.found, run.reports) == (
        "finished",
        NOON.isoformat(),
        LATER.isoformat(),
        {FLOW: {"changed": 3}},
        {FLOW: {"created": 3}},
    )


def test_a_run_with_failures_has_failed_and_says_them() -> None:
    runs.begin("c1", "r1", found={}, now=NOON)
    run = finish("push_products: RetriableError: down")
    assert (run.state, run.failures) == ("failed", ["push_products: RetriableError: down"])


def test_a_run_started_by_hand_gets_its_item_when_it_ends() -> None:
    run = finish()
    assert (run.state, run.started_at, run.finished_at) == (
        "finished",
        LATER.isoformat(),
        LATER.isoformat(),
    )


def test_a_run_is_kept_for_more_than_a_year() -> None:
    runs.begin("c1", "r1", found={}, now=NOON)
    assert RunItem.get("c1#run", "r1").expires_at == NOON.timestamp() + 400 * 86400


def test_the_latest_findings_replace_the_ones_before() -> None:
    runs.save_findings("c1", found={FLOW: {"changed": 1}}, run_id="r1", now=NOON)
    runs.save_findings("c1", found={FLOW: {"changed": 0}}, run_id="", now=LATER)
    latest = Findings.get("c1#findings", "latest")
    assert (latest.looked_at, latest.found, latest.run_id) == (
        LATER.isoformat(),
        {FLOW: {"changed": 0}},
        "",
    )


def test_a_flow_goes_on_where_it_stopped() -> None:
    runs.save_progress("c1", "r1", FLOW, "700050")
    assert runs.progress("c1", "r1", FLOW) == "700050"


@pytest.mark.parametrize(("run_id", "flow"), [("r2", FLOW), ("r1", "push_products")])
def test_another_run_and_another_flow_begin_at_the_start(run_id: str, flow: str) -> None:
    runs.save_progress("c1", "r1", FLOW, "700050")
    assert runs.progress("c1", run_id, flow) == ""
