"""Receive a ring of MobiWork: have its connection looked at."""

from connector.api import webhooks
from connector.api.doorbell_secret import HEADER, PARAMETER
from connector.lambdas.webhooks import Request, webhook
from connector.services import Services


@webhook
def handler(services: Services, request: Request) -> None:
    brought = request.headers.get(HEADER) or request.query_string_parameters.get(PARAMETER)
    connection_id = request.path_parameters.get("connection_id") or ""
    webhooks.receive_mobiwork_change(services, connection_id, brought or "")
