from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.matching.records import match_records
from connector.mobiwork.xml import RawRecord
from connector.model.connection import Mode
from connector.model.links import Link
from tests.builders import (
    CONNECTION,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    raw,
)
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.two_sides import TwoSides

FIRST, THEN = ("customer", "product", "vendor"), ("invoice", "payment", "expense")
PULLED = ("pull_vendors", "pull_customers", "pull_products")


@pytest.fixture
def sides() -> TwoSides:
    found = TwoSides()
    for target in ("Customer", "Item", "Vendor"):
        found.quickbooks.records.setdefault(target, [])
    return found


def first_day(sides: TwoSides) -> dict[str, int]:
    """Review, link all certain ones, start and run; return what QuickBooks gained."""
    before = counts(sides)
    sides.look("Customer", "Item", "Vendor")
    books = PagedBooks(dict(sides.quickbooks.records))
    looked = match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    assert looked.found == {**dict.fromkeys(looked.found, 0), "certain": sum(before.values())}
    run_all(sides, mode=Mode.REVIEW)
    assert counts(sides) == before
    sides.store.matches.decide_certain(CONNECTION, by="ann", at="2999-01-01T00:00:00+00:00")
    sides.run_id = "r2"
    for flow in (*PULLED, *(f"push_{source}s" for source in (*FIRST, *THEN)), "push_bills"):
        for own in sides.left(flow):
            sides.store.pending.replay(CONNECTION, flow, own)
    run_all(sides)
    return {target: now - before.get(target, 0) for target, now in counts(sides).items()}


def run_all(sides: TwoSides, **choices: Any) -> None:
    for name in PULLED:
        sides.pull(name, **choices)
    for source in (*FIRST, *THEN, "bill"):
        sides.push(source, **choices)


def counts(sides: TwoSides) -> dict[str, int]:
    return {target: len(rows) for target, rows in sides.quickbooks.records.items()}


def masters(sides: TwoSides) -> str:
    """Put a customer and a product on both sides; return the customer's QuickBooks id."""
    sides.mobiwork.put(a_customer())
    sides.mobiwork.put(a_product())
    sides.in_quickbooks(
        "Item",
        Name="Copper elbow 307001",
        Type="NonInventory",
        UnitPrice=Decimal("4.5"),
        Taxable=True,
    )
    return sides.in_quickbooks("Customer", DisplayName="Blue Heron Plumbing")


@pytest.mark.case("F1")
def test_of_24_invoices_and_22_payments_typed_on_both_sides_none_is_doubled(
    sides: TwoSides,
) -> None:
    whom = {"CustomerRef": {"value": masters(sides), "name": "Blue Heron Plumbing"}}
    for number in range(24):
        day, total = f"{number + 1:02d}", Decimal(f"{number + 10}.00")
        line = a_line(quantity="1", price=f"{total}", total=f"{total}", taxable="false")
        sides.mobiwork.put(
            an_invoice(
                f"{5500 + number}",
                invoiceDate=f"2025/11/{day}",
                lineItems={"lineItem": [line]},
                taxAmount="0",
                total=f"{total}",
            )
        )
        invoice = sides.in_quickbooks(
            "Invoice", **whom, DocNumber=f"{number}", TxnDate=f"2025-11-{day}", TotalAmt=total
        )
        if number < 22:
            own = f"{900 + number}"
            paid = {"invoiceId": f"{5500 + number}", "amount": f"{total}"}
            sides.mobiwork.put(a_payment(own, **paid, paymentDate=f"2025/12/{day}"))
            linked = [{"TxnId": invoice, "TxnType": "Invoice"}]
            sides.in_quickbooks(
                "Payment",
                **whom,
                TxnDate=f"2025-12-{day}",
                TotalAmt=total,
                Line=[{"Amount": total, "LinkedTxn": linked}],
            )
    assert first_day(sides) == dict.fromkeys(counts(sides), 0)
    linked_to = sides.link("payment", "921")
    assert isinstance(linked_to, Link)
    assert linked_to.base["CustomerRef"]["value"] == whom["CustomerRef"]["value"]


@pytest.mark.case("F2")
def test_of_12_card_expenses_and_a_bill_without_a_number_none_is_doubled(sides: TwoSides) -> None:
    masters(sides)
    vendor = sides.in_quickbooks("Vendor", DisplayName="Gulf Supply")
    sides.mobiwork.put(raw("vendor", "801", {"mobiworkVendorId": "801", "name": "Gulf Supply"}))
    for number in range(12):
        day, what = f"{number + 1:02d}", f"fuel for van {number}"
        sides.mobiwork.put(
            raw(
                "expense",
                f"{300 + number}",
                {
                    "expenseId": f"{300 + number}",
                    "amount": "50.00",
                    "status": "Approved",
                    "createdDate": f"2025/11/{day}",
                    "paymentType": "Credit Card",
                    "description": what,
                },
            )
        )
        sides.in_quickbooks(
            "Purchase",
            PaymentType="CreditCard",
            TxnDate=f"2025-11-{day}",
            TotalAmt=Decimal("50.00"),
            Line=[{"Amount": Decimal("50.00"), "Description": what.upper()}],
        )
    receive(sides, vendor)
    assert first_day(sides) == dict.fromkeys(counts(sides), 0)
    sides.mobiwork.put(received(taxAmount="5.00", total="105.00"))
    sides.run_id = "r3"
    sides.look()
    sides.push("bill")
    assert counts(sides)["Bill"] == 1


def receive(sides: TwoSides, vendor: str) -> None:
    """Let both sides know of one order that has arrived."""
    sides.mobiwork.put(received())
    sides.in_quickbooks(
        "Bill",
        VendorRef={"value": vendor, "name": "Gulf Supply"},
        TxnDate="2025-11-20",
        TotalAmt=Decimal("100.00"),
    )


def received(**changes: Any) -> RawRecord:
    """Return a purchase order that has arrived."""
    order = {
        "mobiworkPurchaseOrderId": "71003",
        "vendorId": "801",
        "vendorName": "Gulf Supply",
        "status": "Received",
        "createdDate": "2025/11/20",
        "receivedDate": "2025/11/20",
        "lineItems": {"lineItem": [a_line(quantity="10", price="10", total="100")]},
    }
    return raw("purchaseOrder", "71003", order | changes)


@pytest.mark.case("F1d")
def test_a_bill_on_both_sides_is_left_out_with_its_purchase_order_of_before_the_start(
    sides: TwoSides,
) -> None:
    masters(sides)
    vendor = sides.in_quickbooks("Vendor", DisplayName="Gulf Supply")
    sides.mobiwork.put(raw("vendor", "801", {"mobiworkVendorId": "801", "name": "Gulf Supply"}))
    receive(sides, vendor)
    sides.save(sides.settings.model_copy(update={"start_date": date(2026, 1, 1)}))
    sides.look("Customer", "Item", "Vendor")
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    sides.push("vendor", mode=Mode.REVIEW)
    assert sides.push("purchaseOrder", mode=Mode.REVIEW) == {"left out": 1}
    assert sides.push("bill", mode=Mode.REVIEW) == {"left out": 1}


@pytest.mark.case("F1p")
def test_in_review_a_payment_waits_for_an_invoice_to_be_linked_that_has_a_product_of_before(
    sides: TwoSides,
) -> None:
    whom = {"CustomerRef": {"value": masters(sides), "name": "Blue Heron Plumbing"}}
    gone = a_line(productId="307009", quantity="1", price="9.63", total="9.63")
    sides.mobiwork.put(an_invoice(lineItems={"lineItem": [gone]}))
    sides.in_quickbooks(
        "Invoice", **whom, DocNumber="INV-5501", TxnDate="2025-11-02", TotalAmt=Decimal("9.63")
    )
    sides.mobiwork.put(a_payment())
    sides.look("Customer", "Item")
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    planned = {one: sides.push(one, mode=Mode.REVIEW) for one in ("customer", "product", *THEN)}
    assert (planned["invoice"], planned["payment"]) == ({"planned": 1}, {"waiting": 1})
    assert "known once that one is linked" in sides.note("push_payments", "901")[1]


@pytest.mark.case("F8b")
@pytest.mark.parametrize(("kind", "alike"), [("PAYMENT", 1), ("REFUND", 0), ("CREDIT", 0)])
def test_only_a_payment_received_may_be_one_that_quickbooks_received(
    sides: TwoSides, kind: str, alike: int
) -> None:
    whom = {"CustomerRef": {"value": masters(sides), "name": "Blue Heron Plumbing"}}
    sides.mobiwork.put(a_payment(paymentType=kind))
    sides.in_quickbooks("Payment", **whom, TxnDate="2025-11-10", TotalAmt=Decimal("9.63"))
    sides.look("Customer", "Item")
    books = PagedBooks(dict(sides.quickbooks.records))
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW))
    assert len([*sides.store.matches.read_all(CONNECTION, "Payment")]) == alike
