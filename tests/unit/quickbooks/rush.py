"""A rush of calls to one company on a clock of its own, under the limits of the simulator."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from connector.quickbooks.pacing.desk import THREADS, Desk
from connector.quickbooks.pacing.shared import Demand, Granted, Shared
from connector.quickbooks.throttle import PER_MINUTE
from simulators.quickbooks.clock import Clock
from simulators.quickbooks.faults import GatewayError
from simulators.quickbooks.limits import Limits
from simulators.quickbooks.switches import Switches

PAGE, PLANNING, STORING, REST = 50, 400, 30, 62_000
"""Records of a page; milliseconds of planning it, of storing a record, and of a rest after 429."""
NOON = 1_772_452_800_000
type Thread = Iterator[int | None]
"""A call after the other: yields when it goes on, None for as soon as a place is free."""


class Virtual(Clock):
    """The clock of the simulator, moved by the rush."""

    now_ms = NOON

    def epoch(self) -> float:
        return self.now_ms / 1000


@dataclass
class Worker:
    """A function at work: its desk, what is left to do, and what it did.

    Attributes:
        answer: How long QuickBooks takes, in milliseconds.
        done: When each call was answered.
        asked: How often it asked the shared permits.
    """

    desk: Desk
    left: int
    answer: int
    ends: Callable[[], object] | None = None
    done: list[int] = field(default_factory=list)
    asked: int = 0
    idle: list[Thread] = field(default_factory=list)
    page: int = 0
    at_work: int = 0


class Rush:
    """All workers of a company and the company itself.

    Attributes:
        way: How long a call is under way to QuickBooks at most, by chance; in milliseconds.
        slow: How late a thread goes on at most, by chance; in milliseconds.
        refused: When QuickBooks answered 429.
        calls: When it took a call.
    """

    def __init__(self, *, way: int = 0, slow: int = 0, **switches: int) -> None:
        self._chance, self._way, self._slow = Random(1), way, slow  # noqa: S311 - no secret
        self.clock = Virtual()
        self.limits = Limits(self.clock, Switches(**switches))  # type: ignore[arg-type]
        self.shared = ""
        self.refused: list[int] = []
        self.calls: list[int] = []
        self._events: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()

    @property
    def now(self) -> int:
        return self.clock.now_ms - NOON

    def worker(
        self, left: int, *, answer: int = 150, urgent: bool = False, begins: int = 0
    ) -> Worker:
        """Add a worker that has some records to post."""

        def ask(need: Demand) -> Granted:
            worker.asked += 1
            shared, granted = Shared.read(self.shared).granted(need, self.clock.now_ms)
            self.shared = shared.write()
            return granted

        desk = Desk(ask, f"worker-{next(self._order)}", PER_MINUTE, urgent)
        worker = Worker(desk, left, answer)
        self.at(begins, lambda: self._next_page(worker))
        return worker

    def at(self, time: int, deed: Callable[[], object]) -> None:
        """Do something at a time, in milliseconds of the rush."""
        heapq.heappush(self._events, (time, next(self._order), deed))

    def go_on(self, until: int = 10_000_000) -> None:
        """Let everything happen that happens until then."""
        while self._events and self._events[0][0] <= until:
            time, _, deed = heapq.heappop(self._events)
            self.clock.now_ms = max(self.clock.now_ms, NOON + time)
            deed()

    def call(self, answer: int) -> bool:
        """Call QuickBooks; tell whether it took the call."""
        self.limits.under_way["realm"] += 1
        self.at(self.now + answer, self._answered)
        try:
            self.limits.enter("realm", batch=False)
        except GatewayError:
            self.refused.append(self.now)
            return False
        self.calls.append(self.now)
        return True

    def _answered(self) -> None:
        self.limits.under_way["realm"] -= 1

    def _next_page(self, worker: Worker) -> None:
        worker.page = min(worker.left, PAGE)
        if not worker.page:
            worker.desk.leave()
            return
        threads = min(THREADS, worker.page)
        worker.at_work = threads
        worker.desk.waiting += threads
        for _ in range(threads):
            self._step(worker, self._thread(worker))

    def _thread(self, worker: Worker) -> Thread:
        desk = worker.desk
        while worker.page:
            worker.page -= 1
            while (at := desk.begin(self.clock.now_ms)) is not None:
                yield None if desk.busy >= desk.places > 0 else at - NOON
            desk.waiting -= 1
            began = self.clock.now_ms
            yield self.now + self._chance.randint(0, self._way)
            taken = self.call(worker.answer)
            yield self.now + worker.answer
            desk.end(began, self.clock.now_ms)
            desk.waiting += 1
            if worker.idle:
                self._step(worker, worker.idle.pop(0))
            if taken:
                worker.left -= 1
                worker.done.append(self.now)
                yield self.now + STORING
            else:
                worker.page += 1
                yield self._rest(desk)

    def _rest(self, desk: Desk) -> int:
        desk.drop_turns()
        now = self.clock.now_ms
        shared = Shared.read(self.shared).throttled(now, until=now + REST, most=PER_MINUTE)
        self.shared = shared.write()
        return self.now + REST

    def _step(self, worker: Worker, thread: Thread) -> None:
        for at in thread:
            if at is None:
                worker.idle.append(thread)
                self.at(worker.desk.asked_at + 1_000 - NOON, lambda: self._woken(worker, thread))
            else:
                late = self._chance.randint(0, self._slow)
                self.at(at + late, lambda: self._step(worker, thread))
            return
        worker.desk.waiting -= 1
        worker.at_work -= 1
        if not worker.at_work:
            self.at(self.now + PLANNING, lambda: self._next_page(worker))

    def _woken(self, worker: Worker, thread: Thread) -> None:
        if thread in worker.idle:
            worker.idle.remove(thread)
            self._step(worker, thread)
