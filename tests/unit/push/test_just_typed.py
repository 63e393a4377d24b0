"""A payment that the office typed since changes were last read is not posted a second time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import ConnectorError, QueryFailedError, ReadsStoppedError, RejectedError
from connector.model.markers import Marker
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.fakes import Record
from tests.unit.engine.world import World

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MASTERS = (a_customer(), a_product(), an_invoice())


@pytest.fixture
def world() -> World:
    """A customer with an invoice; changes in QuickBooks were read three hours ago."""
    world = World()
    world.find(*MASTERS)
    world.push("customer", "product", "invoice")
    world.run_id = "r2"
    read(world, NOON - timedelta(hours=3))
    return world


def read(world: World, at: datetime, rung: datetime | None = None) -> None:
    """Let changes have been read at a time, and QuickBooks have rung at another."""
    cursors = world.store.cursors
    before = cursors.read(CONNECTION) or cursors.begin(CONNECTION, since=at, now=at)
    cursors.keep(before, replace(before, since=at, read_at=at, rung_at=rung))


def typed(world: World, **changes: Any) -> None:
    """Let the office type a check that nobody has told of yet."""
    usual = {
        "Id": "900",
        "SyncToken": "0",
        "CustomerRef": {"value": world.link("customer", "700001")},
        "TotalAmt": 9.63,
        "TxnDate": "2025-11-09",
        "UnappliedAmt": 9.63,
    }
    world.quickbooks.records.setdefault("Payment", []).append({**usual, **changes})


def pushed(world: World, *more: str) -> dict[str, int]:
    """Push payments; return their outcomes."""
    world.find(*MASTERS, a_payment(), *(a_payment(one) for one in more))
    return world.push("payment", now=lambda: NOON)["payment"]


@pytest.mark.case("M6j")
def test_a_check_that_the_office_typed_since_the_last_reading_is_not_posted_again(
    world: World,
) -> None:
    typed(world)
    assert pushed(world) == {"waiting": 1}
    assert "(Payment 900)" in world.note("payment", "901")[1]
    assert dict(world.store.books.all_shown(CONNECTION, "Payment")).keys() == {"900"}


@pytest.mark.case("M6j")
def test_one_query_serves_all_payments_of_a_run(world: World) -> None:
    typed(world, TotalAmt=1)
    before = world.quickbooks.queries
    assert pushed(world, "902", "903") == {"created": 3}
    assert world.quickbooks.queries == before + 1


@pytest.mark.case("M6j")
@pytest.mark.parametrize(
    ("at", "rung"),
    [
        (NOON - timedelta(minutes=1), None),
        (NOON - timedelta(hours=3), NOON - timedelta(hours=4)),
    ],
)
def test_nothing_is_read_where_a_payment_that_was_typed_would_have_been_told(
    world: World, at: datetime, rung: datetime | None
) -> None:
    read(world, at, rung)
    before = world.quickbooks.queries
    assert pushed(world) == {"created": 1}
    assert world.quickbooks.queries == before


@pytest.mark.case("M6j")
@pytest.mark.parametrize(
    "rung", [NOON - timedelta(minutes=1), NOON - timedelta(days=2)], ids=["unanswered", "long ago"]
)
def test_a_ring_that_was_not_answered_or_is_long_ago_tells_nothing(
    world: World, rung: datetime
) -> None:
    typed(world)
    read(world, NOON - timedelta(hours=3), rung)
    assert pushed(world) == {"waiting": 1}


@pytest.mark.case("M6j")
@pytest.mark.parametrize(
    "changes",
    [
        {"TotalAmt": 0, "PrivateNote": "Voided"},
        {"PrivateNote": f"MobiWork payment 900 {Marker('payment', '900', CONNECTION)}"},
        {"CustomerRef": {"value": "77"}},
    ],
)
def test_what_is_void_or_ours_or_of_somebody_else_is_no_reason_to_wait(
    world: World, changes: dict[str, Any]
) -> None:
    typed(world, **changes)
    assert pushed(world) == {"created": 1}
    assert not [*world.store.books.all_shown(CONNECTION, "Payment")]


@pytest.mark.case("M6j")
@pytest.mark.parametrize(
    "failure",
    [
        ReadsStoppedError("none is left"),
        QueryFailedError("it fails on one"),
        RejectedError("no such query", code="4000"),
    ],
)
@pytest.mark.parametrize(("amount", "outcome"), [(9.63, "waiting"), (1, "created")])
def test_payments_are_posted_where_not_all_can_be_read_but_for_what_was(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    failure: ConnectorError,
    amount: float,
    outcome: str,
) -> None:
    typed(world, TotalAmt=amount)
    rows = [*world.quickbooks.records["Payment"]]

    def failing(_statement: str) -> Iterator[Record]:
        yield from rows
        raise failure

    monkeypatch.setattr(world.quickbooks, "query", failing)
    assert pushed(world) == {outcome: 1}
