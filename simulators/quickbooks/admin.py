"""The admin end points under /_sim/: journal, counters, trouble, switches, clock, reset."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from simulators.quickbooks import person
from simulators.quickbooks.faults import ApiError
from simulators.quickbooks.server import WORLD
from simulators.quickbooks.switches import change, describe
from simulators.quickbooks.webhooks import OPERATIONS, Endpoint
from simulators.quickbooks.wire import dump, load

MOST_REQUESTS = 1e15
LONGEST_JUMP = 3e9
SPEEDS = (1e-6, 1e9)


def routes() -> list[web.RouteDef]:
    """List the admin routes."""
    return [
        web.get("/_sim/", overview),
        web.get("/_sim/journal", journal),
        web.delete("/_sim/journal", clear_journal),
        web.get("/_sim/counters", counters),
        web.get("/_sim/faults", faults),
        web.post("/_sim/faults", script_faults),
        web.delete("/_sim/faults", clear_faults),
        web.get("/_sim/switches", switches),
        web.post("/_sim/switches", set_switches),
        web.post("/_sim/clock", move_clock),
        web.post("/_sim/reset", reset),
        web.post("/_sim/disconnect", disconnect),
        web.post("/_sim/save", save),
        web.get("/_sim/books", books),
        web.post("/_sim/person/{action}", person_acts),
        web.get("/_sim/webhooks", webhooks),
        web.post("/_sim/webhooks", set_webhooks),
        web.delete("/_sim/webhooks", stop_webhooks),
    ]


def answer(body: Any, status: int = 200) -> web.Response:  # noqa: ANN401 - any JSON value
    """Answer JSON."""
    return web.Response(status=status, body=dump(body), content_type="application/json")


async def read_json(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON body; an empty one is an empty object."""
    raw = await request.read()
    try:
        return load(raw) if raw else {}
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error


async def asked(request: web.Request) -> dict[str, Any]:
    """Read a JSON object; an empty body, or null, is an empty object."""
    body = await read_json(request) or {}
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="The body must be a JSON object.")
    return body


def number(value: Any, least: float, most: float) -> float:  # noqa: ANN401 - any JSON value
    """Read a number of a request to the admin side."""
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise web.HTTPBadRequest(text=f"{value} is no number.") from error
    if not least <= found <= most:
        raise web.HTTPBadRequest(text=f"{value} must be from {least:g} to {most:g}.")
    return found


async def overview(request: web.Request) -> web.Response:
    """Describe the simulator: realms, client, admin routes, switches."""
    world = request.app[WORLD]
    return answer(
        {
            "realms": list(world.companies),
            "client_id": world.settings.client_id,
            "client_secret": world.settings.client_secret,
            "routes": sorted(
                {r.resource.canonical for r in request.app.router.routes() if r.resource}
            ),
            "switches": asdict(world.switches),
        }
    )


async def journal(request: web.Request) -> web.Response:
    """List requests; query parameters filter by member, `after` by number."""
    wanted = dict(request.query)
    after = int(number(wanted.pop("after", 0), 0, MOST_REQUESTS))
    return answer({"entries": request.app[WORLD].journal.report(after, wanted)})


async def clear_journal(request: web.Request) -> web.Response:
    """Forget the journal."""
    request.app[WORLD].journal.clear()
    return answer({})


async def counters(request: web.Request) -> web.Response:
    """Count calls by class."""
    return answer(request.app[WORLD].meter.report())


async def faults(request: web.Request) -> web.Response:
    """List the scripts still to come."""
    return answer(request.app[WORLD].troubles.report())


async def script_faults(request: web.Request) -> web.Response:
    """Add one script or a list of scripts."""
    world, body = request.app[WORLD], await read_json(request)
    scripts = body if isinstance(body, list) else [body]
    try:
        added = [asdict(world.troubles.add(script)) for script in scripts]
    except (TypeError, ValueError) as error:
        return answer({"error": str(error)}, 400)
    return answer({"added": added})


async def clear_faults(request: web.Request) -> web.Response:
    """Forget all scripts."""
    request.app[WORLD].troubles.scripts.clear()
    return answer({})


async def switches(request: web.Request) -> web.Response:
    """Show every switch with its sentence."""
    values = asdict(request.app[WORLD].switches)
    return answer(
        {
            name: {"value": values[name], "default": default, "why": why}
            for name, default, why in describe()
        }
    )


async def set_switches(request: web.Request) -> web.Response:
    """Change switches."""
    world = request.app[WORLD]
    try:
        return answer(change(world.switches, await asked(request)))
    except (KeyError, TypeError, ValueError) as error:
        return answer({"error": f"no such switch or value: {error}"}, 400)


async def move_clock(request: web.Request) -> web.Response:
    """Let time jump forward by `advance` seconds, or set `speed`."""
    world, body = request.app[WORLD], await asked(request)
    seconds = number(body.get("advance", 0), 0, LONGEST_JUMP)
    world.clock.speed = number(body.get("speed", world.clock.speed), *SPEEDS)
    world.clock.advance(seconds)
    return answer({"now": world.clock.now().isoformat(), "speed": world.clock.speed})


async def reset(request: web.Request) -> web.Response:
    """Start all companies anew; tokens stay valid."""
    request.app[WORLD].reset()
    return answer({})


async def disconnect(request: web.Request) -> web.Response:
    """Disconnect the app inside QuickBooks."""
    world, body = request.app[WORLD], await asked(request)
    for realm in [body["realm"]] if "realm" in body else list(world.companies):
        world.authority.disconnect(realm)
    return answer({})


async def save(request: web.Request) -> web.Response:
    """Write the state file now."""
    world = request.app[WORLD]
    if world.settings.state is None:
        return answer({"error": "started without --state"}, 400)
    world.save(world.settings.state)
    return answer({"saved": str(world.settings.state)})


async def person_acts(request: web.Request) -> web.Response:
    """Let a person act in QuickBooks: edit, create, deactivate, delete, void, merge and more."""
    world, body = request.app[WORLD], await asked(request)
    company = world.companies.get(str(body.get("realm") or next(iter(world.companies))))
    if company is None:
        return answer({"error": "no such realm"}, 400)
    try:
        return answer(person.act(company, request.match_info["action"], body))
    except ApiError as refusal:
        return answer({"Fault": refusal.wire()}, 400)


async def webhooks(request: web.Request) -> web.Response:
    """Show the webhook endpoint and its deliveries."""
    return answer(request.app[WORLD].webhooks.report())


async def set_webhooks(request: web.Request) -> web.Response:
    """Set the endpoint of webhooks: url, verifier, entities."""
    world, body = request.app[WORLD], await asked(request)
    known = {k: v for k, v in body.items() if k in {"url", "verifier"}}
    entities = body.get("entities") or []
    if not all(isinstance(value, str) and value for value in [body.get("url"), *known.values()]):
        return answer({"error": "url and verifier must be texts"}, 400)
    if not isinstance(entities, list) or not set(map(str, entities)) <= set(OPERATIONS):
        return answer({"error": f"entities must be some of {', '.join(OPERATIONS)}"}, 400)
    world.webhooks.endpoint = Endpoint(**known, entities=tuple(entities))
    return answer(world.webhooks.report())


async def stop_webhooks(request: web.Request) -> web.Response:
    """Stop webhooks."""
    request.app[WORLD].webhooks.endpoint = None
    return answer({})


async def books(request: web.Request) -> web.Response:
    """Show the trial balance of every company: all accounts with a balance, and their sum."""
    shown = {}
    for realm, company in request.app[WORLD].companies.items():
        accounts = {
            company.ref("Account", key).get("name", key): amount
            for key, amount in company.ledger.accounts.items()
            if amount
        }
        shown[realm] = {"accounts": accounts, "sum": company.ledger.trial_balance()}
    return answer(shown)
