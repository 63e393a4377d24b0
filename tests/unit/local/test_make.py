"""What `make` does on a machine that has nothing yet, and what it leaves behind."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.template.reading import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.fixture
def old_machine(tmp_path: Path) -> Path:
    """A clone on a machine whose only Python is an older one."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    python = tools / "python3"
    python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.11.9" && exit\nexit 1\n')
    python.chmod(0o755)
    for name in ("sh", "mkdir", "mv", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def test_a_machine_without_python_3_13_is_told_so_in_one_line(old_machine: Path) -> None:
    make = str(shutil.which("make"))
    done = subprocess.run(  # noqa: S603 - our own Makefile
        [make, "run"],
        cwd=old_machine,
        env={"PATH": str(old_machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "install Python 3.13: here is Python 3.11.9\n")
    assert {path.name for path in old_machine.iterdir()} == {"Makefile", "bin"}


def test_a_run_installs_nothing_of_what_only_tests_need() -> None:
    run = MAKEFILE.partition("\nrun:")[2].partition("\n\n")[0]

    assert "$(RUN_LAPTOP)" in run
    assert "--no-default-groups --group local --group cli" in MAKEFILE


def test_clean_removes_all_that_git_ignores() -> None:
    clean = MAKEFILE.partition("\nclean:")[2].split()
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()}

    assert ignored - {"*.pyc"} - set(clean) == set()
