"""The API surface: from an HTTP request to the operation that the registry names."""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from simulators.mobiwork import printing
from simulators.mobiwork.account import Account, Call
from simulators.mobiwork.failures import CLIENT, TOKEN, Failure, PageError
from simulators.mobiwork.faults import Fault, Faults, spoiled
from simulators.mobiwork.journal import Journal
from simulators.mobiwork.registry import Endpoint, find, matching
from simulators.mobiwork.special import operation_of
from simulators.mobiwork.switches import Switches

_PATH = re.compile(r"/api/rest/(?P<client>[^/]+)/(?P<version>[0-9]+(\.[0-9]+){1,3})/(?P<rest>.+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire, and what the journal notes of it."""

    status: int
    body: bytes
    content_type: str
    status_code: str = ""
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a path asks for; no endpoint when nothing is there."""

    client: str
    version: str
    endpoint: Endpoint | None
    record_id: str


def target(path: str) -> Target:
    """Take a path apart."""
    match = _PATH.fullmatch(path)
    found = find(match["rest"]) if match else None
    endpoint, record_id = found or (None, "")
    return Target(
        client=match["client"] if match else "",
        version=match["version"] if match else "",
        endpoint=endpoint,
        record_id=record_id,
    )


async def serve(
    request: web.Request, account: Account, faults: Faults, journal: Journal
) -> web.StreamResponse:
    """Answer one request of the API, with a scripted fault when one is due."""
    started = time.perf_counter()
    try:
        body = await request.read()
    except web.RequestPayloadError as error:
        refusal = web.HTTPBadRequest(text="The body is not what its headers tell.")
        refusal.force_close()
        raise refusal from error
    where = target(request.path)
    fault = faults.take(where.endpoint.name if where.endpoint else "", request.path)
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    answer = _answer(request, body, where, account, fault)
    journal.write(
        body=body,
        milliseconds=round((time.perf_counter() - started) * 1000, 3),
        **_facts(request, where, answer, fault),
    )
    if fault and fault.kind == "drop" and request.transport:
        request.transport.abort()
    headers = {"Content-Type": answer.content_type}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


def _facts(
    request: web.Request, where: Target, answer: Answer, fault: Fault | None
) -> dict[str, Any]:
    """What the journal notes of a request and its answer."""
    return {
        "method": request.method,
        "path": request.path,
        "endpoint": where.endpoint.name if where.endpoint else "",
        "evidence": where.endpoint.evidence if where.endpoint else "",
        "record_id": where.record_id,
        "status": 0 if fault and fault.kind == "drop" else answer.status,
        "status_code": answer.status_code,
        "error_code": answer.error_code,
        "fault": fault.kind if fault else "",
        "answer_size": len(answer.body),
    }


def _answer(
    request: web.Request, body: bytes, where: Target, account: Account, fault: Fault | None
) -> Answer:
    if fault is None or fault.kind == "slow":
        return _carried_out(request, body, where, account)
    if fault.kind == "wrong_token":
        return _refused_token(where.version, account.switches)
    done = _carried_out(request, body, where, account) if fault.after else None
    if fault.kind == "status":
        return _page(fault.status, "Service Unavailable")
    if fault.kind == "html":
        return _page(200, "MobiWork is down for maintenance")
    if fault.kind == "error":
        failure = Failure((fault.code, fault.text.replace("{", "{{").replace("}", "}}")))
        return _failed(failure, where.version, account.switches)
    whole = done or _xml(printing.success(b"", where.version, account.switches), account.switches)
    return Answer(whole.status, spoiled(fault, whole.body), whole.content_type)


def _carried_out(request: web.Request, body: bytes, where: Target, account: Account) -> Answer:
    switches = account.switches
    try:
        endpoint = _allowed(request.method, where, account)
        if endpoint.operation != "authenticate" and not account.tokens.accepts(
            request.query.get("token", ""), switches
        ):
            return _refused_token(where.version, switches)
        call = Call(
            entity=endpoint.entity,
            record_id=where.record_id,
            external_id=request.query.get("externalId", ""),
            user_id=request.query.get("userId", ""),
            body=body,
        )
        content = operation_of(endpoint)(account, call)
    except Failure as failure:
        return _failed(failure, where.version, switches)
    except PageError as error:
        return _page(error.status, error.text)
    answer = printing.success(content, where.version, switches)
    return _xml(answer, switches, status_code="1")


def _allowed(method: str, where: Target, account: Account) -> Endpoint:
    endpoint, switches = where.endpoint, account.switches
    if endpoint is None or _is_off(endpoint, switches):
        raise PageError(404, "Not Found")
    methods = endpoint.methods
    by_post = switches.payment_list_takes_post if endpoint.name == "payment.list" else False
    if by_post or (endpoint.operation == "delete" and switches.delete_takes_post):
        methods = ("GET", "POST")
    if method not in methods:
        raise PageError(405, "Method Not Allowed")
    if where.client != account.client_id:
        raise Failure(CLIENT)
    return endpoint


def _is_off(endpoint: Endpoint, switches: Switches) -> bool:
    return any(endpoint.name in matching(pattern) for pattern in switches.endpoints_off)


def _refused_token(version: str, switches: Switches) -> Answer:
    if switches.expiry_answer == "login_page":
        return _page(200, "Please log in")
    status = 401 if switches.expiry_answer == "http_401" else 200
    return _failed(Failure(TOKEN), version, switches, status=status)


def _failed(failure: Failure, version: str, switches: Switches, status: int = 200) -> Answer:
    body = printing.failure(failure.code, failure.text, version, switches)
    return Answer(status, body, switches.content_type, "2", failure.code)


def _xml(body: bytes, switches: Switches, status_code: str = "") -> Answer:
    return Answer(200, body, switches.content_type, status_code)


def _page(status: int, text: str) -> Answer:
    return Answer(status, printing.page(status, text), "text/html;charset=UTF-8")
