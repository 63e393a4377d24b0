"""The list of what no test notices is short, true of the code as it stands, and argued for."""

from pathlib import Path

import pytest

from tests.mutation.argued import is_of_kind, kept

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/connector/connector"
SURVIVORS = kept("survivor")


def test_each_is_listed_once() -> None:
    places = [(one["where"], one["change"]) for one in SURVIVORS]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("one", SURVIVORS, ids=lambda one: str(one["where"]))
def test_each_names_a_line_that_there_is_and_says_why_that_is_no_fault(
    one: dict[str, str],
) -> None:
    assert one.keys() == {"where", "change", "argument"}
    path, _, function = one["where"].partition(" ")
    code = (PACKAGE / path).read_text()
    name = function.rpartition("ǁ")[2].removeprefix("x_")
    assert f"def {name}(" in code or f"def {name}[" in code
    lines = one["change"].splitlines()
    assert {line[:2] for line in lines} <= {"- ", "+ "}
    gone = [line[2:] for line in lines if line.startswith("- ")]
    assert gone
    assert [line for line in gone if line not in code] == []
    assert len(one["argument"].split()) > 8
    assert one["argument"].endswith(".")


KINDS = kept("kind")


@pytest.mark.parametrize("one", KINDS, ids=lambda one: f"{one['before']} {one['after']}")
def test_each_kind_is_argued_for_and_changes_something(one: dict[str, str]) -> None:
    assert one.keys() == {"before", "after", "argument"}
    assert len(one["argument"].split()) > 8
    assert one["argument"].endswith(".")
    change = f"- known({one['before']} + 1\n+ known({one['after']} + 1"
    assert is_of_kind(change, one["before"], one["after"])
    assert not is_of_kind(f"{change}2", one["before"], one["after"])
    assert not is_of_kind("- nothing\n+ something", one["before"], one["after"])
