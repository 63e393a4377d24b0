"""What keeps one crowd from taking the place of another, and what a bad deployment is held by."""

from typing import Any

import pytest

from connector.engine.run import LONGEST
from local.template import read_template
from tests.template.reading import FUNCTIONS, TEMPLATE, resources

PARAMETERS = read_template(TEMPLATE)["Parameters"]
QUEUES = resources("AWS::SQS::Queue")
SHIFTED = {
    name: it["Properties"]
    for name, it in FUNCTIONS.items()
    if "DeploymentPreference" in it["Properties"]
}
RESERVED = {
    name: it["Properties"]["ReservedConcurrentExecutions"]
    for name, it in FUNCTIONS.items()
    if "ReservedConcurrentExecutions" in it["Properties"]
}


def _consumers() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Every function that a queue calls, with how, by the queue."""
    return {
        event["Properties"]["Queue"]["Fn::GetAtt"][0]: (function["Properties"], event["Properties"])
        for function in FUNCTIONS.values()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }


@pytest.mark.case("R7a")
def test_every_queue_calls_no_more_executions_at_once_than_a_person_chose() -> None:
    assert _consumers()
    for _, event in _consumers().values():
        bound = event["ScalingConfig"]["MaximumConcurrency"]["Ref"]
        assert PARAMETERS[bound]["MinValue"] == 2
        assert event["BatchSize"] == 1
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.case("R7a")
def test_a_message_outlives_six_tries_of_its_function_and_five_without_a_free_place() -> None:
    default = read_template(TEMPLATE)["Globals"]["Function"]["Timeout"]
    for queue, (function, _) in _consumers().items():
        told = QUEUES[queue]["Properties"]
        assert told["VisibilityTimeout"] >= 6 * function.get("Timeout", default)
        assert told["RedrivePolicy"]["maxReceiveCount"] >= 5


@pytest.mark.case("X18a")
def test_no_function_lives_as_long_as_others_wait_before_they_take_over_its_work() -> None:
    default = read_template(TEMPLATE)["Globals"]["Function"]["Timeout"]
    longest = max(one["Properties"].get("Timeout", default) for one in FUNCTIONS.values())
    assert longest + 60 <= LONGEST.total_seconds()


def test_what_somebody_waits_for_can_have_a_place_of_its_own_and_small_accounts_need_none() -> None:
    assert set(RESERVED) == {
        "FinishConnectionFunction",
        "ReceiveMobiworkChangeFunction",
        "ReceiveQuickbooksChangeFunction",
        "ServeConsoleFunction",
    }
    for _, (_, chosen, otherwise) in ((name, it["Fn::If"]) for name, it in RESERVED.items()):
        assert (PARAMETERS[chosen["Ref"]]["Default"], otherwise) == (0, {"Ref": "AWS::NoValue"})


def test_new_code_comes_to_a_part_of_the_calls_first_and_alarms_take_it_back() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    assert {"FindChangesFunction", "ReceiveQuickbooksChangeFunction"} <= set(SHIFTED)
    for properties in SHIFTED.values():
        brakes = {one["Ref"] for one in properties["DeploymentPreference"]["Alarms"]}
        assert {"FlowsFailedAlarm", "LooksFailingAlarm"} <= brakes <= set(alarms)
        assert properties["AutoPublishAlias"]


def test_what_is_shifted_to_gets_a_new_version_when_only_a_layer_is_new() -> None:
    layers = resources("AWS::Serverless::LayerVersion").values()

    assert all(it["Properties"]["PublishLambdaVersion"] is True for it in layers)
    assert all(it["AutoPublishAliasAllProperties"] is True for it in SHIFTED.values())


def test_no_brake_watches_the_api_which_waits_for_what_is_shifted() -> None:
    brakes = str([it["DeploymentPreference"]["Alarms"] for it in SHIFTED.values()])

    assert "ApiErrorsAlarm" not in brakes
