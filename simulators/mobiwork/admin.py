"""The `/_sim/` calls: everything that a test or a person does behind the API's back."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from simulators.mobiwork import people, person, receiving, switches
from simulators.mobiwork.elements import ASSUMED
from simulators.mobiwork.faults import Fault
from simulators.mobiwork.registry import ENDPOINTS
from simulators.mobiwork.service import Service

LARGEST_SAMPLE = 10_000
type Handler = Callable[[web.Request, Service], Awaitable[web.Response]]
type WebHandler = Callable[[web.Request], Awaitable[web.Response]]


async def overview(_: web.Request, service: Service) -> web.Response:
    """How many records there are, and which calls and deeds exist."""
    records = service.account.store.records
    return web.json_response(
        {
            "records": {name: len(kept) for name, kept in records.items()},
            "endpoints": [
                {
                    "name": one.name,
                    "methods": list(one.methods),
                    "path": one.path,
                    "evidence": one.evidence,
                    "section": one.section,
                }
                for one in ENDPOINTS
            ],
            "assumed_elements": ASSUMED,
            "deeds": list(person.DEEDS),
            "admin": [f"{method} /_sim/{path}" for method, path, _ in ROUTES],
        }
    )


async def read_journal(request: web.Request, service: Service) -> web.Response:
    """Entries after `since`, of one `endpoint`, at most `limit`."""
    query = request.query
    entries = service.journal.since(
        _number(query.get("since", "0")),
        query.get("endpoint", ""),
        _number(query.get("limit", "1000")),
    )
    return web.json_response(
        {
            "last": service.journal.last,
            "counts": service.journal.counts(),
            "entries": entries,
        }
    )


async def clear_journal(_: web.Request, service: Service) -> web.Response:
    """Forget the entries."""
    service.journal.entries.clear()
    return web.json_response({"last": service.journal.last})


async def read_faults(_: web.Request, service: Service) -> web.Response:
    """The faults still to come."""
    return web.json_response([fault.model_dump() for fault in service.faults.waiting])


async def add_faults(request: web.Request, service: Service) -> web.Response:
    """Script one fault or a list of them."""
    given = await _json(request)
    faults = [Fault.model_validate(one) for one in (given if isinstance(given, list) else [given])]
    service.script(faults)
    return await read_faults(request, service)


async def clear_faults(request: web.Request, service: Service) -> web.Response:
    """Forget the faults still to come, and the calls that would still take effect."""
    service.faults.forget()
    return await read_faults(request, service)


async def read_switches(_: web.Request, service: Service) -> web.Response:
    """All switches."""
    return web.json_response(switches.with_lists(service.account.switches))


async def set_switches(request: web.Request, service: Service) -> web.Response:
    """Set some switches by name."""
    given = people.as_object(await _json(request))
    service.account.switches = switches.changed(service.account.switches, given)
    service.account.store.forget_all()
    return await read_switches(request, service)


async def expire_tokens(_: web.Request, service: Service) -> web.Response:
    """End every token."""
    return web.json_response({"expired": service.account.tokens.expire_all()})


async def reset(request: web.Request, service: Service) -> web.Response:
    """Start over as the server was started; `?empty=true` leaves the sample company out."""
    service.reset(empty=request.query.get("empty") == "true")
    return await overview(request, service)


async def list_records(request: web.Request, service: Service) -> web.Response:
    """Records of an entity as JSON, from `start`, at most `limit`."""
    kept = list(people.kept(service.account, request.match_info["entity"]).values())
    start = _number(request.query.get("start", "0"))
    limit = _number(request.query.get("limit", "1000"))
    return web.json_response({"total": len(kept), "records": kept[start : start + limit]})


async def read_record(request: web.Request, service: Service) -> web.Response:
    """One record as JSON."""
    info = request.match_info
    return web.json_response(people.one(service.account, info["entity"], info["id"]))


async def add_record(request: web.Request, service: Service) -> web.Response:
    """Add a record as a person in MobiWork does."""
    given = await _json(request)
    return web.json_response(people.add(service.account, request.match_info["entity"], given))


async def edit_record(request: web.Request, service: Service) -> web.Response:
    """Change some elements of a record as a person in MobiWork does."""
    info = request.match_info
    given = await _json(request)
    return web.json_response(people.edit(service.account, info["entity"], info["id"], given))


async def delete_record(request: web.Request, service: Service) -> web.Response:
    """Delete a record as a person in MobiWork does."""
    info = request.match_info
    people.delete(service.account, info["entity"], info["id"])
    return web.json_response({"deleted": info["id"]})


async def receive(request: web.Request, service: Service) -> web.Response:
    """Receive a purchase order, or part of it, as a person in MobiWork does."""
    given = await _json(request)
    order = receiving.receive(service.account, request.match_info["id"], given)
    return web.json_response(order)


async def person_acts(request: web.Request, service: Service) -> web.Response:
    """Let a person do something in MobiWork; answers with the record as it is afterwards."""
    given = people.as_object(await _json(request))
    done = person.act(service.account, request.match_info["deed"], given)
    return web.json_response(done)


async def load(request: web.Request, service: Service) -> web.Response:
    """Load many records as they are: an object of entity names and lists of records."""
    return web.json_response(people.load(service.account, await _json(request)))


async def load_sample(request: web.Request, service: Service) -> web.Response:
    """Add a generated sample company: `seed`, `size`, `trouble`, `native_links`."""
    given = people.as_object(await _json(request))
    service.load_sample(
        seed=_number(given.get("seed", "1")),
        size=_size(given.get("size", "1")),
        trouble=given.get("trouble") is True,
        native_links=given.get("native_links") is True,
    )
    return await overview(request, service)


async def _json(request: web.Request) -> Any:  # noqa: ANN401 - JSON
    """Read a JSON body; numbers stay as they are written, so that amounts keep their cents."""
    return json.loads(await request.read() or b"{}", parse_float=str, parse_int=str)


def _number(text: str) -> int:
    """Read a place or a number of records.

    Raises:
        ValueError: It is no number from 0.
    """
    number = int(text)
    if number < 0:
        raise ValueError(f"{text} is less than 0")
    return number


def _size(text: str) -> float:
    size = float(text)
    if not 0 <= size <= LARGEST_SAMPLE:
        raise ValueError(f"size must be from 0 to {LARGEST_SAMPLE}")
    return size


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", overview),
    ("GET", "journal", read_journal),
    ("DELETE", "journal", clear_journal),
    ("GET", "faults", read_faults),
    ("POST", "faults", add_faults),
    ("DELETE", "faults", clear_faults),
    ("GET", "switches", read_switches),
    ("POST", "switches", set_switches),
    ("POST", "expire-tokens", expire_tokens),
    ("POST", "reset", reset),
    ("POST", "receive/{id}", receive),
    ("POST", "person/{deed}", person_acts),
    ("POST", "load", load),
    ("POST", "sample", load_sample),
    ("GET", "records/{entity}", list_records),
    ("POST", "records/{entity}", add_record),
    ("GET", "records/{entity}/{id}", read_record),
    ("PATCH", "records/{entity}/{id}", edit_record),
    ("DELETE", "records/{entity}/{id}", delete_record),
)


async def answered(handler: Handler, request: web.Request, service: Service) -> web.Response:
    """Run an admin call; a wrong one is told what is wrong with it."""
    try:
        return await handler(request, service)
    except LookupError as error:
        return web.json_response({"error": str(error)}, status=404)
    except (ValueError, ValidationError, TypeError, RecursionError) as error:
        return web.json_response({"error": str(error)}, status=400)
