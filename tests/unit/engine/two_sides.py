"""Two sides and a store in memory: what changed in QuickBooks is found, pulled and pushed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import simplejson

from connector.changes import hierarchy
from connector.changes.lists.found import as_json
from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY, PULLS
from connector.errors import Fix
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.model.pending import NewItem, fingerprint
from connector.model.policy.settings import Settings
from connector.pull.worker import pull
from connector.push.worker import push
from tests.builders import CONNECTION, a_company, settings
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.fakes import Clock, FakeQuickBooks
from tests.memory.store import in_memory

PULL = {flow.name: flow for flow in PULLS}


@dataclass
class TwoSides:
    """A connection with both sides in memory; `look` finds, `pull` and `push` work."""

    mobiwork: FakeMobiWorkAccount = field(default_factory=FakeMobiWorkAccount)
    quickbooks: FakeQuickBooks = field(default_factory=FakeQuickBooks)
    clock: Clock = field(default_factory=Clock)
    store: Store = field(default_factory=in_memory)
    settings: Settings = field(default_factory=settings)
    run_id: str = "r1"
    checkpoint: Callable[[str], None] = lambda _step: None

    def __post_init__(self) -> None:
        self.save(self.settings)
        self.store.settings.save_company(CONNECTION, a_company())

    def save(self, chosen: Settings) -> None:
        """Save the settings of the connection."""
        self.settings = chosen
        self.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")

    def in_quickbooks(self, entity: str, **members: Any) -> str:
        """Let a person enter a record in QuickBooks and return its id."""
        record = self.quickbooks.create(entity, {"Active": True} | members, requestid=f"{members}")
        return str(record["Id"])

    def look(self, *targets: str) -> None:
        """Read both sides: MobiWork's lists, and all QuickBooks records of some entities."""
        now = datetime.now(UTC)
        found = as_json(find_changes(CONNECTION, self.mobiwork, self.store))
        self.store.runs.begin(CONNECTION, self.run_id, found=found, now=now)
        for target in targets:
            self.tell(target)

    def tell(self, target: str, *ids: str) -> None:
        """Have QuickBooks tell of records, of all of an entity if none are named."""
        for flow in PULLS:
            if flow.source == target:
                chosen = [
                    one
                    for one in self.quickbooks.records.get(target, [])
                    if not ids or one["Id"] in ids
                ]
                hierarchy.note(CONNECTION, flow, chosen, self.store)
                pieces = {own: part for one in chosen for own, part in flow.pieces(one).items()}
                self.store.pending.put_all(
                    CONNECTION, flow.name, map(_item, pieces, pieces.values())
                )

    def pull(self, name: str, **choices: Any) -> dict[str, int]:
        """Pull a flow and return its outcomes."""
        return dict(pull(PULL[name], self.run(**choices)).as_json()["outcomes"])

    def push(self, source: str, **choices: Any) -> dict[str, int]:
        """Push a flow and return its outcomes."""
        return dict(push(BY_ENTITY[source], self.run(**choices)).as_json()["outcomes"])

    def run(self, **choices: Any) -> Run:
        """Make a run of the connection."""
        told: dict[str, Any] = {
            "connection_id": CONNECTION,
            "run_id": self.run_id,
            "open_quickbooks": lambda: self.quickbooks,
            "open_mobiwork": lambda: self.mobiwork,
            "checkpoint": self.checkpoint,
            "clock": self.clock,
            "sleep": self.clock.sleep,
            "workers": 1,
            "store": self.store,
        }
        return Run(**(told | choices))

    def note(self, flow: str, record_id: str) -> tuple[Outcome, str]:
        """Return the outcome of a record and its reason."""
        for item in self.store.runs.outcomes(CONNECTION, self.run_id, flow):
            if item.record_id == record_id:
                return item.outcome, item.note or ""
        raise AssertionError(f"no outcome of {flow} {record_id}")

    def left(self, flow: str) -> dict[str, str]:
        """Return the states of what is still pending."""
        return {
            item.record_id: item.state for item in self.store.pending.read_all(CONNECTION, flow)
        }

    def offers(self, flow: str, record_id: str) -> tuple[Fix, ...]:
        """Return the fixes that a person is offered."""
        return self.store.pending.read_many(CONNECTION, flow, [record_id])[record_id].fixes

    def owner(self, target: str, quickbooks_id: str) -> str:
        """Return the MobiWork id that a QuickBooks record is linked to."""
        return self.store.links.owners_of(CONNECTION, target, [quickbooks_id])[quickbooks_id][1]

    def link(self, entity: str, mobiwork_id: str) -> Link:
        """Return a link."""
        found = self.store.links.read(CONNECTION, entity, mobiwork_id)
        assert isinstance(found, Link)
        return found

    def text(self, entity: str, record_id: str, element: str) -> str | None:
        """Return what an element of a MobiWork record holds."""
        return self.mobiwork.records_of[entity][record_id].findtext(element)


def _item(quickbooks_id: str, record: dict[str, Any]) -> NewItem:
    text = simplejson.dumps(record, use_decimal=True)
    return NewItem(
        record_id=quickbooks_id,
        record=text,
        fingerprint=fingerprint(text),
        found_at="2026-11-22T09:00:00+00:00",
        label="",
    )
