"""Lets scripted trouble strike a request: what the client sees instead of its answer."""

from aiohttp import web

from simulators.quickbooks.answers import refuse, respond, timed_out
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.clock import stamp_millis
from simulators.quickbooks.faults import (
    MESSAGES,
    ApiError,
    FaultError,
    GatewayError,
    unauthorized,
)
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.trouble import Trouble
from simulators.quickbooks.wire import dump
from simulators.quickbooks.world import World

LONGEST_REQUEST = 120.0
BROKEN = b"<html><body><h1>503 Service Unavailable</h1></body></html>"


def find(world: World, realm: str, call: Call) -> Trouble | None:
    """Return the script that a call runs into."""
    if not world.troubles.scripts:
        return None
    described = {
        "method": call.method,
        "path": call.path,
        "entity": call.entity,
        "realm": realm,
        "operation": call.params.get("operation", ""),
        "query": "&".join(f"{name}={value}" for name, value in call.params.items()),
        "body": call.body.decode("utf-8", "replace"),
    }
    return world.troubles.next(described)


async def strike(
    world: World, trouble: Trouble, request: web.Request, entry: Entry, call: Call
) -> web.StreamResponse:
    """Answer as the script says."""
    story = trouble.story
    if story == "throttle":
        return refuse(
            world, GatewayError(429, "3001", "ThrottleExceeded", "scripted", "SERVICE"), entry, call
        )
    if story == "unauthorized":
        return refuse(world, unauthorized("Token expired: scripted"), entry, call)
    if story in {"fault", "system_fault"}:
        body = {"Fault": _fault(trouble).wire(), "time": stamp_millis(world.clock.epoch())}
        return respond(world, request, Answer(body, trouble.status), entry, call)
    if story == "timeout":
        longest = world.switches.longest_request or LONGEST_REQUEST
        await world.clock.until(world.clock.epoch() + world.clock.scaled(longest))
        return timed_out(world, entry, call)
    return _break(world, trouble, request, entry)


def _fault(trouble: Trouble) -> ApiError:
    """Make a scripted fault; one of the system may have a code that nobody knows."""
    message = MESSAGES.get(trouble.code, MESSAGES["10000"])
    kind = "SystemFault" if trouble.story == "system_fault" else "ValidationFault"
    error = FaultError(trouble.code, trouble.detail, message=message)
    return ApiError([error], trouble.status, kind)


def _break(
    world: World, trouble: Trouble, request: web.Request, entry: Entry
) -> web.StreamResponse:
    if trouble.story == "drop":
        if request.transport is not None:
            request.transport.abort()
        entry.status = 0
        return web.Response(status=500)
    entry.status = trouble.status
    if trouble.story == "html":
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
