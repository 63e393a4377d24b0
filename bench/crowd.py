"""Proves on a clock of its own that 1,000 connections that are due at once are looked at in time.

The schedule, the turns and the pauses are the connector's own store over a table in this process;
the queue hands out one message after the other, to so many executions at once as `LooksAtOnce`
says. What a look takes is given; a few die in the middle. How fast webhooks are answered meanwhile
is measured by the clock on the wall (`crowd_webhooks`).
"""

import heapq
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bench import crowd_webhooks
from bench.first_pull import KEYS
from bench.quick_table import QuickTable
from bench.simulator_speed import failed, say
from connector.model.connection import Connection, ConnectionState, Phase
from connector.store import connections, looks
from connector.store.table import open_table

CONNECTIONS, INTERVAL, TICK = 1000, timedelta(minutes=5), timedelta(minutes=5)
START = datetime(2026, 11, 29, 8, tzinfo=UTC)
LOOK_SECONDS, DEATHS = (2.0, 5.0), 0.01
"""How long a look takes at least and at most; which part of the looks dies before its end."""
LONGEST = timedelta(seconds=960)
MOST_WAITING = 2


@dataclass(order=True)
class _Event:
    at: datetime
    number: int
    what: str = field(compare=False)
    connection_id: str = field(default="", compare=False)


@dataclass
class Crowd:
    """What happens, in the order of its clock.

    begun: when each connection was looked at; most_waiting: of one connection in the queue.
    """

    at_once: int
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - a bench
    events: list[_Event] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    under_way: Counter[str] = field(default_factory=Counter)
    begun: dict[str, list[datetime]] = field(default_factory=dict)
    turns: dict[str, looks.Turn] = field(default_factory=dict)
    count: int = 0
    busy: int = 0
    overlaps: int = 0
    most_waiting: int = 0

    def live(self, ticks: int) -> None:
        """Let the schedule tick so often, and all looks end."""
        for tick in range(ticks):
            self._plan(START + tick * TICK, "tick")
        while self.events:
            event = heapq.heappop(self.events)
            getattr(self, f"_{event.what}")(event)
            while self.queue and self.busy < self.at_once:
                self._begin(self.queue.pop(0), event.at)

    def _plan(self, at: datetime, what: str, connection_id: str = "") -> None:
        heapq.heappush(self.events, _Event(at, len(self.events), what, connection_id))

    def _tick(self, event: _Event) -> None:
        self.queue += connections.take_due(event.at)
        self.most_waiting = max([self.most_waiting, *Counter(self.queue).values()])

    def _begin(self, connection_id: str, now: datetime) -> None:
        self.count += 1
        turn = looks.Turn(connection_id, f"look {self.count}")
        if not looks.begin(turn, now=now, until=now + LONGEST):
            return
        self.turns[connection_id] = turn
        self.busy += 1
        self.under_way[connection_id] += 1
        self.overlaps += self.under_way[connection_id] > 1
        self.begun.setdefault(connection_id, []).append(now)
        what = "die" if self.random.random() < DEATHS else "end"
        self._plan(now + timedelta(seconds=self.random.uniform(*LOOK_SECONDS)), what, connection_id)

    def _end(self, event: _Event) -> None:
        looks.end(self.turns[event.connection_id])
        self._die(event)

    def _die(self, event: _Event) -> None:
        self.busy -= 1
        self.under_way[event.connection_id] -= 1


def late(crowd: Crowd) -> timedelta:
    """Return how long the last connection waited for its first look."""
    return max(times[0] for times in crowd.begun.values()) - START


def measure(table: QuickTable, at_once: int) -> Crowd:
    """Connect a thousand companies to an empty table, all due at once; let the schedule tick."""
    table.forget("")
    for number in range(CONNECTIONS):
        one = Connection(
            connection_id=f"c{number}",
            realm_id=str(number),
            company_name="Crowd",
            mobiwork_client_id=str(number),
            mobiwork_version="1",
            state=ConnectionState.ACTIVE,
            phase=Phase.LIVE,
        )
        connections.save_new(one, now=START)
    crowd = Crowd(at_once)
    crowd.live(3)
    return crowd


def opened() -> QuickTable:
    """Open an empty table in this process."""
    os.environ.update(KEYS)
    table = QuickTable()
    table.use()
    open_table("crowd", region="us-east-1")
    return table


def go_on() -> None:
    """Let crowds be looked at until somebody ends this process."""
    table = opened()
    while True:
        measure(table, at_once=20)


def main() -> int:
    """Measure; 1 tells that something was late, double, piled up, or not answered in time."""
    table = opened()
    for at_once, in_time in ((20, True), (5, False)):
        crowd = measure(table, at_once)
        name = f"{CONNECTIONS} due at once, {at_once} looks of 2 to 5 s at once"
        seen = len(crowd.begun) == CONNECTIONS
        limit = late(crowd) <= INTERVAL if in_time else None
        say(f"{name}: the last one was looked at after <= 5 min", str(late(crowd)), met=limit)
        say(f"{name}: all were looked at", str(len(crowd.begun)), met=seen)
        say(f"{name}: two looks at one connection", str(crowd.overlaps), met=crowd.overlaps == 0)
        waiting = crowd.most_waiting
        few = waiting <= MOST_WAITING
        say(f"{name}: messages of one connection <= {MOST_WAITING}", str(waiting), met=few)
    crowd_webhooks.measure()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
