import pytest

from connector.engine.questions import ASKS
from connector.entities.registry import BY_ENTITY
from connector.model.outcomes import Sum, Tally
from connector.model.pending import PendingItem
from tests.builders import (
    CONNECTION,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.engine.world import World

ALL = ("customer", "product", "invoice", "payment")


@pytest.fixture
def world() -> World:
    world = World()
    world.find(a_customer(), a_product())
    world.push("customer", "product")
    return world


def worklist(world: World, source: str) -> list[PendingItem]:
    return list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))


def held(world: World, run_id: str = "r2", *statuses: str) -> dict[str, int]:
    world.run_id = run_id
    invoices = [an_invoice(f"55{place:02}", status=one) for place, one in enumerate(statuses)]
    world.find(a_customer(), a_product(), *invoices)
    return world.push("invoice")["invoice"]


@pytest.mark.case("M2b")
def test_a_status_nobody_decided_on_is_asked_about_once_with_count_and_money(world: World) -> None:
    assert held(world, "r2", "Counter", "COUNTER ", "Phone", "Customer Invoiced") == {
        "created": 1,
        "waiting": 3,
    }
    entries = {item.record_id: item for item in worklist(world, "invoice")}
    assert set(entries) == {f"{ASKS}status-counter", f"{ASKS}status-phone"}
    counter = entries[f"{ASKS}status-counter"]
    assert counter.label == '2 invoices with the status "Counter"'
    assert counter.reason == (
        '2 invoices of 19.26 together with the status "Counter" wait for a decision. If such '
        'records are final, add "Counter" to the setting "Invoice statuses to push"; if they '
        'never are, add it to "Statuses to leave out".'
    )
    assert [(fix.action, fix.target) for fix in counter.fixes] == [
        ("open_settings", "invoice_statuses"),
        ("open_settings", "left_out_statuses"),
    ]


@pytest.mark.case("M2c")
def test_a_choice_in_the_settings_lets_them_go_and_takes_the_question_away(world: World) -> None:
    held(world, "r2", "Counter", "Counter", "Phone")
    chosen = settings(
        invoice_statuses=["Customer Invoiced", "counter"], left_out_statuses={"invoice": ["phone"]}
    )
    world.save(chosen)
    flow, kept = BY_ENTITY["invoice"].name, world.store.pending
    for item in kept.undecided(CONNECTION, flow):
        kept.replay(CONNECTION, flow, item.record_id)
    world.run_id = "r3"
    assert world.push("invoice") == {"invoice": {"created": 2, "left out": 1}}
    assert worklist(world, "invoice") == []


def test_a_question_counts_what_is_held_by_now(world: World) -> None:
    held(world, "r2", "Counter", "Counter")
    held(world, "r3", "Counter", "Customer Invoiced")
    (entry,) = worklist(world, "invoice")
    assert entry.label == '1 invoice with the status "Counter"'
    held(world, "r4", "Draft", "Customer Invoiced")
    assert worklist(world, "invoice") == []


def test_a_payment_of_an_undecided_invoice_says_what_it_waits_for(world: World) -> None:
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(status="Counter"), a_payment())
    world.push("invoice", "payment")
    outcome, told = world.note("payment", "901")
    assert outcome == "waiting"
    assert 'Its status is "Counter", and no one has decided' in told


@pytest.mark.case("M30")
def test_what_is_left_out_is_told_with_reasons_and_sums(world: World) -> None:
    assert held(world, "r2", "OPEN", "OPEN", "Void - duplicate", "Paid") == {
        "created": 1,
        "left out": 3,
    }
    tally = Tally.of(world.store.runs.outcomes(CONNECTION, "r2", "push_invoices"))
    told = tally.as_json()
    assert told["worth"] == {"created": "9.63", "left out": "28.89"}
    assert [(one["count"], one["worth"]) for one in told["left_out"]] == [(2, "19.26"), (1, "9.63")]
    assert told["left_out"][1]["reason"] == 'Its status is "Void - duplicate": it does not count.'


@pytest.mark.case("M30a")
def test_unchanged_is_what_is_the_same_on_both_sides(world: World) -> None:
    held(world, "r2", "Paid")
    world.run_id = "r3"
    world.find(a_customer(), a_product(), an_invoice("5500", status="Paid", comments="Thanks"))
    assert world.push("invoice")["invoice"] == {"unchanged": 1}


def test_sums_leave_out_what_has_no_amount() -> None:
    assert Sum().plus(None).plus(None) == Sum(2, None)
