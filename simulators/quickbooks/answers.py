"""Renders answers as the service sends them: format, headers, compression, and its refusals."""

import gzip
from functools import lru_cache
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import SERVER_SOFTWARE, HttpVersion11

from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.clock import http_date, stamp_millis
from simulators.quickbooks.faults import GatewayError
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import World
from simulators.quickbooks.xml_wire import write_xml

WORTH_COMPRESSING = 1400
TIME_OUT = b"<html><body><h1>504 Gateway Time-out</h1></body></html>"
JSON = "application/json;charset=UTF-8"
HEADERS = {
    "QBO-Version": "1998.143",
    "Service-Time": "total=12, db=5",
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Expires": "0",
}


class Written(web.StreamResponse):
    """An answer written in one piece, head and body, which takes a fifth of the usual way."""

    def __init__(self, status: int, raw: bytes) -> None:
        super().__init__(status=status)
        self.raw = raw

    @property
    def keep_alive(self) -> bool:
        """Keep the connection: only its clients get such an answer."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Remember where to write."""
        self.writer = request.writer
        return self.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Send all of it."""
        await self.writer.write_eof(self.raw + data)


def respond(
    world: World, request: web.Request, answer: Answer, entry: Entry, call: Call
) -> web.StreamResponse:
    """Render an answer with the headers of the real service."""
    raw, content_type = written(world, answer, entry, call)
    encoding = ""
    if len(raw) > WORTH_COMPRESSING and "gzip" in request.headers.get("Accept-Encoding", ""):
        raw, encoding = gzip.compress(raw, compresslevel=1), "gzip"
    if request.keep_alive and request.version == HttpVersion11 and call.method != "HEAD":
        first = _head(answer.status, content_type, encoding)
        last = f"{entry.tid}\r\nDate: {http_date()}\r\nContent-Length: {len(raw)}\r\n\r\n"
        return Written(answer.status, (first + last).encode() + raw)
    headers = head_of(content_type, encoding) | {"intuit_tid": entry.tid}
    return web.Response(status=answer.status, body=raw, headers=headers)


def written(world: World, answer: Answer, entry: Entry, call: Call) -> tuple[bytes, str]:
    """Write the body of an answer, count it, and return it with its content type."""
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
    return raw, content_type


@lru_cache(maxsize=256)
def _wants_json(accept: str, wish: str | None, json_by_default: bool) -> bool:
    """Tell whether the client gets JSON: without a wish the service answers XML."""
    accept = accept.lower()
    if "json" in accept or wish == "json":
        return True
    if "xml" in accept:
        return False
    return json_by_default or "*/*" not in accept


@lru_cache(maxsize=256)
def _head(status: int, content_type: str, encoding: str) -> str:
    """Write the head of an answer up to its intuit_tid."""
    headers = {"Server": SERVER_SOFTWARE, **head_of(content_type, encoding), "intuit_tid": ""}
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines)


def head_of(content_type: str, encoding: str) -> dict[str, str]:
    """Return the headers that all answers of a content type and encoding have."""
    encoded = {"Content-Encoding": encoding} if encoding else {}
    return {"Content-Type": content_type, **HEADERS, **encoded}


def timed_out(world: World, entry: Entry, call: Call) -> web.Response:
    """Answer for the gateway, which has waited for the service as long as it does."""
    entry.status, entry.trouble = 504, entry.trouble or "cut_off"
    world.meter.count(call.kind, entry.status)
    return web.Response(status=entry.status, body=TIME_OUT, content_type="text/html")


def refuse(world: World, refusal: GatewayError, entry: Entry, call: Call) -> web.Response:
    """Answer for the gateway, which refuses before the service sees a call."""
    headers = {"intuit_tid": entry.tid}
    if refusal.status == 401:  # noqa: PLR2004
        headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    if refusal.status == 429 and world.switches.retry_after:  # noqa: PLR2004
        headers["Retry-After"] = str(max(1, round(world.clock.scaled(60))))
    entry.status, entry.code = refusal.status, refusal.code
    world.meter.count(call.kind, refusal.status)
    if "xml" in call.accept.lower():
        kind, body = (
            "application/xml",
            write_xml(refusal.wire_xml(stamp_millis(world.clock.epoch()))),
        )
    else:
        kind, body = "application/json", dump(refusal.wire(int(world.clock.epoch() * 1000)))
    return web.Response(status=refusal.status, body=body, content_type=kind, headers=headers)
