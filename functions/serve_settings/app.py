"""Serve the settings of a connection: read them with their problems, save new ones."""

from collections.abc import Mapping
from typing import Any

from connector import serve_settings
from connector.entrypoints import web
from connector.web import Answer
from connector.wiring import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return serve_settings.serve(services, request)
