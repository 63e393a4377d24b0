"""The web server: the API under `/api/rest/`, the admin calls under `/_sim/`."""

from aiohttp import web

from simulators.mobiwork import admin, api, printing
from simulators.mobiwork.service import Service

_LARGEST_REQUEST = 512 * 1024 * 1024


def application(service: Service) -> web.Application:
    """The aiohttp application of one simulated account."""
    app = web.Application(client_max_size=_LARGEST_REQUEST)
    for method, path, handler in admin.ROUTES:
        app.router.add_route(method, f"/_sim/{path}", _admin(handler, service))

    async def call(request: web.Request) -> web.StreamResponse:
        account = service.account_at(request.path)
        return await api.serve(request, account, service.faults, service.journal)

    app.router.add_route("*", "/api/{tail:.*}", call)
    app.router.add_route("*", "/{tail:.*}", _nowhere)
    return app


def _admin(handler: admin.Handler, service: Service) -> admin.WebHandler:
    async def answer(request: web.Request) -> web.Response:
        return await admin.answered(handler, request, service)

    return answer


async def _nowhere(_: web.Request) -> web.Response:
    return web.Response(status=404, body=printing.page(404, "Not Found"), content_type="text/html")
