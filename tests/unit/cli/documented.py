"""An API that answers what a test says, and holds every request and answer against openapi.json."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from botocore.credentials import Credentials
from rich.console import Console

from cli.api import Answer, Api, Request
from cli.main import run
from cli.screen import Screen
from cli.session import Session
from cli.target import Target

DOCUMENT = Path(__file__).parents[3] / "docs/openapi.json"
CONNECTION = {
    "connection_id": "c1",
    "company": "Harbor Books",
    "realm_id": "91",
    "mobiwork_client_id": "40321",
    "phase": "live",
    "state": "active",
    "reason": None,
    "warning": None,
}
type Answers = Mapping[str, Any]


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return found


@dataclass
class Documented:
    """Answers by `METHOD /path`; a list of them is answered one after the other."""

    answers: dict[str, Any]
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        assert "AWS4-HMAC-SHA256" in request.headers["Authorization"]
        split = urlsplit(request.url)
        path, query = unquote(split.path), dict(parse_qsl(split.query))
        operation = _operation(request.method, path)
        assert query.keys() <= {one["name"] for one in operation.get("parameters", ())}, query
        body = json.loads(request.body) if request.body is not None else None
        _check_body(operation, body)
        key = f"{request.method} {path}"
        self.asked.append((key, body if body is not None else query))
        answer = self.answers[key]
        told = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(told, Answer):
            return told
        _check_answer(operation, told)
        return Answer(200, {}, json.dumps(told))

    def done(self, key: str) -> list[Any]:
        """Return what was asked with one request."""
        return [what for one, what in self.asked if one == key]


def _operation(method: str, path: str) -> dict[str, Any]:
    for pattern, methods in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    raise AssertionError(f"the API has no {method} {path}")


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    content, *_ = part["content"].values()
    schema: dict[str, Any] = content["schema"]
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if "$ref" in one)
    return _resolved(schema)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["schemas"][name]
    return found


def _check_body(operation: dict[str, Any], body: dict[str, Any] | None) -> None:
    if "requestBody" not in operation:
        assert not body
        return
    schema = _schema(operation["requestBody"])
    assert {*(body or {})} <= {*schema["properties"]}, body
    assert {*schema.get("required", ())} <= {*(body or {})}, body


def _check_answer(operation: dict[str, Any], told: dict[str, Any]) -> None:
    """Hold that the API still tells all that a test says; what it tells beside that is no harm."""
    [good] = [part for code, part in operation["responses"].items() if code.startswith("2")]
    schema = _schema(good)
    assert {*told} <= {*schema["properties"]}, told


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    remarks: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]


def command(*words: str, api: Documented | None = None, target: Target | None = None) -> Done:
    """Run a command as one whose output is piped."""
    out, remarks = io.StringIO(), io.StringIO()
    screen = Screen(
        Console(file=out, highlight=False, soft_wrap=True, width=200),
        Console(file=remarks, highlight=False, soft_wrap=True, width=200),
    )
    known = Credentials("local", "local")
    given = Api("https://api.example", lambda: known, "us-east-1", api.send) if api else None

    def find() -> Target:
        assert target is not None, "the API alone is asked"
        return target

    code = run(words, Session(find, screen, given_api=given))
    return Done(code, out.getvalue(), remarks.getvalue())


def at_a_terminal(*words: str, api: Documented) -> tuple[int, str]:
    """Run a command as a person at a terminal; the code, and what they are asked and told."""
    remarks = io.StringIO()
    terminal = Console(file=remarks, force_terminal=True, width=200, no_color=True)
    given = Api("https://api.example", lambda: Credentials("local", "local"), "x", api.send)
    code = run(words, Session(pytest.fail, Screen(Console(file=io.StringIO()), terminal), given))
    return code, remarks.getvalue()


def with_connection(**answers: Any) -> Documented:
    """Return an API with one connection; the answers are by `method_path` words or given whole."""
    return Documented({"GET /connections": {"connections": [CONNECTION]}} | answers)


def page(of: str, *rows: Any, following: str | None = None) -> dict[str, Any]:
    return {of: [*rows], "next": following}
