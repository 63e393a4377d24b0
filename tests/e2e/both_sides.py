"""Both simulators with the connector between them, in this process."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from connector.changes import mobiwork as mobiwork_changes
from connector.changes.company import ask_company
from connector.changes.enqueue import put_merges
from connector.changes.lists.found import as_json
from connector.changes.quickbooks import poll
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import PULLS, PUSHES
from connector.entities.stages import flows_to_run
from connector.errors import RetriableError
from connector.mobiwork.client import MobiWork
from connector.model.cursor import MergedRecord
from connector.model.flows.pull_flow import PullFlow
from connector.model.flows.push_flow import PushFlow
from connector.model.outcomes import Outcome
from connector.model.policy.settings import Settings
from connector.pull.worker import pull
from connector.push.worker import push
from connector.quickbooks.client import QuickBooks
from tests.memory.store import ALWAYS_LIVE, in_memory

TWO_WAY = ("customer", "product", "vendor")
TARGET = {"customer": "Customer", "product": "Item", "vendor": "Vendor"}
PUSH_OF = {flow.entity: flow for flow in PUSHES}
FLOWS: tuple[PushFlow[Any] | PullFlow[Any], ...] = (
    *(one for one in PULLS if one.source != "Payment"),
    *PUSHES,
    *(one for one in PULLS if one.source == "Payment"),
)


@dataclass(kw_only=True)
class Sides:
    """Both simulators as people see them, and the connection between them.

    The clients are those of whoever watches: what they read is no doing of the connector.
    """

    connection_id: str
    quickbooks: QuickBooks
    quickbooks_url: str
    mobiwork: MobiWork
    mobiwork_url: str
    chosen: Settings
    store: Store = ALWAYS_LIVE

    def quickbooks_admin(self, path: str, told: object = None, *, method: str = "POST") -> Any:
        """Do what only the owner of the simulator of QuickBooks can do."""
        return _asked(method, f"{self.quickbooks_url}/_sim/{path}", told)

    def mobiwork_admin(self, path: str, told: object = None, *, method: str = "POST") -> Any:
        """Do what only the owner of the simulator of MobiWork can do."""
        return _asked(method, f"{self.mobiwork_url}/_sim/{path}", told)

    def writes(self) -> tuple[int, int]:
        """Return how many writes each side has seen."""
        counters = self.quickbooks_admin("counters", method="GET")
        journal = self.mobiwork_admin("journal?limit=1", method="GET")
        wrote = sum(
            number
            for endpoint, number in journal["counts"].items()
            if endpoint.endswith((".add", ".edit"))
        )
        return int(counters["free"]), wrote

    def person_there(self, action: str, **told: object) -> Any:
        """Let a person act in QuickBooks."""
        return self.quickbooks_admin(f"person/{action}", told)

    def person_here(self, method: str, entity: str, record_id: str = "", **told: object) -> Any:
        """Let a person act in MobiWork."""
        path = f"records/{entity}" + (f"/{record_id}" if record_id else "")
        return self.mobiwork_admin(path, told or None, method=method)

    def records_here(self, entity: str) -> dict[str, Mapping[str, Any]]:
        """Return MobiWork's records as their owner sees them."""
        answer = self.mobiwork_admin(f"records/{entity}?limit=100000", method="GET")
        own = "paymentId" if entity == "payment" else f"mobiwork{entity.capitalize()}Id"
        return {str(row[own]): row for row in answer["records"]}

    def were_merged(self, loser: str, survivor: str) -> None:
        """Let the connector know of a merge of customers; the webhook of QuickBooks tells it."""

    def outages_over(self) -> None:
        """Let both sides answer as they should."""
        self.quickbooks_admin("faults", method="DELETE")
        self.mobiwork_admin("faults", method="DELETE")


def _asked(method: str, url: str, told: object) -> Any:
    answer = requests.request(method, url, json=told, timeout=60)
    answer.raise_for_status()
    return answer.json()


@dataclass(kw_only=True)
class BothSides(Sides):
    """One connection in this process; `turn` is a look and its run, in the machine's order."""

    store: Store = field(default_factory=in_memory)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    turns: int = 0

    def __post_init__(self) -> None:
        kept = self.store.settings
        kept.save_settings(self.connection_id, self.chosen, saved_at="", saved_by="test")
        kept.save_company(self.connection_id, ask_company(self.quickbooks, now=datetime.now(UTC)))

    def were_merged(self, loser: str, survivor: str) -> None:
        """Note what the webhook would tell."""
        merged = MergedRecord(entity="Customer", loser=loser, survivor=survivor)
        self.store.merged_records.note(self.connection_id, merged)

    def turn(self, *, rang: bool = True) -> dict[str, dict[Outcome, int]]:
        """Look at both sides and, if there is something to do, run; return the reports."""
        self.turns += 1
        self.now += timedelta(minutes=20)
        on = [one for one in PULLS if one.wanted(self.chosen)]
        put_merges(self.connection_id, on, self.store)
        found = poll(
            self.connection_id,
            on,
            lambda: self.quickbooks,
            settings=self.chosen,
            now=self.now,
            rang=rang,
            store=self.store,
        )
        found |= mobiwork_changes.find_changes(self.connection_id, self.mobiwork, self.store)
        needed = flows_to_run(self.connection_id, self.store)
        if not needed:
            return {}
        run_id = f"r{self.turns:05}"
        runs = self.store.runs
        runs.begin(self.connection_id, run_id, found=as_json(found), now=self.now)
        for flow in (one for one in FLOWS if one.name in needed):
            self._flow(flow, run_id)
        return {flow.name: runs.counts(self.connection_id, run_id, flow.name) for flow in FLOWS}

    def _flow(self, flow: PushFlow[Any] | PullFlow[Any], run_id: str) -> None:
        """Work through one flow; a side that is down is left alone until the next turn."""
        more = True
        while more:
            work: Callable[[Any, Run], Any] = pull if isinstance(flow, PullFlow) else push
            try:
                more = work(flow, self._run(run_id)).more
            except RetriableError:
                return

    def _run(self, run_id: str) -> Run:
        return Run(
            connection_id=self.connection_id,
            run_id=run_id,
            open_quickbooks=lambda: self.quickbooks,
            open_mobiwork=lambda: self.mobiwork,
            claim_seconds=0.1,
            settle_seconds=0.1,
            sleep=time.sleep,
            workers=4,
            store=self.store,
        )

    def rest(self, *, most: int = 8) -> int:
        """Take turns until one does nothing on either side; return how many that took."""
        for taken in range(most):
            before = self.writes()
            self.turn()
            if self.writes() == before:
                return taken
        raise AssertionError(f"the two sides did not come to rest in {most} turns")
