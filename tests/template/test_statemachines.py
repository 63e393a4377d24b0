import json
import re
from pathlib import Path
from typing import Any

import pytest
from statelint.linter import Linter  # type: ignore[import-untyped]

from connector import errors
from connector.entities.registry import NAMES
from connector.entities.stages import MATCHING
from tests.template.reading import MACHINE_FILES, MACHINES, definition, states_of, values_of

PASSING = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ResourceConflictException",
    "Lambda.ResourceNotReadyException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.Timeout",
}
"""What Lambda tells of a crowd, of a process that died, and of a function that slept for weeks."""
PUBLIC = {"RetriableError", "RecordError", "ConnectionBrokenError"}
FROM_AWS = re.compile(r"(Lambda|States|Sandbox|Runtime)\.\w+")
# What MiniStack takes without a word and then does not do; see docs/decisions.md.
SILENTLY_IGNORED = {
    "ItemBatcher", "ResultWriter", "ToleratedFailurePercentage",
}  # fmt: skip
EACH_MACHINE = pytest.mark.parametrize("path", MACHINE_FILES, ids=lambda path: path.stem)


def _tasks(path: Path) -> dict[str, Any]:
    return {n: it for n, it in states_of(definition(path)).items() if it["Type"] == "Task"}


@EACH_MACHINE
def test_a_machine_passes_statelint(path: Path) -> None:
    text = json.dumps(definition(path))
    filled = re.sub(r"\$\{\w+\}", "arn:aws:lambda:us-east-1:123456789012:function:f", text)

    assert Linter.validate(json.loads(filled)) == []


@EACH_MACHINE
def test_a_machine_uses_nothing_that_the_laptop_runtime_silently_ignores(path: Path) -> None:
    text = json.dumps(definition(path))
    keys = set(re.findall(r'"(\w+)":', text))

    assert keys & SILENTLY_IGNORED == set()
    assert [key for key in keys if re.fullmatch(r"(String|Timestamp|Numeric)\w+Path", key)] == []
    assert "TimeoutSeconds" not in definition(path)


@EACH_MACHINE
def test_paths_are_of_the_kind_that_every_engine_reads(path: Path) -> None:
    paths = re.findall(r'": "(\$[^"]*)"', json.dumps(definition(path)))

    assert [one for one in paths if re.search(r"\.\.|[?@:]", one)] == []


@EACH_MACHINE
def test_choices_compare_with_literals(path: Path) -> None:
    operators = {
        key
        for choices in values_of(definition(path), "Choices")
        for key in re.findall(r'"(\w+)":', json.dumps(choices))
    }

    assert operators <= {
        "And", "Or", "Variable", "IsPresent", "BooleanEquals", "StringEquals", "Next",
    }  # fmt: skip


@EACH_MACHINE
def test_errors_are_caught_by_a_public_name_or_one_of_aws(path: Path) -> None:
    names = {name for names in values_of(definition(path), "ErrorEquals") for name in names}

    assert {name for name in names if not FROM_AWS.fullmatch(name)} <= PUBLIC


def test_the_public_names_are_errors_of_the_connector() -> None:
    assert all(issubclass(getattr(errors, name), errors.ConnectorError) for name in PUBLIC)


def test_every_task_of_every_machine_has_the_same_retry_block() -> None:
    blocks = [
        json.dumps(task.get("Retry")) for path in MACHINE_FILES for task in _tasks(path).values()
    ]

    assert len(set(blocks)) == 1
    assert "RetriableError" in blocks[0]


@EACH_MACHINE
def test_every_task_has_a_time_out(path: Path) -> None:
    assert [name for name, task in _tasks(path).items() if "TimeoutSeconds" not in task] == []


@EACH_MACHINE
def test_every_push_that_fails_is_caught(path: Path) -> None:
    pushes = {name: task for name, task in _tasks(path).items() if name.startswith("Push")}

    assert [
        name for name, task in pushes.items() if task["Catch"][-1]["ErrorEquals"] != ["States.ALL"]
    ] == []


@EACH_MACHINE
def test_every_failure_names_the_flow_that_was_pushed(path: Path) -> None:
    flows = set(values_of(definition(path), "flow"))
    resources = values_of(definition(path), "Resource")
    pushed = {
        re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
        for name in re.findall(r"\$\{(Push\w+)FunctionArn\}", " ".join(resources))
    }

    assert pushed <= flows


@pytest.mark.parametrize("name", MACHINES)
def test_every_substitution_of_a_definition_is_supplied_and_used(name: str) -> None:
    properties = MACHINES[name]["Properties"]
    text = next(p for p in MACHINE_FILES if p.name in properties["DefinitionUri"]).read_text()

    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(properties["DefinitionSubstitutions"])


@EACH_MACHINE
def test_states_are_named_as_short_sentences(path: Path) -> None:
    names = states_of(definition(path))

    assert [name for name in names if not re.fullmatch(r"[A-Z][a-z]*( [\w,']+)+\??", name)] == []


@pytest.mark.case("R8a")
def test_a_function_whose_process_died_or_ran_out_of_time_is_called_again() -> None:
    for path in MACHINE_FILES:
        for task in _tasks(path).values():
            assert set(task["Retry"][0]["ErrorEquals"]) >= PASSING


def test_the_run_knows_the_function_of_every_flow_and_of_matching_by_its_name() -> None:
    path = next(one for one in MACHINE_FILES if one.stem.startswith("sync_connection"))
    states = definition(path)["States"]
    listed = states["Sync stage by stage"]["ItemSelector"]["functions"]
    functions = [re.sub(r"(?<!^)([A-Z])", r"_\1", one[2:-12]).lower() for one in listed.values()]
    by_name = [*NAMES, MATCHING]

    assert ([*listed], functions) == (by_name, by_name)
