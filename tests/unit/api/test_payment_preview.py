"""What becomes of the invoices of chosen payments is told before they are pushed with them."""

from typing import Any

import pytest

from connector.api.plans.payments_with_invoices import held_back_by
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
    assert told(left)["901"].startswith("Invoice 5501 is left out: ")
    assert "lists" in told(world())["901"]
