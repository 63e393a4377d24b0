import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from local.folder import RunFolder
from local.runtime import Options
from local.session import run

OPTIONS = Options(port=0, schedule=False, sample_size=0.25)
ROW = re.compile(r"^ (push_\w+) +(\d+(?: +\d+)*) *$", re.MULTILINE)


def _said(folder: Path) -> str:
    text = io.StringIO()
    console = Console(file=text, width=140, soft_wrap=True, highlight=False)
    assert run(console, RunFolder(folder), OPTIONS, once=True) == 0
    return text.getvalue()


def _rows(said: str) -> dict[str, list[int]]:
    return {flow: [int(one) for one in numbers.split()] for flow, numbers in ROW.findall(said)}


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("run")
    return _said(folder), _said(folder)


def test_every_record_of_the_sample_company_arrives_in_quickbooks(rounds: tuple[str, str]) -> None:
    rows = _rows(rounds[0])

    assert sorted(rows) == ["push_customers", "push_invoices", "push_payments", "push_products"]
    assert {
        flow: numbers[0] for flow, numbers in rows.items() if sum(numbers[1:]) != numbers[0]
    } == {}
    assert "waiting" not in re.sub("^ flow.*$", "", rounds[0], flags=re.MULTILINE)


def test_a_second_run_right_after_creates_nothing_and_says_so(rounds: tuple[str, str]) -> None:
    assert "no run was started and nothing was created" in rounds[1]
    assert "0 metered, 0 free" in rounds[1]


def test_the_second_run_still_knows_the_connection(rounds: tuple[str, str]) -> None:
    assert ["is connected" in said for said in rounds] == [True, False]
