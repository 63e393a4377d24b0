"""Counts what an invocation of a function costs: processor time, calls, units, messages, logs.

The processor time of the stand-ins for AWS is taken off. Where a function waits for an answer the
time of `prices.SECONDS_OF_A_CALL` stands for it, so that the figures are the same on any machine
but for the processor time. Calls of MobiWork that threads make side by side wait side by side.
"""

import heapq
import io
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from math import ceil
from typing import Any, override

import requests
from botocore.client import BaseClient
from requests.adapters import HTTPAdapter

from bench.prices import MEGABYTES_OF_A_PROCESSOR, PLATFORM_BYTES, SECONDS_OF_A_CALL
from bench.quick_table import QuickTable

GIGABYTE = 1_000_000_000
OF_SERVICE = {"sqs": "messages", "kms": "keys", "secretsmanager": "secrets", "s3": "files"}


class _Lines(io.TextIOBase):
    """What a function prints is logged: it is measured and goes nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.screen, self.bytes, self.inside = sys.stdout, 0, False

    @override
    def write(self, text: str) -> int:
        if not self.inside:
            return self.screen.write(text)
        self.bytes += len(text.encode())
        return len(text)

    @override
    def flush(self) -> None:
        self.screen.flush()


LINES = sys.stdout = _Lines()  # before anything of the connector asks where to print


@dataclass
class Waiting:
    """How long an invocation waits for MobiWork, on a clock of its own, though threads wait too.

    seconds: how long until now; each call takes as long as any other.
    """

    each: float = SECONDS_OF_A_CALL["mobiwork"]
    seconds: float = 0.0
    _free: dict[int, list[float]] = field(default_factory=dict)
    _until: dict[int, float] = field(default_factory=dict)

    def clear(self) -> None:
        """Begin anew."""
        self.seconds = 0.0
        self._free.clear()
        self._until.clear()

    def wait(self) -> None:
        """Wait for a call that is made by whoever reads its answer."""
        self.seconds += self.each

    def install(self) -> None:
        """Follow what threads are asked for, and when somebody waits for it."""
        submit, result, exception = ThreadPoolExecutor.submit, Future.result, Future.exception

        def submitted(pool: Any, *a: Any, **k: Any) -> Any:  # noqa: ANN401 - as the library has it
            future = submit(pool, *a, **k)
            free = self._free.setdefault(id(pool), [0.0] * pool._max_workers)
            until = max(self.seconds, heapq.heappop(free)) + self.each
            heapq.heappush(free, until)
            self._until[id(future)] = until
            return future

        def waited(answer: Callable[..., Any]) -> Callable[..., Any]:
            def wait(future: Any, *a: Any, **k: Any) -> Any:  # noqa: ANN401 - as the library has it
                self.seconds = max(self.seconds, self._until.get(id(future), 0.0))
                return answer(future, *a, **k)

            return wait

        ThreadPoolExecutor.submit = submitted  # type: ignore[assignment,method-assign]
        Future.result = waited(result)  # type: ignore[method-assign]
        Future.exception = waited(exception)  # type: ignore[method-assign]


@dataclass
class Metering:
    """What was counted so far.

    found: by who spent it (a function, or a machine), how much of each unit of `prices.UNITS`.
    remote: how often each function called either company.
    rows: how many units of the table each function spent on which kind of row, and doing what.
    """

    table: QuickTable
    sites: Mapping[str, str]
    found: defaultdict[str, defaultdict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    remote: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: _Lines = LINES
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _calls: Counter[str] = field(default_factory=Counter)
    _outside: float = 0.0
    _at_work: bool = False
    _waiting: Waiting = field(default_factory=Waiting)

    def install(self) -> None:
        """Count what this process asks of AWS and of both companies from now on."""
        self._waiting.install()
        asked, sent = BaseClient._make_api_call, HTTPAdapter.send  # type: ignore[attr-defined]

        def counted(client: Any, operation: str, told: Any) -> Any:  # noqa: ANN401 - botocore's
            service = client.meta.service_model.service_name
            if not self._at_work or service == "dynamodb":
                return asked(client, operation, told)
            began = time.process_time()
            self._calls[service] += 1
            try:
                return asked(client, operation, told)
            finally:
                self._outside += time.process_time() - began

        def called(adapter: Any, request: requests.PreparedRequest, *a: Any, **k: Any) -> Any:  # noqa: ANN401 - requests'
            site = next((one for url, one in self.sites.items() if request.url.startswith(url)), "")  # type: ignore[union-attr]
            self._calls[site] += self._at_work
            if site == "mobiwork" and threading.current_thread() is threading.main_thread():
                self._waiting.wait()
            return sent(adapter, request, *a, **k)

        BaseClient._make_api_call = counted  # type: ignore[attr-defined]
        HTTPAdapter.send = called  # type: ignore[assignment,method-assign]

    def invoke[T](self, name: str, megabytes: int, deed: Callable[[], T]) -> T:
        """Let a function do its work, one at a time, and note what that costs."""
        with self._lock:
            self._calls.clear()
            self._waiting.clear()
            self.table.calls.clear()
            self.table.units.clear()
            self.table.seconds = self._outside = 0.0
            self.lines.bytes, self.lines.inside, self._at_work = 0, True, True
            began = time.process_time()
            try:
                return deed()
            finally:
                spent = time.process_time() - began - self.table.seconds - self._outside
                self.lines.inside = self._at_work = False
                self._note(name, megabytes, max(spent, 0.001))

    def _note(self, name: str, megabytes: int, processor: float) -> None:
        calls, found = self._calls, self.found[name]
        remote = {one: calls[one] for one in ("mobiwork", "quickbooks")}
        aws = sum(calls[one] for one in (*OF_SERVICE, "stepfunctions", "sns", "ssm", "sesv2"))
        waits = {"table": self.table.calls.total(), "aws": aws, "quickbooks": calls["quickbooks"]}
        seconds = processor * MEGABYTES_OF_A_PROCESSOR / min(megabytes, MEGABYTES_OF_A_PROCESSOR)
        seconds += sum(SECONDS_OF_A_CALL[one] * times for one, times in waits.items())
        seconds += self._waiting.seconds
        found["invocations"] += 1
        found["gb_seconds"] += seconds * megabytes / 1024
        found["log_gb"] += (self.lines.bytes + PLATFORM_BYTES) / GIGABYTE
        for kind, units in self.table.units.items():
            self.rows[name, kind] += units
            found["reads" if kind.startswith(("get", "query")) else "writes"] += units
        for service, unit in OF_SERVICE.items():
            found[unit] += calls[service]
        self.remote[name].update(remote)

    def execution(self, machine: str, transitions: int, *, seconds: float | None = None) -> None:
        """Note an execution of a state machine; an express one by the seconds that it took."""
        if seconds is None:
            self.found[machine]["transitions"] += transitions
            return
        self.found[machine]["express"] += 1
        self.found[machine]["express_gb_seconds"] += ceil(seconds * 10) / 10 * 64 / 1024

    def message(self) -> None:
        """Note a message that was received and deleted."""
        self.found["queue"]["messages"] += 2
