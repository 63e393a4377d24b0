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
        return self._ended(False, tasks)

    def to_the_end(self, task: Any) -> int:
        """Let a worker do runs as long as there is something to do; return how it ended."""
        return self._ended(True, [task])[0]

    def _ended(self, to_the_end: bool, tasks: Sequence[Any]) -> list[int]:
        self.asked.send((to_the_end, list(tasks)))
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
            all_of_it, tasks = asked.recv()
        except EOFError:
            return
        children = [_forked(setup, task, to_the_end if all_of_it else once) for task in tasks]
        statuses = [os.waitpid(child, 0)[1] for child in children]
        asked.send([os.waitstatus_to_exitcode(status) for status in statuses])


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
