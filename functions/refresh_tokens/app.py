"""Refresh the QuickBooks tokens that have been idle for long, so that none of them dies."""

from connector.jobs.refresh_tokens import refresh_tokens
from connector.lambdas.entrypoints import scheduled
from connector.services import Services


@scheduled
def handler(services: Services) -> int:
    return refresh_tokens(services)
