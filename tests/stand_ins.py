"""Stand-ins for the functions: what a test tells them to answer, and how an execution ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

ROOT = Path(__file__).parents[1]
SECONDS = 60.0
NOTHING_MORE: dict[str, Any] = {"more": False, "outcomes": {}}

type Answers = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Ended:
    """How an execution ended, what each function was called with, and how many states it entered.

    AWS asks money for each state that is entered.
    """

    status: str
    output: Any
    error: str
    cause: str
    calls: dict[str, list[Any]] = field(default_factory=dict)
    transitions: int = 0


def entered(states: "SFNClient", execution: str) -> int:
    """Count the states that an execution entered."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution)
    kinds = (event["type"] for page in pages for event in page["events"])
    return sum(kind.endswith("StateEntered") for kind in kinds)


def returns(**report: object) -> dict[str, Any]:
    """An answer of a stand-in: this report."""
    return {"returns": NOTHING_MORE | report}


def raises(error: str, says: str) -> dict[str, Any]:
    """An answer of a stand-in: an exception of that name."""
    return {"raises": error, "says": says}


def after(function: str) -> dict[str, Any]:
    """An answer of a stand-in that comes only when another function was called as well."""
    return returns() | {"after": function}


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for something that other stand-ins do.

    Raises:
        TimeoutError: it did not happen.
    """
    deadline = time.monotonic() + SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)


def answer_of(answers: Answers, function: str, call: int) -> dict[str, Any]:
    """Pick the answer to a function's first, second ... call.

    The last answer is repeated; a function without answers reports nothing more to do.
    """
    told = answers.get(function) or [returns()]
    return told[min(call, len(told)) - 1]
