"""A round: which connections are due, what changed in them, and whether a run is worth starting."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connector.observability import logger
from connector.requirements import problems
from connector.store import connections, runs
from connector.store import settings as saved
from connector.store.connections import Connection, State
from connector.sync import company, find, posted

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from connector.wiring import Services


def start_runs(services: "Services") -> int:
    """Send one message per due connection; return how many."""
    sent = 0
    for connection_id in connections.take_due(datetime.now(UTC)):
        services.queue.send_message(
            QueueUrl=services.config.connection_queue_url,
            MessageBody=json.dumps({"connection_id": connection_id}),
        )
        sent += 1
    return sent


def look(services: "Services", connection_id: str) -> dict[str, Any]:
    """Read what changed in one connection and start a run when there is something to do.

    Raises:
        ConnectionBrokenError: MobiWork or QuickBooks does not accept the login any more.
        RetriableError: QuickBooks does not answer and its company was never read.
    """
    connection = connections.read(connection_id)
    if connection.state != State.ACTIVE:
        return {"connection_id": connection_id, "started": "", "why": connection.reason}
    if _is_running(connection, services):
        return {"connection_id": connection_id, "started": "", "why": "a run is under way"}
    seen = find.find_changes(connection_id, services.mobiwork(connection))
    seen |= posted.find_gone(
        connection_id,
        lambda: services.quickbooks(connection_id, connection.realm_id),
        now=datetime.now(UTC),
    )
    seen |= _settings_checked(connection, seen, services)
    found = find.as_json(seen)
    started = _start(connection, found, services)
    now = datetime.now(UTC)
    runs.save_findings(connection_id, found=found, run_id=started, now=now)
    logger.info("looked", connection_id=connection_id, found=found, started=started)
    return {"connection_id": connection_id, "started": started, "why": ""}


def _settings_checked(
    connection: Connection, seen: dict[str, find.Found], services: "Services"
) -> dict[str, find.Found]:
    """Check the settings against the company, read again if one of its lists changed.

    Only what stops a flow that is switched on is told.
    """
    connection_id = connection.connection_id
    remembered = saved.read_company(connection_id)
    if remembered is not None and remembered.read_at == saved.LONG_AGO:
        company.refresh(connection_id, services.quickbooks(connection_id, connection.realm_id))
        remembered = saved.read_company(connection_id)
    if remembered is None:
        return {}
    on = {name for name, found in seen.items() if not found.off}
    wrong = problems(saved.read_settings(connection_id), remembered)
    told = [one.sentence for one in wrong if on & set(one.flows)]
    return {"settings": find.Found(problem=" ".join(told))} if told else {}


def _start(connection: Connection, found: dict[str, Any], services: "Services") -> str:
    """Start a run if a record is to be pushed and nobody else started one; return its id."""
    connection_id = connection.connection_id
    if not find.anything_to_do(connection_id):
        return ""
    company.refresh(connection_id, services.quickbooks(connection_id, connection.realm_id))
    run_id = new_run_id()
    if not connections.begin_run(connection, run_id):
        return ""
    runs.begin(connection_id, run_id, found=found, now=datetime.now(UTC))
    services.machines.start_execution(
        stateMachineArn=services.config.sync_state_machine_arn,
        name=run_id,
        input=json.dumps({"connection_id": connection_id, "run_id": run_id}),
    )
    return run_id


def _is_running(connection: Connection, services: "Services") -> bool:
    if not connection.run_id:
        return False
    machine = services.config.sync_state_machine_arn
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:{connection.run_id}"
    return _status(services.machines, execution) == "RUNNING"


def _status(machines: "SFNClient", execution: str) -> str:
    try:
        return machines.describe_execution(executionArn=execution)["status"]
    except machines.exceptions.ExecutionDoesNotExist:
        return ""


def new_run_id(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Return a run id that sorts by time."""
    return f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
