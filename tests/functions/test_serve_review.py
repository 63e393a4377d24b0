import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.api.plans import dry_runs, review
from connector.changes.mobiwork import find_changes
from connector.entities.registry import BY_ENTITY, PUSHES
from connector.entities.stages import all_stages
from connector.jobs.finish_run import finish
from connector.model.connection import Mode, Phase
from connector.model.ids import RunKind
from connector.model.review.planned import REVIEW
from connector.push.worker import push
from connector.services import services
from connector.store import looks, runs
from connector.store.life.rows import SORT_KEY, ConnectionRow
from connector.store.records import pending
from connector.store.settings import save_settings
from connector.store.table import Item, key
from functions.serve_review.app import handler
from tests.builders import a_customer, a_product, an_invoice, settings
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.unit.engine.world import FakeMobiWork

pytestmark = pytest.mark.usefixtures("connected")
SOURCES = ("customer", "product", "invoice")


def ask(context: Context, name: str, **changes: Any) -> tuple[int, str]:
    answer = handler(event(name, **changes), context)
    return answer["statusCode"], answer["body"]


def show(context: Context, **asked: str) -> str:
    status, body = ask(context, "serve_review", queryStringParameters=asked)
    assert status == 200
    return body


def in_phase(phase: Phase) -> None:
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(phase.value)])


def found() -> None:
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice()]))


def run_flows(run_id: str, mode: Mode) -> None:
    run = services().run({"connection_id": CONNECTION, "run_id": run_id}, lambda: 900.0)
    run.mode = mode
    for source in SOURCES:
        push(BY_ENTITY[source], run)
    finish(run)


@pytest.fixture
def reviewed(connected: Cloud) -> Cloud:
    found()
    run_flows("20261129T090000-1a2b3c4d", Mode.REVIEW)
    return connected


def test_before_a_review_there_is_no_report(context: Context) -> None:
    status, body = ask(context, "serve_review")
    assert (status, json.loads(body)["detail"]) == (
        404,
        "There is no such report. If its run is in progress, try again when it has ended.",
    )


@pytest.mark.usefixtures("reviewed")
def test_the_report_is_told_as_json_as_text_and_as_a_page(context: Context) -> None:
    told = json.loads(show(context, format="json"))
    [invoices] = [one for one in told["flows"] if one["flow"] == "push_invoices"]
    assert invoices["decisions"] == [{"name": "create", "count": 1, "total": "9.63"}]
    assert "invoices to QuickBooks" in show(context, format="text")
    assert "<h2>invoices to QuickBooks</h2>" in show(context, format="html")


@pytest.mark.usefixtures("reviewed")
def test_the_plans_come_as_csv_with_their_bodies(context: Context) -> None:
    rows = list(csv.DictReader(io.StringIO(show(context, format="csv"))))
    assert [one["flow"] for one in rows] == ["push_customers", "push_products", "push_invoices"]
    assert json.loads(rows[2]["body"])["CustomerRef"] == {"value": "new:customer:700001"}


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("most", [{"limit": 1}, {"largest": 1}])
def test_plans_are_told_in_parts_where_they_are_many_or_large(most: dict[str, Any]) -> None:
    told: list[str] = []
    after: str | None = ""
    while after is not None:
        found, after = review.list_planned(CONNECTION, REVIEW, after=after, **most)
        told += [one.flow for one in found]
        assert len(found) == 1
    assert told == ["push_customers", "push_products", "push_invoices"]


def test_a_review_is_made_anew_only_in_review(cloud: Cloud, context: Context) -> None:
    status, body = ask(context, "serve_review_made")
    assert (status, "The connection is live." in json.loads(body)["detail"]) == (409, True)
    in_phase(Phase.REVIEW)
    status, body = ask(context, "serve_review_made")
    run_id, cost = json.loads(body)["run_id"], json.loads(body)["cost"]
    assert (status, run_id.endswith(RunKind.REVIEW)) == (202, True)
    assert (cost["calls_made"], "is not known before" in cost["sentence"]) == (0, True)
    (started,) = cloud.executions()
    assert started == {
        "connection_id": CONNECTION,
        "run_id": run_id,
        "stages": all_stages(matched=True),
        "name": run_id,
    }


@pytest.mark.case("F1l")
@pytest.mark.parametrize(("chosen", "counted"), [({}, False), ({"credit_product": "307001"}, True)])
def test_reading_credits_costs_calls_only_where_the_settings_post_some(
    chosen: dict[str, str], counted: bool
) -> None:
    save_settings(CONNECTION, settings(**chosen), saved_at="", saved_by="test")
    expected = []
    for listed in (0, 3):
        lists = {"push_payments": {"read": 5}, "push_credits": {"read": listed}}
        looks.save_findings(
            CONNECTION, found=lists, run_id=None, settings_version=1, now=datetime.now(UTC)
        )
        expected.append(review.cost(CONNECTION).calls_expected or 0)
    read = {"Payment", "Deposit", "JournalEntry", "SalesReceipt"}
    assert (expected[0], expected[1] > expected[0]) == (len(read), counted)


def test_both_sides_of_a_live_connection_are_compared_again_when_it_is_asked_for(
    cloud: Cloud, context: Context
) -> None:
    path = f"/connections/{CONNECTION}/matches"
    asked = event("serve_review_made", rawPath=path)
    asked["requestContext"]["http"] |= {"path": path}
    answers = [handler(asked, context) for _ in range(2)]
    assert [one["statusCode"] for one in answers] == [202, 409]
    (started,) = cloud.executions()
    assert (started["stages"], started["run_id"]) == (
        all_stages(matched=True),
        json.loads(answers[0]["body"])["run_id"],
    )


def stored() -> list[object]:
    """Return all that the table holds."""
    return [row.attribute_values for row in Item.scan()]


def test_a_dry_run_of_one_record_is_answered_at_once_and_changes_nothing(
    context: Context,
) -> None:
    found()
    before = stored()
    asked = json.dumps({"flow": "push_customers", "record_id": "700001"})
    status, body = ask(context, "serve_review_dry_run_made", body=asked)
    planned = json.loads(body)["planned"]
    assert (status, planned["decision"]) == (202, "create")
    assert planned["body"]["DisplayName"] == "Blue Heron Plumbing"
    assert stored() == before


def test_a_dry_run_of_a_record_that_is_not_on_its_way_says_so(context: Context) -> None:
    status, body = ask(context, "serve_review_dry_run_made")
    assert (status, json.loads(body)["detail"]) == (
        422,
        "Record 5501 has nothing on its way in invoices to QuickBooks. It is done, or "
        "has never been read.",
    )


def test_a_dry_run_of_everything_is_a_run_that_changes_nothing(
    cloud: Cloud, context: Context
) -> None:
    found()
    before = list(pending.read_all(CONNECTION, "push_invoices"))
    status, body = ask(context, "serve_review_dry_run_made", body="{}")
    run_id = json.loads(body)["run_id"]
    assert (status, [one["run_id"] for one in cloud.executions()]) == (202, [run_id])
    assert runs.begun(CONNECTION, run_id).phase is Phase.LIVE
    run_flows(run_id, Mode.EXECUTE)
    assert list(pending.read_all(CONNECTION, "push_invoices")) == before
    asked = event("serve_review_dry_run")
    path = asked["rawPath"].replace("20261122T090000-1a2b3c4d-dry", run_id)
    status, body = ask(
        context,
        "serve_review_dry_run",
        rawPath=path,
        pathParameters={"connection_id": CONNECTION, "run_id": run_id},
    )
    [invoices] = [one for one in json.loads(body)["flows"] if one["flow"] == "push_invoices"]
    assert (status, invoices["decisions"]) == (
        200,
        [{"name": "create", "count": 1, "total": "9.63"}],
    )


def test_a_dry_run_of_one_flow_plans_it_and_what_its_records_refer_to_also_what_is_left_out(
    cloud: Cloud, context: Context
) -> None:
    left = an_invoice("5502", status="Cancelled", total="9.63")
    find_changes(CONNECTION, FakeMobiWork([a_customer(), a_product(), an_invoice(), left]))
    run_flows("20261129T090000-1a2b3c4d", Mode.REVIEW)
    _, body = ask(context, "serve_review_dry_run_made", body='{"flow": "push_invoices"}')
    run_id = json.loads(body)["run_id"]
    run = services().run({"connection_id": CONNECTION, "run_id": run_id}, lambda: 900.0)
    assert {flow.name for flow in PUSHES if run.works_on(flow.name)} == {
        "push_customers",
        "push_products",
        "push_vendors",
        "push_quotes",
        "push_sales_orders",
        "push_invoices",
    }
    for flow in PUSHES:
        push(flow, run)
    finish(run)
    [told] = dry_runs.show(CONNECTION, run_id).flows
    decided = {one.name: (one.count, str(one.total)) for one in told.decisions}
    assert (told.flow, decided) == (
        "push_invoices",
        {"create": (1, "9.63"), "left out": (1, "9.63")},
    )


def test_one_dry_run_of_a_connection_at_a_time(cloud: Cloud, context: Context) -> None:
    status, body = ask(context, "serve_review_dry_run_made", body="{}")
    assert (status, ask(context, "serve_review_dry_run_made", body="{}")[0]) == (202, 409)
    cloud.end_execution(json.loads(body)["run_id"])
    assert ask(context, "serve_review_dry_run_made", body="{}")[0] == 202


@pytest.mark.usefixtures("reviewed")
def test_what_waits_for_approval_is_listed_and_goes_on_as_it_was_shown(context: Context) -> None:
    status, body = ask(context, "serve_review_approvals")
    [plan], following = json.loads(body)["plans"], json.loads(body)["next"]
    assert following is None
    assert (status, plan["record_id"]) == (200, "5501")
    asked = {"record_id": "5501", "content_hash": plan["content_hash"]}
    others = {"record_id": "5501", "content_hash": "another"}
    for sent, told in ((others, ([], ["5501"])), (asked, (["5501"], []))):
        text = json.dumps({"flow": "push_invoices", "approved": [sent]})
        status, body = ask(context, "serve_review_approved", body=text)
        answer = json.loads(body)
        assert (status, (answer["approved"], answer["changed"])) == (200, told)
    [item] = pending.read_all(CONNECTION, "push_invoices")
    assert (item.state.value, item.approved) == ("changed", plan["content_hash"])
