"""What a person says is to become of one record is what becomes of it."""

from typing import Any

import pytest

from connector.model.worklist.instructions import MOBIWORK_WINS, Instruction, Wish
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World


def say(
    world: World, wish: Wish, *, flow: str = "push_customers", own: str = "700001", **more: Any
) -> None:
    told = Instruction(
        connection_id=CONNECTION, flow=flow, record_id=own, wish=wish, by="ann", at="", **more
    )
    world.store.instructions.keep(told)


@pytest.fixture
def world() -> World:
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    return world


def test_what_is_left_out_for_good_says_by_whom_and_why(world: World) -> None:
    say(world, Wish.LEAVE_OUT, why="A test customer.")
    assert world.push("customer") == {"customer": {"left out": 1}}
    assert world.note("customer", "700001")[1] == (
        "It is left out for good by ann: A test customer."
    )


def test_a_newer_reading_is_left_out_too_until_that_is_taken_back(world: World) -> None:
    say(world, Wish.LEAVE_OUT)
    world.push("customer")
    world.find(a_customer(companyName="Red Heron"))
    world.run_id = "r2"
    assert world.push("customer") == {"customer": {"left out": 1}}
    world.store.instructions.take_back(CONNECTION, "push_customers", "700001")
    world.store.left_out.replay(CONNECTION, "push_customers", most=9)
    world.run_id = "r3"
    assert world.push("customer") == {"customer": {"created": 1}}


def test_what_cannot_be_read_can_be_left_out(world: World) -> None:
    world.find(an_invoice(total="twelve"))
    say(world, Wish.LEAVE_OUT, flow="push_invoices", own="5501")
    assert world.push("invoice") == {"invoice": {"left out": 1}}


def test_a_record_is_linked_to_the_one_that_a_person_names(world: World) -> None:
    there = world.quickbooks.create("Customer", {"DisplayName": "Heron"}, requestid="by hand")
    say(world, Wish.LINK, value=there["Id"])
    assert world.push("customer") == {"customer": {"linked": 1}}
    assert world.link("customer", "700001") == there["Id"]
    assert len(world.quickbooks.records["Customer"]) == 1


def test_a_record_is_created_under_the_name_that_a_person_gives_and_keeps_it(
    world: World,
) -> None:
    world.quickbooks.create("Customer", {"DisplayName": "Blue Heron Plumbing"}, requestid="x")
    say(world, Wish.NAME, value="Blue Heron (Tampa)")
    assert world.push("customer") == {"customer": {"created": 1}}
    assert world.quickbooks.records["Customer"][-1]["DisplayName"] == "Blue Heron (Tampa)"
    world.find(a_customer(contact={"firstName": "Ana", "email": "ana@example.com"}))
    world.run_id = "r2"
    world.push("customer")
    assert world.quickbooks.records["Customer"][-1]["DisplayName"] == "Blue Heron (Tampa)"


def test_what_is_said_of_one_reading_does_not_hold_for_a_newer_one() -> None:
    told = Instruction(
        connection_id=CONNECTION,
        flow="pull_customers",
        record_id="7",
        wish=Wish.KEEP,
        value=MOBIWORK_WINS,
        by="ann",
        at="",
        fingerprint="f1",
    )
    assert told.holds_for("f1")
    assert not told.holds_for("f2")
