"""Receive a ring of MobiWork: have its connection looked at."""

from connector.api import webhooks
from connector.api.doorbell_secret import HEADER, PARAMETER
from connector.lambdas.webhooks import WebhookCall, webhook
from connector.services import Services


@webhook
def handler(services: Services, call: WebhookCall) -> None:
    brought = call.headers.get(HEADER) or call.query.get(PARAMETER)
    connection_id = call.path.get("connection_id") or ""
    webhooks.receive_mobiwork_change(services, connection_id, brought or "")
