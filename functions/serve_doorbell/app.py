"""Serve the address and a new secret of MobiWork's doorbell to whoever sets it up."""

from collections.abc import Mapping
from typing import Any

from connector import doorbell
from connector.entrypoints import web
from connector.web import Answer
from connector.wiring import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return doorbell.serve_doorbell(services, request)
