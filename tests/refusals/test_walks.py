"""Every cause of the connector's own from its raising to its end: shown, fixed, gone.

Both sides are the simulators, reached by the clients; a kind of cause without a walk fails.
"""

from contextlib import suppress
from importlib import import_module

import pytest

from connector.model.worklist.causes import Kind, read
from tests.unit.api.desk import Desk
from tests.unit.api.walks import WALKS, plain

for module in ("documents", "masters", "posted"):
    import_module(f"tests.unit.api.walks_of_{module}")


def test_every_cause_has_its_walk() -> None:
    assert WALKS.keys() == {*Kind}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.case("B4")
def test_a_cause_is_shown_with_fixes_that_tell_what_they_do_and_ends(kind: Kind) -> None:
    walk = WALKS[kind]()
    world = next(walk)
    desk = Desk(world.store, world.quickbooks)
    (entry, *_) = [one for one in desk.entries() if read(one.cause).kind is kind]
    assert entry.why
    assert plain(entry.why, *(one.label for one in entry.fixes))
    assert 1 <= len(entry.fixes) <= 3
    before = desk.worklist()
    for offer in entry.fixes:
        if not offer.asks:
            told = desk.fix(offer.fix, entry.id, preview=True, target=offer.target)
            assert told.tells
            assert plain(*told.tells)
    assert desk.worklist() == before
    with suppress(StopIteration):
        walk.send((desk, entry.id))
    assert entry.id not in {one.id for one in desk.entries() if read(one.cause).kind is kind}
