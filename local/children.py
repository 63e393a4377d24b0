"""Programs that the laptop runtime starts and must stop again, whatever happens."""

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

STOP_SECONDS = 15.0
PAUSE_SECONDS = 0.02


class ChildError(Exception):
    """A program did not start or ended by itself; the text says which and where its log is."""


class Child:
    """One program with its output in a log file; a context manager that stops it with SIGTERM."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        keep_open: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches the runtime alone, which stops its children.
            self._process = subprocess.Popen(  # noqa: S603 - the commands are ours
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=tuple(keep_open),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_for_line(self, pattern: str, *, seconds: float = 60.0) -> str:
        """Wait until the log has a line that matches; returns its first group.

        Raises:
            ChildError: the program ended or stayed silent.
        """
        wanted = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            alive = self._process.poll() is None
            if found := wanted.search(self.log.read_text(errors="replace")):
                return found.group(1)
            if not alive:
                raise ChildError(f"{self.name} ended before it was ready; see {self.log}")
            time.sleep(PAUSE_SECONDS)
        raise ChildError(f"{self.name} was not ready after {seconds:.0f} s; see {self.log}")

    def check(self) -> None:
        """Make sure that the program still runs.

        Raises:
            ChildError: it ended by itself.
        """
        if (code := self._process.poll()) is not None:
            raise ChildError(f"{self.name} ended by itself (exit code {code}); see {self.log}")

    def ask_to_stop(self) -> None:
        """Send SIGTERM, on which the program saves its state; does not wait."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def stop(self) -> None:
        """Stop the program and wait for its end; kill it when it does not listen."""
        self.ask_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def bare_environment() -> dict[str, str]:
    """What a child needs of our own environment: nothing that could lead an AWS client to AWS."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
    return {name: os.environ[name] for name in wanted if name in os.environ}
