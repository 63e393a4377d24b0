"""What somebody changes in QuickBooks after the post is an entry, until it is as posted again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.entities.registry import BY_ENTITY
from connector.model.pending import PendingItem
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    """An invoice of 9.63 and its payment are in QuickBooks."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    return world


def changed(world: World, target: str, **members: Any) -> None:
    """Let a look see what a person made of a document."""
    row = {**world.quickbooks.records[target][0], **members}
    rows = {target: [row]}
    changes = ChangeData(records=rows, deleted={}, time=NOON, truncated=False)
    shown.note(CONNECTION, changes, world.store)


def entries(world: World, source: str) -> list[PendingItem]:
    return list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))


@pytest.mark.case("M8c")
@pytest.mark.parametrize(
    ("source", "members", "told"),
    [
        ("invoice", {"TotalAmt": 12.00}, "Its total was 9.63 and is 12.00 now."),
        ("invoice", {"TxnDate": "2025-10-02"}, "Its date was 2025-11-02 and is 2025-10-02 now."),
        ("payment", {"TotalAmt": 9, "UnappliedAmt": 0}, "Its total was 9.63 and is 9.00 now."),
        ("payment", {"UnappliedAmt": 9.63}, "9.63 of it was applied to its invoice and is not"),
        ("payment", {"TotalAmt": 20, "UnappliedAmt": 20}, "9.63 of it was applied to its invoice"),
    ],
)
def test_what_is_changed_in_quickbooks_is_an_entry_with_both_figures_until_it_is_taken_back(
    world: World, source: str, members: dict[str, Any], told: str
) -> None:
    target = BY_ENTITY[source].target
    changed(world, target, **members)
    [entry] = entries(world, source)
    assert told in (entry.reason or "")
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(comments="x"), a_payment())
    assert world.push("invoice", "payment")["payment"] == {}
    assert entries(world, source) == [entry]
    changed(world, target)
    assert entries(world, source) == []


@pytest.mark.case("M8c")
def test_what_a_person_has_seen_of_it_is_not_told_again(world: World) -> None:
    changed(world, "Invoice", TotalAmt=12)
    world.store.pending.close(entries(world, "invoice")[0])
    changed(world, "Invoice", TotalAmt=12)
    assert entries(world, "invoice") == []


@pytest.mark.case("M8c")
@pytest.mark.parametrize(
    "members", [{"Balance": 0, "SyncToken": "4"}, {"TotalAmt": 0, "PrivateNote": "Voided"}]
)
def test_what_is_paid_or_void_is_not_told_as_changed(world: World, members: dict[str, Any]) -> None:
    changed(world, "Invoice", **members)
    assert entries(world, "invoice") == []
