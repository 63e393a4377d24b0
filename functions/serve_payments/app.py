"""Serve View Payments: list where each payment stands, push those a person chose."""

from collections.abc import Mapping
from typing import Any

from connector import serve_payments
from connector.entrypoints import web
from connector.web import Answer
from connector.wiring import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return serve_payments.serve(services, request)
