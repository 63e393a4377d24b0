import socket
import tempfile
from pathlib import Path

import pytest

from local.emulator import free_port, is_free
from local.folder import PortLocks, RunFolder
from local.made import USUAL_PORT, Options, RuntimeStateError, made_in


def test_a_new_folder_gets_what_was_asked_for(tmp_path: Path) -> None:
    made = made_in(RunFolder(tmp_path), Options(port=0, seed=0, sample_size=2.5))

    assert (made.seed, made.sample_size, made.with_trouble) == (0, 2.5, False)


def test_a_folder_stays_as_it_was_made_when_nothing_is_asked(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    made = made_in(folder, Options(port=0, seed=3, sample_size=2.0, with_trouble=True))

    assert made_in(folder, Options(port=0)) == made


@pytest.mark.parametrize(
    "asked", [Options(seed=4), Options(sample_size=1.0), Options(with_trouble=True)]
)
def test_another_company_than_the_one_in_the_folder_is_refused(
    tmp_path: Path, asked: Options
) -> None:
    folder = RunFolder(tmp_path)
    made_in(folder, Options(port=0, seed=3, sample_size=2.0))

    with pytest.raises(RuntimeStateError, match="--seed 3, --sample-size 2 and without trouble"):
        made_in(folder, asked)


def test_a_port_that_another_program_took_is_named(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    made = made_in(folder, Options(port=0))
    with socket.socket() as other:
        other.bind(("127.0.0.1", made.port))
        other.listen()
        with pytest.raises(RuntimeStateError, match=f"Port {made.port}"):
            made_in(folder, Options(port=0))


def test_a_port_that_was_asked_for_is_used_or_refused(tmp_path: Path) -> None:
    port = free_port()
    assert made_in(RunFolder(tmp_path), Options(port=port)).port == port

    with pytest.raises(RuntimeStateError, match=f"belongs to port {port}. Add --fresh"):
        made_in(RunFolder(tmp_path), Options(port=port + 1))
    (tmp_path / "other").mkdir()
    with pytest.raises(RuntimeStateError, match=f"Port {port} is in use"):
        made_in(RunFolder(tmp_path / "other"), Options(port=port), lambda _port: False)


def test_two_first_runs_at_once_take_two_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = [RunFolder(tmp_path / "one"), RunFolder(tmp_path / "two")]
    for folder in folders:
        folder.path.mkdir()
    with PortLocks(lambda _port: True) as one, PortLocks(is_free) as two:
        ports = [
            made_in(folder, Options(), locks.take).port
            for folder, locks in zip(folders, (one, two), strict=True)
        ]

    assert ports[0] == USUAL_PORT != ports[1]
