"""What the office typed before the start may be what MobiWork dates after it: asked about, too."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.changes.matching.records import match_records
from connector.entities.registry import DOCUMENTS
from connector.entities.typed.beside import TYPED_BESIDE
from connector.model.connection import Mode, Phase
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product
from tests.unit.changes.looked import PagedBooks
from tests.unit.changes.test_voided_documents import Books
from tests.unit.engine.test_compared_first import due
from tests.unit.engine.test_matched import ELBOW, HERON
from tests.unit.engine.test_matched_entries import a_line, deposited, journalled, posting
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides

STARTED = datetime(2025, 11, 10, 15, tzinfo=UTC)


@pytest.fixture
def sides() -> TwoSides:
    """A connection whose customer and product are on both sides."""
    sides = TwoSides()
    sides.mobiwork.put(a_customer())
    sides.mobiwork.put(a_product())
    sides.in_quickbooks("Customer", **HERON)
    sides.in_quickbooks("Item", **ELBOW)
    return sides


def long_ago(sides: TwoSides) -> None:
    """Let both sides hold an invoice of long before."""
    entered(sides, visit("9", "77.00", "2025/10/03"))
    an_invoice_there(sides, TotalAmt=Decimal("77.00"), TxnDate="2025-10-03", DocNumber="INV-9")


def there(sides: TwoSides, day: str, **members: Any) -> str:
    return an_invoice_there(sides, TotalAmt=Decimal("100.00"), TxnDate=day, **members)


def matched(sides: TwoSides, **choices: Any) -> None:
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, **choices))


def started(sides: TwoSides) -> None:
    """Start a day after the review, with both sides compared once more."""
    sides.look("Customer", "Vendor", "Item")
    before = STARTED - timedelta(days=1)
    matched(sides, mode=Mode.REVIEW, phase=Phase.REVIEW, now=lambda: before)
    posted(sides)
    sides.run_id = "r2"
    matched(sides, mode=Mode.EXECUTE, phase=Phase.LIVE, now=lambda: STARTED)
    posted(sides, "r2")
    assert not due(sides)
    sides.run_id = "r3"


def pushed(sides: TwoSides, *records: Any, source: str = "invoice") -> dict[str, int]:
    for one in records:
        sides.mobiwork.put(one)
    sides.look("Customer", "Item")
    return sides.push(source)


@pytest.mark.case("F5c")
@pytest.mark.parametrize(
    ("typed", "visited", "outcome"),
    [
        ("2025-11-10", "2025/11/11", "waiting"),
        ("2025-11-08", "2025/11/12", "waiting"),
        ("2025-10-20", "2025/11/20", "waiting"),
        ("2025-11-20", "2025/11/12", "waiting"),
        ("2025-10-11", "2025/11/12", "created"),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_what_was_typed_before_the_start_and_is_dated_after_it_in_mobiwork_is_asked_about(
    sides: TwoSides, typed: str, visited: str, outcome: str, *, new: bool
) -> None:
    if not new:
        long_ago(sides)
    own = there(sides, typed, DocNumber="88")
    started(sides)
    assert pushed(sides, visit("1", "100.00", visited)) == {outcome: 1}
    if outcome == "waiting":
        assert f"(Invoice {own})" in sides.note("push_invoices", "1")[1]


@pytest.mark.case("F5c")
def test_a_payment_that_was_typed_before_the_start_is_asked_about(sides: TwoSides) -> None:
    long_ago(sides)
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    told = {"CustomerRef": whom, "TotalAmt": Decimal("100.00"), "TxnDate": "2025-11-01"}
    own = sides.in_quickbooks("Payment", **told)
    started(sides)
    pushed(sides, visit("1", "100.00", "2025/11/12"))
    sides.run_id = "r4"
    paid = a_payment("901", invoiceId="1", amount="100.00", paymentDate="2025/11/13")
    assert pushed(sides, paid, source="payment")["waiting"] >= 1
    assert f"(Payment {own})" in sides.note("push_payments", "901")[1]


@pytest.mark.case("F5c")
@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("kind", ["SalesReceipt", "JournalEntry"])
def test_an_invoice_typed_as_another_kind_before_the_start_is_asked_about(
    sides: TwoSides, kind: str, *, new: bool
) -> None:
    if not new:
        long_ago(sides)
    whom = {"value": sides.quickbooks.records["Customer"][0]["Id"], "name": "Blue Heron Plumbing"}
    if kind == "SalesReceipt":
        told = {"CustomerRef": whom, "TotalAmt": Decimal("100.00"), "TxnDate": "2025-11-09"}
        sides.in_quickbooks("SalesReceipt", **told)
    else:
        lines = posting("Debit", "100.00", whom), posting("Credit", "100.00")
        journalled(sides, *lines, day="2025-11-09")
    started(sides)
    assert pushed(sides, visit("1", "100.00", "2025/11/11")) == {"waiting": 1}
    assert pushed(sides, visit("2", "80.00", "2025/11/11"))["created"] == 1


@pytest.mark.case("F5c")
@pytest.mark.parametrize("paid_before", [True, False])
def test_a_payment_typed_as_a_deposit_before_the_start_is_asked_about(
    sides: TwoSides, *, paid_before: bool
) -> None:
    there(sides, "2025-11-01", DocNumber="INV-1")
    entered(sides, visit("1", "100.00", "2025/11/01"))
    whom = dict(sides.quickbooks.records["Invoice"][0]["CustomerRef"])
    if paid_before:
        sides.mobiwork.put(a_payment("900", invoiceId="1", amount="3.00"))
    deposited(sides, a_line(whom, "100.00", Id="1"), day="2025-11-09")
    started(sides)
    paid = a_payment("901", invoiceId="1", amount="100.00", paymentDate="2025/11/11")
    assert pushed(sides, paid, source="payment")["waiting"] >= 1
    assert "deposit" in sides.note("push_payments", "901")[1].lower()


@pytest.mark.case("F5c")
def test_what_another_visit_of_before_the_start_is_is_no_reason_to_ask(sides: TwoSides) -> None:
    entered(sides, visit("8", "100.00", "2025/10/20"))
    there(sides, "2025-10-20", DocNumber="INV-8")
    started(sides)
    assert pushed(sides, visit("1", "100.00", "2025/11/12")) == {"created": 1}


@pytest.mark.case("F5c")
@pytest.mark.parametrize("gone", [True, False])
def test_what_is_gone_since_the_start_is_no_reason_to_ask(sides: TwoSides, *, gone: bool) -> None:
    own = there(sides, "2025-11-08", DocNumber="88")
    started(sides)
    row = next(one for one in sides.quickbooks.records["Invoice"] if one["Id"] == own)
    void = {**row, "TotalAmt": 0, "PrivateNote": "Voided"}
    changes = ChangeData(
        records={} if gone else {"Invoice": [void]},
        deleted={"Invoice": [own]} if gone else {},
        time=STARTED,
        truncated=False,
    )
    shown.note(CONNECTION, changes, sides.store)
    assert pushed(sides, visit("1", "100.00", "2025/11/12")) == {"created": 1}


@pytest.mark.case("F5c")
@pytest.mark.parametrize("live", [True, False])
def test_documents_are_watched_from_the_first_comparison_after_the_start_on(*, live: bool) -> None:
    books = Books()
    books.store.matches.save_look(CONNECTION, {"live": live})
    books.look(STARTED)
    books.look(STARTED + timedelta(days=1))
    lists = ("Account", "PaymentMethod", "Term")
    assert books.entities == [(*DOCUMENTS, *TYPED_BESIDE, *lists) if live else lists]
