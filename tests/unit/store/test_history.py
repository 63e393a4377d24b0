"""Runs, and what is kept beside them, read as they were written."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import batched, product
from typing import Any

import pytest
from pynamodb.constants import PUT_ITEM

from connector.errors import RetriableError
from connector.model.calls import Calls
from connector.model.connection import Phase
from connector.model.outcomes import About, Outcome, RecordOutcome, Sum, Tally
from connector.model.review.report import ReviewReport
from connector.model.tracking.history import (
    DIED,
    FAILED,
    FINISHED,
    RUNNING,
    OutcomesOf,
    PastRun,
    RunsOf,
)
from connector.model.tracking.tracked import Sought, StandsAs
from connector.store import reports, runs
from connector.store.reports import ReportRow
from connector.store.runs import Begun, OutcomeRow, ProgressRow
from connector.store.tracking import changes, history, tracked
from tests.meanwhile import meanwhile

pytestmark = pytest.mark.usefixtures("table")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
FLOW, OTHER = "push_invoices", "push_payments"
A_YEAR = timedelta(days=365)


def begin(*run_ids: str, connection_id: str = "c1", **how: Any) -> None:
    usual: dict[str, Any] = {"found": {}, "now": NOON}
    for run_id in run_ids:
        runs.begin(connection_id, run_id, **(usual | how))


def end(run_id: str, *failures: str, **how: Any) -> float:
    usual: dict[str, Any] = {"tallies": {}, "failures": list(failures), "now": LATER}
    return runs.finish("c1", run_id, **(usual | how))


def test_a_run_is_read_as_it_began_and_as_it_ended() -> None:
    found, chosen = {FLOW: {"changed": 3}}, {FLOW: ("7", "8")}
    begin("r1", found=found, phase=Phase.LIVE, flows=(FLOW,), chosen=chosen, by="ann")
    began = PastRun(
        run_id="r1",
        state=RUNNING,
        started_at=NOON,
        flows=(FLOW,),
        chosen=chosen,
        by="ann",
        found=found,
    )
    how = Begun(Phase.LIVE, (FLOW,), chosen)
    assert (history.read("c1", "r1"), runs.begun("c1", "r1")) == (began, how)
    tally, calls = Tally({Outcome.CREATED: Sum(3, Decimal("9.63"))}), Calls(metered=4, free=2)
    note = "Its time was up."
    assert end("r1", "It is down.", tallies={FLOW: tally}, note=note, calls=calls) == 300
    ended = replace(
        began,
        state=FAILED,
        finished_at=LATER,
        reports={FLOW: {"created": 3}},
        sums={FLOW: tally.as_json()},
        failures=("It is down.",),
        note=note,
        calls=calls,
    )
    assert (history.read("c1", "r1"), runs.begun("c1", "r1")) == (
        ended,
        replace(how, ended=True, failures=("It is down.",)),
    )


def test_a_run_with_nothing_to_say_says_nothing() -> None:
    begin("r1")
    bare = PastRun(run_id="r1", state=RUNNING, started_at=NOON)
    assert (history.read("c1", "r1"), runs.begun("c1", "r1")) == (bare, Begun(None))
    end("r1", note="Its time was up.")
    end("r1")
    ended = replace(bare, state=FINISHED, finished_at=LATER, calls=Calls())
    assert history.read("c1", "r1") == ended


def test_where_there_is_no_run_none_is_read() -> None:
    begin("r1")
    begin("r2", connection_id="c2")
    assert (history.read("c1", "r2"), runs.begun("c1", "r2")) == (None, Begun(None))
    assert [runs.exists("c1", one) for one in ("r1", "r2")] == [True, False]


def test_runs_are_read_page_by_page_the_latest_first() -> None:
    begin("r1", "r2", "r3")
    begin("r4", connection_id="c2")
    pages = [
        history.read_some("c1", RunsOf(), after=after, limit=limit)
        for after, limit in ((None, 2), ("r2", 2), (None, 3))
    ]
    assert [[one.run_id for one in page.runs] for page in pages] == [
        ["r3", "r2"],
        ["r1"],
        ["r3", "r2", "r1"],
    ]
    assert [page.next for page in pages] == ["r2", None, None]


def test_the_latest_run_is_read_of_each_connection_that_has_one() -> None:
    begin("r1", "r2")
    begin("r1", connection_id="c2")
    found = history.read_latest({"c1": "r2", "c2": "r1", "c3": "r1"})
    assert {own: one.run_id for own, one in found.items()} == {"c1": "r2", "c2": "r1"}


def test_of_the_run_before_one_is_told_whether_it_said_its_end() -> None:
    begin("r1", "r2", "r3")
    end("r1")
    told = [history.before("c1", one) for one in ("r1", "r2", "r3")]
    assert told == [None, ("r1", True), ("r2", False)]


def test_the_first_run_is_the_one_before_which_others_only_planned() -> None:
    for number, (earlier, phase, first) in enumerate(
        (
            ("20260301T090000-a", Phase.REVIEW, True),
            ("20260301T090000-a-dry", Phase.LIVE, True),
            ("20260301T090000-a", Phase.LIVE, False),
            ("20260301T090000-a", None, False),
            ("20260303T090000-a", Phase.LIVE, True),
        )
    ):
        own, this = f"c{number}", "20260302T090000-b"
        begin(earlier, connection_id=own, phase=phase)
        begin(this, connection_id=own, phase=Phase.LIVE)
        assert runs.is_first(own, this) is first


def told(record_id: str, outcome: Outcome = Outcome.CREATED, **more: Any) -> RecordOutcome:
    usual: dict[str, Any] = {"run_id": "r1", "flow": FLOW, "label": f"invoice {record_id}"}
    return RecordOutcome(record_id=record_id, outcome=outcome, **(usual | more))


def record(*every: RecordOutcome) -> None:
    for one in every:
        runs.record("c1", one)


def places(found: Iterable[RecordOutcome]) -> list[str]:
    return [f"{one.run_id} {one.flow} {one.record_id}" for one in found]


def test_what_runs_told_of_one_record_is_read_in_the_order_of_the_runs() -> None:
    record(told("7"), told("8"), told("7", flow=OTHER), told("7", run_id="r2"))
    found = history.of_record("c1", FLOW, "7", ["r2", "r3", "r1"])
    assert places(found) == ["r2 push_invoices 7", "r1 push_invoices 7"]


EVERY = (
    told("1"),
    told("2", Outcome.REFUSED),
    told("3", Outcome.REFUSED),
    told("1", Outcome.REFUSED, flow=OTHER),
    told("2", flow=OTHER),
)


ASKED: tuple[tuple[str | None, Outcome | None, dict[str, str]], ...] = (
    (None, None, {FLOW: "123", OTHER: "12"}),
    (FLOW, None, {FLOW: "123"}),
    (None, Outcome.REFUSED, {FLOW: "23", OTHER: "1"}),
    (FLOW, Outcome.REFUSED, {FLOW: "23"}),
    (OTHER, Outcome.REFUSED, {OTHER: "1"}),
    (None, Outcome.WAITING, {}),
)
"""A flow and an outcome, and the records of each flow that there are of them."""


@pytest.mark.parametrize("followed", [True, False])
def test_outcomes_of_a_run_are_read_page_by_page_with_lists_or_without(*, followed: bool) -> None:
    record(*EVERY, told("9", run_id="r2"))
    if followed:
        for one in (FLOW, OTHER):
            tracked.note("c1", one, [each for each in EVERY if each.flow == one], now=NOON)
    for (flow, outcome, expected), limit in product(ASKED, (1, 2, 9)):
        whole = [f"r1 {name} {own}" for name, ids in expected.items() for own in ids]
        pages, after = list[list[str]](), None
        while not pages or after is not None:
            asked = OutcomesOf("r1", flow, outcome)
            page = history.outcomes("c1", asked, after=after, limit=limit)
            pages.append(places(page.outcomes))
            after = page.next
        assert pages == [*map(list, batched(whole, limit, strict=False))] or not whole


def test_runs_in_a_state_of_somebody_and_of_some_days_are_read() -> None:
    names = [f"20260302T{hour:02}0000-{hour:08x}" for hour in range(8, 16)]
    for place, name in enumerate(names):
        begin(name, by="Ann" if place % 2 else None)
        if place % 3 == 0:
            end(name, "It is down.")
    by_ann = history.read_some("c1", RunsOf(state=FAILED, by="ann"), after=None, limit=9)
    assert [one.run_id for one in by_ann.runs] == [names[3]]
    asked = RunsOf(since=NOON - timedelta(hours=2), until=NOON + timedelta(hours=1))
    pages = history.read_some("c1", asked, after=names[5], limit=2)
    whole = history.read_some("c1", asked, after=None, limit=2)
    assert [one.run_id for one in pages.runs] == [names[4], names[3]]
    assert [one.run_id for one in whole.runs][:2] == [names[4], names[3]]
    died = history.read_some("c1", RunsOf(state=DIED), after=None, limit=9)
    assert [one.run_id for one in died.runs] == [
        one for place, one in enumerate(names) if place % 3
    ][::-1]


def test_how_many_stand_where_is_told_of_several_connections() -> None:
    for connection_id, flow, records in (("c1", FLOW, 2), ("c1", OTHER, 1), ("c2", FLOW, 3)):
        every = [told(str(own), flow=flow) for own in range(records)]
        tracked.note(connection_id, flow, every, now=NOON)
    assert changes.counts_of_many(["c1", "c2", "c3"], [FLOW]) == {
        "c1": {FLOW: {StandsAs.POSTED: Sum(2)}},
        "c2": {FLOW: {StandsAs.POSTED: Sum(3)}},
        "c3": {},
    }


def test_some_records_are_read_by_flow_and_id_in_that_order() -> None:
    for flow in (FLOW, OTHER):
        tracked.note("c1", flow, [told("1", flow=flow), told("2", flow=flow)], now=NOON)
    wanted = [(OTHER, "1"), (FLOW, "2"), (FLOW, "1"), (FLOW, "9"), (FLOW, "1")]
    found = [(one.flow, one.record_id) for one in tracked.read_some("c1", wanted)]
    assert found == [(FLOW, "1"), (FLOW, "2"), (OTHER, "1")]


def test_a_view_of_many_rows_is_read_to_its_end() -> None:
    for number in range(30):
        month = date(2023 + number // 12, 1 + number % 12, 3)
        one = told(f"{number:02}", about=About(day=month))
        tracked.note("c1", FLOW, [one], now=NOON)
    sought = Sought(state=StandsAs.POSTED, flows=frozenset({FLOW}))
    found = tracked.find("c1", sought, after=None, limit=99, oldest_first=True)
    assert [one.record_id for one in found.records] == [f"{number:02}" for number in range(30)]


def test_what_others_follow_at_the_same_moment_is_followed_by_both() -> None:
    tracked.note("c1", FLOW, [told("1")], now=NOON)
    others = partial(tracked.note, "c1", FLOW, [told("2")], now=NOON)
    with meanwhile(others, before=PUT_ITEM):
        tracked.catch_up("c1", FLOW, [told("3")], now=NOON)
    assert set(tracked.read_many("c1", FLOW, "123")) == {*"123"}
    assert tracked.counts("c1")[FLOW][StandsAs.POSTED].count == 3


def test_what_others_follow_all_the_time_is_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracked.note("c1", FLOW, [told("1")], now=NOON)
    monkeypatch.setattr(changes, "TRIES", 1)
    others = partial(tracked.note, "c1", FLOW, [told("2")], now=NOON)
    with (
        meanwhile(others, before=PUT_ITEM),
        pytest.raises(RetriableError, match="changed all the time"),
    ):
        tracked.catch_up("c1", FLOW, [told("3")], now=NOON)
    assert set(tracked.read_many("c1", FLOW, "123")) == {*"12"}


def test_an_outcome_says_how_it_differs_from_the_plan_that_a_person_has_seen() -> None:
    record(told("7"), told("8"))
    runs.note_unlike("c1", told("7"), "Its total was 9.63.")
    found = {one.record_id: one.unlike_plan for one in runs.outcomes("c1", "r1")}
    assert found == {"7": "Its total was 9.63.", "8": None}


def test_an_outcome_says_when_it_was_told() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    record(told("7"))
    [one] = runs.outcomes("c1", "r1")
    assert one.at
    assert before <= one.at <= datetime.now(UTC)


def test_a_report_is_kept_in_the_place_of_the_one_before_of_the_same_scope() -> None:
    for scope, made_at in (("review", "1"), ("r1", "2"), ("review", "3")):
        reports.save(ReviewReport("c1", scope, made_at, (), notes=("Look at it.",)))
    found = [reports.read("c1", scope) for scope in ("review", "r1", "r2")]
    assert [one and (one.made_at, one.notes) for one in found] == [
        ("3", ("Look at it.",)),
        ("2", ("Look at it.",)),
        None,
    ]


def test_what_is_kept_of_a_run_is_there_for_more_than_a_year() -> None:
    record(told("7"))
    runs.save_progress("c1", "r1", FLOW, "7")
    reports.save(ReviewReport("c1", "r1", "1", ()))
    rows = (
        OutcomeRow.get("c1#outcome#r1", f"{FLOW}#7"),
        ProgressRow.get("c1#progress#r1", FLOW),
        ReportRow.get("c1#report", "r1"),
    )
    left = [datetime.fromtimestamp(row.expires_at, UTC) - datetime.now(UTC) for row in rows]
    assert [A_YEAR < one < 2 * A_YEAR for one in left] == [True] * 3
