"""Makes worker processes: forked from one that has everything loaded and the table open."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from connector.store.table import Item
from tests.crash.remote import Setup
from tests.crash.worker import work_once, work_to_the_end

SECONDS = 240

type Work = Callable[[Any, Any], int]
"""What a worker does with its setup and its task; it returns how it ended."""


@dataclass(frozen=True)
class Nursery:
    """The process that forks, as the tests see it."""

    asked: Connection[Any, Any]

    def once(self, tasks: Sequence[Any]) -> list[int]:
        """Let workers do one run each, all at once; return how they ended."""
        return self._ended("once", tasks)

    def to_the_end(self, task: Any) -> int:
        """Let a worker do runs as long as there is something to do; return how it ended."""
        return self._ended("to the end", [task])[0]

    def overtaken(self, slow: Any, fast: Any) -> list[int]:
        """Let a worker freeze where it says, another do runs to the end, and the first go on."""
        return self._ended("overtaken", [slow, fast])

    def _ended(self, how: str, tasks: Sequence[Any]) -> list[int]:
        self.asked.send((how, list(tasks)))
        ended: list[int] = self.asked.recv()
        return ended


def start(
    setup: Setup, once: Work = work_once, to_the_end: Work = work_to_the_end
) -> tuple[Nursery, Any]:
    """Start the process; closing the nursery's connection ends it."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, setup, once, to_the_end), daemon=True)
    process.start()
    theirs.close()
    return Nursery(ours), process


def _serve(asked: Connection[Any, Any], setup: Setup, once: Work, to_the_end: Work) -> None:
    setup.open_table()
    assert Item._get_connection().connection.client
    while True:
        try:
            how, tasks = asked.recv()
        except EOFError:
            return
        if how == "overtaken":
            asked.send(_overtaken(setup, tasks[0], once, tasks[1], to_the_end))
            continue
        children = [_forked(setup, task, once if how == "once" else to_the_end) for task in tasks]
        asked.send([_end_of(child) for child in children])


def _overtaken(setup: Setup, slow: Any, once: Work, fast: Any, to_the_end: Work) -> list[int]:
    """Return how both ended; only how the first did if it never froze."""
    frozen = _forked(setup, slow, once)
    status = os.waitpid(frozen, os.WUNTRACED)[1]
    if not os.WIFSTOPPED(status):
        return [os.waitstatus_to_exitcode(status)]
    ended = _end_of(_forked(setup, fast, to_the_end))
    os.kill(frozen, signal.SIGCONT)
    return [_end_of(frozen), ended]


def _end_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _forked(setup: Setup, task: Any, work: Work) -> int:
    child = os.fork()
    if child:
        return child
    signal.alarm(SECONDS)
    ended = 1
    try:
        ended = work(setup, task)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(ended)
