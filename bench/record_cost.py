"""Measures a look without changes and a pushed record: calls, units and processor time.

The connector's own engine, store and client, over a table and a company in this process: what they
need themselves is told apart, pynamodb, botocore and requests are not. Counts have limits;
milliseconds are stated, for a quiet machine.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any, override

import requests
import simplejson
from requests.adapters import BaseAdapter

from bench.first_pull import KEYS
from bench.quick_table import Cost, QuickTable
from bench.simulator_speed import failed, say
from connector.changes.enqueue import enqueue_changed
from connector.engine.stores import DYNAMODB
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Connection, ConnectionState, Phase
from connector.model.outcomes import Outcome
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store import connections
from connector.store.call_meter import Meter
from connector.store.table import open_table
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.fakes import FakeQuickBooks
from tests.unit.engine.two_sides import PULL, TwoSides
from tests.unit.engine.world import World

INVOICES, CUSTOMERS, LOOKS, ROUNDS = 200, 20, 10, 5
MOST_CALLS, MOST_UNITS, MOST_CALLS_OF_LOOK, MOST_CALLS_OF_ONE = 3.5, 12.4, 18, 23
"""Calls and units for each pushed invoice; calls of a look, and of one more invoice by itself."""
MOST_UNITS_WITH_LOOK, MOST_UNITS_PULLED = 14.0, 11.8
"""Units for each pushed invoice and each pulled customer, the looks that find them included."""


class Books(BaseAdapter):
    """A company at the end of a session; what it does takes no time of the client's.

    writes, reads: how often it was called.
    seconds: its own processor time.
    """

    def __init__(self, company: FakeQuickBooks) -> None:
        super().__init__()
        self.company, self.writes, self.reads, self.seconds = company, 0, 0, 0.0

    @override
    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        began = time.process_time()
        path = (request.url or "").partition("?")[0].rpartition("/")[2]
        if request.method == "GET" or path == "query":
            self.reads += 1
            told: dict[str, Any] = {"QueryResponse": {}}
        else:
            self.writes += 1
            body = simplejson.loads(request.body or b"{}", use_decimal=True)
            named = next(one for one in ("Customer", "Item", "Invoice") if one.lower() == path)
            record = self.company.create(named, body, requestid=request.url or "")
            told = {named: record, "time": "2026-03-02T12:00:00.000-08:00"}
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url or ""
        answer.headers["Content-Type"] = "application/json"
        answer.raw = _Arriving(simplejson.dumps(told, use_decimal=True).encode())
        self.seconds += time.process_time() - began
        return answer

    @override
    def close(self) -> None:
        """Close nothing."""


class _Arriving(BytesIO):
    def read1(self, amt: int | None = -1, decode_content: bool = False) -> bytes:  # noqa: ARG002 - as urllib3 calls it
        return super().read1(amt)


class Everybody:
    """Lets in whoever calls, whenever they do."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add a token."""
        request.headers["Authorization"] = "Bearer token"
        return request

    def refresh(self, rejected: str) -> None:
        """Keep the token."""


def client(books: Books) -> QuickBooks:
    """Return the client of a company that never lets it wait."""
    session, everybody = requests.Session(), Everybody()
    session.mount("https://", books)
    return QuickBooks(
        realm_id=books.company.realm_id,
        base_url="https://quickbooks.example",
        auth=everybody,
        throttle=Unthrottled(),
        meter=Meter(CONNECTION),
        session=session,
    )


def records(invoices: Iterable[int]) -> list[RawRecord]:
    """Return an account of customers, a part and some invoices, each of a customer in turn."""
    customers = [str(700001 + one) for one in range(CUSTOMERS)]
    own = [a_customer(one, companyName=f"Customer {one}") for one in customers]
    bills = [
        an_invoice(str(60000 + one), customerId=customers[one % CUSTOMERS]) for one in invoices
    ]
    return [*own, a_product(), *bills]


class Bench:
    """An account and a company, with what their work costs."""

    def __init__(self) -> None:
        self.table, self.books = QuickTable(), Books(FakeQuickBooks())
        self.table.use()
        open_table("bench", region="us-east-1")
        self.begin()
        self.world = World(store=DYNAMODB)
        self.quickbooks = client(self.books)

    def begin(self) -> None:
        """Empty the table and connect the company."""
        self.table.clear()
        connection = Connection(
            connection_id=CONNECTION,
            realm_id=self.books.company.realm_id,
            company_name="Bench",
            mobiwork_client_id="1",
            mobiwork_version="1",
            state=ConnectionState.ACTIVE,
            phase=Phase.LIVE,
        )
        connections.save_new(connection, now=datetime.now(UTC))

    def push(self, *flows: str) -> None:
        """Push some flows in order."""
        self.world.push(*flows, open_quickbooks=lambda: self.quickbooks)

    def cost(self, deed: Callable[[], object], times: int) -> Cost:
        """Do something; return what each of one of so many took."""
        self.books.seconds, self.books.reads, self.books.writes = 0.0, 0, 0
        found = self.table.cost(deed, times)
        spent = found.milliseconds - self.books.seconds * 1000 / times
        return Cost(found.calls, found.units, spent)

    def calls(self) -> str:
        """Say how often the company was called."""
        return f"{self.books.writes} writes, {self.books.reads} reads in QuickBooks"


def measure() -> None:
    """Push an account, round after round, and look at it again; compare counts with the limits."""
    bench = Bench()
    bench.world.find(*records(()))
    bench.push("customer", "product")
    costs, looks = [], []
    for turn in range(ROUNDS):
        account = records(range((turn + 1) * INVOICES))
        looks.append(bench.cost(partial(bench.world.find, *account), INVOICES))
        costs.append(bench.cost(lambda: bench.push("invoice"), INVOICES))
    best, calls = min(costs, key=lambda one: one.milliseconds), bench.calls()
    say(
        f"A pushed invoice: calls of the table <= {MOST_CALLS}, units <= {MOST_UNITS}",
        f"{best.calls:.2f}, {best.units:.1f}; {best.milliseconds:.1f} ms with client and store",
        met=best.calls <= MOST_CALLS and best.units <= MOST_UNITS,
    )
    units = max(look.units + cost.units for look, cost in zip(looks, costs, strict=True))
    say(
        f"The same with the look that finds it: units <= {MOST_UNITS_WITH_LOOK}",
        f"{units:.1f}",
        met=units <= MOST_UNITS_WITH_LOOK,
    )
    say(
        f"{INVOICES} pushed invoices: one write each, no read",
        calls,
        met=(bench.books.writes, bench.books.reads) == (INVOICES, 0),
    )
    _steady(bench)
    account = records(range(INVOICES))
    bench.world.find(*account)
    bench.world.find(*account)
    unchanged = [bench.cost(lambda: _look(bench, account), LOOKS) for _ in range(ROUNDS)]
    look = min(unchanged, key=lambda one: one.milliseconds)
    say(
        f"A look without changes at {len(account)} records: calls <= {MOST_CALLS_OF_LOOK}",
        f"{look.calls:.1f}, {look.units:.1f} units; {look.milliseconds:.1f} ms",
        met=look.calls <= MOST_CALLS_OF_LOOK,
    )
    _pulled(bench)


def _pulled(bench: Bench) -> None:
    """Pull customers of a company, some after others, with the looks that find them."""
    bench.begin()
    sides = TwoSides(store=DYNAMODB)
    sides.look()
    costs = []
    for turn in range(ROUNDS):
        for one in range(INVOICES):
            sides.in_quickbooks("Customer", DisplayName=f"Customer {turn * INVOICES + one}")
        costs.append(bench.cost(partial(pull_after_a_look, sides, turn * INVOICES), INVOICES))
        sides.run_id = f"r{turn + 2}"
    best, units = min(costs, key=lambda one: one.milliseconds), max(one.units for one in costs)
    say(
        f"A pulled customer with the look that finds it: units <= {MOST_UNITS_PULLED}",
        f"{units:.1f}, {best.calls:.2f} calls; {best.milliseconds:.1f} ms",
        met=units <= MOST_UNITS_PULLED,
    )


def pull_after_a_look(sides: TwoSides, first: int) -> None:
    """Find new customers of a company, and pull them."""
    flow, now = PULL["pull_customers"], datetime.now(UTC)
    new = sides.quickbooks.records["Customer"][first:]
    enqueue_changed(CONNECTION, flow, new, now=now, store=DYNAMODB)
    sides.look()
    pulled = sides.pull(flow.name)
    if pulled != {Outcome.CREATED: len(new)}:
        raise RuntimeError(f"not pulled: {pulled}")


def _steady(bench: Bench) -> None:
    """Push one more invoice of a known customer."""
    bench.world.run_id = "r2"
    bench.world.find(*records(range(ROUNDS * INVOICES + 1)))
    one = bench.cost(lambda: bench.push("invoice"), 1)
    say(
        f"One more invoice of a known customer: one write, calls <= {MOST_CALLS_OF_ONE}",
        f"{bench.calls()}; {one.calls:.0f} calls, {one.units:.0f} units of the table",
        met=(bench.books.writes, bench.books.reads) == (1, 0) and one.calls <= MOST_CALLS_OF_ONE,
    )


def _look(bench: Bench, account: list[RawRecord]) -> None:
    for _ in range(LOOKS):
        bench.world.find(*account)


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    measure()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
