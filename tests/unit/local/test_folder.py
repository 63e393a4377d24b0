from pathlib import Path

import pytest

from local.folder import HeldError, Lock, RunFolder, read_json, write_json


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
