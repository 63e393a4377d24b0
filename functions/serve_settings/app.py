"""Serve the settings of a connection: read them with their problems, save new ones."""

from collections.abc import Mapping
from typing import Any

from connector.api import settings
from connector.api.http import Answer
from connector.lambdas.entrypoints import web
from connector.services import Services


@web
def handler(services: Services, request: Mapping[str, Any]) -> Answer:
    return settings.serve(services, request)
