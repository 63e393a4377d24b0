import ast
from collections.abc import Iterator
from pathlib import Path

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"

JSON = {
    "exact_json._DECODER",
    "exact_json.decoded",
    "lambdas.http._parsed",
    "model.body.Body",
    "model.body.Json",
    "model.body.JsonArray",
    "model.flows.field.Value",
    "store.packing.PackedAttribute",
    "store.packing.PackedAttribute.deserialize",
}
"""Where JSON enters, and the names of what came in."""

OF_ANY_ENTITY = {
    "model.flows.field.AnyField",
    "model.flows.hierarchy.AnyHierarchy",
    "model.flows.pull_flow.AnyPullFlow",
    "model.flows.push_flow.AnyPushFlow",
    "model.flows.recognition.AnyRecognition",
}
"""What a registry holds: each value has a record type of its own, which Python cannot name here."""

MADE_AT_RUN_TIME = {"aws.client"}
"""Clients of AWS are classes that botocore makes; who asks for one names its type."""


def _places(path: Path) -> Iterator[str]:
    """Yield what stands around each `Any` of a file, as a dotted name from the package on."""
    module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    yield from _inside(ast.parse(path.read_text()), module)


def _inside(node: ast.AST, place: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and child.id == "Any":
            yield place
        yield from _inside(child, f"{place}.{name}" if (name := _name(child)) else place)


def _name(node: ast.AST) -> str | None:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.TypeAlias(name=ast.Name(id=name)) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


def test_any_stands_only_where_json_enters_and_where_python_has_no_word() -> None:
    places = {place for path in PACKAGE.rglob("*.py") for place in _places(path)}

    assert places == JSON | OF_ANY_ENTITY | MADE_AT_RUN_TIME
