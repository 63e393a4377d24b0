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
WANTED: dict[str, Any] = json.loads(event("start_connection")["body"])
MOBIWORK: str = WANTED["mobiwork_client_id"]
