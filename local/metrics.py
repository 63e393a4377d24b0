"""What CloudWatch makes of the lines that functions print: metrics, by which alarms go off.

The emulator keeps no logs of functions, so that nothing took their metrics from them.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.emulator import Emulator

EVERY_SECONDS = 1.0
MOST = 1000
"""So many values CloudWatch takes at once."""


@dataclass(frozen=True)
class Point:
    """One value of a metric, as CloudWatch keeps it."""

    namespace: str
    metric: str
    dimensions: frozenset[tuple[str, str]]
    unit: str
    value: float
    at: datetime = field(compare=False)


def points_of(printed: str) -> list[Point]:
    """Take the metrics from what functions printed, by the specification of EMF.

    A line that is no JSON, as one that a killed function did not end, has none.
    """
    lines = [found for one in printed.splitlines() if '"_aws"' in one and (found := _json(one))]
    return [
        Point(
            told["Namespace"],
            metric["Name"],
            frozenset((name, str(line[name])) for name in names),
            metric["Unit"],
            value,
            datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC),
        )
        for line in lines
        for told in line["_aws"]["CloudWatchMetrics"]
        for names in told["Dimensions"]
        for metric in told["Metrics"]
        for value in line[metric["Name"]]
    ]


def _json(line: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return found


@dataclass
class Metrics:
    """Puts the metrics of logs into CloudWatch as they are printed.

    Attributes:
        emulator: The services.
        logs: Where functions write their logs.
        read: Up to where each log was read, in bytes; what was there before is left alone.
    """

    emulator: Emulator
    logs: Path
    read: dict[Path, int] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what is printed from now on."""
        self.read = {log: log.stat().st_size for log in self.logs.glob("*.log")}

    def put(self) -> None:
        """Put what was printed since the last time."""
        cloudwatch = self.emulator.client("cloudwatch")
        for log in sorted(self.logs.glob("*.log")):
            with log.open("rb") as file:
                file.seek(self.read.get(log, 0))
                printed = file.read()
            whole = printed[: printed.rfind(b"\n") + 1]
            for some in batched(points_of(whole.decode(errors="replace")), MOST, strict=False):
                by_namespace = defaultdict[str, list[dict[str, object]]](list)
                for one in some:
                    by_namespace[one.namespace].append(_datum(one))
                for namespace, data in by_namespace.items():
                    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
            self.read[log] = self.read.get(log, 0) + len(whole)

    def follow(self, stopped: threading.Event) -> None:
        """Put metrics until that is stopped; what the services do not take is put again."""
        last = False
        while not last:
            last = stopped.wait(EVERY_SECONDS)
            try:
                self.put()
            except (BotoCoreError, ClientError):
                continue


def _datum(one: Point) -> dict[str, object]:
    return {
        "MetricName": one.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(one.dimensions)],
        "Unit": one.unit,
        "Value": one.value,
        "Timestamp": one.at,
    }


@contextmanager
def carried(emulator: Emulator, logs: Path) -> Iterator[None]:
    """Put the metrics of all that is printed meanwhile."""
    stopped = threading.Event()
    metrics = Metrics(emulator, logs)
    following = threading.Thread(target=metrics.follow, args=(stopped,), daemon=True)
    following.start()
    try:
        yield
    finally:
        stopped.set()
        following.join()
