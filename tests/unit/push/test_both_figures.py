"""What changed of a posted record is told with both figures, whatever else is wrong with it."""

import pytest

from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_customer("700002", companyName="Gull Bakery"), a_product())


@pytest.fixture
def posted() -> World:
    """An invoice and its payment that are in QuickBooks."""
    world = World()
    world.find(*MASTERS, an_invoice(), an_invoice("5502"), a_payment())
    world.push("customer", "product", "invoice", "payment")
    world.run_id = "r2"
    return world


def reason(world: World, source: str, record_id: str) -> str:
    items = world.store.pending.read_all(CONNECTION, f"push_{source}s")
    return next(one.reason or "" for one in items if one.record_id == record_id)


@pytest.mark.case("M1n")
@pytest.mark.parametrize("status", ["OPEN", "Voided"])
def test_an_invoice_that_does_not_count_any_more_says_its_other_total(
    posted: World, status: str
) -> None:
    posted.find(*MASTERS, an_invoice(status=status, total="270.00"))
    posted.push("invoice")
    assert f'Its status is "{status}"' in reason(posted, "invoice", "5501")
    assert reason(posted, "invoice", "5501").endswith("The amount was 9.63 and is 270.00 now.")


def test_what_changed_is_said_once_and_in_words(posted: World) -> None:
    invoices = an_invoice(customerId="700002"), an_invoice("5502")
    posted.find(*MASTERS, *invoices, a_payment(invoiceId="5502"))
    posted.push("invoice", "payment")
    assert reason(posted, "invoice", "5501").count("The customer was") == 1
    assert "The invoice was 5501 and is 5502 now." in reason(posted, "payment", "901")
    assert "{" not in reason(posted, "payment", "901")
