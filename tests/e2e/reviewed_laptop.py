"""A laptop whose company is given up for one that has a past on both sides, and its first days."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from connector.entities.registry import PUSHED_BY
from connector.model.links import Link
from connector.model.pending import WORKLIST
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.store import connections
from connector.store.records import left_out, links, pending
from connector.store.table import open_table
from local.emulator import REGION
from local.progress import Ledger, Look
from local.runtime import Runtime
from local.sample import LOGIN, SETTINGS, chosen, connect, signed
from local.watch import Round, watch_round
from simulators.quickbooks.world import REALM
from tests.e2e.first_days import STARTS, Company, Sides
from tests.e2e.first_days_beside import entered_beside
from tests.e2e.lived_laptop import quickbooks_of

ACCOUNT = LOGIN["mobiwork_client_id"]
OTHER_REALM = "9130350000000002"
SECONDS = 300.0
NO_START_DATE = {name: value for name, value in SETTINGS.items() if name != "start_date"}
TARGET = {
    "customer": "Customer",
    "vendor": "Vendor",
    "product": "Item",
    "estimate": "Estimate",
    "invoice": "Invoice",
    "payment": "Payment",
    "expense": "Purchase",
    "purchaseOrder": "PurchaseOrder",
    "bill": "Bill",
}


@dataclass
class FirstDays:
    """The connection of that company, as its people and whoever judges it see it."""

    runtime: Runtime
    ledger: Ledger
    sides: Sides
    connection_id: str = ""
    before: Mapping[str, set[str]] = field(default_factory=dict)
    chosen_by_others: list[requests.Response] = field(default_factory=list)
    watcher: QuickBooks = field(init=False)

    @property
    def api(self) -> str:
        return self.runtime.outputs["ApiUrl"]

    def ask(
        self, path: str = "", body: Mapping[str, object] | None = None, *, method: str = "POST"
    ) -> requests.Response:
        """Ask the API about the connection; without a body it reads."""
        url = f"{self.api}/connections/{self.connection_id}{path}"
        return requests.Session().send(signed(url, body, method=method), timeout=60)

    def told(
        self, path: str = "", body: Mapping[str, object] | None = None, *, method: str = "POST"
    ) -> Any:
        """Ask the API, which must answer."""
        answer = self.ask(path, body, method=method)
        assert answer.ok, answer.text
        return answer.json()

    def close_old(self) -> None:
        """Close what was connected before, and wait until both sides are given up."""
        self.connection_id = connections.of_account(ACCOUNT) or ""
        self.told("/close", {"links": "erase"})
        deadline = time.monotonic() + SECONDS
        while connections.of_account(ACCOUNT):
            assert time.monotonic() < deadline, "it is never closed"
            time.sleep(0.1)

    def round(self) -> Round:
        """Have both sides looked at, and wait until the run that follows has ended."""
        before = self.ledger.look(self.connection_id)
        self.runtime.emulator.client("sqs").send_message(
            QueueUrl=self.runtime.outputs["ConnectionQueueUrl"],
            MessageBody=json.dumps({"connection_id": self.connection_id}),
        )
        return self._ended(before)

    def after(self, path: str, body: Mapping[str, object], *, method: str = "POST") -> Round:
        """Do something that has both sides looked at by itself, and wait for what follows."""
        before = self.ledger.look(self.connection_id)
        self.told(path, body, method=method)
        return self._ended(before)

    def at_once(self, *asked: tuple[str, Mapping[str, object]]) -> list[requests.Response]:
        """Ask several things of the API at the same moment, each from a browser of its own."""
        together = threading.Barrier(len(asked))

        def ask(one: tuple[str, Mapping[str, object]]) -> requests.Response:
            together.wait()
            return self.ask(*one)

        with ThreadPoolExecutor(len(asked)) as browsers:
            return list(browsers.map(ask, asked))

    def decide_at_once(self) -> list[int]:
        """Let two people decide otherwise on one certain match; it is taken for the same then."""
        [one] = self.told("/matches?entity=Invoice&grade=certain&limit=1")["matches"]
        which = {"entity": "invoice", "mobiwork_id": one["mobiwork_id"]}
        said = ({**which, "decision": decision} for decision in ("same", "left out"))
        answers = self.at_once(*(("/matches/decide", {"matches": [each]}) for each in said))
        [now] = self.told("/matches?entity=Invoice&grade=certain&limit=1")["matches"]
        settled = {**which, "decision": "same", "version": now["version"]}
        self.told("/matches/decide", {"matches": [settled]})
        return [one.status_code for one in answers]

    def start_at_once(self, body: Mapping[str, object]) -> tuple[list[int], Round]:
        """Let two people start, and wait for what follows."""
        before = self.ledger.look(self.connection_id)
        answers = self.at_once(("/start", body), ("/start", body))
        ended = self._ended(before)
        while "push_invoices" not in ended.outcomes.by_flow:  # the second one's look, or the first
            ended = self.round()
        return [one.status_code for one in answers], ended

    def send_digests(self) -> list[dict[str, Any]]:
        """Have digests sent as the schedule does; return all mails that were ever sent."""
        emulator = self.runtime.emulator
        functions = emulator.client("lambda").list_functions()["Functions"]
        names = (str(one["FunctionName"]) for one in functions)
        [name] = (one for one in names if "SendDigests" in one)
        answer = emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()
        kept = requests.get(f"http://127.0.0.1:{emulator.port}/_ministack/ses/messages", timeout=60)
        return [one for some in kept.json()["messages"].values() for one in some]

    def let_others_choose(self, realm_id: str) -> None:
        """Let somebody else open the link and choose a company; either lacks half of the proof."""
        with requests.Session() as browser:
            told = chosen(browser, self.api, settings={}, realm_id=realm_id)
        for name in told:
            guessed = signed(f"{self.api}/connections/confirm", told | {name: "guessed"})
            self.chosen_by_others.append(requests.Session().send(guessed, timeout=60))
        assert connections.of_realm(realm_id) is None

    def _ended(self, before: Look) -> Round:
        return watch_round(
            self.runtime,
            self.ledger,
            self.connection_id,
            after=before,
            found=lambda _look: None,
            progress=lambda _outcomes: None,
        )

    def writes(self) -> tuple[int, int]:
        """Count what either side has taken in through its API, by the journals of both."""
        url = f"{self.sides.quickbooks}/_sim/journal?committed=True"
        there = requests.get(url, timeout=60).json()["entries"]
        counts = requests.get(f"{self.sides.mobiwork}/_sim/journal?limit=1", timeout=60).json()
        changing = (".add", ".edit", ".delete", ".updateIntegrationStatus")
        here = [n for name, n in counts["counts"].items() if name.endswith(changing)]
        return len(there), sum(here)

    def numbers(self) -> dict[str, set[str]]:
        """Return by entity the ids of QuickBooks' records."""
        return {
            target: {one["Id"] for one in self.watcher.query(select(target))}
            for target in TARGET.values()
        }

    def linked(self, entity: str) -> dict[str, str]:
        """Return by MobiWork id what a record of MobiWork is linked with."""
        found = links.read_beginning(self.connection_id, entity, "")
        return {own: one.quickbooks_id for (_, own), one in found.items() if isinstance(one, Link)}

    def wrong_links(self) -> list[str]:
        """Name the links to a record that was there before and is another one in real life."""
        return [
            f"{entity} {own} is linked with {number}, and is {self.sides.truth.get((entity, own))}"
            for entity in TARGET
            for own, number in self.linked(entity).items()
            if number in self.before[TARGET[entity]]
            if self.sides.truth.get((entity, own)) != number
        ]

    def doubled(self) -> list[str]:
        """Name what was made of a record that the other side had before."""
        return [*self._doubled_there(), *self._doubled_here()]

    def silent(self) -> list[str]:
        """Name what is neither linked nor on the worklist with a reason nor left out by one."""
        return [
            f"{entity} {own}"
            for entity in TARGET
            for own in self._unlinked(entity)
            if not self._said(PUSHED_BY[entity], own)
        ]

    def _doubled_there(self) -> Iterator[str]:
        """Yield what QuickBooks has gained although the same was there, or for nobody."""
        now = self.numbers()
        for entity, target in TARGET.items():
            made = now[target] - self.before[target]
            for own, number in self.linked(entity).items():
                made.discard(number.partition("-")[0])
                same = self.sides.truth.get((entity, own))
                if same and number not in self.before[target]:
                    yield f"{entity} {own} is {same} and was posted once more as {number}"
            yield from (f"{target} {number} was made for nobody" for number in made)

    def _doubled_here(self) -> Iterator[str]:
        """Yield what MobiWork has gained although it had the same."""
        had = {(entity, number) for (entity, _), number in self.sides.truth.items() if number}
        for entity in ("customer", "vendor", "product"):
            for own, number in self.linked(entity).items():
                if (entity, own) not in self.sides.truth and (entity, number) in had:
                    yield f"{TARGET[entity]} {number} was added to MobiWork once more as {own}"

    def _unlinked(self, entity: str) -> Iterator[str]:
        linked = self.linked(entity)
        yield from (own for one, own in self.sides.truth if one == entity and own not in linked)

    def _said(self, flow: str, own: str) -> bool:
        """Tell whether a person can read why a record is not on the other side."""
        held = {
            one.record_id: one.reason
            for one in pending.read_all(self.connection_id, flow)
            if one.state in WORKLIST
        }
        return bool(held.get(own) or left_out.read_many(self.connection_id, flow, [own]))


def first_days(runtime: Runtime) -> FirstDays:
    """Give up what the laptop has, fill both sides anew, and connect; nothing is read yet."""
    open_table(runtime.outputs["TableName"], region=REGION, host=runtime.emulator.endpoint)
    ledger = Ledger(runtime.emulator, runtime.outputs["TableName"])
    days = FirstDays(runtime, ledger, Sides(runtime.quickbooks, runtime.mobiwork))
    days.close_old()
    for url in (f"{runtime.quickbooks}/_sim/reset", f"{runtime.mobiwork}/_sim/reset?empty=true"):
        requests.post(url, timeout=60).raise_for_status()
    opened = f"{runtime.quickbooks}/_sim/person/close_books"
    requests.post(opened, json={"date": ""}, timeout=60).raise_for_status()
    company = Company(days.sides)
    company.fill()
    entered_beside(company)
    days.let_others_choose(OTHER_REALM)
    connect(days.api, settings=NO_START_DATE, realm_id=REALM)
    days.connection_id = connections.of_account(ACCOUNT) or ""
    days.watcher = quickbooks_of(runtime.quickbooks, days.connection_id)
    days.before = days.numbers()
    return days


@dataclass(frozen=True)
class Past:
    """What a company with a past on both sides went through.

    writes: what both sides had taken in when it was connected, after the review, after the start,
        once older documents were wanted, too, and one more look later.
    decided, started: how two browsers were answered that decided otherwise, and that both started.
    """

    days: FirstDays
    writes: list[tuple[int, int]]
    early: requests.Response
    shown: dict[str, Any]
    posted: list[dict[str, int]]
    decided: list[int]
    started: list[int]


def lived(days: FirstDays) -> Past:
    """Review, start and move the start date back, with two browsers in the review."""
    writes = [days.writes()]
    days.round()
    writes.append(days.writes())
    read_early = days.told("/review?format=json")["made_at"]
    early = days.ask("/start", {"reviewed_at": read_early})
    decided = days.decide_at_once()
    days.round()
    read = days.told("/review?format=json")["made_at"]
    answers, started = days.start_at_once({"link_certain": True, "reviewed_at": read})
    days.round()  # the look of the second start may still go on
    writes.append(days.writes())
    wanted = {"version": 1, "settings": {"start_date": STARTS}}
    shown = days.told("/settings/preview", wanted)
    moved = days.after("/settings", wanted, method="PATCH")
    writes.append(days.writes())
    days.round()
    writes.append(days.writes())
    posted = [dict(one.outcomes.by_flow["push_invoices"]) for one in (started, moved)]
    return Past(days, writes, early, shown, posted, decided, answers)
