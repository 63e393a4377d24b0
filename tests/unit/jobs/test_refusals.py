"""What was refused is planned again once its cause may be gone."""

from datetime import datetime, timedelta

import pytest

from connector.engine.loop import pause_of
from connector.engine.stores import Store
from connector.errors import RETRY, SKIP, Fix
from connector.jobs.refusals import wake
from connector.model.company import Account
from connector.model.pending import Need, PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_company, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World

FLOW = "push_invoices"


def again(store: Store, *, masters_changed: bool) -> int:
    known = store.settings.read_company(CONNECTION)
    return wake(CONNECTION, known, masters_changed=masters_changed, store=store)


@pytest.fixture
def world() -> World:
    """An invoice that was refused because the books are closed."""
    made = World()
    made.store.settings.save_company(CONNECTION, a_company(closed_until="2025-12-31"))
    again(made.store, masters_changed=False)
    made.find(a_customer(), a_product(), an_invoice())
    assert made.push("customer", "product", "invoice")["invoice"] == {"refused": 1}
    return made


@pytest.mark.case("R11")
def test_what_closed_books_refused_is_planned_again_once_they_are_open(world: World) -> None:
    assert again(world.store, masters_changed=True) == 0
    world.store.settings.save_company(CONNECTION, a_company())
    assert again(world.store, masters_changed=False) == 1
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"created": 1}}


@pytest.mark.case("R11")
def test_a_company_that_is_only_read_again_wakes_nothing(world: World) -> None:
    read_again = a_company(closed_until="2025-12-31", read_at="2026-01-02T00:00:00+00:00")
    world.store.settings.save_company(CONNECTION, read_again)
    assert again(world.store, masters_changed=False) == 0


@pytest.mark.case("R11")
def test_lists_of_a_company_that_are_told_in_another_order_wake_nothing(world: World) -> None:
    known = a_company(closed_until="2025-12-31", terms={"Net 30": "3", "Net 15": "2"})
    world.store.settings.save_company(CONNECTION, known)
    assert again(world.store, masters_changed=False) == 1
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"refused": 1}}
    turned = {"accounts": known.accounts[::-1], "terms": {"Net 15": "2", "Net 30": "3"}}
    world.store.settings.save_company(CONNECTION, known.model_copy(update=turned))
    assert again(world.store, masters_changed=False) == 0


@pytest.mark.case("R11")
def test_an_account_that_quickbooks_opens_for_its_own_tax_wakes_nothing(world: World) -> None:
    known = world.store.settings.read_company(CONNECTION)
    assert known is not None
    owed = Account(id="98", name="Texas State Comptroller Payable", type="Other Current Liability")
    for subtype, woken in (("GlobalTaxPayable", 0), ("OtherCurrentLiabilities", 1)):
        opened = (*known.accounts, owed.model_copy(update={"subtype": subtype}))
        world.store.settings.save_company(CONNECTION, known.model_copy(update={"accounts": opened}))
        assert again(world.store, masters_changed=True) == woken


@pytest.mark.case("R11")
def test_what_named_something_inactive_is_planned_again_when_a_master_changes(
    world: World,
) -> None:
    item = world.store.pending.read_many(CONNECTION, FLOW, ["5501"])["5501"]
    activate = Fix(action="activate", label="Make the item active again, then try again")
    for fixes, woken in (((RETRY, SKIP), 0), ((activate, SKIP), 1)):
        world.store.pending.hold(item, PendingState.REFUSED, reason="Refused.", fixes=fixes)
        assert again(world.store, masters_changed=False) == 0
        assert again(world.store, masters_changed=True) == woken


@pytest.mark.case("R11")
def test_a_refusal_is_planned_again_after_a_day_and_then_after_longer_pauses(
    world: World,
) -> None:
    pauses, now = [], world.run().now()
    for run in range(5):
        waited = 0
        while not _is_due(world, now + timedelta(days=waited)):
            waited += 1
        now += timedelta(days=waited)
        pauses.append(waited)
        world.push("invoice", run_id=f"later {run}", now=lambda: now)  # noqa: B023 - used at once
    assert pauses == [1, 2, 4, 7, 7]


def _is_due(world: World, now: datetime) -> bool:
    return world.store.pending.need(CONNECTION, FLOW, now=now) is Need.START


def _held(world: World) -> PendingItem:
    return world.store.pending.read_many(CONNECTION, "push_payments", ["901"])["901"]


def test_what_waits_as_before_is_not_written_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.find(a_payment())
    assert world.push("payment") == {"payment": {"waiting": 1}}
    before = _held(world)
    with monkeypatch.context() as patch:
        patch.setattr(type(world.store.pending), "hold", None)
        assert world.push("payment", run_id="r2") == {"payment": {"waiting": 1}}
    assert _held(world) == before


def test_what_waits_for_no_record_is_left_alone_for_as_long_as_it_has_waited(world: World) -> None:
    world.find(a_payment())
    world.push("payment")
    item = _held(world)
    assert item.since is not None
    since = datetime.fromisoformat(item.since)
    waited = [pause_of(item, item.cause, since + timedelta(days=days)) for days in (0, 1, 3, 20)]
    assert [one.days for one in waited] == [1, 1, 3, 7]
    assert pause_of(item, Kind.BEING_SENT, since + timedelta(days=20)).days == 1
