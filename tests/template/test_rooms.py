import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.template.reading import ROOT

PACKAGE = ROOT / "layers/connector/connector"
FLOORS = (
    ("errors", "observability", "answers", "sending", "exact_json", "lazy", "aws"),
    ("model",),
    ("store", "quickbooks", "mobiwork"),
    ("engine",),
    ("entities",),
    ("changes", "push", "pull"),
    ("undo",),
    ("config",),
    ("services",),
    ("api", "jobs"),
    ("console",),
    ("lambdas",),
)
"""From the ground up; imports go down, and never between rooms of one floor."""
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 14
MOST_LINES = 400
CODE = ("bench", "functions", "layers", "local", "simulators", "tests")


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


FILES = {_module(path): path for path in PACKAGE.rglob("*.py")}


def _imports(path: Path) -> Iterator[str]:
    """Yield the modules of the connector that a file imports, for type checking too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("connector"):
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in FILES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in FILES)


@cache
def _all_imports() -> dict[str, set[str]]:
    return {name: {*_imports(path)} - {name} for name, path in FILES.items()}


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_room_has_its_floor() -> None:
    assert {_room(name) for name in FILES} - {""} == FLOOR.keys()


@pytest.mark.parametrize("room", FLOOR)
def test_imports_go_down_and_not_sideways(room: str) -> None:
    wrong = {
        f"{name} -> {used}"
        for name, imported in _all_imports().items()
        for used in imported
        if _room(name) == room != _room(used) and FLOOR[_room(used)] >= FLOOR[room]
    }

    assert wrong - {"connector.observability -> connector.errors"} == set()


def test_what_finds_and_moves_records_knows_ports_and_not_the_table() -> None:
    wrong = {
        f"{name} -> {used}"
        for name, imported in _all_imports().items()
        for used in imported
        if _room(name) in {"changes", "push", "pull", "entities"} and _room(used) == "store"
    }

    assert wrong == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter(_all_imports()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def _defined(path: Path) -> Iterator[str]:
    """Yield the names of classes and types that a file defines, but pynamodb's own `Meta`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef) and node.name != "Meta":
            yield node.name
        elif isinstance(node, ast.TypeAlias):
            yield node.name.id


def test_a_name_of_a_class_or_type_means_one_thing() -> None:
    defined = Counter(name for path in FILES.values() for name in _defined(path))

    assert {name for name, times in defined.items() if times > 1} == set()


def test_no_folder_holds_more_than_about_a_dozen_files() -> None:
    folders = [PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]
    crowded = {
        folder.name: count
        for folder in folders
        if (count := sum(path.name != "__init__.py" for path in folder.glob("*.py"))) > MOST_FILES
    }

    assert crowded == {}


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in CODE
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }

    assert long == {}


def test_the_unit_tests_mirror_the_rooms() -> None:
    rooms = {room for room in FLOOR if (PACKAGE / room).is_dir()}
    tested = {path.name for path in (ROOT / "tests/unit").iterdir() if path.is_dir()}

    assert rooms - tested == set()
    assert tested - rooms - {"cli", "local", "__pycache__"} == set()
