from importlib import import_module
from typing import Any

import pytest

from connector.entities.registry import PUSHES
from tests.functions.context import Context
from tests.functions.events import event

pytestmark = pytest.mark.usefixtures("connected")


@pytest.mark.parametrize("name", [flow.name for flow in PUSHES])
def test_the_function_of_a_flow_pushes_that_flow(name: str, context: Context) -> None:
    handler: Any = import_module(f"functions.{name}.app").handler
    assert handler(event(name), context) == {"flow": name, "more": False, "outcomes": {}}
