"""What becomes of the invoices of chosen payments is told before they are pushed with them."""

from typing import Any

import pytest
from pynamodb.signals import pre_dynamodb_send

from connector.api.plans.payments_with_invoices import held_back_by
from connector.engine.stores import DYNAMODB
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
)
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import an_order

OPEN = {"status": "WAITING_FOR_STOCK", "checkoutDate": "null"}


def world(*invoices: Any) -> World:
    """Have customer and product in QuickBooks, and invoices with a payment on their way."""
    made = World()
    made.find(a_customer(), a_product(), *invoices, a_payment())
    made.push("customer", "product")
    return made


def told(made: World) -> dict[str, str]:
    before = [*made.store.pending.read_all(CONNECTION, "push_invoices")]
    found = held_back_by(made.run(dry_run=True), ["901", "902"])
    assert [*made.store.pending.read_all(CONNECTION, "push_invoices")] == before
    assert len(made.quickbooks.records.get("Invoice", [])) == 0
    return found


@pytest.mark.case("F14a")
def test_a_payment_goes_whose_invoice_goes() -> None:
    assert told(world(an_invoice())) == {}


@pytest.mark.case("F14a")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lineItems": {"lineItem": [a_line(taxable="false")]}}, "none of its lines is taxable"),
        ({"total": "12.00"}, "its total says 12.00"),
        ({"status": "Ready for billing"}, "no one has decided whether such invoices are posted"),
        ({"status": "Draft"}, "its lines can still change"),
        ({"customerId": "700009"}, "which is not in QuickBooks yet"),
    ],
)
def test_a_payment_whose_invoice_is_not_posted_stays_and_says_why(
    changes: dict[str, Any], why: str
) -> None:
    [reason] = told(world(an_invoice(**changes))).values()
    assert reason.startswith("Invoice INV-5501")
    assert why in reason


@pytest.mark.case("F14a")
def test_what_was_refused_and_would_go_by_now_does_not_hold_it_back() -> None:
    made = world(an_invoice())
    shut = a_company(closed_until="2026-12-31")
    made.store.settings.save_company(CONNECTION, shut)
    made.push("invoice")
    assert "closed up to" in told(made)["901"]
    made.store.settings.save_company(CONNECTION, a_company())
    assert told(made) == {}


@pytest.mark.case("F14a")
def test_an_invoice_that_was_left_out_or_is_not_listed_is_told() -> None:
    left = world(an_invoice(status="Draft"))
    left.push("invoice")
    assert told(left)["901"].startswith("Invoice INV-5501 of Blue Heron Plumbing is left out: ")
    assert "does not list invoice 5501" in told(world())["901"]


@pytest.mark.case("F14b")
@pytest.mark.parametrize(
    ("order", "pushed", "why"),
    [
        (an_order(**OPEN), True, "Sales order 61001 is still open (Estimate "),
        (an_order(**OPEN), False, "Sales order 61001 is not in QuickBooks yet."),
        (
            an_order(status="CANCELED"),
            True,
            "Sales order SO-10001 of Blue Heron Plumbing is left out: ",
        ),
        (an_order(status="Cart"), True, "no one has decided whether such sales orders"),
        (an_order(total="12.00"), False, "but its total says 12.00"),
    ],
)
def test_an_order_is_not_told_as_an_invoice_that_is_not_listed(
    order: Any, pushed: bool, why: str
) -> None:
    made = World()
    made.find(a_customer(), a_product(), order, a_payment(invoiceId="61001"))
    made.push("customer", "product", *(["salesOrder"] if pushed else []))
    reason = told(made)["901"]
    assert why in reason
    assert "does not list" not in reason


@pytest.mark.case("F14b")
def test_a_payment_goes_whose_sales_order_is_checked_out() -> None:
    made = World()
    made.find(a_customer(), a_product(), an_order(), a_payment(invoiceId="61001"))
    made.push("customer", "product")
    assert told(made) == {}


@pytest.mark.case("F14a")
def test_what_cannot_be_read_of_an_invoice_is_told_with_its_id() -> None:
    reason = told(world(an_invoice(total="much")))["901"]
    assert reason.startswith("Invoice 5501 stays: ")


@pytest.mark.usefixtures("table")
def test_fifty_invoices_take_hardly_more_of_the_table_than_one() -> None:
    made = World(store=DYNAMODB)
    ids = [str(5501 + one) for one in range(50)]
    payments = [a_payment(f"9{one}", invoiceId=one) for one in ids]
    made.find(a_customer(), a_product(), *(an_invoice(one, total="12.00") for one in ids))
    made.find(*payments)
    calls: list[str] = []

    def count(_: object, operation_name: str, **__: object) -> None:
        calls.append(operation_name)

    def cost(chosen: list[str]) -> int:
        calls.clear()
        with pre_dynamodb_send.connected_to(count):
            found = held_back_by(made.run(dry_run=True), chosen)
        assert sorted(found) == chosen
        return len(calls)

    every = [f"9{one}" for one in ids]
    assert cost(every) <= cost(every[:1]) + 8
