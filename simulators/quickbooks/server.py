"""The HTTP side of the accounting API: tokens, limits, scripted trouble, journal, then the call."""

import asyncio
import gzip
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

from aiohttp import web
from yarl import URL

from simulators.quickbooks import api
from simulators.quickbooks.calls import Answer, Call, body_hash
from simulators.quickbooks.clock import stamp_millis
from simulators.quickbooks.faults import GatewayError, fault, forbidden, unauthorized
from simulators.quickbooks.files import by_link
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.trouble import Trouble
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import World
from simulators.quickbooks.xml_wire import write_xml

TRACE = secrets.token_hex(8)
WORLD = web.AppKey("world", World)
LONGEST_REQUEST = 120.0
WORTH_COMPRESSING = 1400
CUT_OFF = b"<html><body><h1>504 Gateway Time-out</h1></body></html>"
BROKEN = b"<html><body><h1>503 Service Unavailable</h1></body></html>"


async def company_api(request: web.Request) -> web.StreamResponse:
    """Serve /v3/company/{realm}/..."""
    world = request.app[WORLD]
    began = time.perf_counter()
    body = await request.read()
    realm, tail = request.match_info["realm"], request.match_info["tail"]
    call = Call(
        request.method,
        [part for part in tail.split("/") if part],
        dict(_parameters(request.rel_url.raw_query_string)),
        body,
        {"content-type": request.headers.get("Content-Type", ""),
         "accept": request.headers.get("Accept", "")},
    )  # fmt: skip
    entry = _journal(world, realm, call, request)
    world.limits.under_way[realm] += 1
    try:
        return await _serve(world, realm, call, request, entry)
    finally:
        world.limits.under_way[realm] -= 1
        entry.milliseconds = round((time.perf_counter() - began) * 1000, 3)


@lru_cache(maxsize=256)
def _parameters(raw: str) -> dict[str, str]:
    """Read a query string; most calls carry the same few."""
    return dict(URL.build(query_string=raw, encoded=True).query)


def _journal(world: World, realm: str, call: Call, request: web.Request) -> Entry:
    return world.journal.open(
        time=stamp_millis(world.clock.epoch()),
        realm=realm,
        method=call.method,
        path=request.path,
        query=request.query_string,
        entity=call.entity,
        kind=call.kind,
        requestid=call.params.get("requestid", ""),
        body_hash=body_hash(call.body),
        tid=f"1-{int(world.clock.epoch()):08x}-{TRACE}{world.journal.total:08x}",
    )


async def _serve(
    world: World, realm: str, call: Call, request: web.Request, entry: Entry
) -> web.StreamResponse:
    try:
        _authorize(world, realm, request)
        world.limits.enter(realm, batch=call.head == "batch")
        world.meter.check(call.kind)
    except GatewayError as refusal:
        return _refuse(world, refusal, entry, call)
    scripted = bool(world.troubles.scripts)
    trouble = world.troubles.next(_described(realm, call)) if scripted else None
    if trouble is not None:
        entry.trouble = trouble.kind
        if not trouble.after:
            early = await _strike(world, trouble, request, entry, call)
            if early is not None:
                return early
    answer = _answer(world, realm, call, entry)
    if trouble is not None and trouble.after:
        late = await _strike(world, trouble, request, entry, call)
        if late is not None:
            return late
    return respond(world, request, answer, entry, call)


def _described(realm: str, call: Call) -> dict[str, str]:
    return {
        "method": call.method,
        "path": call.path,
        "entity": call.entity,
        "realm": realm,
        "operation": call.params.get("operation", ""),
        "body": call.body.decode("utf-8", "replace"),
    }


def _authorize(world: World, realm: str, request: web.Request) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = world.authority.grant_of(token.strip()) if scheme.lower() == "bearer" else None
    if grant is None:
        raise unauthorized(
            f"Token expired or invalid: {token.strip()}" if token else "Token missing"
        )
    if grant.realm != realm or "com.intuit.quickbooks.accounting" not in grant.scope:
        raise forbidden("The application is not authorized for this company")


def _answer(world: World, realm: str, call: Call, entry: Entry) -> Answer:
    company, memory = world.companies[realm], world.request_ids[realm]
    remembered = memory.recall(company, call)
    if remembered is not None:
        entry.replayed = True
        return remembered
    answer = api.run(company, call, memory)
    memory.remember(company, call, answer)
    entry.committed = answer.status == 200 and call.kind == "core"  # noqa: PLR2004
    return answer


async def _strike(
    world: World, trouble: Trouble, request: web.Request, entry: Entry, call: Call
) -> web.StreamResponse | None:
    kind = trouble.kind.partition("_")[0]
    if kind == "slow":
        await asyncio.sleep(trouble.seconds)
        return None
    if kind == "throttle":
        return _refuse(
            world, GatewayError(429, "3001", "ThrottleExceeded", "scripted", "SERVICE"), entry, call
        )
    if kind == "unauthorized":
        return _refuse(world, unauthorized("Token expired: scripted"), entry, call)
    if kind == "fault":
        refusal = fault(trouble.code, trouble.detail)
        body = {"Fault": refusal.wire(), "time": stamp_millis(world.clock.epoch())}
        return respond(world, request, Answer(body, 400), entry, call)
    return await _break(world, trouble, request, entry)


async def _break(
    world: World, trouble: Trouble, request: web.Request, entry: Entry
) -> web.StreamResponse:
    kind = trouble.kind.partition("_")[0]
    if kind == "timeout":
        await asyncio.sleep(world.clock.scaled(LONGEST_REQUEST))
        entry.status = 504
        return web.Response(status=504, body=CUT_OFF, content_type="text/html")
    if kind == "drop":
        if request.transport is not None:
            request.transport.abort()
        entry.status = 0
        return web.Response(status=500)
    entry.status = trouble.status
    if kind == "html":
        return web.Response(status=trouble.status, body=BROKEN, content_type="text/html")
    error = {"Message": "message=InternalServerError", "Detail": "", "code": "10000"}
    body = {
        "Fault": {"Error": [error], "type": "SystemFault"},
        "time": stamp_millis(world.clock.epoch()),
    }
    return web.Response(
        status=trouble.status, body=dump(body), content_type="application/json",
        headers={"intuit_tid": entry.tid},
    )  # fmt: skip


def _refuse(world: World, refusal: GatewayError, entry: Entry, call: Call) -> web.Response:
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


def respond(
    world: World, request: web.Request, answer: Answer, entry: Entry, call: Call
) -> web.Response:
    """Render an answer with the headers of the real service."""
    raw, content_type = rendered(world, request, answer)
    if isinstance(answer.body, dict) and "Fault" in answer.body:
        entry.code = answer.body["Fault"]["Error"][0]["code"]
    entry.status = answer.status
    world.meter.count(call.kind, answer.status, answer.credits)
    headers = {
        "Content-Type": content_type,
        "intuit_tid": entry.tid,
        "QBO-Version": "1998.143",
        "Service-Time": "total=12, db=5",
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
        "Expires": "0",
    }
    if len(raw) > WORTH_COMPRESSING and "gzip" in request.headers.get("Accept-Encoding", ""):
        raw = gzip.compress(raw, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return web.Response(status=answer.status, body=raw, headers=headers)


def rendered(world: World, request: web.Request, answer: Answer) -> tuple[bytes, str]:
    """Write the body in the format that the client accepts: without a wish that is XML."""
    if isinstance(answer.body, bytes):
        return answer.body, answer.content_type
    accept = request.headers.get("Accept", "*/*").lower()
    wants_json = "json" in accept or request.query.get("format") == "json"
    wants_any = "xml" not in accept and world.switches.json_by_default
    if wants_json or wants_any or not ("xml" in accept or "*/*" in accept):
        return dump(answer.body), "application/json;charset=UTF-8"
    return write_xml(answer.body), "application/xml;charset=UTF-8"


async def temporary_file(request: web.Request) -> web.Response:
    """Serve the file behind a temporary link."""
    part = request.match_info
    company = request.app[WORLD].companies.get(part["realm"])
    content = (
        by_link(company, part["key"], int(part["expires"]), part["signature"]) if company else None
    )
    if content is None:
        return web.Response(status=403, text="The link has expired.")
    return web.Response(body=content, content_type="application/octet-stream")


async def no_such_page(request: web.Request) -> web.Response:
    """Answer any path that is none of the API's."""
    body = {"errorCode": 404, "message": f"no resource at {request.path}"}
    return web.Response(status=404, body=dump(body), content_type="application/json")


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
