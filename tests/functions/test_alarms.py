"""Each failure is raised in the functions themselves, and the alarm of the template goes off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connector.changes.doorbell import ring
from connector.errors import RemoteDownError
from connector.jobs import start_runs as starting
from connector.jobs.worklist.watch_worklists import measure_one
from connector.model.control.budget import LINE
from connector.model.cursor import Side
from connector.observability import METRICS
from connector.store.call_meter import Meter
from connector.store.records import fingerprints
from functions.find_changes.app import handler as find_changes
from functions.finish_run.app import handler as finish_run
from functions.refresh_tokens.app import handler as refresh_tokens
from functions.start_runs.app import handler as start_runs
from local.metrics import points_of
from tests.builders import CONNECTION as WORLD
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, event
from tests.functions.sites import IntuitSite, MobiWorkSite
from tests.functions.watching import ALARMS, OF_AWS, OURS, OWN
from tests.template.reading import TEMPLATE, resources, template, values_of
from tests.unit.engine.world import World


@dataclass(frozen=True)
class Trouble:
    """What failures are raised with."""

    cloud: Cloud
    mobiwork: MobiWorkSite
    intuit: IntuitSite
    context: Context
    patch: pytest.MonkeyPatch

    def look(self) -> None:
        find_changes(event("find_changes"), self.context)


@pytest.fixture
def trouble(
    connected: Cloud,
    mobiwork: MobiWorkSite,
    intuit: IntuitSite,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> Trouble:
    connected.services.budgets.forget()
    return Trouble(connected, mobiwork, intuit, context, monkeypatch)


def a_password_is_refused(trouble: Trouble) -> None:
    trouble.mobiwork.refuses_the_login()
    trouble.look()


def a_flow_fails(trouble: Trouble) -> None:
    finish_run(event("finish_run_after_failures"), trouble.context)


def looks_fail(trouble: Trouble) -> None:
    def down(*_told: object) -> None:
        raise RemoteDownError("The table is overloaded.")

    trouble.mobiwork.lists(a_customer())
    trouble.patch.setattr(fingerprints, "read", down)
    for _ in range(3):
        trouble.look()


def a_list_is_refused(trouble: Trouble) -> None:
    trouble.mobiwork.lists_text("Customer", "<html>Down for maintenance</html>")
    trouble.look()


def calls_run_away(trouble: Trouble) -> None:
    meter = Meter(CONNECTION)
    meter._counted[f"{datetime.now(UTC):%Y-%m}", "metered"] = LINE
    meter.flush()
    starting.measure_budget(trouble.cloud.services)


def the_schedule_stops(_trouble: Trouble) -> None:
    """Nothing starts, so nothing is measured."""


def a_token_stays_old(trouble: Trouble) -> None:
    trouble.cloud.keep_tokens(days_old=41)
    trouble.intuit.asks_for_a_pause()
    refresh_tokens(event("refresh_tokens"), trouble.context)


def a_token_nearly_ends(trouble: Trouble) -> None:
    trouble.cloud.keep_tokens(days_old=0)
    stored = trouble.cloud.services.tokens.get(CONNECTION)
    assert stored is not None
    ends = {"consent_until": datetime.now(UTC) + timedelta(days=59)}
    tokens = type(stored.tokens)(**vars(stored.tokens) | ends)
    trouble.cloud.services.tokens.save_new(CONNECTION, tokens)
    refresh_tokens(event("refresh_tokens"), trouble.context)


def a_worklist(*, entries: int, days: float = 0) -> None:
    world = World()
    world.find(*(a_payment(str(9000 + one)) for one in range(entries)))
    world.push("payment")
    measure_one(WORLD, datetime.now(UTC) + timedelta(days=days, minutes=1), world.store)


RAISED: dict[str, Callable[[Trouble], None]] = {
    "ConnectionsBrokenAlarm": a_password_is_refused,
    "FlowsFailedAlarm": a_flow_fails,
    "LooksFailingAlarm": looks_fail,
    "LooksRefusedAlarm": a_list_is_refused,
    "MeteredCallsAlarm": calls_run_away,
    "SchedulesStoppedAlarm": the_schedule_stops,
    "TokensEndingAlarm": a_token_nearly_ends,
    "TokensNotRefreshedAlarm": a_token_stays_old,
    "WorklistGrowingAlarm": lambda _trouble: a_worklist(entries=51),
    "WorklistOverdueAlarm": lambda _trouble: a_worklist(entries=1, days=8),
}


def all_is_well(trouble: Trouble) -> None:
    trouble.mobiwork.lists(a_customer(), a_product(), an_invoice(), a_payment())
    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    ring(trouble.cloud.services.bell, CONNECTION, Side.MOBIWORK, now=a_minute_ago)
    trouble.look()
    start_runs(event("start_runs"), trouble.context)
    starting.measure_budget(trouble.cloud.services)
    refresh_tokens(event("refresh_tokens"), trouble.context)
    finish_run(event("finish_run"), trouble.context)
    a_worklist(entries=1)


@pytest.mark.parametrize("name", OURS)
def test_an_alarm_goes_off_when_its_failure_is_raised(
    name: str, trouble: Trouble, capsys: pytest.CaptureFixture[str]
) -> None:
    RAISED[name](trouble)
    found = [one.value for one in points_of(capsys.readouterr().out) if OURS[name].watches(one)]

    assert OURS[name].goes([found] * OURS[name].needed)


def test_no_alarm_goes_off_while_all_is_well(
    trouble: Trouble, capsys: pytest.CaptureFixture[str]
) -> None:
    all_is_well(trouble)
    points = points_of(capsys.readouterr().out)
    found = {name: [p.value for p in points if alarm.watches(p)] for name, alarm in OURS.items()}

    loud = [name for name, alarm in OURS.items() if alarm.goes([found[name]] * alarm.needed)]
    assert loud == []
    silent = {name for name, values in found.items() if not values}
    assert silent == {"LooksFailingAlarm", "LooksRefusedAlarm"}, "measured only when they happen"
    happen = {"LooksFailing", "LooksRefused", "UnknownRealms"}
    assert {(one.metric, one.unit) for one in points} == {
        (name, unit.value) for name, unit in METRICS.items() if name not in happen
    }
    assert [60 <= one.value < 90 for one in points if one.metric == "WebhookLag"] == [True]


DOCUMENTED = {
    ("AWS/ApiGateway", "5xx"): ("ApiId", "AWS::Serverless::HttpApi"),
    ("AWS/DynamoDB", "ReadThrottleEvents"): ("TableName", "AWS::DynamoDB::Table"),
    ("AWS/DynamoDB", "WriteThrottleEvents"): ("TableName", "AWS::DynamoDB::Table"),
    ("AWS/Lambda", "Throttles"): None,
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ("QueueName", "AWS::SQS::Queue"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ("QueueName", "AWS::SQS::Queue"),
    ("AWS/States", "ExecutionsFailed"): ("StateMachineArn", "AWS::Serverless::StateMachine"),
}
"""Metrics that AWS documents, with the one dimension that names what they are of."""


@pytest.mark.parametrize("name", OF_AWS)
def test_an_alarm_on_what_aws_measures_watches_a_metric_that_it_documents(name: str) -> None:
    alarm = OF_AWS[name]
    wanted = DOCUMENTED[alarm.properties["Namespace"], alarm.properties["MetricName"]]
    worst = float(alarm.properties["Threshold"]) + 1

    assert (alarm.goes([[worst]]), alarm.goes([[]])) == (True, False)
    assert [*alarm.dimensions] == ([wanted[0]] if wanted else [])
    for value in alarm.dimensions.values():
        of = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
        assert wanted
        assert of in resources(wanted[1])


MEASURED: dict[str, tuple[list[float], list[float]]] = {
    "ApiErrorsAlarm": ([1, 1, 1], [1, 1]),
    "ConnectionDeadLettersAlarm": ([0, 1, 1], [0, 0]),
    "ConnectionQueueAgeAlarm": ([1620, 1740, 1860], [1740, 120]),
    "FunctionsThrottledAlarm": ([6, 5], [5, 5]),
    "MatchBooksAlarm": ([1], [0]),
    "PushInvoicesThenPaymentsAlarm": ([1], [0]),
    "ScheduleDeadLettersAlarm": ([0, 1, 1], [0, 0]),
    "SyncConnectionAlarm": ([0, 1], [0, 0]),
    "TableReadsThrottledAlarm": ([4, 7], [4, 6]),
    "TableWritesThrottledAlarm": ([4, 7], [4, 6]),
    "UndoRunAlarm": ([1], [0]),
    "WebhookDeadLettersAlarm": ([0, 1, 1], [0, 0]),
}
"""What AWS measures within one period in trouble, as a value a minute or an event, and without."""


@pytest.mark.parametrize("name", OF_AWS)
def test_an_alarm_goes_off_by_what_aws_measures_in_trouble_and_not_without(name: str) -> None:
    trouble, usual = MEASURED[name]

    assert (OF_AWS[name].goes([trouble]), OF_AWS[name].goes([usual])) == (True, False)


def test_every_failing_machine_and_every_full_queue_is_watched() -> None:
    watched = {
        value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
        for alarm in OF_AWS.values()
        for value in alarm.dimensions.values()
    }

    assert {*resources("AWS::Serverless::StateMachine"), *resources("AWS::SQS::Queue")} <= watched


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_topic_of_the_stack_when_it_comes_and_when_it_goes(name: str) -> None:
    properties = ALARMS[name].properties
    told = [properties["AlarmActions"], properties["OKActions"]]

    assert told == [[{"Ref": "AlarmTopic"}]] * 2
    text = properties["AlarmDescription"]["Fn::Sub"]
    assert text.endswith(f". ${{RunbookUrl}}#{name.lower()}"), text


def test_every_metric_is_watched_or_shown_and_every_one_that_is_shown_exists() -> None:
    body = next(iter(values_of(resources("AWS::CloudWatch::Dashboard"), "Fn::Sub")))
    shown = {name for name in METRICS if f'["{OWN}", "{name}", "service", "connector"' in body}
    watched = {alarm.properties["MetricName"] for alarm in OURS.values()}

    assert shown | watched == METRICS.keys()
    assert body.count(f'["{OWN}"') == sum(body.count(f'["{OWN}", "{name}", ') for name in shown)
    assert f"POWERTOOLS_METRICS_NAMESPACE: {OWN}\n" in TEMPLATE.read_text()


def test_no_log_level_can_silence_the_lines_that_metrics_are_made_of() -> None:
    lambdas = template()["Globals"]["Function"]["LoggingConfig"]

    assert lambdas["ApplicationLogLevel"] == {"Ref": "LogLevel"}
    assert template()["Parameters"]["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO"]
