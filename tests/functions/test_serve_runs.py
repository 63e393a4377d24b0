"""Runs and records over HTTP: what ran, what became of what, where it is, and a run now."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.api.runs import money_moves
from connector.api.runs.money_moves import MoneyAsked
from connector.errors import RequestError
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.model.review.planned import Decision, PlannedRecord
from connector.model.tracking.tracked import StandsAs
from connector.store import connections, runs
from connector.store.control import activity
from connector.store.life.rows import SORT_KEY, ConnectionRow
from connector.store.records import pending, plans
from connector.store.table import key
from functions.finish_run.app import handler as finish
from functions.push_customers.app import handler as push_customers
from functions.push_invoices.app import handler as push_invoices
from functions.push_products.app import handler as push_products
from functions.serve_runs.app import handler
from tests.builders import a_customer, a_line, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.sites import COMPANY_URL, IntuitSite, MobiWorkSite
from tests.functions.visiting import PEOPLE, hire
from tests.functions.visiting import ask as visit

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RECORDS = (
    a_customer(),
    a_product(),
    an_invoice(),
    an_invoice("5502", lineItems={"lineItem": a_line(productId="0")}),
)
BEFORE = "20261121T090001-4be1a7c2"
FLOWS = {"flows": ["push_invoices", "push_payments"]}


def ask(context: Context, name: str, **changes: Any) -> tuple[int, Any]:
    answer = handler(event(name, **changes), context)
    kind, body = answer["headers"]["content-type"], answer["body"]
    return answer["statusCode"], json.loads(body) if "json" in kind else body


def push(connected: Cloud, context: Context) -> None:
    """Push an invoice that goes and one that is refused, as a run of everything."""
    connected.finds(*RECORDS)
    runs.begin(CONNECTION, RUN, found={}, now=NOW, phase=Phase.LIVE)
    push_customers(event("push_customers"), context)
    push_products(event("push_products"), context)
    push_invoices(event("push_invoices"), context)


def flow_of(detail: Any, name: str) -> Any:
    return next(one for one in detail["flows"] if one["flow"] == name)


def test_a_run_tells_counts_and_sums_while_it_goes_on_and_the_same_at_its_end(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    _, during = ask(context, "serve_runs_shown")
    finish(event("finish_run"), context)
    _, after = ask(context, "serve_runs_shown")
    sums = [
        {"outcome": "created", "count": 1, "amount": "9.63"},
        {"outcome": "refused", "count": 1, "amount": "9.63"},
    ]
    for told in (during, after):
        assert flow_of(told, "push_invoices")["outcomes"] == sums
        assert told["run"]["records"] == 4
    assert during["run"]["state"] != "finished"
    assert after["run"]["state"] == "finished"
    assert (after["run"]["metered"], after["run"]["free"]) == (after["metered"], after["free"])
    assert after["free"] == 3
    _, listed = ask(context, "serve_runs")
    assert (listed["runs"], listed["next"]) == ([after["run"]], None)


class UntilPosted(Context):
    """A context whose time is up once so many customers are posted."""

    def __init__(self, intuit: IntuitSite, customers: int) -> None:
        super().__init__()
        self.intuit, self.customers = intuit, customers

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        done = len(self.intuit.posted.get("Customer", ())) >= self.customers
        return 1_000 if done else super().get_remaining_time_in_millis()


def test_a_run_of_many_records_is_seen_to_move_page_by_page_by_machines_and_in_the_console(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    hire()
    names = [f"Heron {number}" for number in range(120)]
    connected.finds(
        *(a_customer(str(700_001 + own), companyName=one) for own, one in enumerate(names))
    )
    runs.begin(CONNECTION, RUN, found={}, now=NOW, phase=Phase.LIVE)
    machine = connected.services.config.sync_state_machine_arn
    connected.services.machines.start_execution(stateMachineArn=machine, name=RUN, input="{}")
    moved, shown = [], []
    for customers in (50, 100, 120):
        push_customers(event("push_customers"), UntilPosted(intuit, customers))
        _, told = ask(context, "serve_runs_shown")
        moved.append((told["run"]["state"], flow_of(told, "push_customers")["done"]))
        page = visit(context, f"/connections/{CONNECTION}/runs/{RUN}", who=PEOPLE[Role.VIEWER])
        shown.append(
            f"{customers} created" in page["body"] and 'hx-trigger="every 3s"' in page["body"]
        )
    assert moved == [("running", 50), ("running", 100), ("running", 120)]
    assert shown == [True] * 3


def test_every_outcome_of_a_run_is_told_also_as_a_table(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    _, created = ask(context, "serve_runs_outcomes")
    ids = [(one["flow"], one["record_id"]) for one in created["outcomes"]]
    assert ids == [
        ("push_customers", "700001"),
        ("push_invoices", "5501"),
        ("push_products", "307001"),
    ]
    query = {"outcome": "refused", "format": "csv"}
    status, table = ask(context, "serve_runs_outcomes", queryStringParameters=query)
    (row,) = csv.DictReader(io.StringIO(table))
    assert (status, row["number"], row["amount"], row["customer"]) == (
        200,
        "INV-5502",
        "9.63",
        "Blue Heron Plumbing",
    )
    assert "has no product" in row["remark"]


def test_where_an_invoice_is_is_told_whole(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    _, found = ask(context, "serve_runs_records")
    (one,) = found["records"]
    assert (one["record_id"], one["state"], one["quickbooks_id"]) == ("5501", "posted", "63")
    _, told = ask(context, "serve_runs_record")
    (there,) = told["other_side"]
    assert there["sent"]["DocNumber"] == "INV-5501"
    assert (there["quickbooks_id"], there["how"], there["total"]) == ("63", "created", "9.63")
    assert there["page"] == "https://app.qbo.intuit.com/app/invoice?txnId=63"
    assert [one["outcome"] for one in told["outcomes"]] == ["created"]
    assert told["cost"] == "It cost 1 write and 0 reads."
    assert (told["read_at"] is not None, told["on_its_way"], told["mobiwork_page"]) == (
        True,
        None,
        None,
    )


def story(context: Context, record_id: str) -> Any:
    """Return the story of an invoice."""
    names = {"connection_id": CONNECTION, "flow": "push_invoices", "record_id": record_id}
    path = "/connections/{connection_id}/records/{flow}/{record_id}".format(**names)
    asked = event("serve_runs_record")
    asked["requestContext"]["http"] |= {"path": path}
    answer = handler(asked | {"rawPath": path, "pathParameters": names}, context)
    return json.loads(answer["body"])


def test_what_was_planned_is_not_told_of_a_record_that_is_done(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    planned = [
        PlannedRecord(
            flow="push_invoices",
            record_id=one,
            label=one,
            decision=Decision.REFUSE,
            entity="invoice",
            target="Invoice",
            reason="Why.",
        )
        for one in ("5501", "5502")
    ]
    plans.keep(CONNECTION, plans.scope(CONNECTION), planned)
    push(connected, context)

    told = story(context, "5502")["planned"]
    assert (story(context, "5501")["planned"], told["reason"]) == (None, "Why.")


def test_what_was_left_out_of_a_reading_of_before_is_not_told_of_a_posted_record(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    connected.finds(an_invoice(status="Open"))
    push_invoices(event("push_invoices") | {"run_id": BEFORE}, context)
    assert "its lines can still change" in story(context, "5501")["left_out"]
    push(connected, context)
    told = story(context, "5501")
    assert (told["stands"]["state"], told["left_out"]) == ("posted", None)


def test_a_machine_has_both_sides_of_a_record_read_and_nothing_is_changed(
    connected: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    mobiwork.shows(a_customer())
    kept = {"Id": "61", "SyncToken": "0", "PrimaryPhone": {"FreeFormNumber": "8135550199"}}
    intuit.http.add("GET", f"{COMPANY_URL}/customer/61", json={"Customer": kept})
    asked = event("serve_runs_record")
    names = {"connection_id": CONNECTION, "flow": "push_customers", "record_id": "700001"}
    path = "/connections/{connection_id}/records/{flow}/{record_id}/comparison".format(**names)
    asked["requestContext"]["http"] |= {"method": "POST", "path": path}
    answer = handler(asked | {"rawPath": path, "pathParameters": names}, context)
    assert answer["statusCode"] == 200, answer["body"]
    (there,) = json.loads(answer["body"])["other_side"]
    (phone,) = (one for one in there["fields"] if one["name"] == "phone")
    assert (phone["mobiwork"], phone["quickbooks"]) == ("8135550100", "8135550199")
    assert (there["read_now"], phone["differs"]) == (True, True)
    assert len(intuit.posted["Customer"]) == 1


BY_WHAT_IS_KNOWN: tuple[tuple[dict[str, str], set[str]], ...] = (
    ({"number": "INV-5501"}, {"5501"}),
    ({"number": "5502"}, {"5502"}),
    ({"number": "v-55"}, {"5501", "5502"}),
    ({"customer": "blue"}, {"5501", "5502", "700001"}),
    ({"amount": "9.63"}, {"5501", "5502"}),
    ({"state": "refused"}, {"5502"}),
    ({"from": "2025-11-01", "to": "2025-11-30"}, {"5501", "5502"}),
    ({"mobiwork_id": "5502"}, {"5502"}),
    ({"quickbooks_id": "63"}, {"5501"}),
    ({"flow": "push_products", "state": "posted"}, {"307001"}),
)


def test_records_are_found_by_anything_that_is_known_of_them(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    for query, ids in BY_WHAT_IS_KNOWN:
        status, told = ask(context, "serve_runs_records", queryStringParameters=query)
        found = {one["record_id"] for one in told["records"]}
        assert (status, found, told["next"]) == (200, ids, None), query
    counts = ask(context, "serve_runs_counts")[1]["counts"]
    assert [tuple(one.values()) for one in counts] == [
        ("push_customers", "posted", 1, None),
        ("push_products", "posted", 1, None),
        ("push_invoices", "posted", 1, "9.63"),
        ("push_invoices", "refused", 1, "9.63"),
    ]


def test_who_asks_for_what_is_on_its_way_is_told_by_what_records_are_found(
    connected: Cloud, context: Context
) -> None:
    query = {"state": "on its way"}
    status, told = ask(context, "serve_runs_records", queryStringParameters=query)
    assert (status, told["errors"][0]["pointer"]) == (422, "state")
    assert "left out" in told["detail"]
    with pytest.raises(RequestError):
        money_moves.list_all(CONNECTION, MoneyAsked(state=StandsAs.ON_ITS_WAY), after=None, limit=9)


def test_flows_are_started_now_and_another_run_is_refused_until_that_ends(
    connected: Cloud, context: Context
) -> None:
    status, told = ask(context, "serve_runs_started")
    (started,) = connected.executions()
    assert (status, started["run_id"]) == (202, told["run_id"])
    assert connected.services.run(started, lambda: 900.0).flows == frozenset(FLOWS["flows"])
    assert connections.read(CONNECTION).run_id == told["run_id"]
    (deed,) = activity.read_some(CONNECTION, after=None, limit=9)[0]
    assert told["run_id"] in deed.what


def test_a_chosen_record_is_tried_although_it_was_refused_and_nothing_else_is(
    connected: Cloud, intuit: IntuitSite, context: Context
) -> None:
    push(connected, context)
    finish(event("finish_run"), context)
    connected.finds(*RECORDS, an_invoice("5503"))
    body = json.dumps({"records": [{"flow": "push_invoices", "record_id": "5502"}]})
    status, told = ask(context, "serve_runs_started", body=body)
    assert status == 202, told
    (started,) = connected.executions()
    report = push_invoices(started, context)
    assert report["outcomes"] == {"refused": 1}
    assert pending.read_many(CONNECTION, "push_invoices", ["5503"])["5503"].state == "changed"
    assert told["run_id"] == started["run_id"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"flows": ["push_everything"]}, "There is no flow"),
        ({"records": [{"flow": "push_invoices", "record_id": "1"}]}, "Of '1' among"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(
    connected: Cloud, context: Context, body: dict[str, Any], told: str
) -> None:
    status, answer = ask(context, "serve_runs_started", body=json.dumps(body))
    assert (status, told in answer["detail"], connected.executions()) == (422, True, [])


def test_nothing_is_started_while_the_connection_is_not_live(
    connected: Cloud, context: Context
) -> None:
    row = ConnectionRow.get(key(CONNECTION), SORT_KEY)
    row.update(actions=[ConnectionRow.phase.set(Phase.PAUSED.value)])
    status, _ = ask(context, "serve_runs_started")
    assert (status, connected.executions()) == (409, [])
