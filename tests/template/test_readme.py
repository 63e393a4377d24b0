import json
import re

from bench.picture import FIGURES, PICTURE, picture
from tests.template.reading import ROOT

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))


def test_the_readme_has_a_row_for_every_function() -> None:
    rows = re.findall(r"^\|.*`(\w+)`.*\|$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert sorted(set(rows) & set(FOLDERS)) == FOLDERS


PACKAGE = ROOT / "layers/connector/connector"
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MADE_OR_OTHERS = {".venv", "text", "customer"}
"""What paths begin with that are installed, or are no paths of ours."""


def _named(text: str) -> set[str]:
    """Return the paths that a page names: with a folder, and nothing in them that varies."""
    found = re.findall(r"`(\w[\w.-]*/[\w./-]*)`", text)
    return {one for one in found if one.partition("/")[0] not in MADE_OR_OTHERS}


def _is_there(path: str) -> bool:
    """Tell whether a path is one of the project's, or of a room; a lone folder may stand deeper."""
    if path.endswith("/") and path.count("/") == 1 and any(PACKAGE.rglob(path[:-1])):
        return True
    places = (ROOT / path, PACKAGE.parent / path, PACKAGE / path, PACKAGE / f"{path}.py")
    return any(place.exists() for place in places)


def test_each_path_that_the_pages_name_is_there() -> None:
    wrong = {
        f"{page.name}: {path}"
        for page in DOCS
        for path in _named(page.read_text())
        if not _is_there(path)
    }

    assert wrong == set()


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = re.findall(r"^## (\d+)\. ", (ROOT / "docs/decisions.md").read_text(), re.MULTILINE)

    assert len(numbers) == len(set(numbers)) > 0


def test_the_decisions_stand_under_the_subjects_of_their_table() -> None:
    head, *subjects = re.split(r"^# (.+)$", (ROOT / "docs/decisions.md").read_text(), flags=re.M)[
        2:
    ]
    listed = re.findall(r"^\| \[(.+)\]\(#", head, re.MULTILINE)

    assert listed == subjects[::2]
    assert all("\n## " in entries for entries in subjects[1::2])


def test_the_picture_of_a_first_load_is_drawn_from_its_figures() -> None:
    assert PICTURE.read_text() == picture(json.loads(FIGURES.read_text()))
