import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.jobs import start_runs
from connector.model.calls import LOOKS
from connector.model.control.budget import STOP_AT, month_after
from connector.model.outcomes import Outcome, RecordOutcome, Tally
from connector.model.pending import Hindrance, PendingState
from connector.model.worklist.causes import Kind
from connector.services import services
from connector.store import connections, runs
from connector.store.call_meter import Meter
from connector.store.records import pending
from functions.find_changes.app import handler as find_changes
from functions.serve_budget.app import handler
from tests.builders import a_customer
from tests.functions.cloud import Cloud, findings
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite, MobiWorkSite

LINE = 500_000
RUN = "20261122T090001-4be1a7c2"


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a connection that works."""


def made(connection_id: str, *, metered: int = 0, free: int = 0, **of: Any) -> None:
    meter = Meter(connection_id)
    meter._counted[f"{datetime.now(UTC):%Y-%m}", "metered"] = metered
    meter._counted[f"{datetime.now(UTC):%Y-%m}", "free"] = free
    meter.flush(**of)


def ask(context: Context, name: str = "serve_budget") -> Any:
    answer = handler(event(name), context)
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"])


def test_a_connection_shows_its_calls_by_flow_and_what_they_mean(context: Context) -> None:
    made(CONNECTION, metered=4, free=0, flow=LOOKS)
    made(CONNECTION, metered=1, free=9, flow="push_invoices", run_id=RUN)

    told = ask(context)

    assert (told["metered"], told["free"], told["pace"]) == (5, 9, "full")
    assert [(one["flow"], one["metered"], one["free"]) for one in told["flows"]] == [
        ("looks", 4, 0),
        ("push_invoices", 1, 9),
    ]
    assert told["means"].startswith("It has used 5 of the 500,000 reads that Intuit allows the app")


@pytest.mark.case("B6")
def test_a_run_says_what_each_record_cost(context: Context) -> None:
    runs.begin(CONNECTION, RUN, found={}, now=datetime.now(UTC))
    for number in range(9):
        told = RecordOutcome(
            run_id=RUN,
            flow="push_invoices",
            record_id=str(number),
            outcome=Outcome.CREATED,
            label=f"invoice {number}",
        )
        runs.record(CONNECTION, told)
    made(CONNECTION, free=9, flow="push_invoices", run_id=RUN)
    tallies = {"push_invoices": Tally.of(runs.outcomes(CONNECTION, RUN, "push_invoices"))}
    runs.finish(CONNECTION, RUN, tallies=tallies, failures=[], now=datetime.now(UTC))

    [invoices] = ask(context, "serve_budget_of_run")["flows"]

    assert (invoices["written"], invoices["cost"]) == (9, "Each of 9 cost 1 write and 0 reads.")


def test_the_app_shows_all_companies_those_with_most_reads_first(context: Context) -> None:
    made("c2", metered=10)
    made(CONNECTION, metered=20, free=5)

    told = ask(context, "serve_budget_of_app")

    assert (told["line"], told["metered"]) == (LINE, 30)
    assert [one["connection_id"] for one in told["companies"]] == [CONNECTION, "c2"]


def look(cloud: Cloud, context: Context) -> None:
    cloud.services.budgets.forget()
    assert find_changes(event("find_changes"), context) == {"batchItemFailures": []}


@pytest.mark.case("B6")
def test_where_reads_are_stopped_work_goes_on_and_a_person_is_told(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context
) -> None:
    made(CONNECTION, metered=int(LINE * STOP_AT))
    mobiwork.lists(a_customer())

    look(cloud, context)

    assert len(cloud.executions()) == 1
    told = str(connections.read(CONNECTION).warning)
    assert "QuickBooks is not read again until the month ends" in told
    assert findings().found["budget"]["problem"] == told
    made(CONNECTION, metered=-int(LINE * STOP_AT))
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    look(cloud, context)
    assert not connections.read(CONNECTION).warning


@pytest.mark.case("F3j")
def test_what_waits_for_the_next_month_goes_on_where_reads_go_on_before(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context
) -> None:
    made(CONNECTION, metered=int(LINE * STOP_AT))
    cloud.services.budgets.forget()
    again = cloud.services.budgets.reads_again(CONNECTION)
    assert again == month_after(datetime.now(UTC))
    mobiwork.lists(a_customer())
    look(cloud, context)
    [item] = pending.to_plan(CONNECTION, "push_customers")
    waits = Hindrance(Kind.SAME)
    pending.hold(
        item, PendingState.WAITING, label="", reason="It waits.", not_before=again, why=waits
    )
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    look(cloud, context)
    assert len(cloud.executions()) == 1, "no run is started in vain"

    made(CONNECTION, metered=-int(LINE * STOP_AT))
    look(cloud, context)

    assert len(cloud.executions()) == 2
    assert cloud.services.budgets.reads_again(CONNECTION) is None


def test_the_forecast_is_measured(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    made(CONNECTION, metered=LINE)
    start_runs.measure_budget(services())

    assert '"MeteredCallsForecast":[' in capsys.readouterr().out.replace(" ", "")
