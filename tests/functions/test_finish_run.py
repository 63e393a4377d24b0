import json
from datetime import UTC, datetime, timedelta

import pytest

from connector.jobs.finish_run import finish
from connector.model.connection import Phase
from connector.model.ids import new_run_id
from connector.model.links import RecordKey
from connector.model.outcomes import NATIVE, Outcome, RecordOutcome
from connector.model.pending import Hindrance, Need, NewItem, PendingState
from connector.model.tracking.tracked import StandsAs
from connector.model.worklist.causes import Kind
from connector.store import connections, runs
from connector.store.records import links, pending
from connector.store.tracking import history, tracked
from connector.store.tracking.files import OutcomeFiles
from functions.finish_run.app import handler
from tests.builders import a_link
from tests.functions.cloud import Cloud, client, the_run
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event

pytestmark = pytest.mark.usefixtures("connected")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOWN = "products to QuickBooks: RetriableError: QuickBooks does not answer."


def outcome(flow: str, record_id: str, became: Outcome) -> RecordOutcome:
    label = f"{flow} {record_id}"
    return RecordOutcome(run_id=RUN, flow=flow, record_id=record_id, outcome=became, label=label)


def note(flow: str, record_id: str, became: Outcome) -> None:
    runs.record(CONNECTION, outcome(flow, record_id, became))


def test_a_run_is_reported_flow_by_flow(context: Context) -> None:
    note("push_customers", "700001", Outcome.CREATED)
    note("push_customers", "700002", Outcome.CREATED)
    note("push_invoices", "5501", Outcome.WAITING)
    answer = handler(event("finish_run"), context)
    reports = {flow: counts for flow, counts in answer["reports"].items() if counts}
    assert (answer["run_id"], reports, answer["failures"]) == (
        RUN,
        {"push_customers": {"created": 2}, "push_invoices": {"waiting": 1}},
        [],
    )


def test_what_waits_for_a_record_that_the_run_linked_is_planned_again(context: Context) -> None:
    found = NewItem(record_id="5501", record="<i/>", fingerprint="f", found_at="", label="i")
    pending.put_all(CONNECTION, "push_invoices", [found])
    (item,) = pending.read_all(CONNECTION, "push_invoices")
    why = Hindrance(Kind.PARENT, ("customer/700001",))
    pending.hold(item, PendingState.WAITING, reason="It waits.", why=why)
    told = outcome("push_customers", "700001", Outcome.CREATED)
    links.save(CONNECTION, a_link(RecordKey("customer", "700001")), told)
    handler(event("finish_run"), context)
    assert pending.need(CONNECTION, "push_invoices") is Need.START


def test_every_flow_has_its_report_even_if_it_did_nothing(context: Context) -> None:
    answer = handler(event("finish_run"), context)
    foundation = {"push_customers", "push_products", "push_invoices", "push_payments"}
    assert foundation <= set(answer["reports"])


def test_the_report_is_stored_with_the_run(context: Context) -> None:
    runs.begin(CONNECTION, RUN, found={"push_customers": {"changed": 1}}, now=NOON)
    note("push_customers", "700001", Outcome.LINKED)
    answer = handler(event("finish_run"), context)
    run = the_run()
    assert (run.state, run.reports, run.failures, run.started_at, run.found) == (
        "finished",
        answer["reports"],
        [],
        NOON.isoformat(),
        {"push_customers": {"changed": 1}},
    )


def test_failures_are_said_in_a_line_each(context: Context) -> None:
    answer = handler(event("finish_run_after_failures"), context)
    assert answer["failures"] == [DOWN]


def test_a_run_with_failures_has_failed(context: Context) -> None:
    handler(event("finish_run_after_failures"), context)
    assert (the_run().state, the_run().failures) == ("failed", [DOWN])


def test_a_run_of_a_broken_connection_is_finished_too(context: Context) -> None:
    broken = {"flow": "push_customers", "error": "ConnectionBrokenError", "cause": "no json"}
    answer = handler(event("finish_run", failures=[broken]), context)
    assert answer["failures"] == ["customers to QuickBooks: ConnectionBrokenError: no json"]


def test_finishing_twice_changes_nothing(context: Context) -> None:
    note("push_customers", "700001", Outcome.CREATED)
    assert handler(event("finish_run"), context) == handler(event("finish_run"), context)


def test_a_run_is_measured_in_one_line(
    context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.begin(CONNECTION, RUN, found={}, now=datetime.now(UTC) - timedelta(seconds=90))
    note("push_customers", "700001", Outcome.CREATED)
    note("push_customers", "700002", Outcome.LINKED)
    note("push_products", "800001", Outcome.CREATED)
    note("push_customers", "700003", Outcome.REFUSED)
    note("push_invoices", "5501", Outcome.WAITING)
    handler(event("finish_run_after_failures"), context)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    told = json.loads(line)
    names = ("RecordsWritten", "RecordsWaiting", "RecordsRefused", "FlowsFailed")
    assert {name: told[name] for name in names} == {
        "RecordsWritten": [3.0],
        "RecordsWaiting": [1.0],
        "RecordsRefused": [1.0],
        "FlowsFailed": [1.0],
    }
    assert (round(told["RunSeconds"][0], -1), told["run_id"]) == (90, RUN)


def natively_linked(run_id: str) -> str:
    runs.begin(CONNECTION, run_id, found={}, now=NOON)
    told = RecordOutcome(
        run_id=run_id,
        flow="push_customers",
        record_id="700001",
        label="customer 700001",
        outcome=Outcome.LINKED,
        note=NATIVE,
    )
    runs.record(CONNECTION, told)
    return run_id


def test_records_that_mobiworks_own_connector_linked_are_a_warning(context: Context) -> None:
    natively_linked(RUN)
    handler(event("finish_run"), context)
    assert "If it is still switched on, switch it off" in str(connections.read(CONNECTION).warning)


def test_the_first_run_that_posts_is_the_first_whatever_was_planned_before(
    context: Context,
) -> None:
    runs.begin(CONNECTION, "20200101T000000-review", found={}, now=NOON, phase=Phase.REVIEW)
    runs.begin(CONNECTION, "20200102T000000-dry", found={}, now=NOON, phase=Phase.LIVE)
    natively_linked(RUN)
    handler(event("finish_run"), context)
    assert "If it is still switched on, switch it off" in str(connections.read(CONNECTION).warning)


def test_a_native_connector_that_goes_on_linking_is_said_to_be_on(context: Context) -> None:
    runs.begin(CONNECTION, "20200101T000000-first", found={}, now=NOON)
    natively_linked(RUN)
    handler(event("finish_run"), context)
    assert "is still on: it linked 1 records" in str(connections.read(CONNECTION).warning)


def test_what_became_of_each_record_is_also_a_file_for_analysts(connected: Cloud) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="outcomes")
    note("push_invoices", "5501", Outcome.CREATED)
    run = connected.services.run(event("finish_run"), lambda: 900.0)
    run.files = OutcomeFiles(s3, "outcomes")
    finish(run)
    (one,) = s3.list_objects_v2(Bucket="outcomes")["Contents"]
    folder = f"outcomes/connection_id={CONNECTION}/day=2026-11-22"
    assert one["Key"] == f"{folder}/{RUN}-push_invoices.jsonl.gz"


def test_runs_that_died_are_looked_for_by_the_first_run_of_a_day_alone(
    connected: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[datetime] = []

    def unfinished(_: str, *, since: datetime) -> list[str]:
        looked.append(since)
        return []

    monkeypatch.setattr(history, "unfinished", unfinished)
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for at in (noon, noon + timedelta(hours=2), noon + timedelta(days=1)):
        run_id = f"{at:%Y%m%dT%H%M%S}-run"
        runs.begin(CONNECTION, run_id, found={}, now=at)
        finish(connected.services.run(event("finish_run") | {"run_id": run_id}, lambda: 900.0))
    assert len(looked) == 2


def test_where_the_first_run_of_a_day_died_the_next_one_looks_for_those_that_died(
    connected: Cloud,
) -> None:
    long_ago, now = datetime.now(UTC) - timedelta(days=9), datetime.now(UTC)
    dead, first, second = (
        f"{at:%Y%m%dT%H%M%S}-run" for at in (long_ago, now, now + timedelta(seconds=1))
    )
    for one in (dead, first, second):
        runs.begin(CONNECTION, one, found={}, now=long_ago)
    finish(connected.services.run(event("finish_run") | {"run_id": second}, lambda: 900.0))
    ended = history.read(CONNECTION, dead)
    assert ended is not None
    assert ended.state == "failed"


@pytest.mark.parametrize("days", [9, 90])
def test_a_run_that_died_long_ago_is_added_up_by_a_later_one(connected: Cloud, days: int) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=days)
    dead = new_run_id(lambda: long_ago)
    runs.begin(CONNECTION, dead, found={}, now=long_ago)
    told = RecordOutcome(
        run_id=dead,
        flow="push_invoices",
        record_id="5501",
        outcome=Outcome.CREATED,
        label="invoice 5501",
        quickbooks_id="63",
    )
    runs.record(CONNECTION, told)
    later = event("finish_run") | {"run_id": new_run_id()}
    finish(connected.services.run(later, lambda: 900.0))
    ended = history.read(CONNECTION, dead)
    assert ended is not None
    assert (ended.state, ended.reports["push_invoices"]) == ("failed", {"created": 1})
    assert tracked.counts(CONNECTION)["push_invoices"][StandsAs.POSTED].count == 1
