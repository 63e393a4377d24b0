"""Measures a first load against QuickBooks' limits: who posts, how fast, and what was refused.

The engine, the client and its throttle are the connector's; QuickBooks is the simulator in a
process of its own, with the published limits on (500 a minute, 10 a second, 10 at once) and an
answer that takes its time. Each worker has a client and a throttle of its own, as each function
has; what they share is the permits. The store is in memory and takes no time.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from statistics import median
from threading import Event, Lock, Thread
from typing import Any

import requests

from bench.first_pull import Bearer
from bench.load import running
from bench.simulator_speed import JSON, failed, quickbooks_token, say
from connector.changes.company import ask_company
from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.policy.settings import Settings
from connector.push.worker import push
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.pacing.shared import LIMIT, PLACES
from connector.quickbooks.throttle import Throttle
from connector.store.call_meter import Meter
from simulators.quickbooks.world import REALM
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice, raw
from tests.unit.engine.world import World

CUSTOMERS, PRODUCTS, INVOICES, LINES = 1_500, 500, 1_500, 5
LEAST_SHARE, LEAST_SLOW_SHARE, MOST_REFUSED, MOST_WAIT = 0.95, 0.9, 1, 2.0
BETWEEN_CLICKS = 10.0
SLOW, SLOW_RECORDS = (1.0, 2.0), 300


@dataclass
class Permits:
    """The row that all workers share; `changes` counts its reads, each with a write."""

    text: str = ""
    changes: int = 0
    lock: Lock = field(default_factory=Lock)

    def change(self, realm_id: str, step: Callable[[str], str]) -> None:
        """Put what `step` makes of the text in its place."""
        del realm_id
        with self.lock:
            self.text = step(self.text)
            self.changes += 1


class Site:
    """A simulator, an account that is to be loaded into it, and its workers."""

    def __init__(self, url: str) -> None:
        self.url, self.permits, self.world = url, Permits(), World(workers=8)
        self.authorization = f"Bearer {quickbooks_token(url)}"
        self.world.save(
            Settings(
                income_account="Sales of Product Income", cost_of_goods_account="Cost of Goods Sold"
            )
        )
        client = self.client()
        company = ask_company(client, now=datetime.now(UTC))
        client.rest()
        self.world.store.settings.save_company(CONNECTION, company)

    def client(self, *, urgent: bool = False) -> QuickBooks:
        """Return the client of one more worker."""
        return QuickBooks(
            realm_id=REALM,
            base_url=self.url,
            auth=Bearer(self.authorization),
            throttle=Throttle(realm_id=REALM, permits=self.permits, urgent=urgent),
            meter=Meter(CONNECTION),
        )

    def push(self, source: str, **choices: Any) -> None:  # noqa: ANN401 - as of a run
        """Push a flow to its end with a worker of its own."""
        client = self.client(urgent=bool(choices))
        run = self.world.run(
            open_quickbooks=lambda: client, clock=time.monotonic, sleep=time.sleep, **choices
        )
        while push(BY_ENTITY[source], run).more:
            pass
        client.rest()

    def together(self, *sources: str) -> None:
        """Push some flows side by side."""
        with ThreadPoolExecutor(len(sources)) as pool:
            list(pool.map(self.push, sources))

    def posted(self) -> int:
        """Return how many writes QuickBooks has taken."""
        return int(self._counters()["calls"].get("core", 0))

    def refused(self) -> int:
        """Return how many calls QuickBooks has refused; nothing here is refused but by limits."""
        calls: dict[str, int] = self._counters()["calls"]
        return sum(number for kind, number in calls.items() if kind.endswith("_failed"))

    def _counters(self) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/_sim/counters", headers=JSON, timeout=60)
        counted: dict[str, Any] = answer.json()
        return counted


def customers(count: int) -> Iterator[RawRecord]:
    """Yield customers who owe no tax."""
    for number in range(count):
        name = f"Customer {number:05}"
        yield a_customer(str(700_000 + number), companyName=name, taxable="false")


def products(count: int) -> Iterator[RawRecord]:
    """Yield parts."""
    for number in range(count):
        yield a_product(str(300_000 + number), taxable="false")


def invoices(count: int, buyers: int, parts: int) -> Iterator[RawRecord]:
    """Yield invoices of some lines, for one customer after the other."""
    for number in range(count):
        bought = [str(300_000 + (number + line) % parts) for line in range(LINES)]
        lines = [
            a_line(productId=one, productName=f"Copper elbow {one}", taxable="false")
            for one in bought
        ]
        yield an_invoice(
            str(500_000 + number),
            customerId=str(700_000 + number % buyers),
            lineItems={"lineItem": lines},
            subTotal=f"{9 * LINES}.00",
            taxAmount="0.00",
            total=f"{9 * LINES}.00",
        )


def payments(count: int) -> Iterator[RawRecord]:
    """Yield a payment of each invoice."""
    for number in range(count):
        yield a_payment(
            str(900_000 + number),
            invoiceId=str(500_000 + number),
            amount=f"{9 * LINES}.00",
            paymentReference=f"chk {number}",
        )


def first_load(share: float = 1.0) -> None:
    """Load an account and let a person push payments by hand meanwhile."""
    sizes = [int(one * share) for one in (CUSTOMERS, PRODUCTS, INVOICES)]
    with running("simulators.quickbooks", "--switch", "work_seconds=0.15") as server:
        site, clicks = Site(server.url), Clicks()
        site.world.find(
            *customers(sizes[0]), *products(sizes[1]), *invoices(sizes[2], *sizes[:2]),
            *payments(sizes[2]),
        )  # fmt: skip
        before, began = site.posted(), time.perf_counter()
        site.together("customer", "product")
        person = Thread(target=clicks.click, args=(site,))
        person.start()
        site.push("invoice")
        clicks.over.set()
        person.join()
        site.push("payment")
        seconds = time.perf_counter() - began
        posted, refused = site.posted() - before, site.refused()
        _say_share("First load", posted, (seconds, posted / LIMIT * 60, LEAST_SHARE), refused)
        wanted = sum(sizes) + sizes[2]
        say("First load: posted of those wanted", f"{posted}/{wanted}", met=posted == wanted)
        say(
            "First load: changes of the shared row for a call",
            f"{site.permits.changes / posted:.2f}",
        )
        waited = clicks.waited or [0.0]
        say(
            f"A click in the middle of it: asked to posted <= {MOST_WAIT} s",
            f"{max(waited):.2f} s at most, {median(waited):.2f} s the median of {len(waited)}",
            met=max(waited) <= MOST_WAIT,
        )


@dataclass
class Clicks:
    """A person who pushes payments by hand; how long each took."""

    waited: list[float] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def click(self, site: Site) -> None:
        """Push one payment after the other; its invoice is posted by then."""
        for number in count():
            if self.over.wait(BETWEEN_CLICKS):
                return
            asked = time.perf_counter()
            chosen = {"payment": (str(900_000 + number),)}
            site.push("payment", by_hand=True, selection=chosen, run_id=f"click-{number}")
            self.waited.append(time.perf_counter() - asked)


def slow_answers(seconds: float, records: int) -> None:
    """Push customers, products and vendors side by side while answers are slow."""
    with running("simulators.quickbooks", "--switch", f"work_seconds={seconds}") as server:
        site, each = Site(server.url), records // 3
        vendors = [
            raw("vendor", str(800_000 + one), {"mobiworkVendorId": str(800_000 + one),
                "name": f"Vendor {one:05}", "enabled": "true"})
            for one in range(each)
        ]  # fmt: skip
        site.world.find(*customers(each), *products(each), *vendors)
        before, began = site.posted(), time.perf_counter()
        site.together("customer", "product", "vendor")
        taken, posted = time.perf_counter() - began, site.posted() - before
        floor = posted / min(PLACES / seconds, LIMIT / 60)
        claim = f"{records} records, answers of {seconds} s"
        _say_share(claim, posted, (taken, floor, LEAST_SLOW_SHARE), site.refused())


def _say_share(claim: str, posted: int, times: Sequence[float], refused: int) -> None:
    taken, floor, least = times
    share = floor / taken
    figure = f"{share:.3f} ({posted} in {taken:.0f} s, at least {floor:.0f} s)"
    say(f"{claim}: share of what the limits allow >= {least}", figure, met=share >= least)
    most = MOST_REFUSED if least == LEAST_SHARE else 0
    say(f"{claim}: calls refused <= {most}", str(refused), met=refused <= most)


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    first_load(float(sys.argv[1]) if sys.argv[1:] else 1.0)
    for seconds in SLOW:
        slow_answers(seconds, SLOW_RECORDS)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
