"""A connection of random histories: its MobiWork, its QuickBooks, and where all is kept."""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from connector.changes import mobiwork as mobiwork_changes
from connector.engine.run import Run
from connector.engine.stores import Store
from connector.entities.registry import BY_ENTITY
from connector.entities.stages import flows_to_run
from connector.errors import RejectedError
from connector.mobiwork.xml import RawRecord
from connector.model.markers import Marker
from connector.push.worker import push
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.fakes import Clock, FakeQuickBooks, Record
from tests.memory.store import ALWAYS_LIVE, backup_of, in_memory
from tests.unit.engine.world import FakeMobiWork

NUMBERS = count(1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
SOURCES = ("customer", "product", "invoice", "payment")
TARGETS = {source: BY_ENTITY[source].target for source in SOURCES}
DOCUMENTS = ("invoice", "payment")
MAKERS: dict[tuple[str, str], Callable[..., RawRecord]] = {
    ("customer", "700001"): a_customer,
    ("customer", "700002"): lambda **more: a_customer("700002", **({"companyName": "Two"} | more)),
    ("product", "307001"): a_product,
    ("invoice", "5501"): an_invoice,
    ("invoice", "5502"): lambda **more: an_invoice("5502", customerId="700002", **more),
    ("payment", "901"): a_payment,
    ("payment", "902"): lambda **more: a_payment("902", invoiceId="5502", **more),
}
RECORDS = tuple(MAKERS)


class Company(FakeQuickBooks):
    """A QuickBooks company whose queries mind their conditions and whose documents go away."""

    def query(self, statement: str) -> Iterator[Record]:
        """Yield the records that have the values of the statement."""
        wanted = re.findall(r"(\w+) = '((?:[^'\\]|\\.)*)'", statement)
        for one in super().query(statement):
            if all(_text(one.get(name)).casefold() == value.casefold() for name, value in wanted):
                yield one

    def read(self, entity: str, record_id: str) -> Record:
        """Return a record, or refuse as for one that was deleted."""
        if not any(one["Id"] == record_id for one in self.records.get(entity, [])):
            raise RejectedError("It was deleted.", code="610")
        return super().read(entity, record_id)

    def marked(self, entity: str, mark: str) -> list[Record]:
        """Return the live documents that carry a mark."""
        found = self.records.get(entity, [])
        return [one for one in found if mark in str(one.get("PrivateNote", ""))]


def _text(value: Any) -> str:
    return str(value["value"] if isinstance(value, dict) else value)


@dataclass
class World:
    """One connection between a MobiWork account and a QuickBooks company."""

    store: Store = field(default_factory=in_memory)
    connection_id: str = field(default_factory=lambda: f"h{next(NUMBERS)}")
    quickbooks: Company = field(default_factory=Company)
    clock: Clock = field(default_factory=Clock)
    listed: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    restored_to: datetime | None = None
    runs: Iterator[int] = field(default_factory=lambda: count(1))

    def find(self) -> None:
        found = [MAKERS[own](**changes) for own, changes in self.listed.items()]
        mobiwork_changes.find_changes(self.connection_id, FakeMobiWork(found), self.store)

    def run_once(self, checkpoint: Callable[[str], None] = lambda _step: None) -> None:
        """Push all flows; each report must add up to what there was to do."""
        run = Run(
            connection_id=self.connection_id,
            run_id=f"r{next(self.runs):04}",
            open_quickbooks=lambda: self.quickbooks,
            checkpoint=checkpoint,
            clock=self.clock,
            sleep=self.clock.sleep,
            workers=1,
            restored_to=self.restored_to,
            store=self.store,
        )
        for source in SOURCES:
            flow = BY_ENTITY[source]
            todo = sum(1 for _ in self.store.pending.to_plan(self.connection_id, flow.name))
            told = push(flow, run).outcomes
            assert sum(told.values()) == todo, (source, told, todo)

    def anything_to_do(self) -> bool:
        return bool(flows_to_run(self.connection_id, self.store))

    def backup(self) -> Any:
        """Return a copy of all that is stored."""
        return backup_of(self.store)

    def bring_back(self, backup: Any) -> None:
        """Put what is stored back to an earlier point in time."""
        self.store, self.restored_to = backup_of(backup), LONG_AGO

    def forget(self) -> None:
        """Drop what is stored."""

    def mark(self, source: str, record_id: str) -> str:
        return str(Marker(source, record_id, self.connection_id))


@dataclass
class WorldOnATable(World):
    """The same with the real store, on a table that all worlds share."""

    store: Store = ALWAYS_LIVE

    def backup(self) -> Any:
        return copy.deepcopy(self._items())

    def bring_back(self, backup: Any) -> None:
        self.forget()
        stored().update(copy.deepcopy(backup))
        self.restored_to = LONG_AGO

    def forget(self) -> None:
        """Empty the table: moto copies all of it for each transaction."""
        for pk in self._items():
            del stored()[pk]

    def _items(self) -> dict[str, Any]:
        """Return the table's own items of this connection, by partition."""
        mine = f"{self.connection_id}#"
        return {pk: items for pk, items in stored().items() if _name(pk).startswith(mine)}


def stored() -> dict[Any, Any]:
    items: dict[Any, Any] = (
        dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables["connector"].items
    )
    return items


def _name(pk: Any) -> str:
    return str(getattr(pk, "value", pk))
