"""Serve View Payments: list where each payment stands, push those a person chose."""

from collections.abc import Mapping
from typing import Any

from connector.api import payments
from connector.api.http import Answer
from connector.lambdas.entrypoints import web
from connector.services import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return payments.serve(services, request)
