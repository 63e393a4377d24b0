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

FACTS = {"amount": "9.63", "sales tax": "0.63", "date": "2025-11-02", "due date": "2025-12-02"}


def keep(world: World, *, base: dict[str, Any], **changes: Any) -> None:
    """Let the link of the invoice be as an older version wrote it."""
    link = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    before = replace(link, base=link.base | base, **changes)
    assert world.store.links.save(CONNECTION, before, TOLD, before=link)


@pytest.fixture
def world() -> World:
    """Have an invoice in QuickBooks whose link is of before: no facts, no code of its tax."""
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    base = {
        "PrivateNote": "MobiWork invoice INV-5501 [MobiWork invoice 5501 c1]",
        "TxnTaxDetail": {"TotalTax": Decimal("0.63")},
    }
    keep(world, base=base, content_hash="of before", facts={})
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
    keep(world, base={}, facts=FACTS | {"customer": "700001"})
    world.find(an_invoice(comments="seen anew"))
    world.push("invoice")
    assert world.left("invoice") == {}


@pytest.mark.case("M8b")
@pytest.mark.parametrize("unknown", [*FACTS, "customer billed"])
def test_a_fact_that_was_not_kept_at_the_post_is_unknown_and_no_change(
    world: World, unknown: str
) -> None:
    known = FACTS | {"customer billed": ""}
    facts = {name: said for name, said in known.items() if name != unknown}
    keep(world, base={}, facts=facts)
    world.find(an_invoice(comments="seen anew"))
    world.push("invoice")
    assert world.left("invoice") == {}
    assert "was nothing" not in world.note("invoice", "5501")[1]


@pytest.mark.case("M8b")
def test_the_facts_that_were_kept_are_compared_all_the_same(world: World) -> None:
    keep(world, base={}, facts={"sales tax": "0.63"})
    world.find(an_invoice(**DEARER))
    world.push("invoice")
    told = world.note("invoice", "5501")[1]
    assert "The sales tax was 0.63 and is 1.26 now." in told
    assert "The amount was" not in told
