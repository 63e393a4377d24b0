"""Documents that an older version posted are what they were: an upgrade tells and sends nothing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.model.links import Link
from connector.model.outcomes import Outcome, RecordOutcome
from tests.builders import CONNECTION, a_customer, a_line, a_product, an_invoice, settings
from tests.unit.engine.world import World

DEARER: dict[str, Any] = {
    "lineItems": {"lineItem": [a_line(), a_line()]},
    "subTotal": "18.00",
    "taxAmount": "1.26",
    "total": "19.26",
}
TOLD = RecordOutcome(
    run_id="r0",
    flow="push_invoices",
    record_id="5501",
    outcome=Outcome.CREATED,
    label="invoice 5501",
)


@pytest.fixture
def world() -> World:
    """Have an invoice in QuickBooks whose link is of before: no facts, no code of its tax."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    link = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    base = link.base | {
        "PrivateNote": "MobiWork invoice INV-5501 [MobiWork invoice 5501 c1]",
        "TxnTaxDetail": {"TotalTax": Decimal("0.63")},
    }
    before = replace(link, base=base, content_hash="of before", facts={})
    assert world.store.links.save(CONNECTION, before, TOLD, before=link)
    world.run_id = "r2"
    return world


@pytest.mark.parametrize("repush", [False, True])
def test_an_invoice_that_did_not_change_is_left_alone(world: World, *, repush: bool) -> None:
    world.save(settings(repush_invoices=repush))
    world.find(an_invoice(comments="seen anew"))
    assert world.push("invoice") == {"invoice": {"unchanged": 1}}
    assert world.left("invoice") == {}
    assert "changed in MobiWork" not in world.note("invoice", "5501")[1]


def test_an_invoice_that_is_dearer_now_is_told(world: World) -> None:
    world.find(an_invoice(**DEARER))
    world.push("invoice")
    assert world.left("invoice") == {"5501": "deleted"}
    assert "Correct one of the two by hand" in world.note("invoice", "5501")[1]


@pytest.mark.case("M1m")
def test_what_was_posted_when_only_sums_were_kept_is_compared_by_them_alone(world: World) -> None:
    link = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    sums = {"amount": "9.63", "sales tax": "0.63", "customer": "700001", "date": "2025-11-02"}
    world.store.links.save(
        CONNECTION, replace(link, facts=sums | {"due date": "2025-12-02"}), TOLD, before=link
    )
    world.find(an_invoice(comments="seen anew"))
    world.push("invoice")
    assert world.left("invoice") == {}
