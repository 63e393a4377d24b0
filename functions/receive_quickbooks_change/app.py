"""Receive a webhook of QuickBooks: have the companies that it tells of looked at."""

from collections.abc import Mapping
from typing import Any

from connector.api import webhooks
from connector.api.http import Answer
from connector.lambdas.entrypoints import web
from connector.services import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return webhooks.receive_quickbooks_change(services, request)
