"""Measures the first pull of a large company: metered calls, memory, and what a kill costs.

The simulator and the reading run in processes of their own. The reading is the connector's: its
client over HTTP, its pulls, its store; behind the store stands a table of paper (`paper_table`).
Once, about half way, the reading is killed and another goes on.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from bench.load import Connections, running
from bench.paper_table import PaperTable
from bench.simulator_speed import QUICKBOOKS, Company, failed, say
from connector.changes.quickbooks import poll
from connector.entities.registry import PULLS
from connector.exact_json import decoded
from connector.model.policy.settings import Settings
from connector.quickbooks import responses
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store.call_meter import Meter
from connector.store.table import open_table
from simulators.quickbooks.world import REALM

CUSTOMERS, ITEMS, MOST_MEGABYTES, MOST_CALLS = 100_000, 50_000, 256, 1.02
MOST_TIMES = 8
"""So many times what decoding the same pages takes; stated, as it is of a clock."""
CONNECTION = "bench"
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
LATER = timedelta(minutes=5)
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
READ = ("pull_customers", "pull_products", "pull_part_quantities")


@dataclass(frozen=True)
class Sites:
    """Where the reading finds what it works with."""

    quickbooks: str
    authorization: str
    folder: str


class Bearer(AuthBase):
    """A token that lasts as long as the bench."""

    def __init__(self, authorization: str) -> None:
        self._authorization = authorization

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token."""
        request.headers["Authorization"] = self._authorization
        return request

    def refresh(self, rejected: str) -> None:
        """Fail: no token expires here."""
        raise RuntimeError(f"{len(rejected)} characters of token were refused")


class Decoding:
    """Decodes each answer once more with the json of the standard library, and times that alone."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, text: str | bytes) -> Any:  # noqa: ANN401 - JSON of any shape
        """Decode an answer as the connector does."""
        began = time.process_time()
        json.loads(text)
        self.seconds += time.process_time() - began
        return decoded(text)


def read(sites: Sites, *, later: bool) -> None:
    """Read as one look does, in this process; tell its peak memory and its processor time."""
    decoding = Decoding()
    vars(responses)["decoded"] = decoding
    PaperTable(Path(sites.folder)).use()
    open_table("paper", region="us-east-1")
    books = QuickBooks(
        realm_id=REALM,
        base_url=sites.quickbooks,
        auth=Bearer(sites.authorization),
        throttle=Unthrottled(),
        meter=Meter(CONNECTION),
    )
    now = datetime.now(UTC) + (LATER if later else timedelta(0))
    pulls = [pull for pull in PULLS if pull.name in READ]
    began = time.process_time()
    found = poll(CONNECTION, pulls, lambda: books, settings=Settings(), now=now)
    times = (time.process_time() - began) / decoding.seconds - 1
    told = {name: [counts.read, counts.problem] for name, counts in found.items()}
    peak = PEAK.search(Path("/proc/self/status").read_text(encoding="utf-8"))
    kilobytes = int(peak[1]) if peak else 0
    sys.stdout.write(json.dumps({"found": told, "kilobytes": kilobytes, "times": times}) + "\n")


def _reader(sites: Sites, *, later: bool) -> "subprocess.Popen[str]":
    told = json.dumps([sites.quickbooks, sites.authorization, sites.folder, later])
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.first_pull", told],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | KEYS,
    )


def _fill(company: Company, customers: int, items: int) -> None:
    """Create the customers and items of a large company."""
    lines = Connections(company.server.url)
    lines.send(company.batches(0, customers))
    accounts = "SELECT * FROM Account WHERE AccountType = 'Income'"
    answer = requests.get(
        f"{company.server.url}/v3/company/{REALM}/query",
        params={"query": accounts, "minorversion": "75"},
        headers=company.headers,
        timeout=60,
    )
    income = answer.json()["QueryResponse"]["Account"][0]["Id"]
    lines.send(_item_batches(company, items, income))


def _item_batches(company: Company, count: int, income: str) -> Iterator[bytes]:
    for first in range(0, count, 30):
        items = [
            {"bId": str(number), "operation": "create", "Item": _item(number, income)}
            for number in range(first, min(first + 30, count))
        ]
        yield company.call("batch?minorversion=75", {"BatchItemRequest": items})


def _item(number: int, income: str) -> dict[str, object]:
    return {
        "Name": f"Service {number:06}",
        "Type": "Service",
        "Description": f"Service number {number} as it is sold",
        "UnitPrice": 12.5,
        "IncomeAccountRef": {"value": income},
    }


def _metered(company: Company) -> int:
    """Return how many metered calls the simulator has answered."""
    answer = requests.get(f"{company.server.url}/_sim/counters", timeout=60)
    return int(answer.json()["metered"])


def measure(customers: int, items: int) -> None:
    """Fill a company, read it with one kill, and compare with the limits."""
    with TemporaryDirectory() as folder, running(*QUICKBOOKS) as server:
        company = Company(server)
        _fill(company, customers, items)
        _measure(company, Path(folder), (customers, items))


def _measure(company: Company, folder: Path, sizes: tuple[int, int]) -> None:
    sites = Sites(company.server.url, company.headers["Authorization"], str(folder))
    before, began = _metered(company), time.perf_counter()
    killed = _reader(sites, later=False)
    while _metered(company) - before < sum(sizes) // 2000:
        if killed.poll() is not None:
            raise RuntimeError("the reading ended before it could be killed")
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    told: dict[str, Any] = json.loads(_reader(sites, later=True).communicate()[0])
    seconds = time.perf_counter() - began
    _say(told, _metered(company) - before, sizes, seconds)
    _say_stored(PaperTable(folder).counts(), sizes)


def _say(told: dict[str, Any], asked: int, sizes: tuple[int, int], seconds: float) -> None:
    rows = sum(sizes)
    limit = rows / 1000 * MOST_CALLS
    claim = f"{sizes[0]:,} customers and {sizes[1]:,} items, killed once: metered calls"
    say(f"First pull: {claim} <= {limit:.0f}", str(asked), met=asked <= limit)
    peak = told["kilobytes"] / 1024
    claim = f"First pull: peak memory of the process <= {MOST_MEGABYTES} MB"
    say(claim, f"{peak:.0f} MB", met=peak <= MOST_MEGABYTES)
    times = f"{told['times']:.1f}; {MOST_TIMES} is the aim"
    say("First pull: processor time in times of decoding the same pages with json", times)
    say("First pull: records a second, without the time of a table", f"{rows / seconds:.0f}/s")


def _say_stored(counts: Mapping[str, int], sizes: tuple[int, int]) -> None:
    stored = [counts[f"{CONNECTION}#pending#{name}"] for name in READ]
    shown = ", ".join(f"{count:,}" for count in stored)
    met = stored == [sizes[0], sizes[1], 0]  # services have no quantity
    say("First pull: pending customers, products and quantities at the end", shown, met=met)


def main() -> int:
    """Measure, or read for a measurement; 1 tells that a limit was not met."""
    if len(sys.argv) == 2 and sys.argv[1].startswith("["):  # noqa: PLR2004 - the sites of a reader
        quickbooks, authorization, folder, later = json.loads(sys.argv[1])
        read(Sites(quickbooks, authorization, folder), later=later)
        return 0
    customers, items = map(int, sys.argv[1:3]) if sys.argv[2:] else (CUSTOMERS, ITEMS)
    measure(customers, items)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
