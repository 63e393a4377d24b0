import re

from tests.template.reading import ROOT

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))


def test_the_readme_has_a_row_for_every_function() -> None:
    rows = re.findall(r"^\|.*`(\w+)`.*\|$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert sorted(set(rows) & set(FOLDERS)) == FOLDERS


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = re.findall(r"^## (\d+)\. ", (ROOT / "docs/decisions.md").read_text(), re.MULTILINE)

    assert len(numbers) == len(set(numbers)) > 0
