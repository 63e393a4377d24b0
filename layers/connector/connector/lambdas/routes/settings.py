"""The settings of a connection: read them with what is wrong, change some of them."""

from http import HTTPStatus

from connector.api import settings
from connector.api.settings import SettingsChange, ShownSettings
from connector.lambdas.routes.shared import ConnectionId
from connector.lambdas.routing import Routes
from connector.services import services

PATH = "/connections/<connection_id>/settings"
routes = Routes("settings")


@routes.answer("GET", PATH, problems=[HTTPStatus.NOT_FOUND])
def show_settings(connection_id: ConnectionId) -> ShownSettings:
    """Show the settings, their version, and what is wrong with them in the company."""
    return settings.show(connection_id)


@routes.answer("PATCH", PATH, problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT])
def change_settings(connection_id: ConnectionId, change: SettingsChange) -> ShownSettings:
    """Change the settings that are sent and no other; refused records are tried again."""
    return settings.change(services(), connection_id, change, saved_by=_caller())


def _caller() -> str:
    """Return who signed the request, as API Gateway tells it."""
    authorizer = routes.event.raw_event["requestContext"].get("authorizer") or {}
    return str((authorizer.get("iam") or {}).get("userArn") or "unknown")
