"""Push chosen payments by hand against a runtime that is up, as the console's button will."""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from local.folder import RunFolder
from local.made import RuntimeStateError
from local.progress import Ledger
from local.runtime import Runtime
from local.screen import told

PAUSE_SECONDS = 0.1


def push_payments(
    console: Console, folder: RunFolder, payments: Sequence[str], *, include_invoices: bool
) -> int:
    """Start push_invoices_then_payments and show how it ended; returns the exit code.

    Raises:
        RuntimeStateError: no runtime is up, or nothing is connected.
    """
    runtime = Runtime.attach(folder)
    ledger = Ledger(runtime.emulator, runtime.outputs["TableName"])
    connections = ledger.connections()
    if not connections:
        raise RuntimeStateError("Nothing is connected yet.")
    asked: dict[str, Any] = {
        "connection_id": connections[0],
        "run_id": f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        "by_hand": True,
        "payment_ids": list(payments),
        "include_invoices": include_invoices,
    }
    ended = _execute(runtime, asked)
    for flow, counts in ledger.outcomes(asked["connection_id"], asked["run_id"]).by_flow.items():
        console.print(f"{flow}: {told(counts)}")
    if ended["status"] == "SUCCEEDED":
        return 0
    console.print(Text(f"{ended.get('error')}: {ended.get('cause')}", style="red"))
    return 1


def _execute(runtime: Runtime, asked: Mapping[str, Any]) -> dict[str, Any]:
    states = runtime.emulator.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=runtime.outputs["PushInvoicesThenPaymentsArn"],
        name=asked["run_id"],
        input=json.dumps(asked),
    )["executionArn"]
    while True:
        ended: dict[str, Any] = states.describe_execution(executionArn=execution)
        if ended["status"] != "RUNNING":
            return ended
        time.sleep(PAUSE_SECONDS)
