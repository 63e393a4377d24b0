import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.children import ChildError
from local.nursery import CAN_FORK, CLIENT, nursery

SCRIPT = """
import os, pathlib, sys
os.write(3, f"{'json.tool' in sys.modules} {pathlib.Path.cwd().name} {sys.argv[1:]}".encode())
print(os.environ["WHO"], pathlib.Path(sys.path[0]).name)
if sys.argv[1:] == ["stay"]:
    sys.stdout.flush()
    input()
    os.write(3, b" it went on")
"""


def begun(folder: Path, *told: str) -> tuple["subprocess.Popen[bytes]", Path]:
    """Start the script as the bootstrap of a function does: its descriptor 3 is a file."""
    (folder / "code").mkdir(exist_ok=True)
    (folder / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-I", "-S", CLIENT, folder / "nursery", folder / "script.py", *told]
    line = " ".join(str(word) for word in command)
    environment = os.environ | {"WHO": "a function", "PYTHONPATH": str(folder / "code")}
    process = subprocess.Popen(  # noqa: S602 - the words are ours
        f"exec 3>{folder / 'told'}; exec {line}",
        shell=True,
        cwd=folder / "code",
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    return process, folder / "told"


@pytest.mark.skipif(not CAN_FORK, reason="processes are not forked here")
def test_a_script_runs_in_a_copy_of_the_nursery_with_its_own_folder_files_and_environment(
    tmp_path: Path,
) -> None:
    with nursery(tmp_path / "nursery", tmp_path / "log", package="json") as child:
        assert child
        child.wait_for_line("(Nursery)")
        process, told = begun(tmp_path, "one", "two")
        said, _ = process.communicate(timeout=60)
    assert told.read_text() == "True code ['one', 'two']"
    assert said == b"a function code\n"


@pytest.mark.skipif(not CAN_FORK, reason="processes are not forked here")
def test_who_stops_the_client_stops_the_script(tmp_path: Path) -> None:
    with nursery(tmp_path / "nursery", tmp_path / "log", package="json") as child:
        assert child
        child.wait_for_line("(Nursery)")
        process, told = begun(tmp_path, "stay")
        assert process.stdout
        assert process.stdout.readline() == b"a function code\n"
        process.kill()
        assert process.stdout.read() == b"", "the script holds the other end until it ends"
        process.communicate(timeout=60)
    assert told.read_text() == "True code ['stay']"


@pytest.mark.skipif(not CAN_FORK, reason="processes are not forked here")
def test_a_nursery_ends_when_it_is_asked_to_also_where_its_parent_ignores_that(
    tmp_path: Path,
) -> None:
    ours = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with nursery(tmp_path / "nursery", tmp_path / "log", package="json") as child:
            assert child
            child.wait_for_line("(Nursery)")
            child.ask_to_stop()
            with pytest.raises(ChildError, match="ended"):
                child.wait_for_line("(never said)", seconds=10)
    finally:
        signal.signal(signal.SIGTERM, ours)


def test_without_a_nursery_a_script_runs_all_the_same(tmp_path: Path) -> None:
    process, told = begun(tmp_path, "one")
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"a function code\n")
    assert told.read_text() == "False code ['one']"
