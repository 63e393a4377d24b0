"""A comparison ends within a page when its connection leaves the phase in which the run began."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.changes.matching.records import Looked, match_records
from connector.model.connection import Mode, Phase
from connector.model.matching.matches import Match
from connector.model.policy.widening import started_at
from tests.builders import CONNECTION
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.test_called_off import phases
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    entered(found, visit("1", "1234.56"))
    an_invoice_there(found, TotalAmt=Decimal("1234.56"), TxnDate="2025-11-09", DocNumber="88")
    return found


def compared(
    sides: TwoSides,
    *,
    phase: Phase,
    then: Callable[[], None] = lambda: None,
    step: str = "page saved",
    run_id: str = "r1",
) -> tuple[Looked, PagedBooks]:
    """Compare both sides in a run of a phase; somebody does something at its first such step."""
    sides.run_id, books, done = run_id, PagedBooks(dict(sides.quickbooks.records)), list[str]()

    def at(what: str) -> None:
        if what == step and not done:
            done.append(what)
            then()

    mode = Mode.REVIEW if phase is Phase.REVIEW else Mode.EXECUTE
    run = sides.run(open_pages=lambda: books, mode=mode, phase=phase, checkpoint=at)
    return match_records(run), books


def matches(sides: TwoSides) -> list[Match]:
    return [*sides.store.matches.read_all(CONNECTION, "Invoice")]


@pytest.mark.case("F17k")
@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.CLOSED])
def test_a_comparison_of_a_connection_that_is_paused_or_closed_reads_no_other_page(
    sides: TwoSides, phase: Phase
) -> None:
    sides.look("Customer", "Vendor", "Item")

    def stop() -> None:
        phases(sides).phases[CONNECTION] = phase

    told, books = compared(sides, phase=Phase.LIVE, then=stop)
    assert (told.more, books.calls, matches(sides)) == (False, 1, [])
    assert "Invoice" not in sides.store.matches.look(CONNECTION)["matched"]
    told, books = compared(sides, phase=Phase.LIVE)
    assert (told.more, books.calls, matches(sides)) == (False, 0, [])


@pytest.mark.case("F17k")
def test_a_review_under_way_leaves_what_the_first_run_compares_after_the_start(
    sides: TwoSides,
) -> None:
    looked(sides)
    phases(sides).phases[CONNECTION] = Phase.REVIEW
    before = matches(sides)
    an_invoice_there(sides, TotalAmt=Decimal("1234.56"), TxnDate="2025-11-03", DocNumber="INV-1")

    def start() -> None:
        phases(sides).phases[CONNECTION] = Phase.LIVE
        sides.store.matches.drop_facts(CONNECTION, "Invoice")
        sides.store.matches.save_look(CONNECTION, {})
        compared(sides, phase=Phase.LIVE, run_id="r2")

    told, _ = compared(sides, phase=Phase.REVIEW, then=start, step="matches saved", run_id="r0")
    look = sides.store.matches.look(CONNECTION)
    assert (told.more, look["live"], look["run"]) == (False, True, "r2")
    assert started_at(look)
    assert matches(sides) != before
