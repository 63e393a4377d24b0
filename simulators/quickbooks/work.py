"""Does the work of a call: at once, or in its time, and cuts off what takes too long (1.1, 5.1)."""

import asyncio
from collections.abc import Generator
from math import inf

from simulators.quickbooks import api
from simulators.quickbooks.calls import Answer, Call
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.world import World


def at_once(world: World, entry: Entry, call: Call) -> Answer:
    """Answer a call, or give again the answer that its request id had."""
    company, memory = world.companies[entry.realm], world.request_ids[entry.realm]
    remembered = memory.recall(company, call)
    if remembered is not None:
        entry.replayed = True
        return remembered
    answer = api.run(company, call, memory)
    memory.remember(company, call, answer)
    entry.committed = answer.status == 200 and call.kind == "core"  # noqa: PLR2004
    return answer


async def later(world: World, entry: Entry, call: Call, delay: float) -> None:
    """Do a call after a delay, whatever its client has seen by then."""
    await world.clock.until(world.clock.epoch() + delay)
    at_once(world, entry, call)


async def in_time(world: World, entry: Entry, call: Call, delay: float = 0.0) -> Answer | None:
    """Answer a call after a delay and the time that its writes take; None cuts it off.

    Behind the back of a client that was cut off the work goes on, or it stops where it is: that is
    the switch `after_cut_off`.
    """
    start, longest = world.clock.epoch(), world.switches.longest_request
    end = start + world.clock.scaled(longest) if longest else inf
    work = world.start(_work(world, entry, call, start + delay, end))
    limit = world.start(world.clock.until(end))
    await asyncio.wait({work, limit}, return_when=asyncio.FIRST_COMPLETED)
    limit.cancel()
    if not work.done() or work.cancelled() or world.clock.epoch() >= end:
        return None
    return work.result()


async def _work(world: World, entry: Entry, call: Call, due: float, end: float) -> Answer | None:
    """Do each piece of a call when it is due; None tells that the work stopped at the cut-off."""
    each = world.clock.scaled(world.switches.work_seconds) if call.method == "POST" else 0.0
    pieces = _pieces(world, entry, call)
    while True:
        try:
            next(pieces)
        except StopIteration as finished:
            answer: Answer = finished.value
            return answer
        due += each
        if due > end and world.switches.after_cut_off == "stop":
            return None
        await world.clock.until(due)


def _pieces(world: World, entry: Entry, call: Call) -> Generator[None, None, Answer]:
    """Pause before each write of a batch, and once before any other call."""
    if call.method == "POST" and call.head == "batch":
        company, memory = world.companies[entry.realm], world.request_ids[entry.realm]
        return (yield from api.batch_pieces(company, call, memory))
    yield
    return at_once(world, entry, call)
