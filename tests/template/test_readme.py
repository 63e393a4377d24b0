import json
import re

from bench.picture import FIGURES, PICTURE, picture
from tests.template.reading import ROOT

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))


def test_the_readme_has_a_row_for_every_function() -> None:
    rows = re.findall(r"^\|.*`(\w+)`.*\|$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert sorted(set(rows) & set(FOLDERS)) == FOLDERS


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = re.findall(r"^## (\d+)\. ", (ROOT / "docs/decisions.md").read_text(), re.MULTILINE)

    assert len(numbers) == len(set(numbers)) > 0


def test_the_picture_of_a_first_load_is_drawn_from_its_figures() -> None:
    assert PICTURE.read_text() == picture(json.loads(FIGURES.read_text()))
