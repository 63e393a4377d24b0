"""What all workers of a QuickBooks company share: turns, places among the calls in flight, pace.

Intuit allows 500 requests a minute and 10 a second for a company, formerly 10 at once (reference
section 5.1). Both windows slide, so what counts is when calls were made, not how evenly: turns are
bits of the last minute, at least 115 ms apart, and a turn that nobody used is taken back. Places
are leases: those of a worker that died come back. Everything here is a pure function.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Self

MINUTE = 60_000
LIMIT = 500
"""Requests a minute at which Intuit stops a company."""
UNIT = 23
"""Milliseconds of one bit."""
WINDOW = ceil(MINUTE / UNIT)
APART = 5
"""Units between two turns at least: ten of them are 150 ms longer than a second."""
CATCHING_UP = 0.9
"""Turns may come at this share of their even distance until what was missed is made up."""
PLACES = 10
"""Calls in flight at once."""
TURN = 2_000
"""Milliseconds after which others have no place where there are more workers than places."""
LEASE = 75_000
"""A place is a worker's so long after its last word, which is longer than any call lasts."""
FOR_PEOPLE = 8
"""Turns a minute above the pace that only what a person waits for may take."""
GROWTH, LEAST = 30, 30
"""Calls a minute that the pace gains in each minute after it was halved, and its least."""


@dataclass(frozen=True)
class Held:
    """What one worker has: places, how many it wants, and until when they are its own (ms).

    until: milliseconds since 1970.
    """

    places: int
    wants: int
    until: int


@dataclass(frozen=True)
class Demand:
    """What a worker asks for, and gives back, at one time.

    Attributes:
        worker: Who asks.
        turns: So many turns.
        wants: So many places among the calls in flight; 0 gives all of them up.
        busy: So many of its calls are in flight.
        unused: Turns that it had and did not use, in milliseconds.
        most: The pace at most, in calls a minute.
        urgent: Whether a person waits for it.
    """

    worker: str
    turns: int
    wants: int
    busy: int
    most: int
    unused: tuple[int, ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class Granted:
    """Turns in milliseconds since 1970, places, how many workers there are, and when that was.

    turns: when each call may go out.
    workers: those that show life.
    now: when that was, by the clock of the table.
    """

    turns: tuple[int, ...]
    places: int
    workers: int
    now: int


@dataclass(frozen=True)
class Shared:
    """One company.

    Attributes:
        first: The unit that bit 0 of `taken` stands for.
        taken: The units with turns, of the last minute and to come.
        holders: The workers and their places.
        resting: Nobody calls before that time (ms).
        pace: Calls a minute, as it was halved last; None where it never was.
        since: When it began to grow again (ms).
    """

    first: int = 0
    taken: int = 0
    holders: Mapping[str, Held] = field(default_factory=dict)
    resting: int = 0
    pace: int | None = None
    since: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `write` wrote; what nobody wrote yet is empty."""
        if not text:
            return cls()
        told = json.loads(text)
        taken = int.from_bytes(b64decode(told.pop("taken")))
        holders = {worker: Held(*one) for worker, one in told.pop("holders").items()}
        return cls(taken=taken, holders=holders, **told)

    def write(self) -> str:
        """Return it as text of less than a kilobyte: one unit of the table."""
        bits = self.taken.to_bytes(ceil(self.taken.bit_length() / 8))
        told = {
            "first": self.first,
            "taken": b64encode(bits).decode(),
            "holders": {
                worker: [one.places, one.wants, one.until] for worker, one in self.holders.items()
            },
            "resting": self.resting,
            "pace": self.pace,
            "since": self.since,
        }
        return json.dumps(told, separators=(",", ":"))

    def pace_at(self, now: int, most: int) -> int:
        """Return the calls a minute: since a 429 half of what they were, and more each minute."""
        if self.pace is None:
            return most
        return min(most, self.pace + GROWTH * max(now - self.since, 0) // MINUTE)

    def granted(self, need: Demand, now: int) -> tuple[Self, Granted]:
        """Give a worker turns and places; return what is shared from then on."""
        shared = self._at(now)._with_back(need.unused)
        turns: list[int] = []
        for _ in range(need.turns):
            unit = shared._next(need, now)
            turns.append(unit * UNIT)
            shared = replace(shared, taken=shared.taken | 1 << unit - shared.first)
        holders = {
            worker: held
            for worker, held in shared.holders.items()
            if held.until > now and worker != need.worker
        }
        places = _places(holders, need, now // TURN)
        if need.wants:
            holders[need.worker] = Held(places, need.wants, now + LEASE)
        return replace(shared, holders=holders), Granted(tuple(turns), places, len(holders), now)

    def throttled(self, now: int, *, until: int, most: int) -> Self:
        """Let everybody rest, and halve the pace unless that was just done."""
        if now < self.resting:
            return replace(self, resting=max(self.resting, until))
        half = max(self.pace_at(now, most) // 2, LEAST)
        return replace(self, resting=until, pace=half, since=until)

    def _at(self, now: int) -> Self:
        """Forget the turns of more than a minute ago, and all that a clock told which ran ahead."""
        first = now // UNIT - WINDOW - 2 * APART
        if now // UNIT < self.first:
            return type(self)(first=first)
        if first <= self.first:
            return self
        return replace(self, first=first, taken=self.taken >> first - self.first)

    def _with_back(self, turns: tuple[int, ...]) -> Self:
        units = [turn // UNIT - self.first for turn in turns]
        back = sum(1 << unit for unit in units if unit >= 0)
        return replace(self, taken=self.taken & ~back)

    def _next(self, need: Demand, now: int) -> int:
        """Return the first free unit; an urgent call may take one before those of others."""
        unit = max(now, self.resting) // UNIT
        pace, apart = self.pace_at(unit * UNIT, need.most), APART
        if need.urgent:
            pace += FOR_PEOPLE
        else:
            apart = max(APART, int(CATCHING_UP * MINUTE / pace / UNIT))
        while self._is_near(unit, apart) or self._is_full(unit, pace):
            unit += 1
        return unit

    def _is_near(self, unit: int, apart: int) -> bool:
        """Tell whether a turn is less than so many units away."""
        around = (1 << 2 * apart - 1) - 1
        return bool(_shifted(self.taken, unit - apart + 1 - self.first) & around)

    def _is_full(self, unit: int, pace: int) -> bool:
        """Tell whether a minute with this unit has all its turns."""
        last = max(unit, self.first + self.taken.bit_length() - 1)
        return any(self._in_minute(end) >= pace for end in {unit, min(last, unit + WINDOW - 1)})

    def _in_minute(self, end: int) -> int:
        minute = _shifted(self.taken, end - WINDOW + 1 - self.first) & (1 << WINDOW) - 1
        return minute.bit_count()


def _shifted(bits: int, by: int) -> int:
    return bits >> by if by >= 0 else bits << -by


def _places(others: Mapping[str, Held], need: Demand, turn: int) -> int:
    """Return a worker's places: its share of what all want, as far as others left it.

    What it has in flight stays its own; it gets the rest of its share as the others give it up.
    """
    wants = {worker: held.wants for worker, held in others.items()} | {need.worker: need.wants}
    free = PLACES - sum(held.places for held in others.values())
    return max(need.busy, min(_shares(wants, turn)[need.worker], free))


def _shares(wants: Mapping[str, int], turn: int) -> dict[str, int]:
    """Share the places: whoever wants least first, each at most an even part of what is left.

    Of more workers than places some have none, others in each turn.
    """
    if len(wants) > PLACES:
        names = sorted(wants)
        first = turn % len(names)
        chosen = [*names[first:], *names[:first]][:PLACES]
        return {worker: int(worker in chosen) for worker in names}
    left, shares = PLACES, {}
    for place, worker in enumerate(sorted(wants, key=lambda one: (wants[one], one))):
        shares[worker] = min(wants[worker], left // (len(wants) - place))
        left -= shares[worker]
    return shares
