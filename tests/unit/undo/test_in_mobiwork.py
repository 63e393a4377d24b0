"""What pulling wrote in MobiWork is taken back there, as far as its calls go."""

from dataclasses import replace
from typing import Any

import pytest

from connector.changes.enqueue import put_merges
from connector.entities.registry import PULL_NAMED
from connector.errors import RejectedError, RemoteDownError
from connector.jobs.undoing.undo_run import undo
from connector.model.cursor import MergedRecord
from connector.model.links import Released
from connector.model.outcomes import Outcome
from connector.model.undoing.undo import Undoing, UndoState, UndoStep
from connector.pull.merge import outcome_of
from connector.undo import mobiwork_side
from connector.undo.again import send_again, undone_by_record
from connector.undo.carrying_out import MOVED_ON
from tests.builders import CONNECTION
from tests.fake_mobiwork import nothing
from tests.unit.engine.two_sides import TwoSides

HERON = {
    "DisplayName": "Blue Heron Plumbing",
    "CompanyName": "Blue Heron Plumbing",
    "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
}


def pulled(**off: Any) -> TwoSides:
    """Return both sides after a run that added a customer of QuickBooks to MobiWork."""
    sides = TwoSides()
    sides.mobiwork.off = frozenset(off.get("off", ()))
    sides.in_quickbooks("Customer", **HERON)
    sides.look("Customer")
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"created": 1}
    return sides


def undone(sides: TwoSides, run_id: str = "r1") -> dict[str, tuple[str, str]]:
    for job, state in (("j1", UndoState.PREVIEWING), ("j2", UndoState.UNDOING)):
        before = sides.store.undos.read(CONNECTION, run_id)
        asked = Undoing(run_id=run_id, state=state, job=job, by="ann", at="2026-03-02T12:00:00")
        assert sides.store.undos.begin(CONNECTION, asked, before=before)
        _work(sides, job, run_id)
    return entries(sides, run_id)


def _work(sides: TwoSides, job: str, run_id: str) -> None:
    while undo(sides.run(run_id=job, about=run_id)).more:
        pass


def entries(sides: TwoSides, run_id: str = "r1") -> dict[str, tuple[str, str]]:
    found = sides.store.undos.page(CONNECTION, run_id, after=None, limit=100)
    return {f"{one.flow} {one.record_id}": (one.step, one.why) for one in found}


def customers(sides: TwoSides) -> list[Any]:
    return [one.fields for one in sides.mobiwork.records("customer")]


def test_a_customer_that_was_added_is_deleted_and_not_added_again() -> None:
    sides = pulled()

    told = undone(sides)

    assert told["pull_customers 1"][0] is UndoStep.DONE
    assert customers(sides) == []
    sides.run_id = "r2"
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"left out": 1}
    assert "undone by ann" in sides.note("pull_customers", "1")[1]
    assert customers(sides) == []


@pytest.mark.case("X17d")
def test_what_was_undone_and_is_merged_in_quickbooks_then_keeps_no_run_going() -> None:
    sides = pulled()
    undone(sides)
    merged = MergedRecord(entity="Customer", loser="1", survivor="99")
    sides.store.merged_records.note(CONNECTION, merged)
    put_merges(CONNECTION, [PULL_NAMED["pull_customers"]], sides.store)
    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"unchanged": 1}
    assert "undone by ann" in sides.note("pull_customers", "1")[1]
    assert sides.left("pull_customers") == {}


def test_a_customer_that_work_orders_need_is_disabled() -> None:
    sides = pulled()

    def refuse(entity: str, record_id: str) -> None:
        raise RejectedError(f"{entity} {record_id} has work orders.", code="1010")

    sides.mobiwork.delete = refuse  # type: ignore[method-assign]

    assert undone(sides)["pull_customers 1"][0] is UndoStep.DONE
    assert [one["enabled"] for one in customers(sides)] == ["false"]
    assert sides.left("push_customers") == {}
    sides.look()
    assert sides.left("push_customers") == {}, "our own edit is no change"


def test_what_was_changed_in_mobiwork_since_stays() -> None:
    sides = pulled()
    sides.mobiwork.change("customer", "c1", {"contact/email": "mine@blueheron.example"})

    assert undone(sides) == {
        "pull_customers 1": (UndoStep.KEPT, "It was changed in MobiWork since it was added.")
    }
    assert len(customers(sides)) == 1


def test_what_mobiwork_has_no_call_for_stays_and_says_so() -> None:
    sides = pulled(off=["customer.delete", "customer.edit"])

    step, why = undone(sides)["pull_customers 1"]

    assert (step, "no call that takes it away" in why) == (UndoStep.KEPT, True)


def test_an_edit_gets_back_what_was_there_before() -> None:
    sides = pulled()
    before = customers(sides)
    sides.quickbooks.edit("Customer", "1", PrimaryEmailAddr={"Address": "new@blueheron.example"})
    sides.run_id = "r2"
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"updated": 1}
    assert customers(sides) != before

    told = undone(sides, "r2")

    assert told["pull_customers 1"][0] is UndoStep.DONE
    assert customers(sides) == before
    sides.run_id = "r3"
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"unchanged": 1}
    assert sides.left("push_customers") == {}
    assert customers(sides) == before


def test_an_edit_that_was_written_over_is_not_restored() -> None:
    sides = pulled()
    sides.quickbooks.edit("Customer", "1", PrimaryEmailAddr={"Address": "new@blueheron.example"})
    sides.run_id = "r2"
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.mobiwork.change("customer", "c1", {"contact/email": "mine@blueheron.example"})

    assert undone(sides, "r2")["pull_customers 1"] == (
        UndoStep.KEPT,
        "It was changed in MobiWork since the run.",
    )


def _given_another_email() -> TwoSides:
    """Return both sides after a run that changed the customer in MobiWork."""
    sides = pulled()
    sides.quickbooks.edit("Customer", "1", PrimaryEmailAddr={"Address": "new@blueheron.example"})
    sides.run_id = "r2"
    sides.look("Customer")
    sides.look()
    sides.pull("pull_customers")
    return sides


PHONE = {"contact/phoneNumber": "612-555-0188"}


def _pushed_phone(sides: TwoSides) -> Any:
    sides.run_id = "r3"
    sides.look()
    sides.push("customer")
    return sides.quickbooks.records["Customer"][0].get("PrimaryPhone")


def test_what_a_person_types_while_a_record_gets_back_what_it_held_is_pushed() -> None:
    sides = _given_another_email()
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, "c1", PHONE)

    assert undone(sides, "r2")["pull_customers 1"][0] is UndoStep.DONE

    sides.mobiwork.before = nothing
    assert _pushed_phone(sides) == {"FreeFormNumber": "612-555-0188"}
    assert sides.text("customer", "c1", "contact/email") == "office@blueheron.example"


def test_what_a_person_types_into_the_field_that_an_undo_gives_back_stays() -> None:
    sides = _given_another_email()
    typed = {"contact/email": "mine@blueheron.example"}
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, "c1", typed)

    assert undone(sides, "r2")["pull_customers 1"] == (UndoStep.KEPT, mobiwork_side.WRITTEN_OVER)
    assert sides.text("customer", "c1", "contact/email") == "mine@blueheron.example"


def test_what_a_person_typed_before_an_undo_and_no_look_has_seen_is_pushed() -> None:
    sides = _given_another_email()
    sides.mobiwork.change("customer", "c1", PHONE)

    assert undone(sides, "r2")["pull_customers 1"][0] is UndoStep.DONE

    assert _pushed_phone(sides) == {"FreeFormNumber": "612-555-0188"}


def test_what_gets_back_what_it_held_is_still_found_where_its_link_is_not_kept() -> None:
    sides = _given_another_email()

    def moved_on(_entity: str) -> None:
        link = sides.link("customer", "c1")
        told = outcome_of(
            sides.run(), PULL_NAMED["pull_customers"], link, Outcome.UNCHANGED, label="", note=""
        )
        newer = replace(link, sync_token="9")  # noqa: S106 - no secret
        sides.store.links.save(CONNECTION, newer, told, before=link)

    sides.mobiwork.after = moved_on

    assert undone(sides, "r2")["pull_customers 1"] == (UndoStep.KEPT, MOVED_ON)
    sides.look()
    assert sides.left("push_customers") == {"c1": "changed"}


def test_what_a_person_types_while_a_record_is_disabled_is_found_by_the_next_look() -> None:
    sides = pulled(off=["customer.delete"])
    sides.look()
    sides.mobiwork.before = lambda entity: sides.mobiwork.change(entity, "c1", PHONE)

    assert undone(sides)["pull_customers 1"][0] is UndoStep.DONE

    sides.look()
    assert sides.left("push_customers") == {"c1": "changed"}


def test_a_lost_answer_of_mobiwork_is_looked_up() -> None:
    sides = pulled()
    lost = iter([True])

    def lose(_entity: str) -> None:
        if next(lost, False):
            raise RemoteDownError("MobiWork did not answer.", unknown_outcome=True)

    sides.mobiwork.after = lose

    assert undone(sides)["pull_customers 1"][0] is UndoStep.DONE
    assert customers(sides) == []


@pytest.mark.parametrize("step", ["intent saved", "answer received"])
def test_a_customer_is_taken_away_once_wherever_the_job_dies(step: str) -> None:
    sides = pulled()
    dies = iter([True])

    def checkpoint(reached: str) -> None:
        if reached == step and next(dies, False):
            raise KeyboardInterrupt

    sides.checkpoint = checkpoint
    with pytest.raises(KeyboardInterrupt):
        undone(sides)
    _work(sides, "j2", "r1")

    assert entries(sides)["pull_customers 1"][0] is UndoStep.DONE
    assert isinstance(sides.store.links.read(CONNECTION, "customer", "c1"), Released)
    assert customers(sides) == []


def test_what_is_asked_for_again_is_added_again_once() -> None:
    sides = pulled()
    undone(sides)
    run = sides.run(run_id="by-hand")

    send_again(run, "pull_customers", undone_by_record(run, "pull_customers", ["1"]))

    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"created": 1}
    assert len(customers(sides)) == 1


def test_a_payment_that_was_shown_is_never_deleted() -> None:
    sides = TwoSides()
    assert mobiwork_side.way_of(sides.run(), "payment") == "keep"
