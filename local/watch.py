"""Follow the connector at work: the trigger, the queue, the look, the run."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local.progress import Ledger, Look, Outcomes
from local.runtime import ROOT, Runtime

PAUSE_SECONDS = 0.25
LOOK_SECONDS = 330.0
EVENT = ROOT / "events" / "start_runs.json"


class LookError(Exception):
    """Nobody looked at the connection; the text says where to read why."""


class BrokenError(Exception):
    """The connection does not work until a person acts; the text is the connection's sentence."""


@dataclass(frozen=True)
class Round:
    """One round of a connection: what a look found, and what became of it in the run, if any."""

    look: Look
    outcomes: Outcomes
    failures: tuple[str, ...]
    seconds: float


def trigger(runtime: Runtime, connection_id: str, *, event: Path = EVENT) -> None:
    """Send what the schedule sends; a connection that is not due is put on the queue as well.

    That is what a webhook does, too: a message on the queue means look now.
    """
    started = runtime.invoke("StartRuns", json.loads(event.read_text()))
    if not started["count"]:
        runtime.emulator.client("sqs").send_message(
            QueueUrl=runtime.outputs["ConnectionQueueUrl"],
            MessageBody=json.dumps({"connection_id": connection_id}),
        )


def wait_for_look(
    runtime: Runtime, ledger: Ledger, connection_id: str, *, after: Look, seconds: float
) -> Look:
    """Wait until the connection was looked at again.

    Raises:
        BrokenError: it does not work until a person acts.
        ChildError: a program ended by itself.
        LookError: nobody looked at it.
    """
    deadline, failed_before = time.monotonic() + seconds, _failed(runtime)
    while time.monotonic() < deadline:
        runtime.check()
        look = ledger.look(connection_id)
        if look.looked_at != after.looked_at:
            return look
        if reason := ledger.broken(connection_id):
            raise BrokenError(reason)
        if _failed(runtime) and not failed_before:
            break
        time.sleep(PAUSE_SECONDS)
    log = runtime.folder.logs / "find_changes.log"
    raise LookError(f"The connection {connection_id} could not be checked; {log} says why.")


def _failed(runtime: Runtime) -> bool:
    """Tell whether the last message of the queue went back to it."""
    mappings = runtime.emulator.client("lambda").list_event_source_mappings()
    last = mappings["EventSourceMappings"][0].get("LastProcessingResult", "")
    return "FAIL" in last.upper()


def follow(runtime: Runtime, ledger: Ledger, connection_id: str, run_id: str) -> Iterator[Outcomes]:
    """Yield the outcomes of a run again and again until its execution has ended.

    Raises:
        ChildError: a program ended by itself.
    """
    states = runtime.emulator.client("stepfunctions")
    machine = runtime.outputs["SyncConnectionArn"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{run_id}"
    running = True
    while running:
        runtime.check()
        running = states.describe_execution(executionArn=execution)["status"] == "RUNNING"
        before = time.monotonic()
        yield ledger.outcomes(connection_id, run_id)
        # A large run is read less often, so that watching does not slow it down.
        time.sleep(max(PAUSE_SECONDS, 5 * (time.monotonic() - before)) if running else 0)


def watch_round(  # noqa: PLR0913 - what it waits for, and whom it tells
    runtime: Runtime,
    ledger: Ledger,
    connection_id: str,
    *,
    after: Look,
    found: Callable[[Look], None],
    progress: Callable[[Outcomes], None],
    seconds: float = LOOK_SECONDS,
    since: float | None = None,
) -> Round:
    """Wait for a look and the run that it starts, telling of both as they come.

    The round is timed from `since` (monotonic), else from the end of the look.

    Raises:
        BrokenError: the connection does not work until a person acts.
        ChildError: a program ended by itself.
        LookError: nobody looked at the connection.
    """
    look = wait_for_look(runtime, ledger, connection_id, after=after, seconds=seconds)
    began = since or time.monotonic()
    found(look)
    outcomes = Outcomes({}, ())
    if look.run_id:
        for outcomes in follow(runtime, ledger, connection_id, look.run_id):
            progress(outcomes)
    run = ledger.run(connection_id, look.run_id) if look.run_id else {}
    failures = tuple(run.get("failures") or ())
    return Round(look, outcomes, failures, time.monotonic() - began)
