"""A worker process: pushes flows of one connection and meets the trouble it is told to meet.

Everything that waits, waits `SPEED` times shorter, so that the real durations of the protocol
(claims of 130 s, queries that lag by 30 s, pauses of a minute) are tested in a moment.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, repeat
from secrets import token_hex
from threading import Lock
from typing import Any

from pynamodb.exceptions import PynamoDBException

from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.entities.registry import PUSHES
from connector.entities.stages import flows_to_run
from connector.errors import ConnectorError
from connector.mobiwork.xml import RawRecord
from connector.model.pending import Need
from connector.push.worker import push
from connector.quickbooks.client import QuickBooks
from connector.store import runs
from connector.store.records import pending
from tests.crash.freezing import BEFORE_INTENT, BEFORE_SENDING, freezing
from tests.crash.mutations import MUTATIONS
from tests.crash.remote import SPEED, Setup, quickbooks
from tests.crash.store_faults import Failing, fail_a_write
from tests.memory.store import ALWAYS_LIVE
from tests.unit.engine.world import FakeMobiWork

FLOWS = {flow.name: flow for flow in PUSHES}
MOST_RUNS = 12
LITTLE_TIME = 10.0
SETTLED, FAILED, ENDLESS, FIRED = 0, 41, 42, 43
"""How a worker ends: all done, a flow failed, still not done after many runs, a write was failed.

A killed one ends as the signal says."""


@dataclass(frozen=True)
class Task:
    """What one worker process is to do.

    die_at: the durable step at which it is killed, not interrupted.
    freeze_at: the step or point of `freezing` at which it stops until it is let go on.
    failing: which of its writes to the store fails, and how.
    hasty: it has no time left to settle anything; that is left to another process.
    client: what goes wrong in its own client of QuickBooks.
    begin_at: when it begins, on the clock of the machine, so that several begin together.
    """

    connection_id: str
    flows: tuple[str, ...]
    run_id: str = "r1"
    die_at: str = ""
    freeze_at: str = ""
    failing: Failing | None = None
    mutation: str = ""
    speed: float = SPEED
    hasty: bool = False
    client: Mapping[str, Any] = field(default_factory=dict)
    begin_at: float = 0.0
    found: tuple[RawRecord, ...] = ()
    selection: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def work_once(setup: Setup, task: Task) -> int:
    """Do one run as the state machine does: a flow that fails is noted and the next one begins."""
    patient = MUTATIONS[task.mutation]() if task.mutation else True
    _begin_run(task)
    injected = fail_a_write(task.failing) if task.failing else None
    time.sleep(max(task.begin_at - time.time(), 0.0))
    if task.found:
        find_changes(task.connection_id, FakeMobiWork(list(task.found)))
    failed = _push_all(setup, task, patient=patient)
    if injected is not None:
        return FIRED if injected.fired else SETTLED
    return FAILED if failed else SETTLED


def work_to_the_end(setup: Setup, task: Task) -> int:
    """Do runs as long as there is something to do, as the schedule does."""
    patient = MUTATIONS[task.mutation]() if task.mutation else True
    return run_to_the_end(setup, task, patient=patient)


def run_to_the_end(setup: Setup, task: Task, *, patient: bool = True) -> int:
    """Do runs as long as there is something to do; tell whether that ever ended."""
    for number in range(2, MOST_RUNS):
        if all(pending.need(task.connection_id, one) is not Need.START for one in task.flows):
            return SETTLED
        needed = flows_to_run(task.connection_id)
        flows = tuple(one for one in task.flows if one in needed)
        again = replace(task, run_id=f"{task.run_id}-{number}", flows=flows)
        _begin_run(again)
        _push_all(setup, again, patient=patient)
    return ENDLESS


def _begin_run(task: Task) -> None:
    runs.begin(task.connection_id, task.run_id, found={}, now=datetime.now(UTC))


def _push_all(setup: Setup, task: Task, *, patient: bool = True) -> bool:
    failed = False
    for name in task.flows:
        run = a_run(setup, task, patient=patient)
        try:
            while push(FLOWS[name], run).more and not task.hasty:
                pass
        except (ConnectorError, PynamoDBException):
            failed = True
    return failed


def a_run(setup: Setup, task: Task, *, patient: bool = True) -> Run:
    """Make the run of a task, on a clock that goes faster."""
    remaining: Iterator[float] = chain([900.0], repeat(LITTLE_TIME if task.hasty else 900.0))
    waits: dict[str, Any] = {} if patient else {"claim_seconds": 0.0, "settle_seconds": 0.0}
    return Run(
        connection_id=task.connection_id,
        run_id=task.run_id,
        open_quickbooks=lambda: _opened(setup, task),
        selection=task.selection,
        by_hand=bool(task.selection),
        remaining=lambda: next(remaining),
        checkpoint=_killer(task.die_at, task.freeze_at),
        new_claim=freezing(lambda: token_hex(8), frozen=task.freeze_at == BEFORE_INTENT),
        clock=lambda: time.monotonic() * task.speed,
        sleep=lambda seconds: time.sleep(seconds / task.speed),
        **waits,
        store=ALWAYS_LIVE,
    )


def _opened(setup: Setup, task: Task) -> QuickBooks:
    client = quickbooks(setup, task.connection_id, **task.client)
    created = freezing(client.create, frozen=task.freeze_at == BEFORE_SENDING)
    vars(client)["create"] = created
    return client


def _killer(die_at: str, freeze_at: str) -> Callable[[str], None]:
    lock = Lock()
    freeze = freezing(lambda: None, frozen=True)

    def checkpoint(step: str) -> None:
        if step == die_at:
            with lock:
                os.kill(os.getpid(), signal.SIGKILL)
        if step == freeze_at:
            freeze()

    return checkpoint
