"""Every place of the code that gives a cause: what it raises in a flow is shown, and can be fixed.

The places are found in the code itself, so that a new one is swept too; how each kind comes to be
and ends is walked in test_walk_of_causes.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from connector.entities.registry import PULLS, PUSHES
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.worklist import causes
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_company
from tests.memory.store import in_memory
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

LAYER = Path(__file__).parents[3] / "layers/connector/connector"
ROOMS = ("changes", "engine", "entities", "pull", "push", "quickbooks", "mobiwork")
SITE = re.compile(r"\bcauses\.(?:Kind\.(\w+)|of_(setting|mapping|question|wait))|\bKind\.(\w+)")
MADE = {
    "setting": Kind.SETTING,
    "mapping": Kind.MAPPING,
    "question": Kind.QUESTION,
    "wait": Kind.PARENT,
}
PUSHED, PULLED = [one.name for one in PUSHES], [one.name for one in PULLS]
LEAST_SITES = 60
TELLS = frozenset({Kind.TOTAL, Kind.GONE_THERE, Kind.INACTIVE_THERE, Kind.DELETED_HERE})
"""Causes of entries that only tell of what happened."""


@cache
def sites() -> tuple[tuple[str, Kind], ...]:
    """Return every place that gives a cause, as its file and line, with the kind."""
    return tuple(_found())


def _found() -> Iterator[tuple[str, Kind]]:
    for room in ROOMS:
        for path in sorted((LAYER / room).rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for one, made, other in SITE.findall(line):
                    name = one or other
                    kind = MADE[made] if made else Kind.__members__.get(name)
                    if kind is not None:
                        yield f"{path.relative_to(LAYER)}:{number}", kind


def flows_of(place: str) -> list[str]:
    """Return the flows in which what a place raises may stand."""
    if place.startswith("pull/"):
        return PULLED
    return PUSHED if place.startswith(("push/", "entities/")) else [*PUSHED, *PULLED]


def test_the_places_are_found() -> None:
    assert len(sites()) >= LEAST_SITES
    assert {kind for _, kind in sites()} <= set(Kind)


@pytest.mark.case("B4")
def test_whatever_any_place_raises_in_any_flow_is_shown_with_fixes_that_tell_what_they_do() -> None:
    world = World(store=in_memory())
    world.store.settings.save_company(CONNECTION, a_company())
    wanted = {(flow, kind) for place, kind in sites() for flow in flows_of(place)}
    for flow, kind in sorted(wanted):
        own = f"{kind.value}-1"
        found = NewItem(record_id=own, record="<x/>", fingerprint="f", found_at="t", label=own)
        world.store.pending.put_all(CONNECTION, flow, [found])
        item = world.store.pending.read_many(CONNECTION, flow, [own])[own]
        state = PendingState.DELETED if kind in TELLS else PendingState.REFUSED
        why = Hindrance(causes.cause(kind))
        world.store.pending.hold(item, state, label=own, reason="It says why.", why=why)
    desk = Desk(world.store, world.quickbooks)
    shown = {one.id: one for one in desk.entries(limit=10_000)}
    assert set(shown) == {f"{flow}/{kind.value}-1" for flow, kind in wanted}
    for entry in shown.values():
        assert 1 <= len(entry.fixes) <= 3, entry
        for offer in entry.fixes:
            if offer.fix in {FixKind.RETRY, FixKind.LEAVE_OUT, FixKind.DONE_BY_HAND}:
                assert desk.fix(offer.fix, entry.id, preview=True).tells, entry
