"""Fixtures on the laptop runtime: a DynamoDB that keeps its promises, and machines that really run.

`fresh_table` is a table of its own, as template.yaml defines it, opened for the store.
`machines` is the state machines with stand-ins for the functions, told per test what to answer;
each test with it runs in the deployed stack, and with `-m full` on a second engine, too.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connector.store.table import open_table
from local.emulator import REGION, Emulator, free_port, start
from local.stack import Outputs, deploy
from local.template import Source, read_template
from tests.second_opinion import SecondOpinion
from tests.stand_ins import ROOT, Answers, Ended, entered

TABLE_KEYS = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
)
SECONDS = 120.0
# A tenth of every pause between retries is enough to see their order.
SPEED = "0.1"

STAND_IN = """
import json, pathlib, sys

sys.path.append(ROOT)
from tests.stand_ins import answer_of, wait_until

def handler(event, context):
    name = pathlib.Path(__file__).parent.name
    told = pathlib.Path(__file__).parents[1] / "told" / event["connection_id"]
    with (told / f"{name}.jsonl").open("a+") as calls:
        calls.write(json.dumps(event) + "\\n")
        calls.seek(0)
        number = len(calls.readlines())
    answer = answer_of(json.loads((told / "answers.json").read_text()), name, number)
    if "after" in answer:
        wait_until((told / f"{answer['after']}.jsonl").exists)
    if "raises" in answer:
        raise type(answer["raises"], (Exception,), {})(answer["says"])
    return answer["returns"]
""".replace("ROOT", repr(str(ROOT)))


@dataclass(frozen=True)
class Machines:
    """The deployed state machines, with stand-ins for the functions."""

    emulator: Emulator
    outputs: Outputs
    told: Path

    def run(self, machine: str, *, answers: Answers, **asked: object) -> Ended:
        """Run one execution with what the functions shall answer, call by call, to its end."""
        connection_id = f"c{uuid4().hex[:12]}"
        folder = self.told / connection_id
        folder.mkdir(parents=True)
        (folder / "answers.json").write_text(json.dumps(answers))
        states = self.emulator.client("stepfunctions")
        started = states.start_execution(
            stateMachineArn=self.outputs[f"{machine}Arn"],
            input=json.dumps({"connection_id": connection_id, "run_id": "r1"} | asked),
        )
        ended = wait_for_end(self.emulator, started["executionArn"])
        calls = {
            path.stem: [json.loads(line) for line in path.read_text().splitlines()]
            for path in sorted(folder.glob("*.jsonl"))
        }
        output = json.loads(ended["output"]) if "output" in ended else None
        error, cause = ended.get("error", ""), ended.get("cause", "")
        transitions = entered(states, started["executionArn"])
        return Ended(ended["status"], output, error, cause, calls, transitions)


def wait_for_end(emulator: Emulator, execution: str, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Wait until an execution has ended; returns its description.

    Raises:
        TimeoutError: it still runs.
    """
    states = emulator.client("stepfunctions")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        told: dict[str, Any] = states.describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            return told
        time.sleep(0.05)
    raise TimeoutError(f"{execution} still runs after {seconds:.0f} s")


@contextmanager
def _emulator(folder: Path) -> Iterator[Emulator]:
    settings = {"PERSIST_STATE": "0", "SFN_WAIT_SCALE": SPEED}
    services = Emulator(free_port())
    with start(
        services, state=folder / "state", log=folder / "ministack.log", settings=settings
    ) as child:
        services.wait_until_ready(child, seconds=SECONDS)
        yield services


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with _emulator(tmp_path_factory.mktemp("emulator")) as services:
        yield services


@cache
def _table_keys() -> dict[str, Any]:
    defined = read_template(ROOT / "template.yaml")["Resources"]["Table"]["Properties"]
    return {key: defined[key] for key in TABLE_KEYS}


def new_table(emulator: Emulator) -> str:
    """Create and open an empty table with the keys and indexes of template.yaml; its name."""
    name = f"table-{uuid4().hex[:12]}"
    emulator.client("dynamodb").create_table(TableName=name, **_table_keys())
    open_table(name, region=REGION, host=emulator.endpoint)
    return name


@pytest.fixture
def fresh_table(emulator: Emulator) -> str:
    """Create and open an empty table; its name."""
    return new_table(emulator)


ON_BOTH_ENGINES = pytest.mark.parametrize("machines", ["MiniStack", "moto"], indirect=True)
"""For tests that ask the second engine by default, too; `-m full` asks it for all others."""


@pytest.fixture(scope="session", params=["MiniStack", pytest.param("moto", marks=pytest.mark.full)])
def machines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machines | SecondOpinion]:
    if request.param == "moto":
        yield SecondOpinion()
        return
    # Services of its own: what thousands of killed and frozen writers leave behind in the emulator
    # of the crash tests is no ground to bring a stack up on.
    with _emulator(tmp_path_factory.mktemp("machines")) as services:
        yield _deployed(services, tmp_path_factory)


def _deployed(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Machines:
    functions = tmp_path_factory.mktemp("stand-ins")
    for folder in (path.parent.name for path in ROOT.glob("functions/*/app.py")):
        (functions / folder).mkdir()
        (functions / folder / "app.py").write_text(STAND_IN)
    source = Source(root=ROOT, logs=functions / "logs", functions=functions)
    outputs = deploy(
        emulator, source, {"AlarmEmail": "ops@harbor.example", "ScheduleState": "DISABLED"}
    )
    return Machines(emulator, outputs, functions / "told")
