"""From one request to its answer: what the registry names is carried out, or refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.mobiwork import printing
from simulators.mobiwork.account import Account, Call
from simulators.mobiwork.failures import CLIENT, TOKEN, Failure, PageError
from simulators.mobiwork.faults import Fault
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
    encoding: str = ""


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


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its method, query and body, and what its path asks for."""

    method: str
    query: Mapping[str, str]
    body: bytes
    where: Target


def carried_out(asked: Asked, account: Account, fault: Fault | None = None) -> Answer:
    """What the call answers, after it took effect; `fault` is one that changes what it reads."""
    where = asked.where
    switches = account.switches
    try:
        endpoint = _allowed(asked.method, where, account)
        if endpoint.operation != "authenticate" and not account.tokens.accepts(
            asked.query.get("token", ""), switches
        ):
            return refused_token(where.version, switches)
        call = Call(
            entity=endpoint.entity,
            record_id=where.record_id,
            external_id=asked.query.get("externalId", ""),
            user_id=asked.query.get("userId", ""),
            body=asked.body,
            fault=fault,
        )
        content = operation_of(endpoint)(account, call)
    except Failure as failure:
        return failed(failure, where.version, switches)
    except PageError as error:
        return page(error.status, error.text)
    answer = printing.success(content, where.version, switches)
    return xml(answer, switches, status_code="1")


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


def refused_token(version: str, switches: Switches) -> Answer:
    """What a wrong or expired token is answered (section 6 row 3)."""
    if switches.expiry_answer == "login_page":
        return page(200, "Please log in")
    status = 401 if switches.expiry_answer == "http_401" else 200
    return failed(Failure(TOKEN), version, switches, status=status)


def failed(failure: Failure, version: str, switches: Switches, status: int = 200) -> Answer:
    """The answer of a call that fails: HTTP 200 and statusCode 2, unless `status` says more."""
    body = printing.failure(failure.code, failure.text, version, switches)
    return Answer(status, body, switches.content_type, "2", failure.code)


def xml(body: bytes, switches: Switches, status_code: str = "") -> Answer:
    """An answer that holds XML."""
    return Answer(200, body, switches.content_type, status_code)


def page(status: int, text: str) -> Answer:
    """The HTML page of a web server."""
    return Answer(status, printing.page(status, text), "text/html;charset=UTF-8")
