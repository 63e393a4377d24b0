"""The events of the repository, which `sam local` uses too, and what they are about."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"


def event(name: str, **changes: Any) -> dict[str, Any]:
    """Return a stored event with some members changed."""
    stored: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return stored | changes


CONNECTION: str = event("push_customers")["connection_id"]
RUN: str = event("push_customers")["run_id"]
REALM: str = event("finish_connection")["queryStringParameters"]["realmId"]
STATE: str = event("finish_connection")["queryStringParameters"]["state"]
WANTED: dict[str, Any] = json.loads(event("serve_connections_started")["body"])
MOBIWORK: str = WANTED["mobiwork_client_id"]


def of_connection(connection_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Return a request for another connection than the one it is for."""
    path = asked["rawPath"].replace(CONNECTION, connection_id)
    return asked | {"rawPath": path, "pathParameters": {"connection_id": connection_id}}
