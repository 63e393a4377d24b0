"""A worker process of pulls: it brings what QuickBooks told into MobiWork and meets trouble."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, count, repeat
from secrets import token_hex
from typing import Any

from pynamodb.exceptions import PynamoDBException

from connector.changes.lists.found import as_json
from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.entities.registry import PULLS
from connector.errors import ConnectorError
from connector.model.pending import Need, NewItem
from connector.pull.worker import pull
from connector.push.worker import push
from connector.store import runs
from connector.store.records import pending
from tests.crash.freezing import BEFORE_INTENT, BEFORE_SENDING, freezing
from tests.crash.pulls.account import PLAIN, Account, PullSetup, Quirks
from tests.crash.pulls.mutations import MUTATIONS
from tests.crash.remote import SPEED, quickbooks
from tests.crash.store_faults import Failing, fail_a_write
from tests.crash.worker import (
    ENDLESS,
    FAILED,
    FIRED,
    FLOWS,
    LITTLE_TIME,
    MOST_RUNS,
    SETTLED,
)
from tests.memory.store import ALWAYS_LIVE

PULL = {flow.name: flow for flow in PULLS}


@dataclass(frozen=True)
class PullTask:
    """What one worker process is to do.

    die_at: the durable step at which it is killed, not interrupted, when it reaches it the
        `die_after`-th time.
    freeze_at: the step or point of `freezing` at which it stops until it is let go on.
    failing: which of its writes to the store fails, and how.
    hasty: it has no time left to settle anything; that is left to another process.
    quirks: how MobiWork answers it.
    look: it reads MobiWork's lists first, as the schedule does.
    told: what QuickBooks tells once more when the run begins, by flow.
    begin_at: when it begins, on the clock of the machine, so that several begin together.
    """

    connection_id: str
    flows: tuple[str, ...]
    run_id: str = "r1"
    die_at: str = ""
    die_after: int = 1
    freeze_at: str = ""
    failing: Failing | None = None
    mutation: str = ""
    speed: float = SPEED
    hasty: bool = False
    quirks: Quirks = PLAIN
    look: bool = False
    told: Mapping[str, tuple[NewItem, ...]] = field(default_factory=dict)
    begin_at: float = 0.0


def work_once(setup: PullSetup, task: PullTask) -> int:
    """Do one run as the state machine does: a flow that fails is noted and the next one begins."""
    _mutate(task)
    injected = fail_a_write(task.failing) if task.failing else None
    time.sleep(max(task.begin_at - time.time(), 0.0))
    failed = _work(setup, task)
    if injected is not None:
        return FIRED if injected.fired else SETTLED
    return FAILED if failed else SETTLED


def work_to_the_end(setup: PullSetup, task: PullTask) -> int:
    """Do runs as long as there is something to do; tell whether that ever ended."""
    _mutate(task)
    for number in range(2, MOST_RUNS):
        _work(setup, replace(task, run_id=f"{task.run_id}-{number}"))
        if all(pending.need(task.connection_id, one) is not Need.START for one in task.flows):
            return SETTLED
    return ENDLESS


def _mutate(task: PullTask) -> None:
    if task.mutation:
        MUTATIONS[task.mutation]()


def _work(setup: PullSetup, task: PullTask) -> bool:
    failed = False
    try:
        _begin_run(setup, task)
    except (ConnectorError, PynamoDBException):
        return True
    for name in task.flows:
        run = _run(setup, task)
        try:
            while (pull(PULL[name], run) if name in PULL else push(FLOWS[name], run)).more:
                pass
        except (ConnectorError, PynamoDBException):
            failed = True
    return failed


def _begin_run(setup: PullSetup, task: PullTask) -> None:
    found: dict[str, Any] = {}
    if task.look:
        account = Account(setup.mobiwork_url, task.quirks, speed=task.speed)
        found = as_json(find_changes(task.connection_id, account))
    runs.begin(task.connection_id, task.run_id, found=found, now=datetime.now(UTC))
    for flow, items in task.told.items():
        pending.put_all(task.connection_id, flow, items)


def _run(setup: PullSetup, task: PullTask) -> Run:
    """Make the run of a task, on a clock that goes faster."""
    remaining: Iterator[float] = chain([900.0], repeat(LITTLE_TIME if task.hasty else 900.0))
    return Run(
        connection_id=task.connection_id,
        run_id=task.run_id,
        open_quickbooks=lambda: quickbooks(setup, task.connection_id),
        open_mobiwork=lambda: _opened(setup, task),
        remaining=lambda: next(remaining),
        checkpoint=_killer(task),
        new_claim=freezing(lambda: token_hex(8), frozen=task.freeze_at == BEFORE_INTENT),
        clock=lambda: time.monotonic() * task.speed,
        sleep=lambda seconds: time.sleep(seconds / task.speed),
        store=ALWAYS_LIVE,
    )


def _opened(setup: PullSetup, task: PullTask) -> Account:
    account = Account(setup.mobiwork_url, task.quirks, speed=task.speed)
    added = freezing(account.add, frozen=task.freeze_at == BEFORE_SENDING)
    vars(account)["add"] = added
    return account


def _killer(task: PullTask) -> Callable[[str], None]:
    reached = count(1)
    freeze = freezing(lambda: None, frozen=True)

    def checkpoint(step: str) -> None:
        if step == task.die_at and next(reached) == task.die_after:
            os.kill(os.getpid(), signal.SIGKILL)
        if step == task.freeze_at:
            freeze()

    return checkpoint
