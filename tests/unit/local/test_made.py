import socket
from pathlib import Path

import pytest

from local.folder import RunFolder
from local.made import Options, RuntimeStateError, made_in


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
