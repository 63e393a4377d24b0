"""Finish a connection when the browser comes back from Intuit's consent page."""

from collections.abc import Mapping
from typing import Any

from connector import connect
from connector.entrypoints import web
from connector.web import Answer
from connector.wiring import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return connect.finish_connection(services, request)
