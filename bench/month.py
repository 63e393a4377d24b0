"""Measures what an idle connection costs in a month: metered calls, beside polling per entity.

Thirty simulated days, looked at every hour as the connector does when nothing happens. The looks
are the connector's own (`rounds.look`), over HTTP against both simulators; the clocks of the looks
and of QuickBooks are moved on together. The table and the queue are moto's. The simulator's own
meter counts.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from moto import mock_aws
from requests import PreparedRequest
from requests.auth import AuthBase

from bench.first_pull import KEYS
from bench.load import running
from bench.simulator_speed import QUICKBOOKS, failed, quickbooks_token, say
from connector.changes.company import ask_company
from connector.config import Config
from connector.engine.run import Run
from connector.entities.registry import PULLS, PUSHES
from connector.jobs import find_changes
from connector.mobiwork.client import MobiWork
from connector.mobiwork.endpoints import registry
from connector.model.connection import Connection, ConnectionState
from connector.model.flows.pull_flow import PullFlow
from connector.model.policy.settings import Settings
from connector.pull.worker import pull
from connector.push.worker import push
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.throttle import Unthrottled
from connector.store import connections, runs
from connector.store import settings as saved
from connector.store.call_meter import Meter
from connector.store.table import Item, open_table
from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD
from simulators.quickbooks.world import REALM

DAYS, LIMIT, CUSTOMERS, SETTLING = 30, 150, 40, 8
HOUR = timedelta(hours=1)
CONNECTION = "bench"
POLLED = ("Customer", "Vendor", "Item", "Term", "Invoice", "Payment")
EVERY = timedelta(minutes=15)
MOBIWORK = ("simulators.mobiwork", "--switch", "endpoints_off=*.updateIntegrationStatus")


class Bearer(AuthBase):
    """Tokens that are asked for anew when the simulated hour of one is over."""

    def __init__(self, url: str) -> None:
        self._url, self._token = url, quickbooks_token(url)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refresh(self, _rejected: str) -> None:
        """Ask for another token."""
        self._token = quickbooks_token(self._url)


@dataclass
class Office:
    """What a look works with: both clients, a queue that only counts, and runs made on the spot."""

    books: QuickBooks
    account: MobiWork
    config: Config
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    runs: int = 0

    class NoExecutionError(Exception):
        """No run is under way."""

    @property
    def exceptions(self) -> Any:  # noqa: ANN401 - as boto3's clients have it
        """Stand for the errors of Step Functions."""
        return type("Errors", (), {"ExecutionDoesNotExist": Office.NoExecutionError})

    @property
    def machines(self) -> "Office":
        """Stand for Step Functions."""
        return self

    @property
    def queue(self) -> "Office":
        """Stand for the queue."""
        return self

    def send_message(self, **_told: object) -> None:
        """Nobody rings in an idle month."""
        raise RuntimeError("an idle connection sent a message")

    def describe_execution(self, **_told: object) -> Mapping[str, str]:
        """Say that no run is under way."""
        raise Office.NoExecutionError

    def start_execution(self, *, name: str, **_told: object) -> None:
        """Run all flows, as the state machine does."""
        self.runs += 1
        for flow in (*PULLS, *PUSHES):
            work: Any = pull if isinstance(flow, PullFlow) else push
            while work(flow, self._run(name)).more:
                pass
        runs.finish(CONNECTION, name, tallies={}, failures=[], now=self.now)

    def mobiwork(self, _connection: Connection) -> MobiWork:
        """Return the client of the account."""
        return self.account

    def quickbooks(self, _connection_id: str, _realm_id: str) -> QuickBooks:
        """Return the client of the company."""
        return self.books

    def look(self) -> None:
        """Look once."""
        services: Any = self
        find_changes.look(services, CONNECTION, clock=lambda: self.now)

    def _run(self, run_id: str) -> Run:
        return Run(
            connection_id=CONNECTION,
            run_id=run_id,
            open_quickbooks=lambda: self.books,
            open_mobiwork=lambda: self.account,
            workers=1,
        )


def measure(days: int) -> None:
    """Let a month pass over an idle connection and compare its calls with the limit."""
    with running(*QUICKBOOKS, "--sample") as server, running(*MOBIWORK) as account:
        for number in range(CUSTOMERS):
            told = {"companyName": f"Idle {number:03}", "type": "BUSINESS"}
            requests.post(f"{account.url}/_sim/records/customer", json=told, timeout=30)
        with mock_aws():
            office = _office(server.url, account.url)
            _settle(office, server.url)
            _idle(office, server.url, days)
        _poll(server.url, days)


def _office(books_url: str, account_url: str) -> Office:
    open_table("bench", region="us-east-1")
    Item.create_table(billing_mode="PAY_PER_REQUEST")
    assumed = frozenset(row.switch for row in registry().values() if row.switch)
    books = QuickBooks(
        realm_id=REALM,
        base_url=books_url,
        auth=Bearer(books_url),
        throttle=Unthrottled(),
        meter=Meter(CONNECTION),
    )
    account = MobiWork(
        base_url=account_url,
        client_id=CLIENT_ID,
        login_id=LOGIN_ID,
        password=PASSWORD,
        capabilities=assumed,
    )
    connection = Connection(
        connection_id=CONNECTION,
        realm_id=REALM,
        company_name="Bench",
        mobiwork_client_id=CLIENT_ID,
        mobiwork_version="10.0.78",
        state=ConnectionState.ACTIVE,
    )
    connections.save_new(connection, now=datetime.now(UTC))
    saved.save_settings(CONNECTION, Settings(capabilities=assumed), saved_at="", saved_by="bench")
    saved.save_company(CONNECTION, ask_company(books, now=datetime.now(UTC)))
    config = Config(
        table_name="bench",
        aws_region="us-east-1",
        sync_state_machine_arn="arn:aws:states:us-east-1:1:stateMachine:sync",
    )
    return Office(books, account, config)


def _settle(office: Office, url: str) -> None:
    """Let the first pull, the first runs and the first sweep pass."""
    for _ in range(SETTLING):
        office.look()
        _pass(office, url, HOUR)


def _idle(office: Office, url: str, days: int) -> None:
    before, began = _metered(url), office.runs
    for _ in range(days * 24):
        office.look()
        _pass(office, url, HOUR)
    asked = _metered(url) - before
    claim = f"An idle month ({days} days, looked at hourly): metered calls <= {LIMIT}"
    say(claim, str(asked), met=asked <= LIMIT)
    say("An idle month: runs that were started", str(office.runs - began), met=office.runs == began)


def _poll(url: str, days: int) -> None:
    """Ask for the changes of each entity as peers do; one day is lived, the others are alike."""
    books, before = Bearer(url), _metered(url)
    for _ in range(int(timedelta(days=1) / EVERY)):
        for entity in POLLED:
            since = "2026-01-01T00:00:00Z"
            statement = f"SELECT * FROM {entity} WHERE MetaData.LastUpdatedTime > '{since}'"  # noqa: S608
            answer = requests.get(
                f"{url}/v3/company/{REALM}/query",
                params={"query": f"{statement} MAXRESULTS 1", "minorversion": "75"},
                auth=books,
                timeout=30,
            )
            answer.raise_for_status()
    polled = (_metered(url) - before) * days
    say(
        f"The same month, polled per entity ({len(POLLED)} entities, every 15 minutes)",
        f"{polled:,}",
    )


def _pass(office: Office, url: str, time: timedelta) -> None:
    office.now += time
    requests.post(
        f"{url}/_sim/clock", json={"advance": time.total_seconds()}, timeout=30
    ).raise_for_status()


def _metered(url: str) -> int:
    """Return the metered calls of all calendar months: thirty days cross the end of one."""
    months = requests.get(f"{url}/_sim/counters", timeout=60).json()["months"]
    return sum(map(int, months.values()))


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    os.environ.update(KEYS)
    measure(int(sys.argv[1]) if sys.argv[1:] else DAYS)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
