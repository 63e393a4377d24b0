"""The HTTP side of the accounting API: tokens, limits, scripted trouble, journal, then the call."""

import time
from collections.abc import Awaitable, Callable
from functools import lru_cache

from aiohttp import web
from yarl import URL

from simulators.quickbooks.answers import refuse, respond, timed_out
from simulators.quickbooks.calls import Call
from simulators.quickbooks.faults import GatewayError, forbidden, unauthorized
from simulators.quickbooks.files import by_link
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.spoiled import spoil
from simulators.quickbooks.strikes import find, strike
from simulators.quickbooks.trouble import SPOILED, Trouble
from simulators.quickbooks.wire import dump
from simulators.quickbooks.work import at_once, in_time, later
from simulators.quickbooks.world import World

WORLD = web.AppKey("world", World)
SCOPE = "com.intuit.quickbooks.accounting"
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def company_api(world: World) -> Handler:
    """Make the handler of /v3/company/{realm}/..."""

    async def serve(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        realm, call = await _read(request)
        entry = world.journal.add(_entry(world, realm, call, request))
        under_way = world.limits.under_way
        under_way[realm] += 1
        try:
            _admit(world, realm, call, request)
            trouble = find(world, realm, call)
            if trouble is not None:
                return await _troubled(world, trouble, request, entry, call)
            if world.switches.work_seconds:
                return await _slow(world, request, entry, call)
            return respond(world, request, at_once(world, entry, call), entry, call)
        except GatewayError as refusal:
            return refuse(world, refusal, entry, call)
        finally:
            under_way[realm] -= 1
            entry.seconds = time.perf_counter() - began

    return serve


async def _read(request: web.Request) -> tuple[str, Call]:
    try:
        body = await request.read()
    except web.RequestPayloadError as error:
        refusal = web.HTTPBadRequest(text="The body is not what its headers tell.")
        refusal.force_close()
        raise refusal from error
    place, headers = request.match_info, request.headers
    call = Call(
        request.method,
        _parts(place["tail"]),
        parameters(request.rel_url.raw_query_string),
        body,
        headers.get("Content-Type", ""),
        headers.get("Accept", "*/*"),
    )
    return place["realm"], call


@lru_cache(maxsize=1024)
def _parts(tail: str) -> tuple[str, ...]:
    return tuple(part for part in tail.split("/") if part)


def parameters(raw: str) -> dict[str, str]:
    """Read a query string; the first of several values counts."""
    if "%" in raw or "+" in raw:
        return dict(URL.build(query_string=raw, encoded=True).query)
    pairs = [pair.partition("=") for pair in raw.split("&") if pair]
    return {name: value for name, _, value in reversed(pairs)}


def _entry(world: World, realm: str, call: Call, request: web.Request) -> Entry:
    return Entry(
        world.clock.epoch(),
        realm,
        call.method,
        request.raw_path,
        call.entity,
        call.kind,
        call.params.get("requestid", ""),
        call.digest,
    )


async def _troubled(
    world: World, trouble: Trouble, request: web.Request, entry: Entry, call: Call
) -> web.StreamResponse:
    entry.trouble = trouble.kind
    if trouble.kind == "slow":
        return await _slow(world, request, entry, call, trouble.seconds)
    if trouble.kind in SPOILED:
        return await spoil(world, trouble, request, entry, call)
    if trouble.after:
        at_once(world, entry, call)
    elif trouble.late:
        world.start(later(world, entry, call, trouble.seconds))
    return await strike(world, trouble, request, entry, call)


async def _slow(
    world: World, request: web.Request, entry: Entry, call: Call, delay: float = 0.0
) -> web.StreamResponse:
    answer = await in_time(world, entry, call, delay)
    if answer is None:
        return timed_out(world, entry, call)
    return respond(world, request, answer, entry, call)


def _admit(world: World, realm: str, call: Call, request: web.Request) -> None:
    """Let a call in that has a token for the company and keeps to the limits.

    Raises:
        GatewayError: 401, 403 or 429.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = world.authority.grant_of(token.strip()) if scheme.lower() == "bearer" else None
    if grant is None:
        raise unauthorized(
            f"Token expired or invalid: {token.strip()}" if token else "Token missing"
        )
    if grant.realm != realm or SCOPE not in grant.scope:
        raise forbidden("The application is not authorized for this company")
    world.limits.enter(realm, batch=call.head == "batch")
    world.meter.check(call.kind)


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
