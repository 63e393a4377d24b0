"""Receive a webhook of QuickBooks: have the companies that it tells of looked at."""

from connector.api import webhooks
from connector.lambdas.webhooks import WebhookCall, webhook
from connector.quickbooks.webhook import SIGNATURE_HEADER
from connector.services import Services


@webhook
def handler(services: Services, call: WebhookCall) -> None:
    signature = call.headers.get(SIGNATURE_HEADER) or ""
    webhooks.receive_quickbooks_change(services, call.body, signature)
