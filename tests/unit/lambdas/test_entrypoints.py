import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.exceptions import PutError

from connector.engine.run import Run
from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    ConnectorError,
    DuplicateNameError,
    DuplicateNumberError,
    FlowFailedError,
    MissingMappingsError,
    RateLimitedError,
    RecordError,
    RejectedError,
    RemoteDownError,
    RetriableError,
    StaleSyncTokenError,
    UnreadableAnswerError,
)
from connector.jobs.finish_run import finish
from connector.lambdas.entrypoints import queue, scheduled, task
from connector.model.connection import Connection, ConnectionState
from connector.model.outcomes import Outcome, Report
from connector.services import Services
from connector.store import connections
from connector.store.tracking import history
from tests.functions.context import Context

pytestmark = pytest.mark.usefixtures("table")

INPUT = {"connection_id": "c1", "run_id": "r1"}
NOTHING = Report("push_customers", more=False)


@pytest.fixture(autouse=True)
def _connection(table: None) -> None:
    connection = Connection(
        connection_id="c1",
        realm_id="913",
        company_name="Harbor Books",
        mobiwork_client_id="40321",
        mobiwork_version="10.0.78",
        state=ConnectionState.ACTIVE,
    )
    connections.save_new(connection, now=datetime.now(UTC))


def raised_by(error: ConnectorError) -> ConnectorError:
    def fail(_run: Run) -> Report:
        raise error

    with pytest.raises(ConnectorError) as raised:
        task(fail)(INPUT, Context())
    return raised.value


def run_of(**changes: Any) -> Run:
    seen: list[Run] = []

    def look(run: Run) -> Report:
        seen.append(run)
        return NOTHING

    task(look)(INPUT | changes, Context(milliseconds=90_500))
    return seen[0]


@pytest.mark.parametrize(
    ("error", "crosses_as"),
    [
        (RetriableError("x"), RetriableError),
        (RateLimitedError("x"), RetriableError),
        (RemoteDownError("x"), RetriableError),
        (UnreadableAnswerError("x"), RetriableError),
        (StaleSyncTokenError("x"), RetriableError),
        (RecordError("x"), RecordError),
        (MissingMappingsError(["x"]), RecordError),
        (RejectedError("x", code="6000"), RecordError),
        (DuplicateNameError("x", code="6240"), RecordError),
        (DuplicateNumberError("x", code="6140"), RecordError),
        (ConnectionBrokenError("x"), ConnectionBrokenError),
        (ConfigurationError("x"), ConfigurationError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_an_error_crosses_under_its_public_name_with_its_sentence(
    error: ConnectorError, crosses_as: type[ConnectorError]
) -> None:
    crossed = raised_by(error)
    assert (type(crossed), str(crossed)) == (crosses_as, "x")


def test_the_precise_error_stays_the_cause() -> None:
    assert isinstance(raised_by(RateLimitedError("x")).__cause__, RateLimitedError)


def test_a_broken_connection_is_marked_with_the_reason() -> None:
    raised_by(ConnectionBrokenError("Reconnect it."))
    found = connections.read("c1")
    assert (found.state, found.reason) == (ConnectionState.RECONNECT_NEEDED, "Reconnect it.")


@pytest.mark.parametrize("error", [RemoteDownError("x"), RecordError("x"), ConfigurationError("x")])
def test_no_other_error_marks_a_connection(error: ConnectorError) -> None:
    raised_by(error)
    assert connections.read("c1").state == ConnectionState.ACTIVE


def test_an_error_of_another_kind_is_not_hidden() -> None:
    def fail(_run: Run) -> Report:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        task(fail)(INPUT, Context())


def test_a_table_that_fails_is_tried_again_by_the_state_machine() -> None:
    def fail(_run: Run) -> Report:
        raise PutError("throttled")

    with pytest.raises(RetriableError, match="did not answer"):
        task(fail)(INPUT, Context())


def test_a_task_returns_its_report() -> None:
    def work(_run: Run) -> Report:
        outcomes = {Outcome.CREATED: 2, Outcome.REFUSED: 0}
        return Report("push_customers", more=True, outcomes=outcomes)

    assert task(work)(INPUT, Context()) == {
        "flow": "push_customers",
        "more": True,
        "outcomes": {"created": 2},
    }


@pytest.mark.parametrize("must_succeed", [True, False])
def test_a_run_of_which_a_flow_failed_fails_where_its_machine_says_so_once_all_is_recorded(
    must_succeed: bool,
) -> None:
    told = {"flow": "push_products", "error": "RetriableError", "cause": "down"}
    asked = INPUT | {"must_succeed": must_succeed, "failures": [told]}
    said = "products to QuickBooks: RetriableError: down"
    if must_succeed:
        with pytest.raises(FlowFailedError, match=f"^{said}$"):
            task(finish)(asked, Context())
    else:
        assert task(finish)(asked, Context())["failures"] == [said]
    past = history.read("c1", "r1")
    assert past is not None
    assert (past.state, past.failures) == ("failed", (said,))


def test_a_task_keeps_the_name_of_its_function() -> None:
    def push_customers(_run: Run) -> Report:
        return NOTHING

    assert getattr(task(push_customers), "__name__", "") == "push_customers"


def test_a_run_of_a_machine_is_not_by_hand_and_chooses_nothing() -> None:
    run = run_of()
    assert (run.connection_id, run.run_id, run.by_hand, run.selection, run.failures) == (
        "c1",
        "r1",
        False,
        {},
        (),
    )


def test_chosen_payments_are_the_selection() -> None:
    run = run_of(by_hand=True, payment_ids=["9001", 9002], include_invoices=True)
    assert (run.by_hand, run.selection) == (True, {"payment": ("9001", "9002")})


def test_the_time_that_is_left_is_in_seconds() -> None:
    assert run_of().remaining() == 90.5


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (
            {
                "flow": "push_products",
                "error": "RetriableError",
                "cause": '{"errorMessage": "down"}',
            },
            "products to QuickBooks: RetriableError: down",
        ),
        (
            {"flow": "push_products", "error": "States.Timeout", "cause": ""},
            "products to QuickBooks: States.Timeout: ",
        ),
        ({"error": "X", "cause": "y" * 600}, f"the run: X: {'y' * 500}"),
        ({"flow": "f", "error": "X", "cause": '["no object"]'}, 'f: X: ["no object"]'),
    ],
)
def test_a_failure_of_the_machine_becomes_a_line(failure: object, line: str) -> None:
    assert run_of(failures=[failure]).failures == (line,)


@pytest.mark.parametrize("missing", ["connection_id", "run_id"])
def test_an_input_without_an_id_is_an_error_that_names_it(missing: str) -> None:
    told = {name: text for name, text in INPUT.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"no '{missing}'"):
        task(lambda _run: NOTHING)(told, Context())


def test_a_schedule_answers_how_much_was_done() -> None:
    assert scheduled(lambda _services: 3)({}, Context()) == {"count": 3}


def test_all_handlers_of_a_process_share_its_services() -> None:
    seen: list[Services] = []

    def look(services: Services) -> int:
        seen.append(services)
        return 0

    handler = scheduled(look)
    handler({}, Context())
    handler({}, Context())
    assert seen[0] is seen[1]


def sqs(**bodies: str) -> dict[str, Any]:
    records = [
        {"messageId": name, "body": body, "eventSource": "aws:sqs"} for name, body in bodies.items()
    ]
    return {"Records": records}


def put_back(error: Exception | None, event: dict[str, Any]) -> list[str]:
    """Return which messages go back to the queue when the work on c1 ends in an error."""

    def work(_services: Services, connection_id: str, remaining: Callable[[], float]) -> None:
        assert remaining() > 0
        if connection_id == "c1" and error is not None:
            raise error

    answer = queue(work)(event, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


TWO = sqs(first=json.dumps({"connection_id": "c1"}), second=json.dumps({"connection_id": "c2"}))


def test_messages_that_were_worked_on_do_not_come_back() -> None:
    assert put_back(None, TWO) == []


@pytest.mark.parametrize(
    "error", [RemoteDownError("x"), RecordError("x"), ConfigurationError("x"), ZeroDivisionError()]
)
def test_only_the_message_that_failed_goes_back(error: Exception) -> None:
    assert put_back(error, TWO) == ["first"]


def test_a_broken_connection_is_marked_and_its_message_is_done() -> None:
    assert put_back(ConnectionBrokenError("Reconnect it."), TWO) == []
    assert connections.read("c1").state == ConnectionState.RECONNECT_NEEDED


@pytest.mark.parametrize("body", ["", "no json", "[]", "null", "{}", '"c1"'])
def test_a_message_without_a_connection_goes_back(body: str) -> None:
    assert put_back(None, sqs(bad=body)) == ["bad"]
