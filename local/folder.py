"""The folder that keeps the state of the laptop runtime, and the one run that may hold it."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self


class HeldError(Exception):
    """Another run holds the folder."""


@dataclass(frozen=True)
class RunFolder:
    """Where state and logs of the runtime are."""

    path: Path

    @property
    def logs(self) -> Path:
        """One log file for each function and each program."""
        return self.path / "logs"

    @property
    def services(self) -> Path:
        """The state of the AWS services."""
        return self.path / "services"

    @property
    def nursery(self) -> Path:
        """The socket of the process that functions are forked from."""
        return self.path.absolute() / "nursery"

    def state_of(self, simulator: str) -> Path:
        """The file in which a simulator keeps its company."""
        return self.path / f"{simulator}.json"

    @property
    def made(self) -> Path:
        """How the state here was made."""
        return self.path / "made.json"

    @property
    def running(self) -> Path:
        """How a running runtime is reached; there only while it runs."""
        return self.path / "running.json"

    def clear(self) -> None:
        """Forget all state and logs."""
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != Lock.NAME:
                entry.unlink()


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote; empty if there is no such file."""
    if not path.exists():
        return {}
    values: dict[str, Any] = json.loads(path.read_text())
    return values


def write_json(path: Path, values: Mapping[str, object]) -> None:
    """Write values as JSON, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(values, indent=2) + "\n")
    draft.replace(path)


class Lock:
    """Holds the folder for one run and its children; a context manager.

    Children inherit the lock, so that a folder whose run was killed is not used before they are
    gone as well.
    """

    NAME = "lock"

    def __init__(self, folder: RunFolder) -> None:
        folder.path.mkdir(parents=True, exist_ok=True)
        self._path = folder.path / self.NAME
        self._file: IO[str] = self._path.open("a+")

    @property
    def descriptor(self) -> int:
        """What children are handed."""
        return self._file.fileno()

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            HeldError: another run has it.
        """
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holders = ", ".join(self._file.read().split())
            self._file.close()
            raise HeldError(
                f"{self._path.parent} is in use by another run (processes {holders}). "
                "Stop that one first, or choose another folder with --folder."
            ) from error
        self._file.truncate(0)
        self.note(os.getpid())
        return self

    def note(self, process: int) -> None:
        """Remember a process that holds the folder, for those who find it taken."""
        self._file.write(f"{process}\n")
        self._file.flush()

    def __exit__(self, *_: object) -> None:
        self._file.close()


class PortLocks:
    """The ports that this run has taken, so that another one that begins now takes others.

    Between choosing a port and listening on it some seconds pass; a file for each port, locked
    until this context ends, is known at once to all runs of the machine.
    """

    def __init__(self, is_free: Callable[[int], bool]) -> None:
        self._is_free = is_free
        self._files = ExitStack()

    def take(self, port: int) -> bool:
        """Take a port; False where a program listens on it or another run has taken it."""
        file = (Path(tempfile.gettempdir()) / f"mobiwork-quickbooks-port-{port}").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._files.enter_context(file)
        return self._is_free(port)

    def __enter__(self) -> Self:
        """Begin without any."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give all of them back."""
        self._files.close()
