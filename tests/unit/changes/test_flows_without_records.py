"""Flows that few records of a list concern: not read while they have none, and none is missed."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.builders import CONNECTION, a_payment
from tests.unit.engine.world import World

CREDIT = a_payment("902", paymentType="CREDIT", paymentReference="")


class Died(BaseException):
    """The look was killed."""


@dataclass
class Watched:
    """Fingerprints of which every reading is noted; a look may be killed when it saves a flow."""

    kept: Any
    read_flows: list[str] = field(default_factory=list)
    dies_at: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kept, name)

    def read(self, connection_id: str, flow: str) -> Any:
        self.read_flows.append(flow)
        return self.kept.read(connection_id, flow)

    def save(self, connection_id: str, flow: str, known: Any) -> None:
        if flow == self.dies_at:
            raise Died
        self.kept.save(connection_id, flow, known)


@pytest.fixture
def watched() -> Watched:
    return Watched(None)


@pytest.fixture
def world(watched: Watched) -> World:
    world = World()
    watched.kept = world.store.fingerprints
    world.store = replace(world.store, fingerprints=watched)
    return world


def left(world: World) -> set[str]:
    return {one.record_id for one in world.store.pending.read_all(CONNECTION, "push_credits")}


def test_no_fingerprint_is_read_of_a_flow_that_has_none(world: World, watched: Watched) -> None:
    world.find(a_payment())
    watched.read_flows.clear()
    world.find(a_payment())
    assert "push_payments" in watched.read_flows
    assert not {"push_credits", "push_credit_applications"} & set(watched.read_flows)
    assert len(watched.read_flows) == len(set(watched.read_flows))


def test_the_first_record_of_such_a_flow_is_found_once(world: World) -> None:
    world.find(a_payment())
    found = [world.find(a_payment(), CREDIT)["push_credits"].changed for _ in range(3)]
    assert (found, left(world)) == ([1, 0, 0], {"902"})


def test_one_that_is_no_credit_any_more_is_still_looked_at(world: World) -> None:
    world.find(a_payment(), CREDIT)
    other = a_payment("902", paymentType="PAYMENT", paymentReference="chk 1044")
    assert world.find(a_payment(), other)["push_credits"].changed == 1


def test_the_last_one_that_goes_is_noticed(world: World, watched: Watched) -> None:
    world.find(a_payment(), CREDIT)
    assert world.find(a_payment())["push_credits"].deleted == 1
    world.find(a_payment())
    watched.read_flows.clear()
    world.find(a_payment())
    assert "push_credits" not in watched.read_flows


@pytest.mark.parametrize("dies_at", ["push_credits", "lists", "push_payments"])
def test_a_look_that_dies_while_it_finds_the_first_one_forgets_none(
    world: World, watched: Watched, dies_at: str
) -> None:
    world.find(a_payment())
    watched.dies_at = dies_at
    with pytest.raises(Died):
        world.find(a_payment("901", amount="8.00"), CREDIT)
    watched.dies_at = ""
    world.find(a_payment("901", amount="8.00"), CREDIT)
    assert left(world) == {"902"}
    assert world.find(a_payment("901", amount="8.00"))["push_credits"].deleted == 1
