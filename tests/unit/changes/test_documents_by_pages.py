"""Posted documents of which change data tells too little, or nothing: they are read by pages."""

import pytest

from connector.entities.registry import BY_ENTITY
from connector.entities.typed.beside import TYPED_BESIDE
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_link
from tests.unit.changes.books import (
    CUSTOMERS,
    DAY,
    HOUR,
    NOON,
    Books,
    Poisoned,
    found,
    look,
    the_cursor,
)

VOID = {"TotalAmt": 0, "PrivateNote": "Voided - memo", "Line": []}


@pytest.fixture
def books() -> Poisoned:
    """A company with three posted invoices and two posted quotes, all known at noon."""
    books = Poisoned(now=NOON - DAY)
    for entity, target, ids in (("invoice", "Invoice", "123"), ("estimate", "Estimate", "45")):
        for own in ids:
            books.put(target, own, TotalAmt=9, TxnDate="2025-03-02")
            _posted(books, entity, target, own)
    look(books, CUSTOMERS)
    books.now = NOON + HOUR
    return books


def _posted(books: Books, entity: str, target: str, own: str) -> None:
    owner = RecordKey(entity, own)
    link = a_link(owner, target=target, quickbooks_id=own, base={"TotalAmt": 9})
    flow = BY_ENTITY[entity].name
    outcome = RecordOutcome(
        run_id="r1", flow=flow, record_id=own, outcome=Outcome.CREATED, label=""
    )
    assert books.store.links.save(CONNECTION, link, outcome)
    kept = books.store.fingerprints.read(CONNECTION, flow)
    kept.remember(own, "f")
    books.store.fingerprints.save(CONNECTION, flow, kept)


def told(books: Books, flow: str = "push_invoices") -> set[str]:
    kept = books.store.pending.worklist(CONNECTION, flow)
    return {one.record_id for one in kept if one.cause == Kind.GONE_THERE}


@pytest.mark.case("R3c")
def test_a_kind_that_fails_while_there_is_too_much_stops_no_other(books: Poisoned) -> None:
    books.put("Invoice", "2", **VOID)
    books.put("Estimate", "4", **VOID)
    books.most_changes, books.poison = 2, {"Estimate"}
    found = look(books, CUSTOMERS, after=6 * HOUR)

    assert (told(books), told(books, "push_quotes")) == ({"2"}, {"4"})
    assert "what changed in Estimate (since 2025-03-02)" in str(found["posted"].problem)
    assert [*the_cursor(books).untold] == ["Estimate"]


@pytest.mark.case("R3c")
def test_more_voids_than_change_data_tells_are_all_told(books: Poisoned) -> None:
    for own in "123":
        books.put("Invoice", own, **VOID)
    books.most_changes = books.page_size = 2
    found = look(books, CUSTOMERS, after=6 * HOUR)
    assert told(books) == set("123")
    assert "More than 1,000 of one kind (Invoice) changed" in str(found["posted"].problem)


@pytest.mark.case("R3c")
def test_a_void_is_told_within_a_day_where_its_kind_is_read_by_pages(books: Poisoned) -> None:
    books.poison = {"Invoice"}
    for hours in range(6, 24 * 8, 6):
        look(books, CUSTOMERS, after=hours * HOUR)
    books.now = NOON + 8 * DAY
    books.put("Invoice", "2", **VOID)
    for hours in range(24 * 8, 24 * 9 + 1, 6):
        look(books, CUSTOMERS, after=hours * HOUR)
    assert told(books) == {"2"}


@pytest.mark.case("R3c")
def test_a_document_that_quickbooks_fails_on_hides_no_void_of_its_kind(books: Poisoned) -> None:
    for own in "123":
        books.put("Invoice", own, **VOID)
    books.bad, books.poison = frozenset("2"), {"Invoice"}
    found = look(books, CUSTOMERS, after=6 * HOUR)
    assert told(books) == set("13")
    assert "before Id 3) makes QuickBooks fail" in str(found["posted"].problem)
    (entry,) = books.store.pending.read_many(
        CONNECTION, "push_invoices", ["unread-changes of Invoice"]
    ).values()
    assert "before Id 3) makes QuickBooks fail" in str(entry.reason)


def test_where_sales_cut_the_answer_short_all_else_is_asked_for_in_one_call(
    books: Poisoned,
) -> None:
    for own in range(6):
        of = {"value": "58"}
        books.put("SalesReceipt", f"9{own}", TotalAmt=5, TxnDate="2025-03-02", CustomerRef=of)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    books.delete("Deposit", "700")
    books.delete("Invoice", "1")
    books.most_changes = 7
    books.calls.clear()
    told = look(books, CUSTOMERS, after=DAY)
    calls = [call.partition(" since")[0] for call in books.calls]
    assert not {*TYPED_BESIDE} & {*calls[1].split()}
    assert calls[2:] == [f"changes {kind}" for kind in TYPED_BESIDE]
    assert (found(books, CUSTOMERS), told["posted"].deleted, told["posted"].problem) == (
        {"58"},
        1,
        None,
    )
    receipts = [f"9{own}" for own in range(6)]
    kept = books.store.typed.read_of(CONNECTION, "SalesReceipt", receipts)
    assert [*kept.lines] == receipts
