"""Invoices that are put together in one, or made anew from an old one, are no income twice."""

from decimal import Decimal
from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from connector.mobiwork.xml import RawRecord
from connector.push.matching.called_off import called_off, knowing
from tests.builders import a_customer, a_line, a_payment, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import known

MASTERS = (a_customer(), a_customer("700002", companyName="Two"), a_product())
FIRST, SECOND = (
    {"price": "100", "quantity": "1", "total": "100.00"},
    {"total": "27.00", "price": "9", "quantity": "3"},
)


def of(record_id: str, day: int, *lines: dict[str, Any], **changes: Any) -> RawRecord:
    """Return an untaxed invoice of some lines."""
    total = str(sum((Decimal(one["total"]) for one in lines), Decimal(0)))
    return an_invoice(
        record_id,
        invoiceDate=f"Mon Nov {day:02} 00:00:00 EST 2025",
        lineItems={"lineItem": [a_line(taxable="false", **one) for one in lines]},
        subTotal=total,
        taxAmount="0.00",
        **{"total": total, **changes},
    )


@pytest.fixture
def world() -> World:
    """Two invoices of a customer are in QuickBooks."""
    world = World()
    world.find(*MASTERS, of("1", 3, FIRST), of("2", 4, SECOND))
    world.push("customer", "product", "invoice")
    world.run_id = "r2"
    return world


def posted(world: World, *records: RawRecord) -> dict[str, int]:
    """Push what MobiWork lists by now; it is asked twice for what is missing."""
    for _ in range(2):
        world.find(*MASTERS, *records)
    return world.push("invoice")["invoice"]


@pytest.mark.case("M9i")
@pytest.mark.parametrize(
    "lines", [(FIRST, SECOND), ({"price": "127", "quantity": "1", "total": "127.00"},)]
)
@pytest.mark.parametrize("status", [None, "VOID", "Combined"])
def test_one_that_several_were_put_together_in_waits_until_they_are_gone(
    world: World, lines: tuple[dict[str, Any], ...], status: str | None
) -> None:
    left = [of("1", 3, FIRST, status=status), of("2", 4, SECOND, status=status)] if status else []
    told = posted(world, *left, of("3", 10, *lines))
    assert told.get("created") is None
    reason = world.note("invoice", "3")[1]
    assert reason.startswith("This one of 127.00 looks like several put together: ")
    assert all(one in reason for one in ("(Invoice 4 of 100.00)", "(Invoice 5 of 27.00)"))


@pytest.mark.case("M9i")
@pytest.mark.parametrize(
    "new",
    [
        of("3", 20, FIRST, SECOND),
        of("3", 3, {"price": "90", "quantity": "1", "total": "90.00"}),
    ],
    ids=["with more lines", "of the same day with another price"],
)
def test_one_that_was_made_anew_from_an_old_one_waits_until_that_is_gone(
    world: World, new: RawRecord
) -> None:
    posted(world, of("2", 4, SECOND), new)
    reason = world.note("invoice", "3")[1]
    assert reason.startswith("It looks like invoice 1 entered again")
    assert "Invoice 4 of 100.00" in reason


@pytest.mark.case("M9i")
@pytest.mark.parametrize(
    "new",
    [
        of("3", 10, FIRST),
        of("3", 10, {"price": "50", "quantity": "1", "total": "50.00"}),
        of("3", 10, FIRST, SECOND, customerId="700002"),
    ],
    ids=["the next visit", "another price and day", "another customer"],
)
def test_what_is_billed_for_something_else_does_not_wait(world: World, new: RawRecord) -> None:
    assert posted(world, new) == {"created": 1}


@pytest.mark.case("M9i")
def test_one_whose_parts_still_count_does_not_wait(world: World) -> None:
    both = of("1", 3, FIRST), of("2", 4, SECOND)
    assert posted(world, *both, of("3", 10, FIRST, SECOND)) == {"created": 1}


@pytest.mark.case("M9i")
def test_of_a_payment_whose_status_is_asked_about_nobody_says_that_it_does_not_count(
    world: World,
) -> None:
    both = of("1", 3, FIRST), of("2", 4, SECOND)
    first = a_payment("901", invoiceId="1", amount="100.00")
    assert posted(world, *both, first) == {}
    assert world.push("payment")["payment"] == {"created": 1}
    world.run_id = "r3"
    asked = a_payment("901", invoiceId="1", amount="100.00", status="Partially refunded")
    world.find(*MASTERS, *both, asked, a_payment("902", invoiceId="1", amount="100.00"))
    world.push("payment")
    reason = world.note("payment", "902")[1]
    assert reason.startswith("It looks like payment 901 of 100.00 entered again, which may not")
    assert reason.endswith("leave out the entry of the first or decide on its status.")
    earlier = called_off(world.run(), BY_ENTITY["payment"])
    assert [one.asked for one in earlier] == [True]
    assert knowing(known(), earlier).called_off == {}
