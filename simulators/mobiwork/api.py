"""The API surface: from an HTTP request to an answer on the wire and a line in the journal."""

import asyncio
import time
from typing import Any

from aiohttp import web

from simulators.mobiwork.account import Account
from simulators.mobiwork.answering import Answer, Asked, Target, carried_out, target
from simulators.mobiwork.faults import Fault, Faults
from simulators.mobiwork.journal import Journal
from simulators.mobiwork.spoiling import answered, byte_by_byte

_DROPPED = frozenset({"drop", "late"})


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
    asked = Asked(request.method, request.query, body, where)
    answer = answered(asked, account, fault)
    journal.write(
        body=body,
        milliseconds=round((time.perf_counter() - started) * 1000, 3),
        **_facts(request, where, answer, fault),
    )
    if fault and fault.kind == "late":
        loop = asyncio.get_running_loop()
        faults.late.append(loop.call_later(fault.seconds, carried_out, asked, account))
    if fault and fault.kind in _DROPPED and request.transport:
        request.transport.abort()
    headers = {"Content-Type": answer.content_type}
    if answer.encoding:
        headers["Content-Encoding"] = answer.encoding
    whole = web.Response(status=answer.status, body=answer.body, headers=headers)
    if fault and fault.kind == "byte_by_byte":
        return await byte_by_byte(request, whole, fault.seconds)
    return whole


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
        "status": 0 if fault and fault.kind in _DROPPED else answer.status,
        "status_code": answer.status_code,
        "error_code": answer.error_code,
        "fault": fault.kind if fault else "",
        "answer_size": len(answer.body),
    }
