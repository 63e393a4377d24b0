"""A connection that a person starts while its review still goes on, or is to be planned again."""

import json
from datetime import date
from typing import Any

import pytest

from connector.changes.matching.facts import matched_targets
from connector.entities.registry import BY_ENTITY
from connector.model.connection import Mode, Phase
from connector.model.review.planned import REVIEW
from connector.push.worker import push
from connector.services import services
from connector.store import connections, reports
from connector.store import settings as saved
from connector.store.life.rows import ConnectionRow
from connector.store.records import matches, plans
from functions.find_changes.app import handler
from functions.finish_run.app import handler as finish_run
from functions.serve_connections.app import handler as serve_connections
from functions.serve_settings.app import handler as serve_settings
from tests.builders import a_customer, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite, MobiWorkSite


def test_a_connection_started_while_a_review_goes_on_is_looked_at_when_that_ends(
    connected: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    handler(event("find_changes"), context)
    plans.hold(CONNECTION)
    handler(event("find_changes"), context)
    assert connected.messages() == [{"connection_id": CONNECTION}]
    connected.end_execution(str(connections.read(CONNECTION).run_id))
    handler(event("find_changes"), context)
    assert (len(connected.executions()), plans.holds(CONNECTION)) == (2, False)


def save(context: Context, **settings: Any) -> int:
    version = saved.read_saved(CONNECTION).version
    body = json.dumps({"version": version, "settings": settings})
    return int(serve_settings(event("serve_settings_changed", body=body), context)["statusCode"])


def reviewed_at() -> str | None:
    """Return when the review was made that can be read now."""
    report = reports.read(CONNECTION, REVIEW)
    return report.made_at if report else None


def start(context: Context, **told: Any) -> tuple[int, str]:
    """Ask for the start as somebody who has read the review; the status, what the answer says."""
    path = f"/connections/{CONNECTION}/start"
    body = json.dumps({"link_certain": True, "reviewed_at": reviewed_at()} | told)
    asked = event("serve_connections", rawPath=path, body=body)
    asked["headers"] |= {"content-type": "application/json"}
    asked["requestContext"]["http"] |= {"path": path, "method": "POST"}
    answer = serve_connections(asked, context)
    return answer["statusCode"], answer["body"]


def planned(context: Context) -> str:
    """Have the run under way compare, plan and end; what became of the invoice."""
    run_id = str(connections.read(CONNECTION).run_id)
    told = {"connection_id": CONNECTION, "run_id": run_id}
    run = services().run(told, lambda: 900.0)
    assert run.mode is Mode.REVIEW
    matches.save_look(CONNECTION, {"run": run_id, "matched": list(matched_targets())})
    for source in ("customer", "product", "invoice"):
        push(BY_ENTITY[source], run)
    before = start(context)
    assert (before[0], "The review has not ended" in before[1]) == (409, True)
    finish_run(told | {"failures": []}, context)
    [plan] = plans.read_many(CONNECTION, REVIEW, "push_invoices", ["5501"]).values()
    return plan.decision.value


@pytest.fixture
def reviewed(connected: Cloud, mobiwork: MobiWorkSite, context: Context) -> Cloud:
    """Return a cloud whose connection was reviewed while its start date left the invoice out."""
    begins = saved.read_settings(CONNECTION).model_copy(update={"start_date": date(2026, 4, 1)})
    saved.save_settings(CONNECTION, begins, saved_at="", saved_by="test")
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.phase.set(Phase.REVIEW.value)]
    )
    mobiwork.lists(a_customer(), a_product(), an_invoice())
    handler(event("find_changes"), context)
    assert planned(context) == "left out"
    connected.end_execution(str(connections.read(CONNECTION).run_id))
    return connected


@pytest.mark.case("F1o")
def test_after_settings_were_saved_nobody_starts_before_the_review_was_planned_with_them(
    reviewed: Cloud, intuit: IntuitSite, context: Context
) -> None:
    assert save(context, start_date="2020-01-01") == 200
    status, told = start(context)
    assert (status, "The settings have changed since the review" in told) == (409, True)
    handler(event("find_changes"), context)
    assert planned(context) == "create"
    assert start(context)[0] == 200


@pytest.mark.case("F1o")
def test_only_who_says_which_review_was_read_starts_and_only_while_it_is_the_latest(
    reviewed: Cloud, intuit: IntuitSite, context: Context
) -> None:
    before = reviewed_at()
    assert save(context, start_date="2020-01-01") == 200
    handler(event("find_changes"), context)
    planned(context)
    for seen, told in (
        (None, "which review you have read"),
        (before, "newer review than the one you read"),
    ):
        status, answer = start(context, reviewed_at=seen)
        assert (status, told in answer) == (409, True)
    assert start(context)[0] == 200


@pytest.mark.case("F1o")
def test_settings_saved_while_the_review_is_planned_again_have_it_planned_once_more(
    reviewed: Cloud, intuit: IntuitSite, context: Context
) -> None:
    assert save(context, start_date="2020-01-01") == 200
    handler(event("find_changes"), context)
    planned(context)
    assert save(context, start_date="2026-04-01") == 200
    handler(event("find_changes"), context)  # the run is not known to have ended
    assert "The settings have changed since the review" in start(context)[1]
    reviewed.end_execution(str(connections.read(CONNECTION).run_id))
    handler(event("find_changes"), context)
    assert planned(context) == "left out"
    assert start(context)[0] == 200


@pytest.mark.case("F3f")
def test_a_review_of_which_a_flow_failed_is_not_started(
    reviewed: Cloud, intuit: IntuitSite, context: Context
) -> None:
    told = {"connection_id": CONNECTION, "run_id": str(connections.read(CONNECTION).run_id)}
    failed = {"flow": "push_invoices", "error": "RetriableError", "cause": "Too many rows."}
    finish_run(told | {"failures": [failed]}, context)
    status, body = start(context)
    assert (status, "invoices to QuickBooks: RetriableError: Too many rows." in body) == (409, True)
    finish_run(told | {"failures": []}, context)
    assert start(context)[0] == 200


@pytest.mark.case("F1o")
def test_settings_that_nothing_waits_for_hold_the_start_up_until_the_next_look(
    connected: Cloud, intuit: IntuitSite, mobiwork: MobiWorkSite, context: Context
) -> None:
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.phase.set(Phase.REVIEW.value)]
    )
    for status in (409, 200):
        assert save(context, send_tax=status == 200) == 200
        assert start(context)[0] == 409
        handler(event("find_changes"), context)
    assert (connected.executions(), start(context)[0]) == ([], 200)
