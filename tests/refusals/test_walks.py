"""Every place that refuses, from its raising to its end: shown, fixed, gone.

Both sides are the simulators, reached by the clients. The places are found in the code (`places`),
so that a new one fails until it is walked.
"""

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from connector.engine.stores import Store
from connector.model.tracking.tracked import StandsAs
from connector.model.worklist.causes import Kind, read
from tests.builders import CONNECTION
from tests.refusals.excused import EXCUSED
from tests.refusals.places import Heard, Place, listening, places
from tests.refusals.walking import WALKS, Told, plain
from tests.unit.api.desk import Desk

for path in sorted((Path(__file__).parent / "walks").glob("*.py")):
    import_module(f"tests.refusals.walks.{path.stem}")

BY_THEMSELVES = {Kind.PARENT, Kind.BEING_SENT, Kind.FUTURE}
"""Causes that end by themselves: there is nothing to be done about them."""
DONE: dict[str, set[Place]] = {}
"""Which places the walks reached that were gone so far, with their words on a page."""


def test_every_cause_has_its_walk() -> None:
    assert {one.kind for one in WALKS.values() if one.kind} == {*Kind}


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.case("B4")
def test_what_is_refused_is_shown_with_fixes_that_tell_what_they_do_and_ends(name: str) -> None:
    go(name)


@pytest.mark.case("B4")
def test_every_place_that_refuses_is_walked() -> None:
    for name in WALKS.keys() - DONE.keys():
        go(name)
    walked = {str(one) for some in DONE.values() for one in some}
    excused = {str(one) for one in places() if one.own in EXCUSED}
    assert sorted({str(one) for one in places()} - walked - excused) == []
    assert sorted(excused & walked) == [], "they are walked: no excuse is needed"
    assert sorted(EXCUSED.keys() - {one.own for one in places()}) == [], "there is no such place"


def go(name: str) -> None:
    """Walk from the raising to the end, and keep which places were reached."""
    heard, told = Heard(), WALKS[name]
    walk = told.begin()
    with listening(heard):
        world = next(walk)
    desk = Desk(world.store, world.quickbooks)
    out = _left_out(world.store, told) if told.kind is None else {}
    if told.kind is None:
        texts, entry = [*out.values()], ""
    else:
        texts, entry = [one.why for one in desk.entries(limit=1000)], _shown(desk, told)
    DONE[name] = {one for one in places() if heard.reached(one) and _says(one, texts)}
    with suppress(StopIteration):
        walk.send((desk, entry))
    if told.kind is None:
        found = world.store.tracked.read_many(CONNECTION, told.flow, out)
        states = {one.state for one in found.values()}
        assert (StandsAs.LEFT_OUT in states) is told.stays
        assert not world.store.pending.read_many(CONNECTION, told.flow, out)
    else:
        held = (it for it in desk.entries(limit=1000) if it.what is not StandsAs.ON_ITS_WAY)
        kinds = {one.id: read(one.cause).kind for one in held}
        assert kinds.get(entry) is not told.kind
        assert desk.said or told.kind in BY_THEMSELVES


def _shown(desk: Desk, told: Told) -> str:
    """See that an entry says who, what, why, since when, and what its fixes will do."""
    found = desk.entries(limit=1000)
    some = [one for one in found if read(one.cause).kind is told.kind]
    assert some, [(one.id, one.cause, one.why) for one in found]
    entry = some[0]
    assert entry.label
    assert entry.what
    assert entry.since
    assert plain(entry.why, entry.label, *(one.label for one in entry.fixes))
    assert entry.why.rstrip().endswith((".", ")", "?", '"'))
    assert 1 <= len(entry.fixes) <= 3
    before = desk.worklist()
    for offer in entry.fixes:
        if not offer.asks:
            would = desk.fix(offer.fix, entry.id, preview=True, target=offer.target)
            assert would.tells
            assert plain(*would.tells)
    assert desk.worklist() == before
    return entry.id


def _left_out(store: Store, told: Told) -> dict[str, str]:
    """Return why the records of a flow are left out, as a page shows it."""
    some = store.left_out.read_page(CONNECTION, told.flow, after="", most=99)
    kept = store.left_out.read_many(CONNECTION, told.flow, [one.record_id for one in some])
    assert kept
    assert plain(*(one.reason for one in kept.values()))
    assert all(one.label for one in kept.values())
    return {own: one.reason for own, one in kept.items()}


def _says(place: Place, texts: Iterable[str]) -> bool:
    """Tell whether what a place says in words of its own stands in what is shown."""
    return not place.words or any(words in text for text in texts for words in place.words)
