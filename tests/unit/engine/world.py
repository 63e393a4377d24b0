"""A small world for engine tests: a store in memory, a fake QuickBooks, one run at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.changes.lists.found import Found
from connector.changes.mobiwork import find_changes
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.model.links import Link
from connector.model.outcomes import Outcome
from connector.model.policy.settings import Settings
from connector.push.worker import push
from tests.builders import CONNECTION, a_company, settings
from tests.fake_mobiwork import ListsAnew
from tests.fakes import Clock, FakeQuickBooks
from tests.memory.store import in_memory


@dataclass
class FakeMobiWork(ListsAnew):
    """Lists what it was given."""

    given: list[RawRecord]

    def authenticate(self) -> None:
        """Let anybody in."""

    def supports(self, entity: str, operation: str) -> bool:
        return True

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **_: object
    ) -> Iterator[RawRecord]:
        yield from (one for one in self.given if one.entity == entity)


@dataclass
class World:
    quickbooks: FakeQuickBooks = field(default_factory=FakeQuickBooks)
    clock: Clock = field(default_factory=Clock)
    store: Store = field(default_factory=in_memory)
    run_id: str = "r1"
    checkpoint: Callable[[str], None] = lambda _step: None
    workers: int = 1

    def __post_init__(self) -> None:
        self.save(settings())
        self.store.settings.save_company(CONNECTION, a_company())

    def save(self, chosen: Settings) -> None:
        """Save the settings of the connection."""
        self.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")

    def find(self, *records: RawRecord) -> dict[str, Found]:
        return find_changes(CONNECTION, FakeMobiWork(list(records)), self.store)

    def push(self, *sources: str, **choices: Any) -> dict[str, dict[str, int]]:
        """Push flows by source in order and return their outcomes."""
        return {
            source: push(BY_ENTITY[source], self.run(**choices)).as_json()["outcomes"]
            for source in sources
        }

    def run(self, **choices: Any) -> Run:
        told: dict[str, Any] = {
            "connection_id": CONNECTION,
            "run_id": self.run_id,
            "open_quickbooks": lambda: self.quickbooks,
            "checkpoint": self.checkpoint,
            "clock": self.clock,
            "sleep": self.clock.sleep,
            "workers": self.workers,
            "store": self.store,
        }
        return Run(**(told | choices))

    def note(self, source: str, record_id: str) -> tuple[Outcome, str]:
        """Return the outcome of a record and its reason."""
        for item in self.store.runs.outcomes(CONNECTION, self.run_id, BY_ENTITY[source].name):
            if item.record_id == record_id:
                return item.outcome, item.note or ""
        raise AssertionError(f"no outcome of {source} {record_id}")

    def left(self, source: str) -> dict[str, str]:
        """Return the states of what is still pending."""
        items = self.store.pending.read_all(CONNECTION, BY_ENTITY[source].name)
        return {item.record_id: item.state for item in items}

    def link(self, source: str, record_id: str) -> str | None:
        """Return the QuickBooks id a record is linked to."""
        link = self.store.links.read(CONNECTION, source, record_id)
        return link.quickbooks_id if isinstance(link, Link) else None
