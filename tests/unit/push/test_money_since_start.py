"""Money since the start date for documents of before it: left out, and told until it is decided."""

from typing import Any

import pytest

from connector.jobs.left_out_replay import planning, replay_left_out
from connector.model.outcomes import Outcome
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

START = {"start_date": "2025-11-05"}
FLOWS = ("customer", "product", "invoice", "payment")
CAUSE = "paid-since-start"
OLD = an_invoice("5502", invoiceDate="2025/11/01")
PAID = tuple(a_payment(str(901 + one), invoiceId=own) for one, own in enumerate(("5501", "5502")))


@pytest.fixture
def world() -> World:
    world = World()
    world.save(settings(**START))
    world.find(a_customer(), a_product(), an_invoice(), OLD, *PAID)
    world.push(*FLOWS)
    world.run_id = "r2"
    return world


def again(world: World) -> dict[str, dict[str, int]]:
    """Have saved settings take hold, and run."""
    planned = planning(CONNECTION, world.store, None)
    for flow in ("push_invoices", "push_payments"):
        assert replay_left_out(planned, flow, lambda: False)
    return world.push(*FLOWS)


@pytest.mark.case("M34f")
def test_it_is_left_out_and_one_cause_tells_how_many_and_how_much(world: World) -> None:
    (cause,) = Desk(world.store).worklist().causes
    assert (cause.cause, cause.entries.count, str(cause.entries.worth)) == (CAUSE, 2, "19.26")
    assert [one.fix for one in cause.fixes] == [
        FixKind.CHOOSE,
        FixKind.DONE_BY_HAND,
        FixKind.LEAVE_OUT,
    ]
    world.run_id = "r1"
    assert world.note("payment", "901")[0] is Outcome.LEFT_OUT
    assert "Payment" not in world.quickbooks.records


@pytest.mark.case("M34f")
@pytest.mark.parametrize("fix", [FixKind.DONE_BY_HAND, FixKind.LEAVE_OUT])
def test_what_a_person_says_of_all_holds_also_when_they_are_planned_again(
    world: World, fix: FixKind
) -> None:
    desk = Desk(world.store)
    desk.fix(fix, *(one.id for one in desk.entries(CAUSE)), why="It is in the books.")
    world.push("payment")
    assert desk.worklist().all.count == 0
    world.save(settings(**START, sales_number_prefix="M-"))
    again(world)
    assert desk.worklist().all.count == 0


@pytest.mark.case("M34f")
@pytest.mark.parametrize("own", [{}, {"start_dates": {"invoice": "2025-11-05"}}])
def test_moving_the_start_date_back_posts_both(world: World, own: dict[str, Any]) -> None:
    world.save(settings(**START, **own))
    desk = Desk(world.store)
    entries = [one.id for one in desk.entries(CAUSE)]
    told = desk.fix(FixKind.CHOOSE, *entries, target="2025-10-01", preview=True)
    assert "2025-10-01" in " ".join(told.tells)
    desk.fix(FixKind.CHOOSE, *entries, target="2025-10-01")
    done = again(world)
    assert (done["invoice"], done["payment"]) == ({"created": 2}, {"created": 2})
    assert desk.worklist().all.count == 0


@pytest.mark.case("M34f")
@pytest.mark.parametrize(
    "changes", [{"paymentDate": "2025/11/04"}, {"status": "VOID"}, {"amount": "0.00"}]
)
def test_money_of_before_the_start_and_what_is_none_is_only_left_out(
    changes: dict[str, str],
) -> None:
    world = World()
    world.save(settings(**START))
    world.find(a_customer(), a_product(), an_invoice(), a_payment(**changes))
    assert world.push(*FLOWS)["payment"] == {"left out": 1}
    assert Desk(world.store).worklist().all.count == 0


@pytest.mark.case("M34f")
def test_it_is_told_as_it_was_where_it_is_planned_again_for_nothing(world: World) -> None:
    world.save(settings(**START, sales_number_prefix="M-"))
    assert again(world)["payment"] == {}
    (cause,) = Desk(world.store).worklist().causes
    assert (cause.cause, cause.entries.count) == (CAUSE, 2)


@pytest.mark.case("M34f")
def test_what_is_deleted_or_does_not_count_any_more_is_told_no_more(world: World) -> None:
    void = a_payment("902", invoiceId="5502", status="VOID")
    world.find(a_customer(), a_product(), an_invoice(), OLD, void)
    world.push("payment")
    assert Desk(world.store).worklist().all.count == 0
