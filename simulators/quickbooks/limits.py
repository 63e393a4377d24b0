"""Request limits per realm (section 5.1) and metering per call class (section 5.2)."""

from collections import Counter, defaultdict, deque
from typing import Any

from simulators.quickbooks.clock import Clock
from simulators.quickbooks.faults import throttled
from simulators.quickbooks.switches import Switches

MINUTE = 60.0


class Limits:
    """Counts the requests of each realm over sliding windows."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self.clock, self.switches = clock, switches
        self.requests: defaultdict[str, deque[float]] = defaultdict(deque)
        self.parallel: defaultdict[str, deque[float]] = defaultdict(deque)
        self.batches: defaultdict[str, deque[float]] = defaultdict(deque)
        self.under_way: Counter[str] = Counter()

    def enter(self, realm: str, *, batch: bool) -> None:
        """Count a request in.

        Raises:
            GatewayError: a limit is reached (429).
        """
        switches = self.switches
        if not switches.limits:
            return
        if switches.in_flight and self.under_way[realm] > switches.in_flight:
            raise throttled("The request limit was reached: too many requests at once.")
        crowded = self.under_way[realm] > 1
        if crowded and switches.per_second:
            self._count(self.parallel[realm], 1.0, switches.per_second)
        self._count(self.requests[realm], MINUTE, switches.per_minute)
        if batch:
            self._count(self.batches[realm], MINUTE, switches.batch_per_minute)

    def _count(self, times: deque[float], window: float, most: int) -> None:
        now = self.clock.epoch()
        start = now - self.clock.scaled(window)
        while times and times[0] <= start:
            times.popleft()
        if len(times) >= most:
            raise throttled()
        times.append(now)


class Meter:
    """Counts calls by class; only successful production calls of class CorePlus cost."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self.clock, self.switches = clock, switches
        self.calls: Counter[str] = Counter()
        self.metered: Counter[str] = Counter()

    @property
    def month(self) -> str:
        """Name the month that calls count for."""
        return self.clock.now().strftime("%Y-%m")

    def check(self, kind: str) -> None:
        """Block metered calls beyond the monthly quota.

        Raises:
            GatewayError: the quota is used up (429).
        """
        quota = self.switches.monthly_quota
        if quota and kind == "coreplus" and self.metered[self.month] >= quota:
            raise throttled("The monthly limit of CorePlus calls was reached.")

    def count(self, kind: str, status: int, credits: int = 1) -> None:  # noqa: A002 - Intuit's word
        """Count one answered call."""
        success = 200 <= status < 300  # noqa: PLR2004
        self.calls[kind if success else f"{kind}_failed"] += 1
        if success and kind == "coreplus" and not self.switches.sandbox:
            self.metered[self.month] += credits

    def report(self) -> dict[str, Any]:
        """Return the counters."""
        return {
            "calls": dict(self.calls),
            "metered": self.metered[self.month],
            "free": self.calls["core"] + self.calls["oauth"],
            "months": dict(self.metered),
        }
