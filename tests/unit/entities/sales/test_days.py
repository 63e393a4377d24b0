from datetime import date
from typing import Any

import pytest

from connector.entities.sales import invoices, sales_orders
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.sales_orders import SalesOrder
from connector.model.flows.context import Linked, PushContext
from connector.model.plans import Refuse, Skip
from connector.push.plan import plan
from tests.unit.entities.sales.selling import known, read

SEEN = date(2025, 11, 16)
OCTOBER = {"createdDate": "Thu Oct 30 09:15:00 EDT 2025"}
UNTOLD = OCTOBER | {"checkoutDate": "null"}


def day(changes: dict[str, str]) -> Any:
    order = read(SalesOrder, **changes)
    return sales_orders.to_qbo(order, known(seen_on=SEEN))["TxnDate"]


@pytest.mark.case("M19")
def test_an_order_is_revenue_of_the_day_it_was_checked_out() -> None:
    assert day(OCTOBER | {"checkoutDate": "Fri Nov 14 11:00:00 EST 2025"}) == "2025-11-14"


@pytest.mark.case("M19a")
def test_without_a_day_of_check_out_it_is_that_on_which_it_was_first_seen() -> None:
    assert day(UNTOLD) == "2025-11-16"
    order = read(SalesOrder, **UNTOLD)
    assert sales_orders.remarks(order, {"TxnDate": "2025-11-16"}) == [
        "MobiWork does not say when it was checked out; the invoice is dated 2025-11-16, when that "
        "was first seen."
    ]


def test_an_open_order_is_an_estimate_of_the_day_it_was_ordered() -> None:
    assert day(UNTOLD | {"status": "WAITING_FOR_STOCK"}) == "2025-10-30"


def posted(context: PushContext) -> Linked:
    body = sales_orders.to_qbo(read(SalesOrder, **UNTOLD), context)
    return Linked("145", "0", "", body)


@pytest.mark.case("M19b")
def test_an_invoice_that_is_posted_keeps_its_day_when_it_is_planned_again() -> None:
    link = posted(known(seen_on=SEEN))
    again = known(seen_on=date(2025, 12, 3), links={("salesOrder", "61001"): link})
    planned = plan(sales_orders.PUSH, read(SalesOrder, **UNTOLD), link, again)
    assert isinstance(planned, Skip)
    assert not planned.drift


@pytest.mark.case("M19c")
def test_its_invoice_is_found_again_whatever_day_it_was_seen_on() -> None:
    first, later = (posted(known(seen_on=seen)).base for seen in (SEEN, date(2025, 12, 3)))
    assert sales_orders.twin_query(first) == sales_orders.twin_query(later)


@pytest.mark.case("M18e")
@pytest.mark.parametrize("written", ["Thu Jan 01 00:00:00 EST 1970", "0001/01/01"])
def test_a_day_that_stands_for_no_date_is_refused(written: str) -> None:
    invoice = read(Invoice, invoiceDate=written)
    planned = plan(invoices.PUSH, invoice, None, known())
    assert isinstance(planned, Refuse)
    assert "which cannot be the day on which it happened" in planned.reason
