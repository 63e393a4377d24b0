"""The expressions of DynamoDB, as far as the store writes them: conditions, updates, ranges."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

type Values = dict[str, Any]

_NAME = r"#\d+|pk|sk"
_RULES = (
    (rf"attribute_not_exists \(({_NAME})\)", r"(of('\1') is None)"),
    (rf"attribute_exists \(({_NAME})\)", r"(of('\1') is not None)"),
    (rf"begins_with \(({_NAME}), (:\d+)\)", r"starts(of('\1'), of('\2'))"),
    (rf"contains \(({_NAME}), (:\d+)\)", r"(of('\2') in (of('\1') or ()))"),
    (rf"({_NAME}) IN \(([^)]*)\)", lambda m: f"(of('{m[1]}') in [{_quoted(m[2])}])"),
    (rf"({_NAME}) BETWEEN (:\d+) AND (:\d+)", r"(of('\2') <= of('\1') <= of('\3'))"),
    (rf"({_NAME}) (<=|>=|<|>) (:\d+)", r"less(of('\1'), '\2', of('\3'))"),
    (rf"({_NAME}) = (:\d+)", r"(of('\1') == of('\2'))"),
    (rf"({_NAME}) <> (:\d+)", r"(of('\1') != of('\2'))"),
)
_SPAN = re.compile(r"(#\d+) (<=|>=|<|>|=|BETWEEN) (:\d+)(?: AND (:\d+))?")
_BEGINS = re.compile(r"begins_with \((#\d+), (:\d+)\)")
LAST = "\U0010ffff"
"""What stands after every character of a key."""


def span(told: Values, name: str) -> tuple[str, str]:
    """Return between which values an attribute of the key is sought; strictness is left out."""
    names, values = told["ExpressionAttributeNames"], told["ExpressionAttributeValues"]
    low, high = "", LAST
    for own, how, first, other in _SPAN.findall(told["KeyConditionExpression"]):
        if names[own] == name:
            low = low if "<" in how else values[first]["S"]
            high = high if ">" in how else values[other or first]["S"]
    for own, first in _BEGINS.findall(told["KeyConditionExpression"]):
        if names[own] == name:
            low, high = values[first]["S"], values[first]["S"] + LAST
    return low, high


@cache
def actions(expression: str) -> tuple[tuple[str, str, str], ...]:
    """Read an update expression: the verb, what it is done to, and the value."""
    found: list[tuple[str, str, str]] = []
    for part in re.split(r" (?=SET |REMOVE |ADD )", expression):
        verb, _, rest = part.partition(" ")
        for one in re.split(r", (?![^(]*\))", rest):
            name, _, value = one.partition(" = ") if verb == "SET" else one.partition(" ")
            found.append((verb, name.strip(), value.strip()))
    return tuple(found)


@cache
def test(expression: str) -> Callable[[Values, Values | None], bool]:
    """Make a condition of DynamoDB callable: what was told with it, and the row."""
    python = expression
    for pattern, put in _RULES:
        python = re.sub(pattern, put, python)
    python = re.sub(r"\bAND\b", "and", re.sub(r"\bOR\b", "or", python))
    python = re.sub(r"\bNOT\b", "not", python)
    code = compile(python, expression, "eval")

    def holds(told: Values, row: Values | None) -> bool:
        names, values = (
            told.get("ExpressionAttributeNames", {}),
            told.get("ExpressionAttributeValues", {}),
        )

        def of(name: str) -> Any:  # noqa: ANN401 - a value of any type
            if name.startswith(":"):
                return _plain(values[name])
            own = (row or {}).get(names.get(name, name))
            return None if own is None else _plain(own)

        return bool(eval(code, {"of": of, "starts": _starts, "less": _less}))  # noqa: S307

    return holds


def _plain(value: Values) -> Any:  # noqa: ANN401 - a value of any type
    ((kind, told),) = value.items()
    return float(told) if kind == "N" else told


def _starts(value: str | None, begin: str) -> bool:
    return value is not None and value.startswith(begin)


def _less(value: Any, how: str, other: Any) -> bool:  # noqa: ANN401 - values of any type
    if value is None:
        return False
    holds: dict[str, bool] = {
        "<": value < other,
        "<=": value <= other,
        ">": value > other,
        ">=": value >= other,
    }
    return holds[how]


def _quoted(names: str) -> str:
    return ", ".join(f"of('{one.strip()}')" for one in names.split(","))
