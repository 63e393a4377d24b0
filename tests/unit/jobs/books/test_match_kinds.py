"""Documents that are more than one record on one side, or stand for something else there."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import Mock

import pytest

from connector.changes import mobiwork
from connector.changes.mobiwork import find_changes
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.books.documents import BooksPeriod
from connector.model.books.kinds import BooksKind
from connector.model.books.report import match_of
from connector.model.connection import Mode
from connector.model.cursor import MergedRecord
from connector.model.links import RecordKey, Released, Undone
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from tests.builders import CONNECTION, a_payment, a_product, an_invoice, settings
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_expense,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)
from tests.unit.entities.sales.selling import an_order as a_sales_order
from tests.unit.jobs.books.world import NOW, YEAR, Books, Found
from tests.unit.push.test_credits import a_credit

BOTH = pytest.mark.parametrize("proven", [False, True], ids=["remembered", "proven"])
ALL = BooksPeriod(None, NOW.date().replace(year=2027))
NINE, NOTHING = Decimal("9.63"), Decimal(0)
SALES = ("customer", "product", "invoice", "payment", "credit", "creditApplication")


def sure(found: Found) -> Found:
    assert [one for one in found.differences if one["cause"] == "unexplained"] == []
    assert found.result["adds_up"]
    return found


@pytest.fixture
def books() -> Books:
    return Books()


@BOTH
def test_a_credit_counts_once_and_its_application_for_nothing(books: Books, proven: bool) -> None:
    books.save(settings(credit_product="307001"))
    for one in (an_invoice(), a_credit()):
        books.mobiwork.put(one)
    books.sync(*SALES)
    assert len(books.quickbooks.records["Payment"]) == 1
    found = sure(books.match(proven=proven))
    assert found.differences == []
    assert found.totals(BooksKind.CREDITS) == (Decimal(4), Decimal(4))
    assert found.totals(BooksKind.PAYMENTS) == (NOTHING, NOTHING)
    assert found.totals(BooksKind.OPEN_BALANCES) == (Decimal("5.63"), Decimal("5.63"))


@BOTH
def test_a_credit_that_nobody_has_chosen_for_is_refused_and_no_payment(
    books: Books, proven: bool
) -> None:
    for one in (an_invoice(), a_credit()):
        books.mobiwork.put(one)
    books.sync(*SALES)
    found = sure(books.match(proven=proven))
    assert found.causes(BooksKind.CREDITS) == {"refused": Decimal(4)}
    assert found.of(BooksKind.PAYMENTS)["mobiwork"] == 0


@BOTH
def test_a_payment_that_became_a_credit_after_it_was_posted_is_told_of_both_kinds(
    books: Books, proven: bool
) -> None:
    for one in (an_invoice(), a_payment()):
        books.mobiwork.put(one)
    books.sync(*SALES)
    books.mobiwork.put(a_payment(paymentType="CREDIT", paymentMethod=""))
    books.sync(*SALES)
    found = sure(books.match(proven=proven))
    assert found.causes(BooksKind.PAYMENTS) == {"changed in MobiWork": -NINE}
    assert found.causes(BooksKind.CREDITS) == {"refused": NINE}


@BOTH
def test_a_refund_of_an_invoice_moves_no_balance(books: Books, proven: bool) -> None:
    books.save(settings(refund_product="307001", refund_account="Checking"))
    refund = a_credit(paymentType="REFUND", paymentMethod="Check")
    for one in (an_invoice(), a_payment(), refund):
        books.mobiwork.put(one)
    books.sync(*SALES)
    found = sure(books.match(proven=proven))
    assert found.of(BooksKind.REFUNDS)["mobiwork"] == 4
    assert found.totals(BooksKind.OPEN_BALANCES) == (NOTHING, NOTHING)


@pytest.fixture
def buying(books: Books) -> Books:
    """Have an order of 31.50 of which a part has arrived and is billed."""
    books.save(buying_settings())
    part = an_order_line(receivedQuantity="4"), another_line(receivedQuantity="0")
    order = an_order("71001", *part, status="Partially Received")
    for one in (a_vendor(), a_product("307016"), a_product("307026"), an_expense(), order):
        books.mobiwork.put(one)
    books.sync("vendor", "product", "purchaseOrder", "bill", "expense")
    return books


@BOTH
def test_a_bill_counts_for_what_has_arrived_of_its_order(buying: Books, proven: bool) -> None:
    found = sure(buying.match(proven=proven, period=ALL))
    assert found.differences == []
    assert found.totals(BooksKind.BILLS) == (Decimal("5.28"), Decimal("5.28"))
    assert found.totals(BooksKind.EXPENSES) == (Decimal("308.29"), Decimal("308.29"))


@BOTH
def test_what_arrived_since_is_not_posted_yet_and_then_the_second_bill(
    buying: Books, proven: bool
) -> None:
    buying.mobiwork.put(an_order("71001", status="Received"))
    buying.run_id = "looked"
    buying.look()
    found = sure(buying.match(proven=proven, period=ALL))
    assert found.causes(BooksKind.BILLS) == {"not posted yet": Decimal("26.22")}
    buying.sync("bill")
    after = sure(buying.match(proven=proven, period=ALL))
    assert after.totals(BooksKind.BILLS) == (Decimal("31.50"), Decimal("31.50"))


@pytest.fixture
def shown(books: Books) -> Books:
    """Have a payment of 20.00 in QuickBooks, of which two invoices take 9.00."""
    books.save(settings(show_payments=True))
    for number in ("5501", "5502"):
        books.mobiwork.put(an_invoice(number))
    books.sync("customer", "product", "invoice")
    lines = [
        {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": one["Id"], "TxnType": "Invoice"}]}
        for amount, one in zip(("5", "4"), books.quickbooks.records["Invoice"], strict=True)
    ]
    customer = books.quickbooks.records["Customer"][0]["Id"]
    body: Body = {"CustomerRef": {"value": customer}, "TotalAmt": Decimal(20), "Line": lines}
    books.in_quickbooks("Payment", **body | {"TxnDate": "2025-11-20"})
    books.look("Payment")
    books.pull("pull_payments")
    return books


def test_of_a_payment_shown_in_pieces_the_rest_is_a_credit_there(shown: Books) -> None:
    assert len(shown.mobiwork.records_of["payment"]) == 2
    found = sure(shown.match(proven=True))
    assert found.totals(BooksKind.PAYMENTS) == (Decimal(9), Decimal(20))
    assert found.causes(BooksKind.PAYMENTS) == {"shown in part in MobiWork": Decimal(-11)}


def test_a_shown_payment_that_was_voided_is_told(shown: Books) -> None:
    number = shown.quickbooks.records["Payment"][0]["Id"]
    shown.quickbooks.edit("Payment", number, TotalAmt=Decimal(0), PrivateNote="Voided", Line=[])
    found = sure(shown.match(proven=True))
    assert found.causes(BooksKind.PAYMENTS) == {"voided in QuickBooks": Decimal(9)}


@BOTH
def test_what_was_linked_by_hand_although_it_differs_is_told(books: Books, proven: bool) -> None:
    books.mobiwork.put(an_invoice())
    books.sync("customer", "product")
    customer = books.quickbooks.records["Customer"][0]["Id"]
    own = books.in_quickbooks(
        "Invoice",
        CustomerRef={"value": customer},
        TotalAmt=Decimal("12.00"),
        TxnDate="2025-11-02",
        Line=[],
    )
    match = Match(
        owner=RecordKey("invoice", "5501"),
        target="Invoice",
        label="invoice INV-5501",
        grade=Grade.LIKELY,
        candidates=(Candidate(own, "invoice"),),
        flow="push_invoices",
        item="5501",
        decision=MatchDecision.SAME,
        chosen=own,
    )
    books.store.matches.replace_all(CONNECTION, "Invoice", [match])
    books.store.matches.decide(CONNECTION, match)
    books.sync("invoice")
    assert books.link("invoice", "5501").quickbooks_id == own
    found = sure(books.match(proven=proven))
    assert found.causes() == {"linked although different": Decimal("-2.37")}


def test_a_match_that_nobody_decided_on_is_told_of_both_documents(books: Books) -> None:
    books.mobiwork.put(an_invoice())
    books.look()
    own = books.in_quickbooks("Invoice", TotalAmt=NINE, TxnDate="2025-11-02", Line=[])
    match = Match(
        owner=RecordKey("invoice", "5501"),
        target="Invoice",
        label="invoice INV-5501",
        grade=Grade.LIKELY,
        candidates=(Candidate(own, "invoice"),),
        flow="push_invoices",
        item="5501",
    )
    books.store.matches.replace_all(CONNECTION, "Invoice", [match])
    found = sure(books.match(proven=True))
    assert found.causes() == {"not posted yet": NINE, "may be the same as one of MobiWork": -NINE}


@BOTH
def test_what_is_dated_before_the_start_date_is_told(books: Books, proven: bool) -> None:
    books.save(settings(start_date="2025-12-01"))
    books.mobiwork.put(an_invoice())
    books.sync()
    assert sure(books.match(proven=proven)).causes() == {"before the start date": NINE}


@BOTH
def test_what_is_only_planned_waits_to_be_started(books: Books, proven: bool) -> None:
    books.mobiwork.put(an_invoice())
    books.look()
    for source in ("customer", "product", "invoice"):
        books.push(source, mode=Mode.REVIEW)
    found = sure(books.match(proven=proven))
    assert found.causes() == {"waits to be started or approved": NINE}


def test_a_customer_who_was_merged_into_another_owes_it_there(books: Books) -> None:
    books.mobiwork.put(an_invoice())
    books.sync("customer", "product", "invoice")
    loser = books.quickbooks.records["Customer"][0]["Id"]
    survivor = books.in_quickbooks("Customer", DisplayName="Survivor")
    merged = MergedRecord(entity="Customer", loser=loser, survivor=survivor)
    books.store.merged_records.follow(CONNECTION, merged, None)
    (invoice,) = books.quickbooks.records["Invoice"]
    books.quickbooks.edit("Invoice", invoice["Id"], CustomerRef={"value": survivor})
    found = sure(books.match(proven=True))
    assert found.differences == []


@BOTH
def test_a_document_that_belongs_to_another_customer_there_moves_the_balance(
    books: Books, proven: bool
) -> None:
    books.mobiwork.put(an_invoice())
    books.sync("customer", "product", "invoice")
    other = books.in_quickbooks("Customer", DisplayName="Other")
    (invoice,) = books.quickbooks.records["Invoice"]
    books.quickbooks.edit("Invoice", invoice["Id"], CustomerRef={"value": other, "name": "Other"})
    books.tell_changes()
    match_id = books.begin(proven=proven)
    books.go_on(match_id)
    found = sure(books.found(match_id))
    assert found.totals(BooksKind.OPEN_BALANCES) == (NINE, NINE)
    assert [one["amount"] for one in found.differences] == [NINE, -NINE]
    pages = books.store.books.read_part(CONNECTION, match_id, "balances")
    rows = [row for _, page in pages for row in page]
    owed = {row["customer"]: (row["mobiwork"], row["quickbooks"]) for row in rows}
    assert owed == {"Blue Heron Plumbing": (NINE, NOTHING), "Other": (NOTHING, NINE)}


def test_the_sales_tax_of_a_proven_match_is_told_by_rate(books: Books) -> None:
    rate = {"TaxRateRef": {"value": "3"}, "TaxPercent": Decimal("7.0")}
    line = {"Amount": Decimal("0.70"), "TaxLineDetail": rate}
    for target in ("Invoice", "SalesReceipt", "CreditMemo"):
        tax = {"TotalTax": Decimal("0.75"), "TaxLine": [line]}
        body = {"TotalAmt": Decimal("10.75"), "TxnDate": "2025-06-01", "TxnTaxDetail": tax}
        books.in_quickbooks(target, Line=[], **body)
    match_id = books.begin(proven=True)
    books.go_on(match_id)
    told = match_of(books.store.books.head(CONNECTION, match_id) or {}, "Harbor Books")
    assert [(one.rate, one.amount) for one in told.taxes] == [
        ("3 (7 %)", Decimal("0.70")),
        ("without a tax line", Decimal("0.05")),
    ]
    (tax_sums,) = (one for one in told.kinds if one.kind is BooksKind.SALES_TAX)
    assert tax_sums.quickbooks == sum(one.amount for one in told.taxes)


def undo(books: Books, entity: str, own: str) -> None:
    link = books.link(entity, own)
    undone = Undone(by="ann", at="", run_id="r1", reason="It was undone.", link=link)
    books.store.links.standings[CONNECTION, entity, own] = Released(  # type: ignore[attr-defined]
        generation=2, undone=undone
    )
    books.store.links.owners.pop((CONNECTION, link.target, link.quickbooks_id))  # type: ignore[attr-defined]
    books.quickbooks.records[link.target] = []


@BOTH
def test_what_a_person_undid_is_told(books: Books, proven: bool) -> None:
    books.mobiwork.put(an_invoice())
    books.sync("customer", "product", "invoice")
    undo(books, "invoice", "5501")
    assert sure(books.match(proven=proven, period=YEAR)).causes() == {"undone": NINE}


@BOTH
def test_a_bill_that_a_person_undid_counts_once(buying: Books, proven: bool) -> None:
    undo(buying, "bill", "71001-1")
    found = sure(buying.match(proven=proven, period=ALL))
    assert found.causes(BooksKind.BILLS) == {"undone": Decimal("5.28")}
    assert found.totals(BooksKind.BILLS) == (Decimal("5.28"), NOTHING)


def test_what_arrived_in_the_evening_counts_for_the_day_of_the_company(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    monkeypatch.setattr(mobiwork, "datetime", Mock(now=lambda _zone: evening))
    books.save(buying_settings(time_zone="America/New_York"))
    for one in (a_vendor(), a_product("307016"), a_product("307026")):
        books.mobiwork.put(one)
    ordered = "Mon Feb 02 08:42:00 EST 2026"
    books.mobiwork.put(an_order("71001", status="Received", createdDate=ordered))
    books.run_id = "looked"
    books.look()
    until_february = BooksPeriod(None, date(2026, 2, 28))
    found = sure(books.match(proven=False, period=until_february))
    assert found.causes(BooksKind.BILLS) == {"not posted yet": Decimal("31.50")}


@BOTH
@pytest.mark.case("M33s")
def test_an_order_is_no_money_until_it_is_checked_out(books: Books, proven: bool) -> None:
    orders = ("customer", "product", "salesOrder")
    books.mobiwork.put(a_sales_order(status="WAITING_FOR_STOCK"))
    books.sync(*orders)
    assert len(books.quickbooks.records["Estimate"]) == 1
    assert sure(books.match(proven=proven)).totals() == (NOTHING, NOTHING)
    books.mobiwork.put(a_sales_order())
    books.sync(*orders)
    assert sure(books.match(proven=proven)).totals() == (NINE, NINE)
    del books.mobiwork.records_of["salesOrder"]["61001"]
    books.sync(*orders)
    assert sure(books.match(proven=proven)).causes() == {"deleted in MobiWork": -NINE}


@BOTH
@pytest.mark.case("M34a")
@pytest.mark.parametrize(
    "refund",
    [
        [a_payment(status="PARTIALLY_REFUNDED", refundedAmount="3.00")],
        [a_payment(), a_payment("902", paymentType="REFUND", amount="3.00")],
    ],
    ids=["by its status", "by a record"],
)
def test_what_was_refunded_is_open_by_mobiworks_balance_alone(
    refund: list[RawRecord], proven: bool
) -> None:
    books = Books()
    books.mobiwork.put(an_invoice(status="Paid", balance="0.0"))
    books.mobiwork.put(a_payment())
    books.sync()
    books.mobiwork.put(an_invoice(balance="3.0"))
    for one in refund:
        books.mobiwork.put(one)
    now = datetime.now(UTC) + timedelta(days=1)
    find_changes(CONNECTION, books.mobiwork, books.store, now=now)
    found = books.match(proven=proven)
    assert (found.result["unexplained"], found.result["adds_up"]) == (0, True)
    balances = found.causes(BooksKind.OPEN_BALANCES)
    assert balances == {"balance in MobiWork": Decimal("3.00")}
    assert found.totals(BooksKind.OPEN_BALANCES) == (Decimal("3.00"), Decimal(0))


@BOTH
@pytest.mark.case("M34a")
def test_an_invoice_shown_as_paid_without_a_payment_is_open_in_quickbooks_alone(
    proven: bool,
) -> None:
    books = Books()
    books.mobiwork.put(an_invoice(status="Paid", balance="0.0"))
    books.sync()
    for days in (1, 2):
        now = datetime.now(UTC) + timedelta(days=days)
        find_changes(CONNECTION, books.mobiwork, books.store, now=now)
    found = books.match(proven=proven)
    balances = found.causes(BooksKind.OPEN_BALANCES)
    assert balances == {"balance in MobiWork": Decimal("-9.63")}
    assert found.totals(BooksKind.OPEN_BALANCES) == (Decimal(0), Decimal("9.63"))
