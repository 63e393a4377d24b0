"""A person asks for what was undone, and whoever does it dies at any of its writes."""

from itertools import count

import pytest

from connector.undo.again import send_again, undone_by_record
from tests.builders import CONNECTION
from tests.unit.undo.test_deaths import Deaths, KilledError
from tests.unit.undo.test_in_mobiwork import customers, pulled, undone
from tests.unit.undo.world import World

PULLED = "pull_customers"
ASKED = {"push_customers": "700001", "push_products": "307001", "push_invoices": "5501"}
WRITES = frozenset({"ask", "close", "forget", "let_post", "revive"})


def _ask_again(world: World, deaths: Deaths | None = None) -> bool:
    """Ask for all that shows as undone; tell whether the request was killed."""
    store = world.store
    if deaths is not None:
        world.store = deaths.store(store)
    try:
        for flow, own in ASKED.items():
            run = world.job()
            send_again(run, flow, undone_by_record(run, flow, [own]))
    except KilledError:
        return True
    finally:
        world.store = store
    return False


@pytest.mark.case("B8a")
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_what_is_asked_for_again_is_there_once_whatever_write_the_request_dies_at(
    *, after: bool
) -> None:
    for due in count(1):
        world = World()
        del world.mobiwork.records_of["payment"]
        world.run("r1")
        world.undo("r1")

        killed = _ask_again(world, Deaths(due, after, writes=WRITES))
        world.run("r2")
        _ask_again(world)  # The request failed, so the person asks for what is still shown.
        world.run("r3")
        world.run("r4")

        assert len(world.books.all("Invoice")) == 1, due
        assert [one["Active"] for one in world.books.all("Customer")] == [True], due
        left = [flow for flow in ASKED if [*world.store.pending.worklist(CONNECTION, flow)]]
        assert left == [], due
        if not killed:
            assert due > len(ASKED), "it was never killed"
            return


@pytest.mark.case("B8a")
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_what_was_added_to_mobiwork_is_there_once_whatever_write_the_request_dies_at(
    *, after: bool
) -> None:
    for due in count(1):
        sides = pulled()
        undone(sides)
        store = sides.store
        deaths = Deaths(due, after, writes=WRITES | {"put_all"})
        sides.store = deaths.store(store)
        killed = False
        try:
            send_again(sides.run(), PULLED, undone_by_record(sides.run(), PULLED, ["1"]))
        except KilledError:
            killed = True
        sides.store, sides.run_id = store, "r2"
        sides.pull(PULLED)
        if killed:  # The person asks for what is still shown.
            send_again(sides.run(), PULLED, undone_by_record(sides.run(), PULLED, ["1"]))
        for run_id in ("r3", "r4"):
            sides.run_id = run_id
            sides.pull(PULLED)

        assert len(customers(sides)) == 1, due
        if not killed:
            return
