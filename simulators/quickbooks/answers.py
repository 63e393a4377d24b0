"""Renders answers as the service sends them: format, headers, compression, and its refusals."""

import gzip
from functools import lru_cache

from aiohttp import web
from multidict import CIMultiDict

from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.faults import GatewayError
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import World
from simulators.quickbooks.xml_wire import write_xml

WORTH_COMPRESSING = 1400
JSON = "application/json;charset=UTF-8"
HEADERS = CIMultiDict(
    {
        "Content-Type": JSON,
        "intuit_tid": "",
        "QBO-Version": "1998.143",
        "Service-Time": "total=12, db=5",
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
        "Expires": "0",
    }
)


def respond(
    world: World, request: web.Request, answer: Answer, entry: Entry, call: Call
) -> web.Response:
    """Render an answer with the headers of the real service."""
    body = answer.body
    if isinstance(body, bytes):
        raw, content_type = body, answer.content_type
    elif _wants_json(call.accept, call.params.get("format"), world.switches.json_by_default):
        raw, content_type = dump(body), JSON
    else:
        raw, content_type = write_xml(body), "application/xml;charset=UTF-8"
    if isinstance(body, dict) and "Fault" in body:
        entry.code = body["Fault"]["Error"][0]["code"]
    entry.status = answer.status
    world.meter.count(call.kind, answer.status, answer.credits)
    headers = HEADERS.copy()
    headers["intuit_tid"] = entry.tid
    if content_type is not JSON:
        headers["Content-Type"] = content_type
    if len(raw) > WORTH_COMPRESSING and "gzip" in request.headers.get("Accept-Encoding", ""):
        raw = gzip.compress(raw, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return web.Response(status=answer.status, body=raw, headers=headers)


@lru_cache(maxsize=256)
def _wants_json(accept: str, wish: str | None, json_by_default: bool) -> bool:
    """Tell whether the client gets JSON: without a wish the service answers XML."""
    accept = accept.lower()
    if "json" in accept or wish == "json":
        return True
    if "xml" in accept:
        return False
    return json_by_default or "*/*" not in accept


def refuse(world: World, refusal: GatewayError, entry: Entry, call: Call) -> web.Response:
    """Answer for the gateway, which refuses before the service sees a call."""
    headers = {"intuit_tid": entry.tid}
    if refusal.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    if refusal.status == 429 and world.switches.retry_after:  # noqa: PLR2004
        headers["Retry-After"] = str(max(1, round(world.clock.scaled(60))))
    entry.status, entry.code = refusal.status, refusal.code
    world.meter.count(call.kind, refusal.status)
    body = dump(refusal.wire(int(world.clock.epoch() * 1000)))
    return web.Response(
        status=refusal.status, body=body, content_type="application/json", headers=headers
    )
