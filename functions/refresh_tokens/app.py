"""Refresh the QuickBooks tokens that have been idle for long, so that none of them dies."""

from connector import keepalive
from connector.entrypoints import scheduled
from connector.wiring import Services


@scheduled
def handler(services: Services) -> int:
    return keepalive.refresh_tokens(services)
