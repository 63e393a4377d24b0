import socket
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from cli.target import HOST, find
from local.folder import HeldError, Lock, RunFolder, read_json, write_json
from local.runtime import write_running


def test_a_folder_is_held_by_one_run_only(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Lock(folder), pytest.raises(HeldError, match="is in use by another run"), Lock(folder):
        pass


def test_a_folder_is_free_again_after_a_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with Lock(folder):
        pass
    with Lock(folder) as lock:
        assert lock.descriptor > 0


def test_clearing_a_folder_keeps_only_its_lock(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.logs.mkdir()
    (folder.logs / "push_customers.log").write_text("")
    write_json(folder.made, {"port": 1})
    with Lock(folder):
        folder.clear()

    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write_json(tmp_path / "made.json", {"port": 4600})

    assert read_json(tmp_path / "made.json") == {"port": 4600}


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_json(tmp_path / "made.json") == {}


def test_the_command_line_signs_with_what_the_runtime_wrote(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as listening:
        told = {"outputs": {"ApiUrl": "http://api"}, "port": listening.getsockname()[1]}
        write_running(RunFolder(tmp_path), told, Credentials("key", "secret", "token"))
        target = find(stack=None, region=None, folder=tmp_path)

    signs = target.credentials
    assert (signs.access_key, signs.secret_key, signs.token) == ("key", "secret", "token")
    assert target.outputs == told["outputs"]
