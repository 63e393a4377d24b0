"""What people want of single records is kept, in the table and in memory."""

from dataclasses import replace

from connector.engine.stores import Store
from connector.model.worklist.instructions import Instruction, Wish

FLOW = "push_invoices"
WHOLE = Instruction(
    connection_id="c1",
    flow=FLOW,
    record_id="5501",
    wish=Wish.LINK,
    value="61",
    why="It was typed by hand.",
    by="ann",
    at="2026-03-02T12:00:00+00:00",
    fingerprint="f1",
)
BARE = replace(WHOLE, record_id="5502", wish=Wish.UPDATE, value=None, why=None, fingerprint=None)


def kept(store: Store, *instructions: Instruction) -> None:
    for one in instructions:
        store.instructions.keep(one)


def test_an_instruction_is_read_as_it_was_given_for_its_record_alone(store: Store) -> None:
    kept(store, WHOLE, BARE, replace(WHOLE, flow="push_bills"), replace(WHOLE, connection_id="c2"))
    found = store.instructions.read_many("c1", FLOW, ["5501", "5502", "5503", ""])
    assert found == {"5501": WHOLE, "5502": BARE}
    assert store.instructions.read_many("c1", "push_quotes", ["5501"]) == {}


def test_a_later_instruction_takes_the_place_of_an_earlier_one(store: Store) -> None:
    later = replace(WHOLE, wish=Wish.LEAVE_OUT, value=None, by="bob")
    kept(store, WHOLE, later)
    assert store.instructions.read_many("c1", FLOW, ["5501"]) == {"5501": later}


def test_instructions_are_read_some_at_a_time_by_record_id(store: Store) -> None:
    every = [replace(WHOLE, record_id=own) for own in ("3", "1", "2")]
    kept(store, *every)
    pages = [
        [one.record_id for one in store.instructions.read_some("c1", FLOW, after=own, limit=2)]
        for own in ("", "2", "3")
    ]
    assert pages == [["1", "2"], ["3"], []]


def test_an_instruction_that_is_taken_back_is_none(store: Store) -> None:
    kept(store, WHOLE, BARE)
    for own in ("5501", "5503"):
        store.instructions.take_back("c1", FLOW, own)
    assert store.instructions.read_many("c1", FLOW, ["5501", "5502"]) == {"5502": BARE}
