"""How updates that a person asks for are held up, and how they are made after all."""

from decimal import Decimal
from typing import Any

from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from simulators.quickbooks.calls import Call
from tests.builders import a_customer, an_invoice
from tests.refusals.walking import MASTERS, Walk, again, company, retry, seen, walk
from tests.refusals.walks.posted import posted
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, is_create
from tests.unit.push.test_later_changes import LARGER

INVOICE = "push_invoices/5501"


def update_of(world: Simulated, **changes: Any) -> None:
    """Have MobiWork show it larger, and a person want that in QuickBooks."""
    world.find(*MASTERS, an_invoice(**LARGER, **changes))
    again(world, "invoice")
    Desk(world.store).fix(FixKind.UPDATE, INVOICE)


@walk(Kind.QUICKBOOKS)
def _not_found() -> Walk:
    world = posted()
    update_of(world)
    world.quickbooks.books.faults["GET Invoice"] = "404"
    again(world, "invoice")
    desk, entry = yield world
    world.quickbooks.books.faults.clear()
    retry(desk, entry)
    again(world, "invoice")
    assert world.quickbooks.records["Invoice"][0]["TotalAmt"] == Decimal("19.26")


@walk(Kind.NOT_UPDATABLE)
def _voided_before_its_update() -> Walk:
    world = posted()
    update_of(world)
    (made,) = world.quickbooks.records["Invoice"]
    world.quickbooks.books.act("void", entity="Invoice", id=made["Id"])
    again(world, "invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.NOT_UPDATABLE)
def _closed_before_its_update() -> Walk:
    world = posted()
    update_of(world, invoiceDate="2026/01/10", dueDate="null")
    company(world, close_date="2025-12-31")
    again(world, "invoice")
    desk, entry = yield world
    company(world, close_date="")
    retry(desk, entry)
    again(world, "invoice")
    assert world.quickbooks.records["Invoice"][0]["TotalAmt"] == Decimal("19.26")


@walk(Kind.BOTH_CHANGED)
def _changed_there_before_its_update() -> Walk:
    world = posted()
    update_of(world)
    (made,) = world.quickbooks.records["Invoice"]
    line = {**made["Line"][0], "Description": "Elbows"}
    world.quickbooks.edit("Invoice", made["Id"], Line=[line])
    again(world, "invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.BOTH_CHANGED)
def _changed_there_again_and_again() -> Walk:
    world = Simulated()
    world.find(a_customer())
    world.push("customer")
    world.find(a_customer(companyName="Blue Heron LLC"))
    count = iter(range(99))

    def meanwhile(call: Call) -> None:
        if call.kind == "core" and call.method == "POST" and not is_create(call):
            world.quickbooks.edit("Customer", "1", Notes=f"Called {next(count)} times.")

    world.quickbooks.books.before = meanwhile
    again(world, "customer")
    desk, entry = yield world
    world.quickbooks.books.before = lambda _call: None
    retry(desk, entry)
    again(world, "customer")
    assert world.quickbooks.records["Customer"][0]["DisplayName"] == "Blue Heron LLC"
