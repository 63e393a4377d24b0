"""Finish a connection when the browser comes back from Intuit's consent page."""

from collections.abc import Mapping
from typing import Any

from connector.api import connect
from connector.api.http import Answer
from connector.lambdas.entrypoints import web
from connector.services import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return connect.finish_connection(services, request)
