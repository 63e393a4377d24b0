"""Lists that are narrowed on the server: runs, the plans of a review, and what people did."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest

from connector.api import activity
from connector.model.connection import Phase
from connector.model.control.people import Role
from connector.model.outcomes import Outcome, Sum, Tally
from connector.model.pending import Deletion
from connector.model.policy.settings import Settings
from connector.model.review.planned import REVIEW, Decision
from connector.model.review.report import Counted, FlowReport, ReviewReport
from connector.model.undoing.undo import UndoState, UndoStep, UndoWay
from connector.model.worklist.causes import Kind
from connector.store import reports, runs
from connector.store import settings as saved
from connector.store.records import pending, plans
from connector.store.undoing import undos
from tests.contract.test_plans import planned
from tests.contract.test_undoing import ASKED, ENTRY
from tests.functions.cloud import CONSOLE_ADMIN, Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION
from tests.functions.visiting import PEOPLE, ask, counted, hire

AT = f"/connections/{CONNECTION}"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MANY, MOST_CALLS = 60, 8
"""Runs, and the calls of the table for a page of them: five are those of every page."""


@pytest.fixture(autouse=True)
def _zone(connected: Cloud) -> None:
    chosen = Settings(time_zone="America/New_York")
    saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")


def page(context: Context, path: str) -> str:
    answer = ask(context, f"{AT}/{path}".rstrip("/"), who=CONSOLE_ADMIN)
    assert answer["statusCode"] == 200, answer["body"]
    return str(answer["body"])


def everything(context: Context, path: str) -> Iterator[str]:
    """Yield a page and those that follow it."""
    following: str | None = path
    while following:
        shown = page(context, following)
        yield shown
        found = re.search(rf'href="/console{AT}/([^"]+)" rel="next"', shown)
        following = unquote(found[1].replace("&amp;", "&")) if found else None


def run_at(hour: int, *, by: str | None = None, outcome: Outcome | None = None) -> str:
    """Keep a run that began so many hours after noon; it has ended where something came of it."""
    began = NOON + timedelta(hours=hour)
    run_id = f"{began:%Y%m%dT%H%M%S}-{hour:08x}"
    runs.begin(CONNECTION, run_id, found={}, now=began, phase=Phase.LIVE, by=by)
    if outcome:
        tallies = {"push_invoices": Tally({outcome: Sum(1, Decimal("9.63"))})}
        runs.finish(CONNECTION, run_id, tallies=tallies, failures=[], now=began)
    return run_id


def shown_runs(context: Context, query: str) -> set[str]:
    pages = everything(context, f"runs?{query}")
    return {
        one for shown in pages for one in re.findall(r'/runs/(\d{8}T\d{6}-[0-9a-f]{8})"', shown)
    }


def test_runs_are_narrowed_by_who_outcome_and_days_of_the_company(context: Context) -> None:
    created = run_at(0, outcome=Outcome.CREATED)
    refused = run_at(20, by="ann@harbor.example", outcome=Outcome.REFUSED)
    assert shown_runs(context, "") == {created, refused}
    assert shown_runs(context, "by=Ann") == {refused}
    assert shown_runs(context, "outcome=refused&flow=push_invoices") == {refused}
    assert shown_runs(context, "outcome=refused&flow=push_payments") == set()
    assert shown_runs(context, "state=failed") == set()
    assert shown_runs(context, "first=2026-03-03") == {refused}
    assert shown_runs(context, "last=2026-03-02") == {created}
    assert "No run matches." in page(context, "runs?by=nobody")


def test_a_page_of_many_runs_takes_no_more_calls_than_one_of_a_few(context: Context) -> None:
    for hour in range(MANY):
        run_at(hour, outcome=Outcome.CREATED if hour % 2 else None)
    for query in ("", "outcome=created", "first=2026-03-01&state=finished"):
        with counted() as calls:
            page(context, f"runs?{query}")
        assert len(calls) <= MOST_CALLS, (query, calls)


def test_runs_that_are_narrowed_go_on_page_by_page(context: Context) -> None:
    own = {run_at(hour, outcome=Outcome.CREATED) for hour in range(MANY)}
    assert shown_runs(context, "outcome=created") == own


def test_plans_are_narrowed_by_kind_and_by_what_becomes_of_them(context: Context) -> None:
    kept = [planned(str(own)) for own in range(100, 180)]
    kept += [planned(str(own), decision=Decision.REFUSE, reason="No.") for own in range(180, 184)]
    kept += [planned("200", flow="push_payments", decision=Decision.REFUSE, reason="No.")]
    plans.keep(CONNECTION, REVIEW, kept)
    flows = (
        FlowReport("push_invoices", (Counted("create", 80), Counted("refused", 4))),
        FlowReport("push_payments", (Counted("refused", 1),)),
    )
    reports.save(ReviewReport(CONNECTION, REVIEW, NOON.isoformat(), flows))

    def found(query: str) -> int:
        pages = everything(context, f"review/plans?{query}")
        return sum(len(re.findall(r'<tr><th scope="row">', one)) for one in pages)

    assert (found(""), found("flow=push_invoices")) == (85, 84)
    assert (found("decision=refused"), found("decision=create")) == (5, 80)
    assert found("decision=refused&flow=push_payments") == 1
    assert "No record in the review matches" in page(context, "review/plans?decision=update")
    csv = page(context, "review/plans.csv?decision=refused")
    assert len(csv.splitlines()) == 1 + 5


def test_activity_is_narrowed_by_who_words_and_days(context: Context) -> None:
    for by, what in (("ann@harbor.example", "Paused it."), ("bob@harbor.example", "Resumed it.")):
        activity.note(CONNECTION, by=by, what=what)
    both = page(context, "activity?first=2026-01-01&last=2999-12-31")
    assert ("Paused it." in both, "Resumed it." in both) == (True, True)
    for query in ("by=Ann", "what=paused"):
        shown = page(context, f"activity?{query}")
        assert ("Paused it." in shown, "Resumed it." in shown) == (True, False)
    assert "No activity matches." in page(context, "activity?last=2020-01-01")


def test_the_overview_and_the_worklist_agree_on_what_is_held_up_and_what_needs_a_look(
    context: Context,
) -> None:
    assert "Nothing needs you" in page(context, "")
    entry = Deletion(
        record_id="finish-Payment-164",
        label="payment 901",
        found_at=NOON.isoformat(),
        reason="More was paid than its invoice comes to.",
        fixes=(),
        cause=Kind.TO_FINISH,
    )
    pending.put_deleted(CONNECTION, "push_payments", entry)
    for path in ("", "worklist"):
        assert "1 record needs attention" in page(context, path)


def test_what_undoing_does_is_narrowed_by_record_and_by_what_is_done(context: Context) -> None:
    run_id = run_at(1)
    undos.begin(CONNECTION, replace(ASKED, run_id=run_id, state=UndoState.PREVIEWED), before=None)
    kept = replace(ENTRY, place=12, record_id="700002", mobiwork_id="700002", label="customer Ibis")
    for one in (ENTRY, replace(kept, way=UndoWay.KEEP, step=UndoStep.KEPT)):
        undos.put(CONNECTION, run_id, [one])
    here = f"runs/{run_id}/undo"
    shown = {
        asked: ("700001" in found, "Ibis" in found)
        for asked in ("", "?name=IBIS", "?what=kept", "?name=nobody")
        if (found := page(context, here + asked))
    }
    assert shown == {
        "": (True, True),
        "?name=IBIS": (False, True),
        "?what=kept": (False, True),
        "?name=nobody": (False, False),
    }


def test_versions_of_settings_are_narrowed_by_setting_and_by_who_saved_them(
    context: Context,
) -> None:
    for by, chosen in (
        ("ann", Settings(credit_product="1")),
        ("bob", Settings(refund_product="1")),
    ):
        saved.save_settings(CONNECTION, chosen, saved_at="2026-03-02T12:00:00+00:00", saved_by=by)
    for asked, told in (("?by=ANN", (True, False)), ("?what=refunds", (False, True))):
        found = page(context, f"settings/history{asked}")
        assert (">ann</td>" in found, ">bob</td>" in found) == told, asked
    assert "No version is like that." in page(context, "settings/history?by=nobody")


def test_people_are_looked_for_by_a_part_of_their_address(context: Context) -> None:
    hire()
    found = page(context, "people?name=VIEW")
    assert (PEOPLE[Role.VIEWER] in found, PEOPLE[Role.ADMIN] in found) == (True, False)
    assert "Nobody of that address." in page(context, "people?name=nobody")
