"""What all commands have in common."""

import inspect
import re
import shlex
from pathlib import Path

import pytest

from cli.commands.worklist import Does
from cli.errors import MEANINGS, ExitCode
from cli.main import EXAMPLES, NAME
from cli.target import find
from tests.unit.cli.documented import command, document

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("name", "examples"), [(one[0], one[2]) for one in EXAMPLES])
def test_every_command_has_help_with_examples_of_itself(
    name: str, examples: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(name, "--help").code == ExitCode.DONE
    told = " ".join(capsys.readouterr().out.split())
    for line in examples:
        assert shlex.split(line)[0] == name
        assert f"{NAME} {line}" in told


def test_every_command_answers_in_json_where_that_is_asked_for() -> None:
    without = [
        name
        for name, function, _ in EXAMPLES
        if "as_json" not in inspect.signature(function).parameters
    ]
    assert without == []


def test_all_exit_codes_are_told_by_help(capsys: pytest.CaptureFixture[str]) -> None:
    command("--help")
    told = " ".join(capsys.readouterr().out.split())
    for code, words in MEANINGS.items():
        assert f"{code.value} {words}" in told


def test_a_wrong_use_is_told_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("nonsense").code == ExitCode.USAGE


def test_the_fixes_that_are_completed_are_those_of_the_api() -> None:
    assert [one.value for one in Does] == document()["components"]["schemas"]["FixKind"]["enum"]
    assert command("fix", "frobnicate", "tax").code == ExitCode.USAGE


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
@pytest.mark.parametrize(
    "name",
    [one[0] for one in EXAMPLES if "limit" in inspect.signature(one[1]).parameters],
)
def test_no_list_is_asked_for_without_a_row(name: str, limit: str) -> None:
    assert command(name, "--limit", limit).code == ExitCode.USAGE


def test_without_a_runtime_and_a_stack_it_says_how_to_get_to_one(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="Start one with `make run`") as caught:
        find(stack=None, region=None, folder=tmp_path)
    assert getattr(caught.value, "code", None) is ExitCode.NOT_REACHED


def test_the_command_line_knows_the_api_alone() -> None:
    imports = [
        path.name
        for path in (ROOT / "cli").rglob("*.py")
        if re.search(r"^\s*(from|import) (connector|local|simulators)\b", path.read_text(), re.M)
    ]
    assert imports == []
