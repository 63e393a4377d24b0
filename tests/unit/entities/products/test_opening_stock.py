from decimal import Decimal
from typing import Any

import pytest

from tests.builders import CONNECTION, a_customer, a_line, a_product, an_invoice, settings
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import a_vendor, an_order
from tests.unit.entities.sales.selling import an_order as a_sales_order
from tests.unit.entities.sales.selling import money

THREE = money([a_line(quantity="3", price="3.0", total="9.00")], "9.00", "0.63", "9.63")


@pytest.fixture
def world() -> World:
    """Have a company that counts stock from 2025-10-01 on."""
    world = World()
    chosen = settings(
        handle_inventory=True,
        inventory_start_date="2025-10-01",
        asset_account="Inventory Asset",
        accounts_payable="Accounts Payable",
    )
    world.store.settings.save_settings(CONNECTION, chosen, saved_at="", saved_by="test")
    return world


def opening(world: World, *records: Any) -> Decimal:
    """Return the opening quantity of a part of which MobiWork has ten by now."""
    world.find(a_customer(), a_product(quantity="10"), *records)
    world.push("product")
    (item,) = world.quickbooks.records["Item"]
    return Decimal(item["QtyOnHand"])


@pytest.mark.case("M16")
def test_what_a_waiting_invoice_sold_was_there_on_the_start_date(world: World) -> None:
    assert opening(world, an_invoice(**THREE)) == 13


@pytest.mark.case("M16")
def test_what_a_waiting_receipt_brought_was_not_there_on_the_start_date(world: World) -> None:
    line = {"productId": "307001", "quantity": "4", "price": "1", "total": "4"}
    order = an_order("71001", line, status="RECEIVED", createdDate="2025/11/03")
    assert opening(world, a_vendor(), order) == 6


@pytest.mark.case("M16a")
@pytest.mark.parametrize(("status", "expected"), [("COMPLETED", 13), ("WAITING_FOR_STOCK", 10)])
def test_an_order_that_is_checked_out_sold_too_and_an_open_one_did_not(
    world: World, status: str, expected: int
) -> None:
    assert opening(world, a_sales_order(**THREE | {"status": status})) == expected


@pytest.mark.case("M16b")
@pytest.mark.parametrize(
    "changes", [{"status": "VOID"}, {"invoiceDate": "2025/09/30"}], ids=["void", "before the start"]
)
def test_what_is_not_posted_does_not_count(world: World, changes: dict[str, str]) -> None:
    assert opening(world, an_invoice(**THREE | changes)) == 10


@pytest.mark.case("M16e")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"status": "Service Completed"}, 13), ({"status": "OPEN"}, 10), ({"total": "700"}, 13)],
    ids=["undecided", "a draft", "refused"],
)
def test_what_is_sold_and_waits_for_a_person_counts_as_sold_and_a_draft_does_not(
    world: World, changes: dict[str, str], expected: int
) -> None:
    world.find(a_customer(), an_invoice(**THREE | changes))
    world.push("customer", "invoice")
    assert opening(world, an_invoice(**THREE | changes)) == expected


@pytest.mark.case("M16c")
def test_after_the_documents_are_posted_both_sides_count_the_same(world: World) -> None:
    first = opening(world, an_invoice(**THREE))
    world.push("customer", "invoice")
    (invoice,) = world.quickbooks.records["Invoice"]
    sold = sum(line["SalesItemLineDetail"]["Qty"] for line in invoice["Line"])
    assert first - sold == 10
