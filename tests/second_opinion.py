"""The state machines on a second engine, moto's, which fails differently from the laptop's.

One thing is rewritten, and nothing else: pauses between retries are one second.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
import jsonata as jsonata_python
import yaml
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import DefaultConfig
from moto.stepfunctions.parser.asl.jsonata import jsonata

from local.template import read_template, resources_of
from tests.stand_ins import ROOT, Answers, Ended, answer_of, entered, wait_until

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/any"
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:"
CONFIG: DefaultConfig = {
    "stepfunctions": {"execute_state_machine": True},
    "lambda": {"use_docker": False},
}
SECONDS = 120.0


@dataclass
class Functions:
    """Stand-ins for the functions, in this process."""

    answers: Answers
    calls: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def invoke(self, name: str, event: Any) -> tuple[Any, bool]:
        """Answer a call; returns the payload and whether it is an error."""
        self.calls[name].append(event)
        answer = answer_of(self.answers, name, len(self.calls[name]))
        if "after" in answer:
            wait_until(lambda: answer["after"] in self.calls)
        if "raises" in answer:
            return {"errorMessage": answer["says"], "errorType": answer["raises"]}, True
        return answer["returns"], False


@dataclass(frozen=True)
class SecondOpinion:
    """The state machines in moto, with stand-ins for the functions."""

    def run(self, machine: str, *, answers: Answers, **asked: object) -> Ended:
        """Run one execution, as `Machines.run` does."""
        functions = Functions(answers)
        with mock_aws(config=CONFIG), _answering(functions):
            told = _execute(machine, {"connection_id": "c1", "run_id": "r1"} | asked)
        output = json.loads(told["output"]) if "output" in told else None
        return Ended(
            told["status"],
            output,
            told.get("error", ""),
            told.get("cause", ""),
            dict(functions.calls),
            told["transitions"],
        )


def _execute(machine: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    states = boto3.client("stepfunctions", region_name=REGION)
    created = states.create_state_machine(
        name=f"{machine}{time.monotonic_ns()}", definition=definition_of(machine), roleArn=ROLE
    )
    started = states.start_execution(
        stateMachineArn=created["stateMachineArn"], input=json.dumps(asked)
    )
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        told = dict(states.describe_execution(executionArn=started["executionArn"]))
        if told["status"] != "RUNNING":
            return told | {"transitions": entered(states, started["executionArn"])}
        time.sleep(0.1)
    raise TimeoutError(f"{machine} still runs after {SECONDS:.0f} s")


@contextmanager
def _answering(functions: Functions) -> Iterator[None]:
    def invoke(_: object, arn: str, _q: object, body: Any, _h: object, answer: Any) -> bytes:
        event, name = json.loads(body), arn.removeprefix(FUNCTION)
        payload, failed = functions.invoke(name, event)
        if failed:
            answer["x-amz-function-error"] = "Unhandled"
        return json.dumps(payload).encode()

    with answered_by(invoke):
        yield


@contextmanager
def answered_by(invoke: Callable[..., bytes]) -> Iterator[None]:
    """Let moto's machines call functions by `invoke`, and evaluate JSONata."""
    with (
        patch.object(LambdaSimpleBackend, "invoke", invoke),
        patch.object(jsonata, "_eval_jsonata", _evaluated),
    ):
        yield


def _evaluated(expression: str) -> Any:
    """Evaluate JSONata, for which moto has all but the evaluator."""
    try:
        return jsonata_python.Jsonata.jsonata(expression).evaluate(None)
    except jsonata_python.JException as error:
        raise jsonata.JSONataException("UNKNOWN", str(error)) from error


@cache
def definition_of(machine: str) -> str:
    machines = resources_of(read_template(ROOT / "template.yaml"), "AWS::Serverless::StateMachine")
    path = ROOT / machines[machine]["Properties"]["DefinitionUri"]
    return json.dumps(_rewritten(yaml.safe_load(path.read_text())))


def _rewritten(node: Any) -> Any:
    if isinstance(node, list):
        return [_rewritten(item) for item in node]
    if isinstance(node, str) and node.startswith("${") and node.endswith("FunctionArn}"):
        return FUNCTION + _folder(node)
    if not isinstance(node, dict):
        return node
    node = {key: _rewritten(value) for key, value in node.items()}
    if "IntervalSeconds" in node:
        node["IntervalSeconds"] = 1
    return node


def _folder(substitution: str) -> str:
    name = substitution.removeprefix("${").removesuffix("FunctionArn}")
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).removeprefix("_")
