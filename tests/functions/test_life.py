"""The life of a connection over HTTP, and what its end leaves behind."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.matching.facts import matched_targets
from connector.jobs import closing
from connector.model.connection import Phase, PhaseChange
from connector.model.cursor import Side
from connector.model.review.planned import REVIEW
from connector.services import LOGIN
from connector.store import connections, doorbells, looks, reports, runs
from connector.store.life import phases
from connector.store.life.rows import ConnectionRow
from connector.store.records import matches, pending
from connector.store.table import Item
from functions.find_changes.app import handler as find_changes
from functions.finish_run.app import handler as finish_run
from functions.serve_connections.app import handler
from functions.serve_payments.app import handler as serve_payments
from tests.builders import a_customer
from tests.functions.cloud import Cloud, the_run
from tests.functions.connecting import started
from tests.functions.context import Context
from tests.functions.events import CONNECTION, REALM, event
from tests.functions.sites import REFRESH_TOKEN, REVOKE_URL, IntuitSite, MobiWorkSite

WHO = "arn:aws:sts::123456789012:assumed-role/Bookkeeper/office"
UNREAD = {"push_invoices": {"more": True}}
ALL = {"run": "r1", "matched": list(matched_targets())}
ERASE, KEEP = {"links": "erase"}, {"links": "keep"}


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a live connection."""


def ask(context: Context, step: str, body: object = None) -> tuple[int, dict[str, Any]]:
    """Return the status and the answer to one step, or to a look at the connection."""
    path = f"/connections/{CONNECTION}{f'/{step}' if step else ''}"
    asked = event("serve_connections")
    asked["headers"] |= {"content-type": "application/json"}
    asked["requestContext"]["http"] |= {"path": path, "method": "POST" if step else "GET"}
    changes = {"rawPath": path, "pathParameters": {"connection_id": CONNECTION}}
    text = None if body is None else json.dumps(body)
    answer = handler(asked | changes | {"body": text}, context)
    return answer["statusCode"], json.loads(answer["body"])


def steps(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["phase"], one["by"]) for one in answer["history"]]


def found_by_a_look(found: dict[str, Any]) -> None:
    """Have both sides looked at, for the settings that the connection was made with."""
    looks.save_findings(
        CONNECTION, found=found, run_id=None, settings_version=1, now=datetime.now(UTC)
    )


def in_review(*, looked: bool = True) -> None:
    """Have the connection in review, with both sides looked at and nothing to do."""
    if looked:
        found_by_a_look({})
    ConnectionRow(pk=CONNECTION, sk="connection").update(
        actions=[ConnectionRow.phase.set(Phase.REVIEW.value)]
    )


def test_start_pause_and_resume_say_who_did_it(context: Context) -> None:
    in_review()
    answers = [ask(context, step) for step in ("start", "pause", "resume")]
    assert [status for status, _ in answers] == [200] * 3
    told = ("live", WHO), ("paused", WHO), ("live", WHO)
    assert steps(answers[-1][1])[1:] == [*told]
    assert answers[-1][1]["connection"]["phase"] == "live"
    assert ask(context, "")[1] == answers[-1][1]


@pytest.mark.case("F3b")
def test_what_was_paused_has_both_sides_compared_before_anything_is_created(
    context: Context,
) -> None:
    in_review()
    ask(context, "start")
    for step, live in (("resume", True), ("pause", True), ("resume", False)):
        if step == "resume":
            matches.save_look(CONNECTION, {"live": True})
        ask(context, step)
        assert matches.look(CONNECTION)["live"] is live


@pytest.mark.case("F1w")
def test_a_connection_that_is_started_or_resumed_is_looked_at_at_once(
    cloud: Cloud, context: Context
) -> None:
    in_review()
    asked = []
    for step in ("start", "pause", "resume"):
        ask(context, step)
        asked.append(len(cloud.messages()))
    assert asked == [1, 0, 1]


def test_nobody_starts_before_both_sides_were_read_compared_and_planned(context: Context) -> None:
    in_review(looked=False)
    status, told = ask(context, "start")
    assert (status, "not been read completely" in told["detail"]) == (409, True)
    found_by_a_look(UNREAD)
    assert ask(context, "start")[0] == 409
    in_review()
    connections.begin_run(connections.read(CONNECTION), "r1")
    runs.begin(CONNECTION, "r1", found={}, now=datetime.now(UTC), phase=Phase.REVIEW)
    some = {"run": "r1", "matched": list(matched_targets()[:-1])}
    for look in ({}, some, {"run": "r0", "matched": list(matched_targets())}, ALL):
        matches.save_look(CONNECTION, look)
        status, told = ask(context, "start")
        assert (status, "The review has not ended" in told["detail"]) == (409, True)
    told = {"connection_id": CONNECTION, "run_id": "r1", "failures": []}
    finish_run(told, context)
    assert connections.phase(CONNECTION) is Phase.REVIEW
    report = reports.read(CONNECTION, REVIEW)
    assert report is not None
    assert ask(context, "start", {"reviewed_at": report.made_at})[0] == 200


def test_what_is_asked_for_twice_is_done_once(context: Context) -> None:
    in_review()
    twice = [ask(context, "start") for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    ("phase", "step", "hint"),
    [
        (Phase.REVIEW, "pause", "In review, nothing is written on either side"),
        (Phase.REVIEW, "resume", "Start it or close it"),
        (Phase.PAUSED, "start", "Resume it or close it."),
    ],
)
def test_a_step_that_does_not_fit_is_a_conflict_in_words(
    context: Context, phase: Phase, step: str, hint: str
) -> None:
    known = connections.read(CONNECTION)
    phases.change(known, PhaseChange(phase=phase, at=datetime.now(UTC), by="ann"))
    before = phases.history(CONNECTION)
    status, answer = ask(context, step)
    assert (status, hint in answer["detail"]) == (409, True)
    assert phases.history(CONNECTION) == before


def test_nobody_resumes_what_is_closed(context: Context) -> None:
    ask(context, "close", KEEP)
    assert [ask(context, step)[0] for step in ("start", "resume", "close")] == [409, 409, 422]
    closed = ask(context, "close", ERASE)[1]["connection"]
    assert (closed["phase"], closed["state"]) == ("closed", None)


def test_nothing_is_pushed_by_hand_while_the_connection_is_not_live(
    cloud: Cloud, context: Context
) -> None:
    in_review()
    answer = serve_payments(event("serve_payments_pushed"), context)
    assert (answer["statusCode"], cloud.executions()) == (409, [])
    assert "the connection is in review, not live" in answer["body"]


def test_a_paused_connection_keeps_its_rings_and_reads_nothing(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    ask(context, "pause")
    doorbells.claim(CONNECTION, Side.MOBIWORK, now=long_ago, until=long_ago)
    find_changes(event("find_changes"), context)
    assert (len(mobiwork.http.calls), cloud.executions()) == (0, [])
    assert Side.MOBIWORK in doorbells.rung(CONNECTION, now=datetime.now(UTC))


def test_a_run_that_was_paused_says_so_in_its_report(context: Context) -> None:
    runs.begin(CONNECTION, "r1", found={}, now=datetime.now(UTC), phase=Phase.LIVE)
    ask(context, "pause")
    told = {"connection_id": CONNECTION, "run_id": "r1", "failures": []}
    answer = finish_run(told, context)
    assert "The run ended early: office made the connection paused at" in answer["note"]
    assert the_run("r1").note == answer["note"]


def test_a_run_that_ended_by_itself_says_nothing_of_that(context: Context) -> None:
    runs.begin(CONNECTION, "r1", found={}, now=datetime.now(UTC), phase=Phase.LIVE)
    answer = finish_run({"connection_id": CONNECTION, "run_id": "r1", "failures": []}, context)
    assert "note" not in answer
    assert the_run("r1").note is None


def stored_of_the_connection() -> set[str]:
    return {row.pk for row in Item.scan() if row.pk.startswith(CONNECTION)}


@pytest.mark.usefixtures("mobiwork")
def test_closing_forgets_every_secret_and_frees_both_sides(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    doorbells.save_secret_digest(CONNECTION, "digest")
    ask(context, "close", KEEP)
    find_changes(event("find_changes"), context)
    assert intuit.revoked == [{"token": f"{REFRESH_TOKEN}-old"}]
    login = cloud.services.secrets.read_secret(CONNECTION, LOGIN)
    assert (cloud.services.tokens.get(CONNECTION), login) == (None, None)
    assert doorbells.secret_digest(CONNECTION) is None
    assert (connections.of_realm(REALM), connections.of_account("40321")) == (None, None)
    assert connections.read(CONNECTION).closing is None


def test_a_token_that_cannot_be_revoked_now_is_kept_until_it_is(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    ask(context, "close", KEEP)
    intuit.http.replace("POST", REVOKE_URL, status=503)
    find_changes(event("find_changes"), context)
    assert cloud.services.tokens.get(CONNECTION) is not None
    assert connections.of_realm(REALM) == CONNECTION


def test_the_secrets_are_not_taken_from_a_run_that_is_ending(
    cloud: Cloud, context: Context, mobiwork: MobiWorkSite
) -> None:
    known = connections.read(CONNECTION)
    mobiwork.lists(a_customer())
    find_changes(event("find_changes"), context)
    ask(context, "close", KEEP)
    now = datetime.now(UTC)
    waits = closing.go_on(cloud.services, known_now(), lambda: 900, running=True, now=now)
    assert (waits, cloud.services.tokens.get(known.connection_id) is not None) == (
        "it is closed, and its last run is ending",
        True,
    )


@pytest.mark.usefixtures("mobiwork")
def test_the_secrets_are_not_taken_from_a_run_that_somebody_started_by_hand(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    run_id = "20261129T180000-0a1b2c3d"
    runs.begin(CONNECTION, run_id, found={}, now=datetime.now(UTC), phase=Phase.LIVE)
    cloud.services.machines.start_execution(stateMachineArn=cloud.machine_arn, name=run_id)
    ask(context, "close", KEEP)
    find_changes(event("find_changes"), context)
    assert cloud.services.tokens.get(CONNECTION) is not None
    cloud.end_execution(run_id)
    find_changes(event("find_changes"), context)
    assert cloud.services.tokens.get(CONNECTION) is None


@pytest.mark.usefixtures("mobiwork")
def test_who_connects_again_while_the_closing_goes_on_is_told_before_the_consent(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    ask(context, "close", KEEP)
    assert cloud.messages() == [{"connection_id": CONNECTION}]
    assert "is being closed" in started(context)["detail"]
    find_changes(event("find_changes"), context)
    assert "authorize_url" in started(context)


def known_now() -> Any:
    return connections.read(CONNECTION)


def test_everything_but_the_history_is_erased_when_nothing_of_before_is_at_work(
    cloud: Cloud, intuit: IntuitSite, context: Context
) -> None:
    cloud.finds(a_customer())
    ask(context, "close", ERASE)
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=16)
    go_on = closing.go_on
    go_on(cloud.services, known_now(), lambda: 900, running=False, now=now)
    go_on(cloud.services, known_now(), lambda: 900, running=False, now=now)
    go_on(cloud.services, known_now(), lambda: 900, running=True, now=later)
    assert [*pending.read_all(CONNECTION, "push_customers")]
    go_on(cloud.services, known_now(), lambda: 10, running=False, now=later)
    assert known_now().closing is not None
    go_on(cloud.services, known_now(), lambda: 900, running=False, now=later)
    assert stored_of_the_connection() == {CONNECTION, f"{CONNECTION}#phases"}
    assert (known_now().closing, ask(context, "")[0]) == (None, 200)
