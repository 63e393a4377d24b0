import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from local.folder import RunFolder
from local.runtime import Options
from local.session import run

OPTIONS = Options(port=0, schedule=False, sample_size=0.25)
ROW = re.compile(r"^ ([a-z][a-z ]*[a-z]) +(\d+(?: +\d+)+) *$", re.MULTILINE)


def _said(folder: Path) -> str:
    text = io.StringIO()
    console = Console(file=text, width=140, soft_wrap=True, highlight=False)
    assert run(console, RunFolder(folder), OPTIONS, once=True) == 0
    return text.getvalue()


def _rows(said: str) -> dict[str, dict[str, int]]:
    """Read the summary's table: for each flow its counts by heading."""
    headings = next(line for line in said.splitlines() if line.startswith(" flow")).split()[1:]
    return {
        flow: dict(zip(headings, map(int, numbers.split()), strict=True))
        for flow, numbers in ROW.findall(said)
    }


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("run")
    return _said(folder), _said(folder)


@pytest.mark.parametrize("flow", ["customers", "products", "invoices", "payments"])
def test_every_record_of_the_sample_company_arrives_in_quickbooks(
    rounds: tuple[str, str], flow: str
) -> None:
    counts = _rows(rounds[0])[flow]

    assert counts["read"] > 0
    assert counts["created"] + counts.get("differ", 0) == counts["read"]


@pytest.mark.parametrize("flow", ["customers", "products", "invoices", "payments"])
def test_a_second_run_finds_every_record_unchanged(rounds: tuple[str, str], flow: str) -> None:
    counts = _rows(rounds[1])[flow]

    assert counts["unchanged"] == counts["read"]


def test_a_second_run_right_after_creates_nothing_and_says_so(rounds: tuple[str, str]) -> None:
    assert "no run was started and nothing was created" in rounds[1]
    assert "0 metered, 0 free" in rounds[1]


def test_the_second_run_still_knows_the_connection(rounds: tuple[str, str]) -> None:
    assert ["is connected" in said for said in rounds] == [True, False]
