"""However many records there are, a page of them takes as few calls of the table."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_any_page_of_any_view_of_100_000_outcomes_takes_three_calls_at_most() -> None:
    """Minutes: `bench.tracked` follows them all and counts what each kind of page takes."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.tracked"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/connector'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, f"{told.stdout}{told.stderr}"
    assert told.stdout.count("calls of the table") > 20
