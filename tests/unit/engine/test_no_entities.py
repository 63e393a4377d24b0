import ast
from pathlib import Path

import pytest

from connector import changes, engine, pull, push
from connector.entities.registry import DOCUMENTS, NAMES, PULLS, PUSHES

LISTS = {"company", "backfill", "tax_codes"}
"""Modules that read lists of QuickBooks which no flow describes, or in an order of their own."""
ENTITIES = {
    *DOCUMENTS,
    *NAMES,
    *(name for flow in PUSHES for name in (flow.entity, flow.target, *flow.link_entities)),
    *(name for pull in PULLS for name in (pull.source, pull.entity)),
}
ENGINES = sorted(
    path
    for room in (changes, engine, pull, push)
    for path in Path(next(iter(room.__path__))).rglob("*.py")
    if path.stem not in {"__init__", *LISTS}
)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_what_is_special_about_an_entity_is_in_its_flow(engine: Path) -> None:
    tree = ast.parse(engine.read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert texts & ENTITIES == set()
