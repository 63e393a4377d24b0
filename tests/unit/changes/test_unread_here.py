"""Records that break a list of MobiWork are on the worklist until the list is read as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from connector.changes.mobiwork import find_changes
from connector.errors import RecordsUnreadError
from connector.mobiwork.xml import RawRecord
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer
from tests.unit.engine.world import FakeMobiWork, World

pytestmark = pytest.mark.case("R2c")
TOLD = "MobiWork's list customer holds a record (the one with the id 7). All others were read."


@dataclass
class Broken(FakeMobiWork):
    """A MobiWork whose list of customers has something that nobody can read."""

    told: str = TOLD

    def records(
        self, entity: str, filters: Mapping[str, str] | None = None, **more: object
    ) -> Iterator[RawRecord]:
        yield from super().records(entity, filters, **more)
        if entity == "customer" and self.told:
            raise RecordsUnreadError(self.told)


def look(world: World, told: str = TOLD) -> list[PendingItem]:
    """Read the lists; return what the worklist tells of customers."""
    find_changes(CONNECTION, Broken([a_customer()], told), world.store)
    return [*world.store.pending.worklist(CONNECTION, "push_customers")]


def test_what_nobody_can_read_is_told_with_what_the_list_says() -> None:
    (entry,) = look(World())
    assert (entry.label, entry.cause, entry.reason) == (
        "customer of MobiWork",
        Kind.UNREADABLE,
        TOLD,
    )


def test_who_has_seen_to_it_is_told_again_only_of_others() -> None:
    world = World()
    world.store.pending.close(look(world)[0])
    assert look(world) == []
    assert [one.reason for one in look(world, "Another one.")] == ["Another one."]


def test_its_entry_ends_when_the_list_is_read_as_a_whole() -> None:
    world = World()
    look(world)
    assert look(world, "") == []
    assert len(look(world)) == 1


def test_the_other_records_are_sent() -> None:
    world = World()
    look(world)
    assert world.push("customer") == {"customer": {"created": 1}}
    assert len(look(world)) == 1
