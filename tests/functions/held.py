"""Holds every call that a handler makes of AWS against the policies of its function."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from tests.allowed import Asked, asked_of, may
from tests.template.reading import ROOT

RECORDED = ROOT / "tests/functions/called.json"
FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
CALLED: defaultdict[str, set[str]] = defaultdict(set)
"""Which actions each function asked for so far, by its resource."""

_at_work: list[str] = []
_refused: list[tuple[str, Asked]] = []


def hold_handlers() -> None:
    """Let each handler say whose it is while it is at work; before any test imports one."""
    for folder in FOLDERS:
        module = import_module(f"functions.{folder}.app")
        module.handler = _held(_resource(folder), module.handler)  # type: ignore[attr-defined]


def _resource(folder: str) -> str:
    return "".join(word.title() for word in folder.split("_")) + "Function"


def _held(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    def held(*told: Any, **named: Any) -> Any:
        _at_work.append(name)
        try:
            return handler(*told, **named)
        finally:
            _at_work.pop()

    return held


def record() -> None:
    """Write what was asked for so far; what other tests recorded before stays."""
    known = json.loads(RECORDED.read_text())
    told = {name: sorted(CALLED[name].union(known.get(name, ()))) for name in {*known, *CALLED}}
    RECORDED.write_text(f"{json.dumps(told, indent=1, sort_keys=True)}\n")


@contextmanager
def calls_held() -> Iterator[list[tuple[str, Asked]]]:
    """Give what was refused meanwhile."""
    asked_for = BaseClient._make_api_call  # type: ignore[attr-defined]
    _refused.clear()

    def held(client: Any, operation: str, told: Any) -> Any:
        if _at_work:
            name = _at_work[-1]
            for one in asked_of(client.meta.service_model.service_name, operation, told):
                CALLED[name].add(one.action)
                if not may(name, one):
                    _refused.append((name, one))
        return asked_for(client, operation, told)

    with patch.object(BaseClient, "_make_api_call", held):
        yield _refused
