"""Random histories: edits and deletions on both sides, runs, deaths, faults, restored backups."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from moto import mock_aws

from connector.entities.registry import BY_ENTITY
from connector.errors import RateLimitedError, RemoteDownError
from connector.model.links import Link
from connector.store.table import Item, open_table
from tests.builders import a_company
from tests.builders import settings as the_settings
from tests.crash.history_world import DOCUMENTS, RECORDS, TARGETS, World, WorldOnATable
from tests.crash.tally import HISTORIES, Tally
from tests.fakes import Record

STEPS: Counter[str] = Counter()
MOST_RUNS = 12
records = st.sampled_from(RECORDS)
numbers = st.integers(1, 4)


class KilledError(Exception):
    """The worker died."""


def lost(_entity: str, _body: Record) -> None:
    raise RemoteDownError("QuickBooks did not answer.", unknown_outcome=True)


def unreachable(_entity: str, _body: Record) -> None:
    raise RemoteDownError("QuickBooks cannot be reached.", unknown_outcome=False)


def throttled(_entity: str, _body: Record) -> None:
    raise RateLimitedError("Slow down.", retry_after=60)


TROUBLES = {"lost before": lost, "unreachable": unreachable, "throttled": throttled}


@dataclass
class Nth:
    """Does something at the n-th call, and at that one only."""

    number: int
    effect: Callable[..., None]
    calls: int = 0

    def __call__(self, *told: Any) -> None:
        self.calls += 1
        if self.calls == self.number:
            self.effect(*told)


def die(_step: str) -> None:
    raise KilledError


class Histories(RuleBasedStateMachine):
    """What may happen in any order; `teardown` brings all to rest and looks at everything."""

    make_world: ClassVar[type[World]] = World

    @initialize()
    def begin(self) -> None:
        self.world = self.make_world()
        kept, connection_id = self.world.store.settings, self.world.connection_id
        kept.save_settings(connection_id, the_settings(), saved_at="", saved_by="t")
        kept.save_company(connection_id, a_company())
        self.world.listed = {own: {} for own in RECORDS}
        self.backup: Any = None

    @rule(own=records, number=numbers)
    def somebody_edits_in_mobiwork(self, own: tuple[str, str], number: int) -> None:
        changes = {
            "customer": {"webAddress": f"https://site{number}.example"},
            "product": {"price": f"{number}.50"},
            "invoice": {"dueDate": f"Wed Dec {10 + number} 00:00:00 EST 2025"},
            "payment": {"paymentReference": f"chk {number}"},
        }[own[0]]
        self.world.listed[own] = self.world.listed.get(own, {}) | changes

    @rule(number=numbers)
    def somebody_renames_a_customer(self, number: int) -> None:
        own = ("customer", "700001")
        self.world.listed[own] = self.world.listed.get(own, {}) | {"companyName": f"Heron {number}"}

    @rule(own=records)
    def somebody_deletes_in_mobiwork(self, own: tuple[str, str]) -> None:
        self.world.listed.pop(own, None)

    @rule(own=records)
    def it_is_listed_again(self, own: tuple[str, str]) -> None:
        self.world.listed.setdefault(own, {})

    @rule()
    def the_accountant_edits_customers(self) -> None:
        for one in self.world.quickbooks.records.get("Customer", []):
            self.world.quickbooks.edit("Customer", one["Id"], Notes="Call after 5")

    @rule(source=st.sampled_from(DOCUMENTS))
    def the_accountant_deletes_the_first_document(self, source: str) -> None:
        del self.world.quickbooks.records.get(TARGETS[source], [])[:1]

    @rule()
    def the_schedule_looks(self) -> None:
        self.world.find()

    @rule()
    def a_run(self) -> None:
        self.world.find()
        self.world.run_once()

    @rule(step=st.integers(1, 16))
    def a_run_dies(self, step: int) -> None:
        self.world.find()
        with suppress(KilledError):
            self.world.run_once(Nth(step, die))

    @rule(trouble=st.sampled_from(sorted(TROUBLES)), number=numbers)
    def a_run_meets_trouble_before_a_write(self, trouble: str, number: int) -> None:
        self.world.quickbooks.before = Nth(number, TROUBLES[trouble])
        self.a_run()
        self.world.quickbooks.before = lambda _entity, _body: None

    @rule(number=numbers, hidden=st.booleans())
    def a_run_loses_an_answer(self, number: int, hidden: bool) -> None:
        """Either request ids are forgotten or queries show nothing, never both."""
        quickbooks = self.world.quickbooks
        quickbooks.after = Nth(number, lost)
        quickbooks.hidden = hidden and self.world.restored_to is None
        quickbooks.honours_request_ids = quickbooks.hidden
        self.a_run()
        quickbooks.after = lambda _entity, _body: None
        quickbooks.hidden, quickbooks.honours_request_ids = False, False

    @rule()
    def a_backup_is_made(self) -> None:
        self.backup = self.world.backup()

    @precondition(lambda self: self.backup is not None)
    @rule()
    def the_backup_is_restored(self) -> None:
        self.world.bring_back(self.backup)

    @invariant()
    def no_document_is_there_twice(self) -> None:
        if not hasattr(self, "world"):
            return
        STEPS.update(steps=1)
        for source, record_id in RECORDS:
            mark = self.world.mark(source, record_id)
            assert len(self.world.quickbooks.marked(TARGETS[source], mark)) <= 1, mark

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        STEPS.update(histories=1)
        self._comes_to_rest()
        self.no_document_is_there_twice()
        for own in RECORDS:
            self._is_accounted_for(*own)
        self.world.forget()

    def _comes_to_rest(self) -> None:
        self.world.find()
        for _ in range(MOST_RUNS):
            if not self.world.anything_to_do():
                break
            self.world.run_once()
        assert not self.world.anything_to_do()

    def _is_accounted_for(self, source: str, record_id: str) -> None:
        world, target = self.world, TARGETS[source]
        link = world.store.links.read(world.connection_id, source, record_id)
        linked = isinstance(link, Link)
        told = world.store.pending.read_many(
            world.connection_id, BY_ENTITY[source].name, [record_id]
        )
        if (source, record_id) in world.listed:
            assert linked or told, f"{source} {record_id} is lost"
        if isinstance(link, Link):
            self._points_both_ways(link, source, record_id)
        live = world.quickbooks.marked(target, world.mark(source, record_id))
        if live and world.restored_to is None:
            assert linked, f"{source} {record_id} is in QuickBooks and nobody knows"

    def _points_both_ways(self, link: Link, source: str, record_id: str) -> None:
        world, target = self.world, TARGETS[source]
        owner = world.store.links.owner_of(world.connection_id, target, link.quickbooks_id)
        assert owner == (source, record_id)
        in_quickbooks = [
            one
            for one in world.quickbooks.records.get(target, [])
            if one["Id"] == link.quickbooks_id
        ]
        live = world.quickbooks.marked(target, world.mark(source, record_id))
        assert live in ([], in_quickbooks)
        if in_quickbooks and link.total is not None:
            assert link.total == Decimal(str(in_quickbooks[0]["TotalAmt"]))
        if source in ("customer", "product"):
            assert len(in_quickbooks) == 1


class HistoriesOnATable(Histories):
    """The same with the real store."""

    make_world = WorldOnATable


@pytest.fixture
def one_table() -> Iterator[None]:
    with mock_aws():
        open_table("connector", region="us-east-1")
        Item.create_table(billing_mode="PAY_PER_REQUEST")
        yield


def explore(
    tally: Tally, histories: type[Histories], examples: int, steps: int, *, always_the_same: bool
) -> None:
    STEPS.clear()
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally.note(HISTORIES, dict(STEPS))


@pytest.mark.timeout(900)
def test_no_history_doubles_loses_or_misplaces_a_record(tally: Tally) -> None:
    explore(tally, Histories, examples=60, steps=10, always_the_same=True)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_no_long_history_doubles_loses_or_misplaces_a_record(one_table: None, tally: Tally) -> None:
    explore(tally, HistoriesOnATable, examples=80, steps=30, always_the_same=False)
