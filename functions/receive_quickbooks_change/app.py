"""Receive a webhook of QuickBooks: have the companies that it tells of looked at."""

from collections.abc import Mapping
from typing import Any

from connector import doorbell
from connector.entrypoints import web
from connector.web import Answer
from connector.wiring import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return doorbell.receive_quickbooks_change(services, request)
