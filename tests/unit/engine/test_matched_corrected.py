"""A question ends, or is put anew, when what it is about is corrected or gone in QuickBooks."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.model.connection import Mode, Phase
from connector.model.matching.matches import MatchDecision
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION
from tests.unit.changes.looked import looking
from tests.unit.changes.test_matching_dirty import (
    WHOM,
    make_his_customer,
    of_a_renamed_customer,
)
from tests.unit.engine.test_compared_first import compared, due, said_different
from tests.unit.engine.test_matched import looked, match_of
from tests.unit.engine.test_matched_changed import VOIDED
from tests.unit.engine.test_matched_receipts import a_receipt
from tests.unit.engine.test_matched_together import asked, candidates, visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

AT, LATER = datetime(2025, 12, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def sides() -> TwoSides:
    """An invoice that may be one which the office typed a week later; it waits."""
    sides = TwoSides()
    entered(sides, visit("1", "100.00"))
    told = {"TotalAmt": Decimal("100.00"), "TxnDate": "2025-11-10", "DocNumber": "88"}
    own = an_invoice_there(sides, **told)
    looked(sides)
    assert posted(sides) == {"waiting": 1}
    assert candidates(sides) == {"1": (own,)}
    sides.run_id = "r2"
    return sides


def row(sides: TwoSides) -> dict[str, Any]:
    return sides.quickbooks.records["Invoice"][0]


def told(
    sides: TwoSides, *rows: dict[str, Any], gone: tuple[str, ...] = (), at: datetime = AT
) -> None:
    changes = ChangeData(
        records={"Invoice": [*rows]}, deleted={"Invoice": [*gone]}, time=at, truncated=False
    )
    for _ in range(2):  # the overlap tells of it again
        shown.note(CONNECTION, changes, sides.store)


@pytest.mark.case("F5g")
@pytest.mark.parametrize("void", [True, False])
def test_the_question_about_what_was_compared_ends_when_that_is_void_or_deleted(
    sides: TwoSides, *, void: bool
) -> None:
    own = row(sides)["Id"]
    told(sides, *([row(sides) | VOIDED] if void else []), gone=() if void else (own,))
    assert asked(sides)["1"].decision is MatchDecision.DIFFERENT
    sides.quickbooks.records["Invoice"].clear()
    compared(sides, mode=Mode.EXECUTE, phase=Phase.LIVE)
    assert sides.push("invoice") == {"created": 1}


@pytest.mark.case("F5g")
@pytest.mark.parametrize(
    "corrected", [{"TotalAmt": Decimal("55.00")}, {"TxnDate": "2027-02-10"}], ids=["total", "day"]
)
def test_a_question_about_what_is_corrected_is_put_anew_and_ends_where_it_is_none(
    sides: TwoSides, corrected: dict[str, Any]
) -> None:
    row(sides).update(corrected)
    told(sides, row(sides), at=LATER)
    assert due(sides)
    compared(sides, mode=Mode.EXECUTE, phase=Phase.LIVE)
    assert asked(sides) == {}
    assert sides.push("invoice") == {"created": 1}


@pytest.mark.case("F5g")
def test_a_question_about_what_says_the_same_is_not_put_anew(sides: TwoSides) -> None:
    before = asked(sides)
    told(sides, row(sides) | {"Balance": Decimal(0), "SyncToken": "8"})
    assert (asked(sides), sides.store.matches.asked(CONNECTION)) == (before, None)


@pytest.mark.case("F5g")
def test_a_question_about_what_was_found_void_is_not_answered_by_telling_that_again() -> None:
    sides = TwoSides()
    entered(sides, visit("1", "100.00"))
    own = an_invoice_there(sides, **VOIDED, TxnDate="2025-11-03", DocNumber="INV-1")
    looked(sides)
    assert candidates(sides) == {"1": (own,)}
    told(sides, row(sides))
    assert asked(sides)["1"].decision is MatchDecision.UNDECIDED


@pytest.mark.case("F5g")
def test_what_was_ruled_out_stays_so_while_another_one_is_asked_about(sides: TwoSides) -> None:
    first = row(sides)["Id"]
    said_different(sides, "Invoice", "invoice", "1")
    other = an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-12")
    for run_id in ("r3", "r4", "r5"):
        compared(sides, run_id=run_id, mode=Mode.EXECUTE, phase=Phase.LIVE)
        found = match_of(sides, "Invoice", "invoice", "1")
        assert (found.quickbooks_ids, found.open_ids) == ((other, first), (other,))
    sides.run_id = "r6"
    sides.push("invoice")
    assert "somebody said that it is another one" in sides.note("push_invoices", "1")[1]


@pytest.mark.case("F5g")
def test_the_question_ends_when_all_but_what_was_ruled_out_is_gone(sides: TwoSides) -> None:
    said_different(sides, "Invoice", "invoice", "1")
    other = an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate="2025-11-12")
    compared(sides, run_id="r3", mode=Mode.EXECUTE, phase=Phase.LIVE)
    told(sides, gone=(other,))
    assert asked(sides)["1"].decision is MatchDecision.DIFFERENT


@pytest.mark.case("F5g")
def test_what_one_record_was_ruled_out_to_be_may_be_another_one_of_another_kind() -> None:
    sides = TwoSides()
    entered(sides, visit("1", "9.63"))
    receipt = a_receipt(sides)
    looked(sides)
    posted(sides)
    said_different(sides, "Invoice", "invoice", "1")
    other = a_receipt(sides, DocNumber="78")
    compared(sides, run_id="r3", mode=Mode.EXECUTE, phase=Phase.LIVE)
    found = match_of(sides, "Invoice", "invoice", "1")
    assert (found.quickbooks_ids, found.open_ids) == ((other, receipt), (other,))


@pytest.mark.case("F5g")
@pytest.mark.parametrize("target", ["SalesReceipt", "Invoice"])
@pytest.mark.parametrize("change", [{}, {"TotalAmt": 99}, {"TxnDate": "2026-01-02"}, None])
def test_an_open_question_of_one_who_is_matched_with_nobody_ends_where_it_has_no_cause_any_more(
    target: str, change: dict[str, Any] | None
) -> None:
    company = of_a_renamed_customer()
    company.there(target, "201", CustomerRef=WHOM, TxnDate="2026-03-02", TotalAmt=480)
    found = looking(company)
    found.look()
    before = found.matches()
    make_his_customer(found)
    rows = found.books.records[target]
    rows[:] = [one | change for one in rows] if change is not None else []
    kept = found.store.matches.look(CONNECTION)
    found.store.matches.save_look(CONNECTION, kept | {"at": None, "until": None})
    found.look(run_id="r2")
    assert before
    assert found.matches() == ([] if change is None or change else before)
