import json
import re
from pathlib import Path

import pytest

from tests.template.reading import (
    FUNCTIONS,
    MACHINE_FILES,
    MACHINES,
    ROOT,
    TEMPLATE,
    resources,
    template,
)

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
SECTIONS = [
    "Layers", "Store", "Queues", "Runs", "Pulls and pushes", "HTTP", "Operations", "State machines",
    "Alarms", "Dashboard and queries",
]  # fmt: skip


def _pascal(folder: str) -> str:
    return "".join(word.title() for word in folder.split("_"))


def test_every_function_folder_is_a_resource_named_after_it() -> None:
    assert sorted(FUNCTIONS) == sorted(f"{_pascal(folder)}Function" for folder in FOLDERS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_code_of_a_function_is_the_folder_of_its_name(name: str) -> None:
    folder = FUNCTIONS[name]["Properties"]["CodeUri"]

    assert (folder.split("/")[0], f"{_pascal(folder.split('/')[1])}Function") == ("functions", name)


def test_every_definition_file_is_a_state_machine_named_after_it() -> None:
    named = {name: machine["Properties"]["DefinitionUri"] for name, machine in MACHINES.items()}

    assert named == {
        _pascal(path.name.removesuffix(".asl.yaml")): f"statemachines/{path.name}"
        for path in MACHINE_FILES
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_function_has_an_event(folder: str) -> None:
    assert list(ROOT.glob(f"events/{folder}.json")) + list(ROOT.glob(f"events/{folder}_*.json"))


@pytest.mark.parametrize("path", sorted(ROOT.glob("events/*.json")), ids=lambda path: path.stem)
def test_every_event_is_json_for_a_function_that_exists(path: Path) -> None:
    assert isinstance(json.loads(path.read_text()), dict)
    assert [name for name in FOLDERS if f"{path.stem}_".startswith(f"{name}_")]


def test_no_resource_has_a_physical_name() -> None:
    names = re.findall(
        r"^\s+(FunctionName|TableName|QueueName|StateMachineName|LogGroupName|AlarmName): (?!!)",
        TEMPLATE.read_text(),
        re.MULTILINE,
    )

    assert names == []


def test_no_schedule_gets_a_name_that_a_second_stack_would_want_too() -> None:
    schedules = [
        event["Properties"]
        for function in FUNCTIONS.values()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "ScheduleV2"
    ]

    assert [properties.get("OmitName") for properties in schedules] == [True] * len(schedules)


def test_the_sections_stand_in_the_order_of_the_house() -> None:
    assert re.findall(r"^  # (.+)$", TEMPLATE.read_text(), re.MULTILINE) == SECTIONS


def test_inside_a_section_resources_are_in_the_order_of_the_alphabet() -> None:
    body = TEMPLATE.read_text().split("\nResources:\n")[1].split("\nOutputs:\n")[0]
    sections = [re.findall(r"^  (\w+):$", part, re.MULTILINE) for part in body.split("\n  # ")]

    assert [names for names in sections if names != sorted(names)] == []


def test_parameters_are_in_the_order_of_the_alphabet() -> None:
    text = TEMPLATE.read_text().split("\nParameters:\n")[1].split("\nConditions:\n")[0]
    names = re.findall(r"^  (\w+):$", text, re.MULTILINE)

    assert names == sorted(names)


def test_what_holds_the_customers_records_outlives_the_stack() -> None:
    kept = {
        name
        for name, it in template()["Resources"].items()
        if it.get("DeletionPolicy") == it.get("UpdateReplacePolicy") == "Retain"
    }

    assert kept == {
        *("AccessLogGroup", "AppSecret", "LogGroup", "MachineLogGroup", "OutcomesBucket"),
        *("Table", "TokenKey", "UserPool"),
        *(name for name in resources("AWS::SQS::Queue") if name.endswith("DeadLetters")),
    }
    assert resources("AWS::DynamoDB::Table")["Table"]["Properties"]["DeletionProtectionEnabled"]
    pool = resources("AWS::Cognito::UserPool")["UserPool"]["Properties"]
    assert pool["DeletionProtection"] == "ACTIVE"


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://quickbooks.api.intuit.com", True),
        ("http://127.0.0.1:4600/x", True),
        ("http://quickbooks.api.intuit.com", False),
        ("http://127.0.0.1.evil.example", False),
    ],
)
def test_no_stack_takes_an_address_without_encryption(url: str, taken: bool) -> None:
    parameters = template()["Parameters"]
    patterns = {
        name: it["AllowedPattern"]
        for name, it in parameters.items()
        if name.endswith(("Url", "Issuer")) and name != "RunbookUrl"
    }

    assert len(patterns) > 5
    assert {n for n, it in patterns.items() if bool(re.fullmatch(it, url)) != taken} == set()


@pytest.mark.parametrize(
    "name", [name for name in resources("AWS::SQS::Queue") if name.endswith("DeadLetters")]
)
def test_every_dead_letter_queue_has_an_alarm(name: str) -> None:
    watched = [
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"].get("Dimensions", ())
        if dimension["Name"] == "QueueName"
    ]

    assert name in watched


def test_every_schedule_and_queue_hands_what_it_gave_up_on_to_a_dead_letter_queue() -> None:
    events = [
        event
        for function in FUNCTIONS.values()
        for event in function["Properties"].get("Events", {}).values()
    ]
    lost = [
        e for e in events if e["Type"] == "ScheduleV2" and "DeadLetterConfig" not in e["Properties"]
    ]
    queue = resources("AWS::SQS::Queue")["ConnectionQueue"]["Properties"]

    assert lost == []
    assert "RedrivePolicy" in queue
