import ast
import re
from collections.abc import Iterator

from tests.template.reading import ROOT

ROWS = re.findall(r"^\| ([A-Z]+\d+[a-z]?) \|", (ROOT / "tests/cases.md").read_text(), re.MULTILINE)


def _marked() -> Iterator[str]:
    """Yield the rows that tests say they prove."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.case":
                yield from (str(ast.literal_eval(argument)) for argument in node.args)


def test_every_row_of_the_cases_has_a_test_and_every_marked_test_a_row() -> None:
    assert sorted(set(_marked())) == sorted(ROWS)


def test_no_row_is_listed_twice() -> None:
    assert len(set(ROWS)) == len(ROWS)
