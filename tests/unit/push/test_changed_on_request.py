"""Posted documents of every kind, changed to what MobiWork says because a person asks for it."""

from collections.abc import Mapping
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.registry import PUSHES
from connector.errors import RemoteDownError
from connector.model.worklist.causes import Kind, cause
from connector.model.worklist.fixes import FixKind
from tests.builders import a_line, a_payment, an_invoice
from tests.simulated_books import nothing
from tests.unit.api.desk import Desk
from tests.unit.engine.deaths import KilledError
from tests.unit.entities.purchases import buying
from tests.unit.entities.sales import selling
from tests.unit.undo.test_every_kind import IN_AUTUMN, everything
from tests.unit.undo.world import NO_TAX, World

MORE: dict[str, Any] = {
    **NO_TAX,
    "lineItems": {"lineItem": [a_line(taxable="false"), a_line(taxable="false")]},
    "subTotal": "18.00",
    "total": "18.00",
}
CREDIT: dict[str, Any] = {"paymentType": "CREDIT", "paymentMethod": "", "customerId": "700001"}
UNUSED = CREDIT | {"invoiceId": ""}
CHANGED = cause(Kind.CHANGED_HERE)


@pytest.fixture
def world() -> World:
    """All kinds of documents, posted; the order 71001 has a bill, the invoice 5502 a credit."""
    found = everything()
    found.mobiwork.put(a_payment("906", amount="3.00", **UNUSED))
    found.run("r1")
    return found


def totals(world: World, *targets: str) -> Mapping[str, list[str]]:
    return {one: sorted(str(each["TotalAmt"]) for each in world.books.all(one)) for one in targets}


def entries(world: World) -> dict[str, str]:
    desk = Desk(world.store, world.books.client)
    return {one.id: one.why for one in desk.entries()}


def have_changed(world: World) -> None:
    """Let a person have all that was changed in MobiWork changed in QuickBooks, too."""
    world.run("r2")
    desk = Desk(world.store, world.books.client)
    told = desk.fix(FixKind.UPDATE, cause=CHANGED, preview=True)
    assert (told.reads, told.writes) == (told.entries.count, told.entries.count)
    desk.fix(FixKind.UPDATE, cause=CHANGED)
    world.run("r3")
    world.run("r4")


@pytest.mark.case("B4c")
def test_every_kind_of_document_gets_what_mobiwork_says_by_now(world: World) -> None:
    world.mobiwork.put(selling.a_quote(**MORE))
    world.mobiwork.put(selling.an_order(**MORE | IN_AUTUMN))
    world.mobiwork.put(a_payment(amount="8.00"))
    world.mobiwork.put(buying.an_order("71002", buying.an_order_line(quantity="7")))
    world.mobiwork.put(buying.an_expense(amount="33.33"))
    world.mobiwork.put(a_payment("906", amount="2.00", **UNUSED))

    have_changed(world)

    assert entries(world) == {}
    kinds = ("Estimate", "Invoice", "Payment", "PurchaseOrder", "Purchase", "CreditMemo")
    assert totals(world, *kinds) == {
        "Estimate": ["18.00"],
        "Invoice": ["18.00", "9.00", "9.00"],
        "Payment": ["0", "8.00"],
        "PurchaseOrder": ["13.20", "31.50"],
        "Purchase": ["33.33"],
        "CreditMemo": ["2.00", "4.00"],
    }
    [paid] = [one for one in world.books.all("Invoice") if one["DocNumber"] == "INV-5501"]
    assert paid["Balance"] == Decimal("1.00")


@pytest.mark.case("B4c")
def test_what_is_paid_used_or_of_another_kind_stays_and_says_why(world: World) -> None:
    world.books.act("close_books", date="2025-11-04")
    world.remember_company()
    before = totals(world, "Invoice", "CreditMemo", "PurchaseOrder", "Purchase", "Estimate")
    received = [
        buying.an_order_line(quantityReceived="10", quantity="12"),
        buying.another_line(quantityReceived="3"),
    ]
    world.mobiwork.put(an_invoice("5502", **MORE))
    world.mobiwork.put(a_payment("905", amount="5.00", invoiceId="5502", **CREDIT))
    world.mobiwork.put(buying.an_order("71001", *received, status="RECEIVED"))
    world.mobiwork.put(buying.an_expense(paymentType="Cash"))

    have_changed(world)

    assert totals(world, *before) == before
    why = {
        "push_bills/71001": "MobiWork does not tell which of the bills of an order",
        "push_credits/905": "A payment or deposit is applied to it",
        "push_expenses/31001": "The payment type of an expense cannot be changed",
        "push_invoices/5502": "the books in QuickBooks are closed up to 2025-11-04",
        "push_purchase_orders/71001": "It is linked to a Bill in QuickBooks",
    }
    told = entries(world)
    assert told.keys() == why.keys()
    assert [own for own, one in why.items() if one not in told[own]] == []


def test_a_flow_whose_documents_stay_as_posted_says_why() -> None:
    assert {one.name for one in PUSHES if one.updating is None} == {
        "push_bills",
        "push_credit_applications",
    }
    assert all((one.stays is None) is (one.updating is not None) for one in PUSHES)


@pytest.mark.parametrize("lost", [True, False], ids=["its answer is lost", "its worker dies"])
def test_a_change_that_was_asked_for_is_there_once_when(world: World, *, lost: bool) -> None:
    def trouble(*_told: object) -> None:
        world.books.after, world.checkpoint = nothing, lambda _step: None
        raise RemoteDownError("No answer.", unknown_outcome=True) if lost else KilledError

    world.mobiwork.put(a_payment(amount="8.00"))
    world.run("r2")
    Desk(world.store, world.books.client).fix(FixKind.UPDATE, "push_payments/901")
    if lost:
        world.books.after = lambda call: trouble() if call.method == "POST" else None
    else:
        world.checkpoint = trouble
    with nullcontext() if lost else pytest.raises(KilledError):
        world.run("r3")

    world.run("r4")

    assert entries(world) == {}
    assert totals(world, "Payment") == {"Payment": ["0", "8.00"]}
    [paid] = [one for one in world.books.all("Invoice") if one["DocNumber"] == "INV-5501"]
    assert paid["Balance"] == Decimal("1.00")
