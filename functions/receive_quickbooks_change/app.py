"""Receive a webhook of QuickBooks: have the companies that it tells of looked at."""

from connector.api import webhooks
from connector.lambdas.webhooks import Request, raw_body, webhook
from connector.quickbooks.webhook import SIGNATURE_HEADER
from connector.services import Services


@webhook
def handler(services: Services, request: Request) -> None:
    signature = request.headers.get(SIGNATURE_HEADER) or ""
    webhooks.receive_quickbooks_change(services, raw_body(request), signature)
