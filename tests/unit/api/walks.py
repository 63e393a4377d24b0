"""Walks of refusals and waits: how each comes to be, and how it ends; see test_walk_of_causes."""

from collections.abc import Callable, Generator
from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_company
from tests.unit.api.desk import Desk
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

type Walk = Generator[World | TwoSides, tuple[Desk, str]]
"""Yields the world in which an entry stands; it is sent the desk and the entry's id to fix it."""

WALKS: dict[Kind, Callable[[], Walk]] = {}


def walk(kind: Kind) -> Callable[[Callable[[], Walk]], Callable[[], Walk]]:
    """Say of which cause a walk is."""

    def add(function: Callable[[], Walk]) -> Callable[[], Walk]:
        WALKS[kind] = function
        return function

    return add


def again(world: World, *sources: str, **choices: Any) -> None:
    """Push in the next run."""
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.push(*sources, **choices)


def company(world: World | TwoSides, **changes: Any) -> None:
    """Have QuickBooks' company be another one."""
    world.store.settings.save_company(CONNECTION, a_company(**changes))


def retry(desk: Desk, entry: str) -> None:
    desk.fix(FixKind.RETRY, entry)


def seen(desk: Desk, entry: str) -> None:
    """Close an entry that only tells of something."""
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Looked at it.")
