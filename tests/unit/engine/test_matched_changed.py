"""What was said to be another kind of document, or in a sum, is asked again once a side changes."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.documents import said_since, shown
from connector.model.matching.matches import MatchDecision
from connector.model.outcomes import Outcome
from connector.model.worklist.causes import Kind
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_payment
from tests.unit.engine.test_matched import looked, match_of, say
from tests.unit.engine.test_matched_entries import a_line, deposited, journalled, posting
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

AT = datetime(2025, 12, 1, tzinfo=UTC)
VOIDED = {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "Line": []}
KINDS = ("receipt", "journal entry", "whole", "sum")


@pytest.fixture
def sides() -> TwoSides:
    sides = TwoSides()
    entered(sides, visit("1", "100.00"), visit("2", "150.00", "2025/11/10"))
    an_invoice_there(sides, TotalAmt=Decimal("12345.00"), TxnDate="2025-10-06", DocNumber="9999")
    return sides


def in_the_books(sides: TwoSides, kind: str) -> tuple[str, str, str]:
    """Let QuickBooks hold invoice 1 in one way; return its entity, its id and how it is chosen."""
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    told = {"CustomerRef": whom, "TxnDate": "2025-11-03", "TotalAmt": Decimal("100.00")}
    match kind:
        case "receipt":
            own = sides.in_quickbooks("SalesReceipt", **told)
            return "SalesReceipt", own, f"SalesReceipt:{own}"
        case "journal entry":
            lines = (posting("Debit", "100.00", whom), posting("Credit", "100.00"))
            own = journalled(sides, *lines, day="2025-11-03")
            return "JournalEntry", own, f"JournalEntry:{own}/0"
        case "whole":
            own = an_invoice_there(sides, TotalAmt=Decimal("250.00"), TxnDate="2025-11-10")
            return "Invoice", own, f"Invoice:{own}"
        case _:
            own = an_invoice_there(sides, TotalAmt=Decimal("40.00"), TxnDate="2025-11-03")
            other = an_invoice_there(sides, TotalAmt=Decimal("60.00"), TxnDate="2025-11-03")
            return "Invoice", own, f"Invoice:{own}+{other}"


def said(sides: TwoSides, kind: str) -> tuple[str, str]:
    """Let a person say that invoice 1 is that; return the entity and id."""
    entity, own, chosen = in_the_books(sides, kind)
    looked(sides)
    found = match_of(sides, "Invoice", "invoice", "1")
    assert chosen in found.quickbooks_ids
    say(sides, found, MatchDecision.SAME, chosen)
    posted(sides, "r2")
    assert sides.note("push_invoices", "1")[0] is Outcome.LEFT_OUT
    sides.run_id = "r3"
    return entity, own


@pytest.mark.case("F17g")
@pytest.mark.parametrize("decided", [True, False])
def test_a_line_of_a_journal_entry_that_is_turned_to_the_other_side_is_asked_about_again(
    sides: TwoSides, *, decided: bool
) -> None:
    entity, own = said(sides, "journal entry") if decided else (open_question(sides))
    row = row_of(sides, entity, own)
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    lines = (posting("Credit", "100.00", whom), posting("Debit", "100.00"))
    turned = [{"Id": str(number), **line} for number, line in enumerate(lines)]
    changes = ChangeData(
        records={entity: [row | {"Line": turned}]}, deleted={}, time=AT, truncated=False
    )
    said_since.ask_again(CONNECTION, [entity], changes, sides.store)
    said_since.show_now(CONNECTION, [entity], changes, sides.store)
    found = match_of(sides, "Invoice", "invoice", "1")
    if decided:
        assert found.decision is MatchDecision.UNDECIDED
        assert found.candidates[0].other["total"] == ("100.00", "deleted")
    else:
        assert found.decision is MatchDecision.DIFFERENT


def open_question(sides: TwoSides) -> tuple[str, str]:
    entity, own, chosen = in_the_books(sides, "journal entry")
    looked(sides)
    assert match_of(sides, "Invoice", "invoice", "1").quickbooks_ids == (chosen,)
    return entity, own


def row_of(sides: TwoSides, entity: str, own: str) -> dict[str, Any]:
    return next(one for one in sides.quickbooks.records[entity] if one["Id"] == own)


def told(sides: TwoSides, entity: str, *rows: dict[str, Any], gone: tuple[str, ...] = ()) -> None:
    changes = ChangeData(
        records={entity: [*rows]}, deleted={entity: [*gone]}, time=AT, truncated=False
    )
    said_since.ask_again(CONNECTION, [entity], changes, sides.store)


def more_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a document with ten more of everything."""
    lines = [{**one, "Amount": one["Amount"] + 10} for one in row.get("Line", ())]
    return {**row, "TotalAmt": row.get("TotalAmt", Decimal(0)) + 10, "Line": lines}


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "figure"), [(more_of, "0"), (lambda row: {**row, **VOIDED}, "d"), (None, "deleted")]
)
def test_a_document_of_another_kind_that_is_changed_or_gone_is_asked_about_with_both_figures(
    sides: TwoSides,
    kind: str,
    change: Callable[[dict[str, Any]], dict[str, Any]] | None,
    figure: str,
) -> None:
    entity, own = said(sides, kind)
    before = len(sides.quickbooks.records["Invoice"])
    if change is None:
        told(sides, entity, gone=(own,))
    else:
        told(sides, entity, change(row_of(sides, entity, own)))
    sides.push("invoice")
    outcome, why = sides.note("push_invoices", "1")
    assert outcome is Outcome.WAITING
    found = match_of(sides, "Invoice", "invoice", "1")
    ours, theirs = found.candidates[0].other["total"]
    assert ours.startswith("100.00")
    assert theirs.split(" + ")[0].endswith(figure)
    assert f'the total is "{ours}" in MobiWork and "{theirs}" in QuickBooks' in why
    assert len(sides.quickbooks.records["Invoice"]) == before


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_that_changes_in_nothing_that_was_seen_is_not_asked_about(
    sides: TwoSides, kind: str
) -> None:
    entity, own = said(sides, kind)
    told(sides, entity, {**row_of(sides, entity, own), "Balance": Decimal(0), "SyncToken": "9"})
    assert match_of(sides, "Invoice", "invoice", "1").decision is MatchDecision.SAME


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("now", "said_of_it"),
    [
        (visit("1", "120.00"), '"120.00'),
        (visit("1", "100.00", "2025/11/05"), '"2025-11-05'),
        (visit("1", "100.00", status="Void"), '"does not count" in MobiWork'),
    ],
    ids=["total", "day", "void"],
)
def test_a_record_that_is_changed_in_mobiwork_since_is_asked_about_until_it_is_said_again(
    sides: TwoSides, kind: str, now: Any, said_of_it: str
) -> None:
    said(sides, kind)
    sides.mobiwork.put(now)
    sides.look("Customer", "Item")
    sides.push("invoice")
    outcome, why = sides.note("push_invoices", "1")
    assert outcome is Outcome.WAITING
    assert said_of_it in why
    sides.store.pending.replay(CONNECTION, "push_invoices", "1")
    sides.run_id = "r3a"
    sides.push("invoice")
    assert sides.note("push_invoices", "1")[0] is Outcome.WAITING
    found = match_of(sides, "Invoice", "invoice", "1")
    say(sides, found, MatchDecision.SAME, found.candidates[0].quickbooks_id)
    sides.store.pending.replay(CONNECTION, "push_invoices", "1")
    sides.run_id = "r4"
    sides.push("invoice")
    assert sides.note("push_invoices", "1")[0] is Outcome.LEFT_OUT


@pytest.mark.case("F5e")
def test_a_deposit_of_which_the_line_of_a_payment_is_gone_is_asked_about(sides: TwoSides) -> None:
    entered(sides, a_payment("901", invoiceId="1", amount="100.00", paymentDate="2025/11/10"))
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    own = deposited(sides, a_line(whom, "100.00"), day="2025-11-10")
    looked(sides)
    found = match_of(sides, "Payment", "payment", "901")
    say(sides, found, MatchDecision.SAME, found.quickbooks_ids[0])
    told(sides, "Deposit", {**row_of(sides, "Deposit", own), "Line": []})
    found = match_of(sides, "Payment", "payment", "901")
    assert found.decision is MatchDecision.UNDECIDED
    assert found.candidates[0].other["total"] == ("100.00", "deleted")


@pytest.mark.case("F5e")
def test_a_comparison_has_what_was_said_before_looked_after_from_then_on(sides: TwoSides) -> None:
    said(sides, "receipt")
    looked(sides)
    assert sides.store.matches.watched(CONNECTION) == ["SalesReceipt"]


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
def test_a_record_that_is_deleted_in_mobiwork_since_is_an_entry_with_both_figures(
    sides: TwoSides, kind: str
) -> None:
    said(sides, kind)
    looked(sides)
    del sides.mobiwork.records_of["invoice"]["1"]
    sides.look("Customer", "Item")
    entries = sides.store.pending.worklist(CONNECTION, "push_invoices")
    [entry] = [one for one in entries if one.record_id == "1"]
    assert (entry.cause or "").startswith(Kind.DELETED_HERE)
    assert "It was deleted in MobiWork. Somebody said that it is" in (entry.reason or "")
    assert "It came to 100.00" in (entry.reason or "")


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", [more_of, lambda row: {**row, **VOIDED}, None])
def test_what_was_changed_or_deleted_before_the_start_is_asked_about_by_the_comparison(
    sides: TwoSides, kind: str, change: Callable[[dict[str, Any]], dict[str, Any]] | None
) -> None:
    entity, own = said(sides, kind)
    rows, row = sides.quickbooks.records[entity], row_of(sides, entity, own)
    rows[rows.index(row) :] = [] if change is None else [change(row)]
    read_anew(sides)
    found = match_of(sides, "Invoice", "invoice", "1")
    assert (found.decision, found.chosen) == (MatchDecision.UNDECIDED, None)
    sides.push("invoice")
    assert sides.note("push_invoices", "1")[0] is Outcome.WAITING


@pytest.mark.case("F5e")
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_comparison_reads_as_it_was_said_stays_said(sides: TwoSides, kind: str) -> None:
    said(sides, kind)
    read_anew(sides)
    assert match_of(sides, "Invoice", "invoice", "1").decision is MatchDecision.SAME


def read_anew(sides: TwoSides) -> None:
    """Read all of QuickBooks anew and compare, as at the start."""
    look = sides.store.matches.look(CONNECTION)
    sides.store.matches.save_look(CONNECTION, {**look, "until": None, "at": None})
    looked(sides)


def noted(sides: TwoSides, entity: str, *rows: dict[str, Any], gone: tuple[str, ...] = ()) -> None:
    changes = ChangeData(
        records={entity: [*rows]}, deleted={entity: [*gone]}, time=AT, truncated=False
    )
    shown.note(CONNECTION, changes, sides.store)


@pytest.mark.case("F6a")
@pytest.mark.parametrize("kind", KINDS)
def test_an_open_question_says_what_quickbooks_says_now(sides: TwoSides, kind: str) -> None:
    entity, own, chosen = in_the_books(sides, kind)
    looked(sides)
    before = match_of(sides, "Invoice", "invoice", "1")
    noted(sides, entity, more_of(row_of(sides, entity, own)))
    found = match_of(sides, "Invoice", "invoice", "1")
    [now] = [one for one in found.candidates if one.quickbooks_id == chosen]
    assert now.other["total"][1] in {"110.00", "260.00", "50.00 + 60.00"}
    assert found.version != before.version


@pytest.mark.case("F6a")
def test_what_is_gone_is_dropped_from_an_open_question_until_nothing_is_asked(
    sides: TwoSides,
) -> None:
    first = in_the_books(sides, "receipt")[1]
    second = in_the_books(sides, "receipt")[1]
    looked(sides)
    asked = match_of(sides, "Invoice", "invoice", "1")
    assert {*asked.quickbooks_ids} == {f"SalesReceipt:{first}", f"SalesReceipt:{second}"}
    noted(sides, "SalesReceipt", gone=(first,))
    assert match_of(sides, "Invoice", "invoice", "1").quickbooks_ids == (f"SalesReceipt:{second}",)
    noted(sides, "SalesReceipt", {**row_of(sides, "SalesReceipt", second), **VOIDED})
    assert match_of(sides, "Invoice", "invoice", "1").decision is MatchDecision.DIFFERENT
