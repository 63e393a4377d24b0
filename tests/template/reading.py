from functools import cache
from pathlib import Path
from typing import Any

import yaml

from local.template import read_template

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
MACHINE_FILES = sorted((ROOT / "statemachines").glob("*.asl.yaml"))


@cache
def template() -> dict[str, Any]:
    """The template as it is written; it is read once."""
    return read_template(TEMPLATE)


def resources(kind: str) -> dict[str, Any]:
    return {name: it for name, it in template()["Resources"].items() if it["Type"] == kind}


def statements_of(properties: Any) -> list[Any]:
    policies = [policy for policy in properties.get("Policies", ()) if "Statement" in policy]
    return [statement for policy in policies for statement in policy["Statement"]]


def templates_of(properties: Any) -> set[str]:
    return {name for policy in properties.get("Policies", ()) for name in policy} - {
        "Statement",
        "Ref",
    }


def definition(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def values_of(node: Any, wanted: str) -> list[Any]:
    """Every value under the key `wanted`, however deep."""
    if isinstance(node, list):
        return [value for item in node for value in values_of(item, wanted)]
    if not isinstance(node, dict):
        return []
    own = [node[wanted]] if wanted in node else []
    return own + [value for item in node.values() for value in values_of(item, wanted)]


def states_of(node: Any) -> dict[str, Any]:
    """Every state of a machine by name, those of branches included."""
    found: dict[str, Any] = {}
    for states in values_of(node, "States"):
        found |= states
    return found


FUNCTIONS = resources("AWS::Serverless::Function")
MACHINES = resources("AWS::Serverless::StateMachine")
