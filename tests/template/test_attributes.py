import ast
import re
from collections.abc import Iterator

import pytest

from tests.template.test_any import PACKAGE

SAYS_ITSELF = ("description=", "title=", "setting(")
"""What gives an attribute its words in the value that stands beside it."""


def untold(source: str) -> Iterator[str]:
    """Yield the attributes of classes that no docstring, value or comment says a word about."""
    lines = source.splitlines()
    for found in ast.walk(ast.parse(source)):
        if not isinstance(found, ast.ClassDef):
            continue
        told = ast.get_docstring(found) or ""
        for at, node in enumerate(found.body):
            name = _attribute(node)
            if name and not (
                re.search(rf"`{name}`|(?<![\w.]){name}(?=[,:]| and )", told)
                or _is_text(found.body[at + 1 : at + 2])
                or any(word in ast.unparse(node) for word in SAYS_ITSELF)
                or any("#" in line for line in lines[node.lineno - 2 : node.lineno])
            ):
                yield f"{found.name}.{name}"


def _attribute(node: ast.stmt) -> str | None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
            return None if "ClassVar" in ast.unparse(node.annotation) else name
        case _:
            return None


def _is_text(after: list[ast.stmt]) -> bool:
    match after:
        case [ast.Expr(value=ast.Constant(value=str()))]:
            return True
        case _:
            return False


def test_each_attribute_of_a_class_is_told_in_words() -> None:
    found = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
    assert len(found) > 100
    assert {path: names for path, source in found.items() if (names := [*untold(source)])} == {}


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ('"""A sum.\n\n    Attributes:\n        count: How many.\n    """\n    count: int', []),
        ('"""A sum of a count of them."""\n    count: int', ["Sum.count"]),
        ('count: int\n    """How many."""', []),
        ('count: int = field(title="How many")', []),
        ("count: int", ["Sum.count"]),
        ("_count: int", []),
    ],
)
def test_an_attribute_without_words_is_found(told: str, missing: list[str]) -> None:
    assert [*untold(f"class Sum:\n    {told}\n")] == missing
