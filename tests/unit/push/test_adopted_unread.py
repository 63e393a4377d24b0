"""Records that are to be linked to ones of QuickBooks, some of which QuickBooks fails on."""

import pytest

from connector.model.pending import PendingState
from tests.builders import CONNECTION, a_customer
from tests.unit.undo.world import World


@pytest.mark.case("X8a")
@pytest.mark.parametrize("bad", [[0], [2], [0, 4]])
def test_one_that_quickbooks_fails_on_waits_in_words_and_the_others_are_linked(
    bad: list[int],
) -> None:
    world = World()
    world.mobiwork.records_of.clear()
    there = [
        str(
            world.books.act("create", entity="Customer", body={"DisplayName": f"Known {one}"})["Id"]
        )
        for one in range(5)
    ]
    for number, own in enumerate(there):
        name = {"companyName": f"Known {number}", "externalCustomerId": f"{own},QBO"}
        world.mobiwork.put(a_customer(f"70001{number}", **name))
    world.books.world.switches.bad_rows = ",".join(f"Customer:{there[one]}" for one in bad)

    world.run("r1")

    left = {
        one.record_id: one for one in world.store.pending.worklist(CONNECTION, "push_customers")
    }
    assert [*left] == [f"70001{one}" for one in bad]
    for one in left.values():
        assert one.state is PendingState.WAITING
        assert "cannot be read" in str(one.reason)
    assert len(world.books.all("Customer")) == 5, "none is made again"
