"""Answers that are right and hard to read: sent byte by byte, or packed beyond all measure."""

import gzip
from contextlib import suppress

from aiohttp import web

from simulators.quickbooks.answers import head_of, written
from simulators.quickbooks.calls import Call
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.trouble import Trouble
from simulators.quickbooks.work import at_once
from simulators.quickbooks.world import World

MEGABYTE = 1 << 20


async def spoil(
    world: World, trouble: Trouble, request: web.Request, entry: Entry, call: Call
) -> web.StreamResponse:
    """Do a call and send its answer as the script says."""
    answer = at_once(world, entry, call)
    raw, content_type = written(world, answer, entry, call)
    headers = {"intuit_tid": entry.tid}
    if trouble.kind == "gzip_bomb":
        headers |= head_of(content_type, "gzip")
        return web.Response(
            status=answer.status, body=_packed(raw, trouble.megabytes), headers=headers
        )
    headers |= head_of(content_type, "") | {"Content-Length": str(len(raw))}
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(request)
    await _send_slowly(world, response, raw, trouble.seconds)
    return response


def _packed(raw: bytes, megabytes: int) -> bytes:
    """Pack a body with many blanks before its last sign, where JSON and XML both allow them."""
    return gzip.compress(raw[:-1] + b" " * (megabytes * MEGABYTE) + raw[-1:], compresslevel=9)


async def _send_slowly(
    world: World, response: web.StreamResponse, raw: bytes, seconds: float
) -> None:
    """Send a body one byte after the other, the last one after so many seconds."""
    began = world.clock.epoch()
    with suppress(ConnectionResetError):  # who asked has had enough
        for place, byte in enumerate(raw, 1):
            await world.clock.until(began + seconds * place / len(raw))
            await response.write(bytes((byte,)))
        await response.write_eof()
