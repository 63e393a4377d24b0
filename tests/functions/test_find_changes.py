import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.changes.company import let_age
from connector.errors import OPEN_SETTINGS, RemoteDownError
from connector.model.company import LONG_AGO
from connector.model.connection import ConnectionState
from connector.model.ids import new_run_id
from connector.model.pending import PendingState
from connector.store import connections, looks
from connector.store import settings as saved
from connector.store.records import fingerprints, pending
from functions.find_changes.app import handler
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.functions.cloud import Cloud, findings, the_run
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite, MobiWorkSite

DONE: dict[str, Any] = {"batchItemFailures": []}
CUT = '<response version="10.0.78" statusCode="1"><productList><product><name>Copper el'


def message(body: str, message_id: str = "m1") -> dict[str, Any]:
    record = event("find_changes")["Records"][0]
    return {"Records": [record | {"messageId": message_id, "body": body}]}


def look(context: Context) -> dict[str, Any]:
    answer: dict[str, Any] = handler(event("find_changes"), context)
    return answer


def changed() -> dict[str, int]:
    return {flow: counts["changed"] for flow, counts in findings().found.items() if counts["read"]}


@pytest.fixture(autouse=True)
def _connected(connected: Cloud) -> None:
    """Every test here begins with a connection that works."""


def test_one_execution_starts_when_something_is_pending(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer(), a_product())
    assert look(context) == DONE
    run_id = connections.read(CONNECTION).run_id
    assert cloud.executions() == [
        {
            "connection_id": CONNECTION,
            "run_id": run_id,
            "name": run_id,
            "stages": [["push_customers", "push_products"]],
        },
    ]


def test_what_was_found_is_pending_and_counted(mobiwork: MobiWorkSite, context: Context) -> None:
    mobiwork.lists(a_customer(), a_customer("700002"), a_payment())
    look(context)
    assert changed() == {"push_customers": 2, "push_payments": 1}
    found = pending.to_plan(CONNECTION, "push_customers")
    assert [item.record_id for item in found] == ["700001", "700002"]


def test_a_run_begins_with_what_was_found(mobiwork: MobiWorkSite, context: Context) -> None:
    mobiwork.lists(a_customer())
    look(context)
    run = the_run(str(connections.read(CONNECTION).run_id))
    assert (run.state, run.found) == ("running", findings().found)


def test_nothing_starts_when_nothing_is_pending(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    assert (look(context), cloud.executions(), findings().run_id) == (DONE, [], "")


def test_the_same_records_read_again_start_nothing(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    pending.close(next(iter(pending.to_plan(CONNECTION, "push_customers"))))
    look(context)
    assert (len(cloud.executions()), findings().found["push_customers"]["unchanged"]) == (1, 1)


def test_nothing_starts_while_a_run_is_under_way(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    mobiwork.lists(a_customer(companyName="Blue Heron Plumbing LLC"))
    assert (look(context), len(cloud.executions())) == (DONE, 1)


def test_of_two_looks_at_once_one_starts_a_run(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    mobiwork.accepts_the_login_while(
        lambda: connections.begin_run(connections.read(CONNECTION), "20261122T090001-other001")
    )
    assert (look(context), cloud.executions(), findings().run_id) == (DONE, [], "")


def test_what_is_left_of_a_run_that_ended_starts_the_next(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    look(context)
    assert len({one["run_id"] for one in cloud.executions()}) == 2


def test_a_run_that_somebody_is_about_to_start_is_the_only_one(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    connections.begin_run(connections.read(CONNECTION), new_run_id())
    mobiwork.lists(a_customer())
    assert (look(context), cloud.executions()) == (DONE, [])


def test_a_run_that_never_came_about_does_not_block_the_next(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    connections.begin_run(connections.read(CONNECTION), "20261122T090001-never001")
    mobiwork.lists(a_customer())
    look(context)
    assert len(cloud.executions()) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [(CUT, "breaks at line 2"), ("<html><body>Maintenance</body></html>", "is a web page")],
)
def test_a_list_that_cannot_be_read_is_a_problem_of_its_flow(
    mobiwork: MobiWorkSite, context: Context, text: str, told: str
) -> None:
    mobiwork.lists(a_customer())
    mobiwork.lists_text("product", text)
    assert look(context) == DONE
    problem = findings().found["push_products"]["problem"]
    assert problem.startswith("The products of MobiWork could not be read to the end: ")
    assert told in problem


def test_a_list_that_cannot_be_read_spares_the_other_flows(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer(), a_product(), a_payment())
    mobiwork.lists_text("product", CUT)
    look(context)
    assert changed() == {"push_customers": 1, "push_payments": 1}
    assert len(cloud.executions()) == 1


def test_a_list_that_could_not_be_read_is_found_next_time(
    mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists_text("product", CUT)
    look(context)
    mobiwork.lists(a_product())
    look(context)
    assert changed() == {"push_products": 1}


def test_a_wrong_password_marks_the_connection(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.refuses_the_login()
    assert (look(context), connections.read(CONNECTION).state) == (
        DONE,
        ConnectionState.LOGIN_REFUSED,
    )
    assert "Invalid API login id or password" in str(connections.read(CONNECTION).reason)
    assert cloud.executions() == []


@pytest.mark.case("R4")
def test_a_refused_login_is_tried_again_with_growing_pauses_until_it_works(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    mobiwork.refuses_the_login()
    pauses = []
    for _ in range(3):
        look(context)
        pauses.append(connections.read(CONNECTION).pause_seconds)
    assert pauses == [600, 1200, 2400]
    assert CONNECTION in connections.take_due(datetime.now(UTC) + timedelta(hours=2))
    mobiwork.lets_log_in()
    look(context)
    found = connections.read(CONNECTION)
    assert (found.state, found.reason, len(cloud.executions())) == (ConnectionState.ACTIVE, None, 1)


@pytest.mark.case("R4")
def test_a_blocked_login_parks_nothing_and_is_told_until_it_works(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    mobiwork.blocks_the_login()
    pauses = []
    for _ in range(3):
        assert look(context) == DONE
        pauses.append(connections.read(CONNECTION).pause_seconds)
    found = connections.read(CONNECTION)
    assert (found.state, pauses) == (ConnectionState.ACTIVE, [600, 1200, 2400])
    assert "does not mean that the password is wrong" in str(found.warning)
    mobiwork.lets_log_in()
    look(context)
    assert (connections.read(CONNECTION).warning, len(cloud.executions())) == (None, 1)


def test_a_marked_connection_is_left_alone(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    connections.mark_broken(CONNECTION, "Reconnect it.")
    mobiwork.lists(a_customer())
    assert (look(context), cloud.executions(), len(mobiwork.http.calls)) == (DONE, [], 0)


@pytest.mark.parametrize("body", ["", "no json", "[]", "null", "{}", '{"connection": "c1"}'])
def test_a_message_that_cannot_be_read_goes_back(context: Context, body: str) -> None:
    assert handler(message(body), context) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_a_message_about_an_unknown_connection_goes_back(context: Context) -> None:
    unknown = message(json.dumps({"connection_id": "c9"}))
    assert handler(unknown, context) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_a_bad_message_does_not_keep_another_from_being_worked_on(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    both = message("no json")["Records"] + event("find_changes")["Records"]
    answer = handler({"Records": both}, context)
    assert (answer, len(cloud.executions())) == (
        {"batchItemFailures": [{"itemIdentifier": "m1"}]},
        1,
    )


def test_a_company_whose_lists_changed_is_read_again_and_the_settings_are_checked(
    cloud: Cloud, mobiwork: MobiWorkSite, intuit: IntuitSite, context: Context
) -> None:
    saved.save_settings(CONNECTION, settings(income_account="Old name"), saved_at="", saved_by="t")
    let_age(CONNECTION)
    mobiwork.lists()
    look(context)
    remembered = saved.read_company(CONNECTION)
    assert remembered is not None
    assert remembered.read_at != LONG_AGO
    told = findings().found["settings"]["problem"]
    assert 'The setting "Income Account" says "Old name"' in told


@pytest.mark.case("F16")
def test_settings_saved_during_a_run_are_applied_when_it_ends(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    (item,) = pending.to_plan(CONNECTION, "push_customers")
    pending.hold(item, PendingState.REFUSED, reason="", fixes=[OPEN_SETTINGS])
    saved.save_settings(CONNECTION, settings(), saved_at="", saved_by="test")
    look(context)
    assert cloud.messages() == [{"connection_id": CONNECTION}]
    cloud.end_execution(str(connections.read(CONNECTION).run_id))
    look(context)
    assert (len(cloud.executions()), saved.replay_due(CONNECTION)) == (2, None)


def test_looks_that_are_asked_for_during_a_run_leave_one_message_for_its_end(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    look(context)
    before = cloud.services.config
    cloud.services.config = replace(before, doorbell_seconds=30)
    for _ in range(3):
        look(context)
    cloud.services.config = before
    assert cloud.hidden_messages() == 1


@pytest.mark.case("R7")
def test_a_look_that_fails_is_put_off_longer_each_time_and_told_at_the_third(
    cloud: Cloud,
    mobiwork: MobiWorkSite,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mobiwork.lists(a_customer())
    told, pauses = [], []
    with monkeypatch.context() as broken:
        broken.setattr(fingerprints, "read", _down)
        for _ in range(3):
            assert look(context) == DONE
            found = connections.read(CONNECTION)
            told.append(found.warning)
            pauses.append(found.pause_seconds)
    assert (told[:2], pauses) == ([None, None], [600, 1200, 2400])
    assert "3 times in a row" in str(told[2])
    assert "The table is overloaded." in str(told[2])
    assert capsys.readouterr().out.count('"LooksFailing"') >= 1
    look(context)
    assert (connections.read(CONNECTION).warning, len(cloud.executions())) == (None, 1)


def _down(*_told: object) -> None:
    raise RemoteDownError("The table is overloaded.")


@pytest.mark.case("X9")
def test_a_second_look_at_once_leaves_the_connection_alone(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    mobiwork.lists(a_customer())
    now = datetime.now(UTC)
    other = looks.Turn(CONNECTION, "other")
    assert looks.begin(other, now=now, until=now + timedelta(minutes=1))
    assert (look(context), cloud.executions(), len(mobiwork.http.calls)) == (DONE, [], 0)
    looks.end(other)
    look(context)
    assert len(cloud.executions()) == 1


@pytest.mark.case("X9")
def test_the_turn_of_a_dead_worker_passes_on(cloud: Cloud, context: Context) -> None:
    now = datetime.now(UTC)
    dead, next_one = looks.Turn(CONNECTION, "dead"), looks.Turn(CONNECTION, "next")
    assert looks.begin(dead, now=now, until=now + timedelta(minutes=1))
    later = now + timedelta(minutes=2)
    assert looks.begin(next_one, now=later, until=later + timedelta(minutes=1))
    assert looks.end(dead, failed=True) == 0
    assert not looks.begin(dead, now=later, until=later)
    assert looks.begin(next_one, now=later, until=later + timedelta(minutes=1))


@pytest.mark.case("F11")
def test_a_status_given_while_connecting_that_no_record_has_is_told_by_the_first_look(
    cloud: Cloud, mobiwork: MobiWorkSite, context: Context
) -> None:
    chosen = settings(invoice_statuses=["Payed"])
    saved.save_settings(CONNECTION, chosen, saved_at="", saved_by="connect")
    mobiwork.lists(an_invoice(status="Paid"))
    look(context)
    assert "Did you mean Paid (1 invoice, $9.63)?" in findings().found["settings"]["problem"]


class UpAfter(Context):
    """A context whose time is up once something of a list of MobiWork was stored."""

    def __init__(self, flow: str) -> None:
        super().__init__()
        self._flow = flow

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        stored = next(iter(pending.read_all(CONNECTION, self._flow)), None)
        return 300_000 if stored is None else 30_000


@pytest.mark.case("R5")
@pytest.mark.parametrize(("flow", "messages"), [("push_customers", 1), ("push_payments", 0)])
def test_lists_that_were_not_begun_are_read_at_once_and_a_long_one_as_soon_as_usual(
    cloud: Cloud, mobiwork: MobiWorkSite, flow: str, messages: int
) -> None:
    payments = [a_payment(str(900 + number)) for number in range(200)]
    mobiwork.lists(a_customer(), *payments)
    assert look(UpAfter(flow)) == DONE
    assert len(cloud.messages()) == messages
    assert findings().found["push_payments"]["more"]
    assert (
        connections.read(CONNECTION).pause_seconds == connections.read(CONNECTION).interval_seconds
    )
