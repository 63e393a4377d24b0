"""What a scripted fault makes of an answer."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from html import escape
from http import HTTPStatus

from aiohttp import web

from simulators.mobiwork import printing
from simulators.mobiwork.account import Account
from simulators.mobiwork.answering import Answer, Asked, carried_out, failed, page, refused_token
from simulators.mobiwork.failures import Failure
from simulators.mobiwork.faults import Fault

_READS_OTHERWISE = frozenset({"short_list", "empty_list", "page_slip", "stale"})
_ONLY_SENT_OTHERWISE = frozenset({"slow", "byte_by_byte"})
_NEVER_AT_ONCE = frozenset({"blocked", "late"})
_END = b"</response>"
_MEGABYTE = 1 << 20


def answered(asked: Asked, account: Account, fault: Fault | None) -> Answer:
    """The answer to a request, with what its fault makes of it."""
    if fault is None or fault.kind in _ONLY_SENT_OTHERWISE:
        return carried_out(asked, account)
    if fault.kind in _READS_OTHERWISE:
        return carried_out(asked, _with_old_records(account, fault), fault)
    if fault.kind == "wrong_token":
        return refused_token(asked.where.version, account.switches)
    happens = fault.after and fault.kind not in _NEVER_AT_ONCE
    done = carried_out(asked, account) if happens else None
    if fault.kind in _PAGES:
        return _PAGES[fault.kind](fault)
    if fault.kind == "error":
        failure = Failure((fault.code, fault.text.replace("{", "{{").replace("}", "}}")))
        return failed(failure, asked.where.version, account.switches)
    return spoiled(fault, done or _nothing(asked, account))


def _with_old_records(account: Account, fault: Fault) -> Account:
    """The account as its replica knows it, for a read that is stale."""
    old = account.replica if fault.kind == "stale" else None
    return replace(account, store=old) if old else account


def _maintenance(_: Fault) -> Answer:
    return page(200, "MobiWork is down for maintenance")


def _blocked(fault: Fault) -> Answer:
    return page(fault.http_status, "Request blocked by firewall")


def _http_error(fault: Fault) -> Answer:
    return page(fault.http_status, _phrase(fault.http_status))


def _phrase(status: int) -> str:
    known = {one.value: one.phrase for one in HTTPStatus}
    return known.get(status, "Unknown")


_PAGES: dict[str, Callable[[Fault], Answer]] = {
    "html": _maintenance,
    "blocked": _blocked,
    "status": _http_error,
}


def _nothing(asked: Asked, account: Account) -> Answer:
    """An answer of a call that never happened, to be spoiled."""
    body = printing.success(b"", asked.where.version, account.switches)
    return Answer(200, body, account.switches.content_type)


def spoiled(fault: Fault, whole: Answer) -> Answer:
    """An answer with its body as the fault leaves it; a warning is of calls that succeed."""
    if fault.kind == "gzip_bomb":
        blanks = b" " * (fault.megabytes * _MEGABYTE)
        packed = gzip.compress(whole.body.replace(_END, blanks + _END), compresslevel=9)
        return replace(whole, body=packed, encoding="gzip")
    if fault.kind == "warning":
        return replace(whole, body=_with_warning(fault, whole.body))
    return Answer(whole.status, _unreadable(fault, whole.body), whole.content_type)


def _unreadable(fault: Fault, body: bytes) -> bytes:
    if fault.kind == "malformed_xml":
        return body.replace(b"</", b"<", 1)
    return body[: len(body) * 2 // 3] if fault.kind == "truncated_xml" else b""


def _with_warning(fault: Fault, body: bytes) -> bytes:
    """A success that tells a text: beside the record, or `instead` of it (1.4, delete)."""
    if b'statusCode="1"' not in body:
        return body
    text = escape(fault.text, quote=False).encode()
    if not fault.instead:
        name = fault.element.encode()
        return body.replace(_END, b"<%b>%b</%b>%b" % (name, text, name, _END))
    tag_ends = body.index(b">", body.index(b"<response"))
    return b"%b%b%b" % (body[: tag_ends + 1], text, _END)


async def byte_by_byte(
    request: web.Request, whole: web.Response, seconds: float
) -> web.StreamResponse:
    """Send an answer one byte after the other, all of them in so many seconds."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    answer = web.StreamResponse(status=whole.status, headers=whole.headers)
    answer.content_length = len(body)
    await answer.prepare(request)
    try:
        for number in body:
            await answer.write(bytes((number,)))
            await asyncio.sleep(seconds / len(body))
        await answer.write_eof()
    except ConnectionResetError:
        pass  # who asked has had enough
    return answer
