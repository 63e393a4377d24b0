"""The bare web server that the simulators are measured against: it reads a body and says hello."""

import asyncio
import sys

from aiohttp import web


async def hello(request: web.Request) -> web.Response:
    """Answer any request with the same few bytes."""
    await request.read()
    return web.Response(body=b'{"hello":"world"}', content_type="application/json")


async def serve() -> None:
    """Serve on a free port until the process is stopped."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"hello: http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
