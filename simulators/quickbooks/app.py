"""Builds the web application of the simulator."""

from aiohttp import web

from simulators.quickbooks import admin, oauth_pages
from simulators.quickbooks.server import WORLD, company_api, no_such_page, temporary_file
from simulators.quickbooks.world import World

MEGABYTE = 1024 * 1024


def build(world: World) -> web.Application:
    """Wire the routes of the API, of OAuth and of the admin side to a world."""
    app = web.Application(client_max_size=(world.switches.max_body_mb + 1) * MEGABYTE)
    app[WORLD] = world
    app.router.add_routes(oauth_pages.routes())
    app.router.add_routes(admin.routes())
    app.router.add_route("*", "/v3/company/{realm}/{tail:.*}", company_api(world))
    app.router.add_get("/_files/{realm}/{key}/{expires:\\d+}/{signature}", temporary_file)
    app.router.add_route("*", "/{tail:.*}", no_such_page)
    return app
