"""The settings of a connection: read them with what is wrong, change some of them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from connector.api.choosing import settings
from connector.api.choosing.choices import ShownChoices, show_choices
from connector.api.choosing.preview import Preview, preview
from connector.api.choosing.settings import SettingsChange, ShownSettings
from connector.lambdas.routes.shared import ConnectionPath, caller
from connector.lambdas.routing import Routes
from connector.services import services

PATH = "/connections/<connection_id>/settings"
routes = Routes("settings")

OneSetting = Annotated[
    str, Query(max_length=64, description="The name of one setting; empty for all.")
]
Search = Annotated[str, Query(max_length=64, description="A part of a name; empty for all.")]


@routes.answer("GET", PATH)
def show_settings(connection_id: ConnectionPath) -> ShownSettings:
    """Show the settings, their version, and what is wrong with them in the company."""
    return settings.show(connection_id)


@routes.answer("PATCH", PATH, problems=[HTTPStatus.CONFLICT])
def change_settings(connection_id: ConnectionPath, change: SettingsChange) -> ShownSettings:
    """Change the settings that are sent and no other; refused records are tried again."""
    return settings.change(services(), connection_id, change, saved_by=caller(routes))


@routes.answer("GET", f"{PATH}/choices")
def list_setting_choices(
    connection_id: ConnectionPath, setting: OneSetting = "", search: Search = ""
) -> ShownChoices:
    """List what settings can be chosen from on both sides, with counts and amounts."""
    return show_choices(connection_id, setting=setting, search=search)


@routes.answer("POST", f"{PATH}/preview", problems=[HTTPStatus.CONFLICT])
def preview_settings(connection_id: ConnectionPath, change: SettingsChange) -> Preview:
    """Tell what a change would do: how many records move and what they come to; save nothing."""
    return preview(connection_id, change)
