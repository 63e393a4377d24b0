from datetime import UTC, datetime

import pytest

from connector.model.outcomes import Outcome, Sum, Tally
from connector.store import looks, runs
from connector.store.looks import FindingsRow, LastLook
from connector.store.runs import RunRow
from connector.store.tracking import history

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
FLOW = "push_customers"


def test_a_run_begins_with_what_was_found() -> None:
    runs.begin("c1", "r1", found={FLOW: {"changed": 3}}, now=NOON)
    run = RunRow.get("c1#run", "r1")
    assert run.finished_at is None
    assert (run.state, run.started_at, run.found) == (
        "running",
        NOON.isoformat(),
        {FLOW: {"changed": 3}},
    )


def finish(*failures: str) -> RunRow:
    tallies = {FLOW: Tally({Outcome.CREATED: Sum(3)})}
    runs.finish("c1", "r1", tallies=tallies, failures=list(failures), now=LATER)
    return RunRow.get("c1#run", "r1")


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
    assert RunRow.get("c1#run", "r1").expires_at == NOON.timestamp() + 400 * 86400


def test_the_latest_findings_replace_the_ones_before() -> None:
    first, then = {FLOW: {"changed": 1}}, {FLOW: {"changed": 0}}
    looks.save_findings("c1", found=first, run_id="r1", settings_version=1, now=NOON)
    looks.save_findings("c1", found=then, run_id="", settings_version=2, now=LATER)
    latest = FindingsRow.get("c1#findings", "latest")
    assert (latest.looked_at, latest.found, latest.run_id) == (
        LATER.isoformat(),
        then,
        "",
    )
    assert looks.last_look("c1") == LastLook(LATER, unfinished=False, settings_version=2)


def test_of_the_runs_that_did_not_end_only_the_recent_ones_are_read() -> None:
    for run_id in ("20260301T000000-a", "20260308T000000-b", "20260309T000000-c"):
        runs.begin("c1", run_id, found={}, now=NOON)
    runs.finish("c1", "20260309T000000-c", tallies={}, failures=[], now=NOON)
    since = datetime(2026, 3, 7, tzinfo=UTC)
    assert [*history.unfinished("c1", since=since)] == ["20260308T000000-b"]
