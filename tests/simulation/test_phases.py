"""A person starts or pauses a connection at every call of a run, beside a second run or alone."""

from collections.abc import Iterator
from itertools import product

import pytest

from connector.jobs import planned_replay
from connector.model.connection import Mode, Phase
from tests.builders import CONNECTION, an_invoice
from tests.memory.kept import MemoryConnections
from tests.simulation.invoices import FLOWS, scene
from tests.simulation.scheduler import Worker
from tests.simulation.world import SETTINGS, Setting, World

IDS = [str(5501 + number) for number in range(2)]


def a_world(setting: Setting, phase: Phase) -> World:
    """Return a world with two new invoices of a connection in a phase."""
    world = scene(setting)
    for own in IDS[1:]:
        world.holds(an_invoice(own))
    world.look()
    becomes(world, phase)
    return world


def becomes(world: World, phase: Phase) -> None:
    connections = world.store.connections
    assert isinstance(connections, MemoryConnections)
    connections.phases[CONNECTION] = phase


def started(world: World) -> None:
    """Start a connection, and let the next look plan again what the review held."""
    becomes(world, Phase.LIVE)
    assert planned_replay.replay(CONNECTION, world.store)


def in_quickbooks(world: World) -> list[int]:
    return [len(world.marked("invoice", own)) for own in IDS]


def steps_of(phase: Phase) -> int:
    worker = a_run(a_world(SETTINGS[0], phase), phase)
    worker.go()
    return len(worker.steps)


def a_run(world: World, phase: Phase) -> Worker:
    mode = Mode.REVIEW if phase is Phase.REVIEW else Mode.EXECUTE
    if phase is Phase.REVIEW:
        world.store.plans.hold(CONNECTION)
    return world.worker(FLOWS, phase=phase, mode=mode)


def places(phase: Phase) -> Iterator[tuple[Setting, int]]:
    """Yield every call of a run; a review sends nothing, whatever QuickBooks promises."""
    settings = SETTINGS[:1] if phase is Phase.REVIEW else SETTINGS
    yield from product(settings, range(steps_of(phase) + 1))


@pytest.mark.case("F1n")
def test_a_run_that_is_paused_anywhere_leaves_each_invoice_once_when_it_is_resumed() -> None:
    for setting, place in places(Phase.LIVE):
        world = a_world(setting, Phase.LIVE)
        worker = a_run(world, Phase.LIVE)
        worker.go(place)
        becomes(world, Phase.PAUSED)
        worker.go()
        assert worker.error is None, (setting, place)
        becomes(world, Phase.LIVE)
        world.comes_to_rest(*FLOWS)
        assert in_quickbooks(world) == [1, 1], (setting, place)


@pytest.mark.case("F1n")
def test_while_a_connection_is_paused_no_run_begins_a_page() -> None:
    world = a_world(SETTINGS[0], Phase.LIVE)
    worker = a_run(world, Phase.LIVE)
    becomes(world, Phase.PAUSED)
    worker.go()
    assert in_quickbooks(world) == [0, 0]


@pytest.mark.case("F1n")
def test_a_start_at_any_call_of_the_review_posts_each_invoice_once_and_holds_none_back() -> None:
    for setting, place in places(Phase.REVIEW):
        world = a_world(setting, Phase.REVIEW)
        worker = a_run(world, Phase.REVIEW)
        worker.go(place)
        becomes(world, Phase.LIVE)
        worker.go()
        assert (worker.error, in_quickbooks(world)) == (None, [0, 0]), (setting, place)
        started(world)
        world.comes_to_rest(*FLOWS)
        assert in_quickbooks(world) == [1, 1], (setting, place)
        assert not list(world.store.pending.read_all(CONNECTION, FLOWS[0])), (setting, place)


@pytest.mark.case("F1n")
def test_a_review_that_is_frozen_until_after_the_start_writes_nothing_and_loses_nothing() -> None:
    for setting, place in places(Phase.REVIEW):
        world = a_world(setting, Phase.REVIEW)
        frozen = a_run(world, Phase.REVIEW)
        frozen.go(place)
        started(world)
        second = a_run(world, Phase.LIVE)
        second.go()
        frozen.go()
        world.comes_to_rest(*FLOWS)
        assert in_quickbooks(world) == [1, 1], (setting, place)
        held = [one.record_id for one in world.store.pending.read_all(CONNECTION, FLOWS[0])]
        assert held == [], (setting, place)
