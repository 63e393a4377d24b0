"""Posts as Intuit makes them, signed."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from connector.quickbooks.webhook import SIGNATURE_HEADER, sign
from functions.receive_quickbooks_change.app import handler
from tests.functions.cloud import VERIFIER_TOKEN
from tests.functions.context import Context
from tests.functions.events import REALM, event

NAME = "receive_quickbooks_change"


def change(realm_id: str = REALM, **changes: Any) -> dict[str, Any]:
    """Return a change of just now."""
    told: dict[str, Any] = json.loads(event(NAME)["body"])[0]
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}517Z"
    return told | {"intuitaccountid": realm_id, "time": now} | changes


def signed(body: bytes, token: str = VERIFIER_TOKEN) -> dict[str, Any]:
    """Return the request that carries these bytes, signed."""
    posted = event(NAME)
    headers = posted["headers"] | {SIGNATURE_HEADER: sign(token.encode(), body).decode()}
    encoded = base64.b64encode(body).decode()
    return posted | {"headers": headers, "body": encoded, "isBase64Encoded": True}


def post(context: Context, *changes: Any) -> int:
    """Post changes; return the status of the answer."""
    return int(handler(signed(json.dumps(changes).encode()), context)["statusCode"])
