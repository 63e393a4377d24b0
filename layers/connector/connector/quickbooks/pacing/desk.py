"""The turns and places of one worker: asks for what it needs, and gives back what came too late."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from connector.quickbooks.pacing.shared import Demand, Granted

BLOCK = 6
"""Turns that all workers together have ahead, so that a person waits less than a second."""
THREADS = 8
"""Calls of one worker at once."""
LATE = 80
"""Milliseconds after which a turn is too late: with others it could come as a burst."""
GAP = 105
"""Milliseconds between two calls of one worker: whoever wakes late does not crowd the next."""
SECOND, A_SECOND, ON_ITS_WAY = 1_000, 10, 300
"""So many calls may arrive within so many milliseconds, each so long after it began at most."""
AGAIN, SOON = 1_000, 100
"""Milliseconds until a worker asks for places again: with some of its own, and without any."""


@dataclass
class Desk:
    """One worker.

    Attributes:
        ask: Asks the shared permits.
        worker, most, urgent: As in `Demand`.
        waiting, busy: So many calls wait for their turn, and so many are in flight.
        places: So many may be.
        turns: Those that it has, in order.
        unused: Those that it had in vain, to be given back.
        peak: The most calls that were in flight since it asked last.
        short: Whether a call had no place since then.
        wants: So many places it asked for.
        asked_at: When it asked last; 0 where it has nothing yet.
        workers: So many others and itself share the turns.
        went_at: When its latest call began.
        arrived: Until when each call counts among those of a second, by when it began.
        fastest: How long a call took at least, of late.
    """

    ask: Callable[[Demand], Granted]
    worker: str
    most: int
    urgent: bool = False
    waiting: int = 0
    busy: int = 0
    places: int = 0
    turns: deque[int] = field(default_factory=deque)
    unused: list[int] = field(default_factory=list)
    peak: int = 0
    short: bool = False
    wants: int = 1
    asked_at: int = 0
    workers: int = 1
    went_at: int = 0
    arrived: dict[int, int] = field(default_factory=dict)
    fastest: int = ON_ITS_WAY

    def begin(self, now: int, patience: int = LATE) -> int | None:
        """Begin a call whose turn it is; else return when to ask again.

        None means that the call goes ahead; `patience` says how late its turn may be.
        """
        while self.turns and self.turns[0] < now - patience:
            self.unused.append(self.turns.popleft())
        if self.busy >= self.places:
            again = self._places_asked(now)
            if again is not None:
                return again
        if not self.turns:
            now = self._ask(turns=self._block())
        at = max(self.turns[0], self.went_at + GAP, self._free_at(now))
        if at > now or self.busy >= self.places:
            return at
        self.turns.popleft()
        self.went_at, self.arrived[now] = now, now + ON_ITS_WAY + SECOND
        self.busy += 1
        self.peak = max(self.peak, self.busy)
        return None

    def end(self, began: int, now: int) -> None:
        """End a call: its place is free, and an answer that took long tells that it arrived late.

        What is sent while the worker or the network stands still arrives as a burst.
        """
        self.busy -= 1
        took = now - began
        self.fastest = min(took, self.fastest + 1 + self.fastest // 64)
        if began in self.arrived:
            self.arrived[began] = min(self.arrived[began], now - self.fastest + SECOND)

    def _free_at(self, now: int) -> int:
        """Return when one more call may arrive: ten that may have within a second are enough."""
        self.arrived = {began: until for began, until in self.arrived.items() if until > now}
        late = sorted(self.arrived.values())
        return late[-A_SECOND] if len(late) >= A_SECOND else now

    def drop_turns(self) -> None:
        """Give up the turns that it has: the company rests."""
        self.unused += self.turns
        self.turns.clear()

    def leave(self) -> None:
        """Give everything back that is not in flight, if anything is held."""
        self.drop_turns()
        if self.places or self.unused:
            self.peak, self.wants, self.waiting = 0, 0, 0
            self._ask(turns=0, wants=self.busy)
            self.asked_at = 0

    def _places_asked(self, now: int) -> int | None:
        """Ask for more places unless that was done just now; return when to come back, if not."""
        self.short = self.places > 0
        most = self._most_calls()
        again = self.asked_at + (AGAIN if self.places and not self.urgent else SOON)
        if now < again and (self.wants >= most or not self.places):
            return again
        now = self._ask(turns=0 if self.asked_at else self._block())
        return None if self.busy < self.places else now + (AGAIN if self.places else SOON)

    def _most_calls(self) -> int:
        return min(self.waiting + self.busy, THREADS)

    def _block(self) -> int:
        """Return how many turns to take: as many as there are places where these are scarce."""
        fair = 1 if self.urgent else ceil(BLOCK / max(self.workers, 1))
        scarce = self.wants > self.peak + 1
        return max(1, min(self.places - self.busy, fair)) if scarce else fair

    def _ask(self, *, turns: int, wants: int | None = None) -> int:
        """Ask, and return when; what is wanted grows to all calls at once, and shrinks by one."""
        if wants is None:
            wants = self._most_calls() if self.short else max(self.peak + 1, self.wants - 1)
        need = Demand(
            worker=self.worker,
            turns=turns,
            wants=wants,
            busy=self.busy,
            most=self.most,
            unused=tuple(self.unused),
            urgent=self.urgent,
        )
        granted = self.ask(need)
        self.turns.extend(granted.turns)
        self.places, self.workers, self.asked_at = granted.places, granted.workers, granted.now
        self.unused.clear()
        self.wants, self.peak, self.short = wants, self.busy, False
        return granted.now
