"""A connection between a simulated company and MobiWork in memory, whose runs can be undone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.changes.company import ask_company
from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import PUSHES
from connector.entities.stages import flows_to_run
from connector.jobs.undoing.undo_run import undo
from connector.model.undoing.undo import UndoEntry, Undoing, UndoState
from connector.push.worker import push
from local.sample import SETTINGS
from tests.builders import (
    CONNECTION,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.fakes import Clock
from tests.memory.store import in_memory
from tests.simulated_books import Books

NO_TAX: dict[str, Any] = {
    "lineItems": {"lineItem": [a_line(taxable="false")]},
    "subTotal": "9.00",
    "taxAmount": "0.00",
    "total": "9.00",
}
CHOSEN = {name: SETTINGS[name] for name in SETTINGS if name != "capabilities"}


@dataclass
class World:
    """One customer with a paid invoice in MobiWork, and an empty company."""

    books: Books = field(default_factory=Books)
    mobiwork: FakeMobiWorkAccount = field(default_factory=FakeMobiWorkAccount)
    store: Store = field(default_factory=in_memory)
    clock: Clock = field(default_factory=Clock)
    checkpoint: Callable[[str], None] = lambda _step: None
    jobs: int = 0

    chosen: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books.world.switches.custom_txn_numbers = True
        chosen = settings(**CHOSEN | self.chosen)
        self.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
        self.remember_company()
        self.mobiwork.put(a_customer())
        self.mobiwork.put(a_product(taxable="false"))
        self.mobiwork.put(an_invoice(**NO_TAX))
        self.mobiwork.put(a_payment(amount="9.00"))

    def remember_company(self) -> None:
        """Read the company as the connector remembers it."""
        company = ask_company(self.books.client, now=datetime.now(UTC))
        self.store.settings.save_company(CONNECTION, company)

    def look(self) -> frozenset[str]:
        """Read MobiWork's lists; return the flows that have something to do."""
        find_changes(CONNECTION, self.mobiwork, self.store)
        return flows_to_run(CONNECTION, self.store)

    def run(self, run_id: str) -> None:
        """Look, and push all that there is to do."""
        needed = self.look()
        for flow in (one for one in PUSHES if one.name in needed):
            push(flow, self.run_of(run_id))

    def run_of(self, run_id: str, **choices: Any) -> Run:
        told: dict[str, Any] = {
            "open_quickbooks": lambda: self.books.client,
            "open_mobiwork": lambda: self.mobiwork,
            "checkpoint": self.checkpoint,
            "clock": self.clock,
            "sleep": self.clock.sleep,
            "workers": 1,
            "store": self.store,
        }
        return Run(connection_id=CONNECTION, run_id=run_id, **(told | choices))

    def job(self) -> Run:
        """Return what a person's request works with."""
        return self.run_of("by-hand")

    def asked(self, run_id: str, state: UndoState) -> None:
        """Let a person ask for the preview, or for what it showed."""
        self.jobs += 1
        before = self.store.undos.read(CONNECTION, run_id)
        undoing = Undoing(
            run_id=run_id, state=state, job=f"j{self.jobs}", by="ann", at="2026-03-02T12:00:00"
        )
        assert self.store.undos.begin(CONNECTION, undoing, before=before)

    def work(self, run_id: str, **choices: Any) -> None:
        """Let the job work until it is done, as the state machine does."""
        while undo(self.run_of(f"j{self.jobs}", about=run_id, **choices)).more:
            pass

    def preview(self, run_id: str) -> dict[str, tuple[str, str]]:
        """Return what would be done about each record, by its label."""
        self.asked(run_id, UndoState.PREVIEWING)
        self.work(run_id)
        return self.entries(run_id)

    def undo(self, run_id: str) -> dict[str, tuple[str, str]]:
        """Preview and undo a run; return what came of each record, by its label."""
        self.preview(run_id)
        self.asked(run_id, UndoState.UNDOING)
        self.work(run_id)
        return {f"{one.flow} {one.mobiwork_id}": (one.step, one.why) for one in self.all(run_id)}

    def entries(self, run_id: str) -> dict[str, tuple[str, str]]:
        return {f"{one.flow} {one.mobiwork_id}": (one.way, one.why) for one in self.all(run_id)}

    def all(self, run_id: str) -> list[UndoEntry]:
        return self.store.undos.page(CONNECTION, run_id, after=None, limit=1000)
