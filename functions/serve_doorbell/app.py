"""Serve the address and a new secret of MobiWork's doorbell to whoever sets it up."""

from collections.abc import Mapping
from typing import Any

from connector.api import webhooks
from connector.api.http import Answer
from connector.lambdas.entrypoints import web
from connector.services import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return webhooks.serve_doorbell(services, request)
