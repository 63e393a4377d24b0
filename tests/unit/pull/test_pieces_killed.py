"""A payment over two invoices whose worker dies anywhere, with pushes and pulls in either order."""

import contextlib
from collections.abc import Callable
from itertools import count, product

import pytest

from connector.model.links import Link
from tests.builders import settings
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.test_payments import _links, _paid_there, _shown, sides

__all__ = ["sides"]

STEPS = range(1, 9)


def _dies_at(step: int) -> Callable[[str], None]:
    steps = count(1)

    def checkpoint(_step: str) -> None:
        if next(steps) == step:
            raise KilledError

    return checkpoint


@pytest.mark.case("X2")
@pytest.mark.parametrize(("first", "second"), [*product(STEPS, (0, 1, 2, 3))])
def test_both_pieces_are_shown_once_wherever_workers_die(
    sides: TwoSides, first: int, second: int
) -> None:
    sides.save(settings(show_payments=True, payment_statuses=["Created", "none"]))
    number = _paid_there(sides)
    sides.look("Payment")
    _pull_and_die(sides, _dies_at(first))
    sides.run_id = "r3"
    sides.look()
    _push_and_die(sides, _dies_at(second))
    for run in ("r4", "r5", "r6"):
        sides.run_id = run
        sides.clock.sleep(300)
        sides.look()
        sides.pull("pull_payments")
        sides.push("payment")
    assert _shown(sides) == {"5501": "5.00", "5502": "4.00"}
    pieces = {f"{number}-{one.quickbooks_id}" for one in _invoices(sides)}
    assert set(_links(sides).values()) == pieces
    assert len(sides.quickbooks.records["Payment"]) == 1
    assert sides.left("push_payments") == sides.left("pull_payments") == {}


def _invoices(sides: TwoSides) -> list[Link]:
    return [sides.link("invoice", one) for one in ("5501", "5502")]


def _pull_and_die(sides: TwoSides, checkpoint: Callable[[str], None]) -> None:
    sides.checkpoint = checkpoint
    with contextlib.suppress(KilledError):
        sides.pull("pull_payments")
    sides.checkpoint = lambda _step: None


def _push_and_die(sides: TwoSides, checkpoint: Callable[[str], None]) -> None:
    sides.checkpoint = checkpoint
    with contextlib.suppress(KilledError):
        sides.push("payment")
    sides.checkpoint = lambda _step: None
