"""Walks of refusals and waits: how each comes to be, and how it ends; see test_walk_of_causes."""

import re
from collections.abc import Callable, Generator
from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, SimulatedSides, remember
from tests.unit.engine.world import World

type Walk = Generator[Simulated | SimulatedSides, tuple[Desk, str]]
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


def company(world: Simulated, **switches: Any) -> None:
    """Have QuickBooks' company be another one, and the connector read it."""
    for name, value in switches.items():
        setattr(world.quickbooks.books.world.switches, name, value)
    remember(world.quickbooks, world.store)


def by_hand(world: Simulated | SimulatedSides, entity: str, **body: Any) -> str:
    """Let a person enter a record in QuickBooks; return its id."""
    return str(world.quickbooks.books.act("create", entity=entity, body=body)["Id"])


NAMES_OF_APIS = re.compile(
    r"\b(?:[A-Za-z]+(?:Memo|Receipt|Order|Entry|Code|Method|Token)|(?:Item|Purchase) \d+|adopt\w*|"
    r"metered|quer(?:y|ies)|fault|entit(?:y|ies)|sparse|realm|payload|"
    r"[A-Z]+[a-z]+[A-Z]\w*|[a-z]{2,}[A-Z]\w*|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}|"
    r"True|False|None|null)\b"
)
"""Words of APIs and of programs, names of members and hashes, which no bookkeeper knows."""
BRANDS = re.compile(r"\b(?:QuickBooks|MobiWork)\b")


def plain(*texts: str) -> bool:
    """Tell whether texts name nothing as only a program does."""
    return not [one for text in texts for one in NAMES_OF_APIS.findall(BRANDS.sub("", text))]


def retry(desk: Desk, entry: str) -> None:
    desk.fix(FixKind.RETRY, entry)


def seen(desk: Desk, entry: str) -> None:
    """Close an entry that only tells of something."""
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Looked at it.")
