"""How refusals and waits of documents come to be before they are posted, and how they end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import ConflictError, RemoteDownError
from connector.model.body import Body
from connector.model.pending import PendingState
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_line, a_payment, a_product, an_invoice
from tests.fakes import lost_answer
from tests.refusals.walking import (
    DOCUMENTS,
    MASTERS,
    Walk,
    again,
    by_hand,
    company,
    retry,
    walk,
)
from tests.unit.api.simulated import Simulated, settings
from tests.unit.entities.purchases.buying import an_expense
from tests.unit.push.test_stop import seen_by_another


def selling(*records: Any, company_is: dict[str, Any] | None = None, **chosen: Any) -> Simulated:
    """Push documents in a company and with settings as they are given."""
    world = Simulated()
    world.save(settings(**chosen))
    company(world, **(company_is or {}))
    world.find(*MASTERS, *records)
    world.push(*DOCUMENTS)
    return world


@walk(Kind.PARENT)
def _parent() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice())
    world.push("invoice")
    yield world
    again(world, "customer", "product", "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.PARENT_LEFT_OUT)
def _parent_left_out() -> Walk:
    world = Simulated()
    world.find(a_customer(prospectFlag="true"), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    desk, entry = yield world
    desk.fix(FixKind.LEAVE_OUT, entry, why="Only a prospect.")
    again(world, "invoice")


@walk(Kind.PARENT_UNKNOWN)
def _parent_unknown() -> Walk:
    ghost = a_line(productId="999", productName="Ghost")
    world = selling(an_invoice(lineItems={"lineItem": ghost}))
    desk, entry = yield world
    world.find(*MASTERS, a_product("999"), an_invoice(lineItems={"lineItem": ghost}))
    retry(desk, entry)
    again(world, *DOCUMENTS)
    assert world.link("invoice", "5501")


@walk(Kind.QUESTION)
def _question() -> Walk:
    world = selling(an_invoice(status="Counter"))
    desk, entry = yield world
    desk.fix(FixKind.CHOOSE, entry, target="post")
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.SETTING)
def _setting() -> Walk:
    world = selling(an_invoice(), income_account="")
    desk, entry = yield world
    desk.fix(FixKind.CHOOSE, entry, target="Sales of Product Income")
    again(world, *DOCUMENTS)
    assert world.link("invoice", "5501")


@walk(Kind.MAPPING)
def _mapping() -> Walk:
    world = Simulated()
    world.find(an_expense(paymentType="Amex"))
    world.push("expense")
    desk, entry = yield world
    desk.fix(FixKind.CHOOSE, entry, target="CreditCard/Mastercard")
    again(world, "expense")
    assert len(world.quickbooks.records["Purchase"]) == 1


@walk(Kind.PAYMENT_METHOD)
def _payment_method() -> Walk:
    payments = [a_payment(one, amount="4.00", paymentMethod="Venmo") for one in ("901", "902")]
    world = selling(an_invoice(), *payments, missing_payment_methods="ask")
    desk, _ = yield world
    (cause,) = desk.worklist().causes
    assert cause.entries.count == 2
    fixed = desk.fix(FixKind.CHOOSE, cause=cause.cause, target="Check")
    assert (fixed.entries.count, fixed.left) == (2, 0)
    again(world, "payment")
    assert len(world.quickbooks.records["Payment"]) == 2


@walk(Kind.TRACKING)
def _tracking() -> Walk:
    chosen = {"field": "category"}
    tracks = {"classes": "transaction"}
    world = selling(an_invoice(category="HVAC"), company_is=tracks, class_of_sales=chosen)
    desk, entry = yield world
    by_hand(world, "Class", Name="HVAC")
    company(world)
    retry(desk, entry)
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.CUSTOM_FIELD)
def _custom_field() -> Walk:
    fields = [{"api_name": "crew", "definition_id": "2"}]
    crew = {"customField": {"apiName": "crew", "value": "North"}}
    world = selling(an_invoice(customFields=crew), invoice_custom_fields=fields)
    desk, entry = yield world
    labels = {"1": "Crew #", "2": "Crew"}
    world.quickbooks.books.act("custom_fields", family="sales", fields=labels)
    company(world)
    retry(desk, entry)
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.TAX)
def _tax() -> Walk:
    world = selling(an_invoice(), company_is={"tax_mode": "off"})
    desk, entry = yield world
    company(world, tax_mode="automated")
    retry(desk, entry)
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.CLOSED)
def _closed() -> Walk:
    world = selling(an_invoice(), company_is={"close_date": "2025-12-31"})
    desk, entry = yield world
    company(world, close_date="")
    retry(desk, entry)
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.RECORD)
def _record() -> Walk:
    world = selling(an_invoice(total="19.63"), a_payment())
    desk, entry = yield world
    assert [one.id for one in desk.entries()[0].children] == ["push_payments/901"]
    retry(desk, entry)
    again(world, "invoice")
    assert [one.id for one in desk.entries()] == [entry]
    world.find(*MASTERS, an_invoice(), a_payment())
    again(world, "invoice", "payment")
    assert world.link("payment", "901")


@walk(Kind.UNREADABLE)
def _unreadable() -> Walk:
    world = selling(an_invoice(total="twelve"))
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Entered it there.")
    again(world, "invoice")


@walk(Kind.WITHOUT_ID)
def _without_id() -> Walk:
    world = Simulated()
    world.find(a_customer(""))
    world.push("customer")
    desk, entry = yield world
    desk.fix(FixKind.LEAVE_OUT, entry)
    again(world, "customer")


@walk(Kind.STOPPED)
def _stopped() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    seen_by_another(world)
    world.push("invoice")
    desk, entry = yield world
    desk.fix(FixKind.CHOOSE, entry, target="post and list")
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.BEING_SENT)
def _being_sent() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    world.quickbooks.after, world.quickbooks.books.late = lost_answer, True
    world.push("payment", claim_seconds=1e9, settle_seconds=1e9)
    yield world
    world.quickbooks.after, world.quickbooks.books.late = lambda _e, _b: None, False
    again(world, "payment")
    assert len(world.quickbooks.records["Payment"]) == 1


@walk(Kind.FUTURE)
def _future() -> Walk:
    tomorrow = datetime.now(UTC) + timedelta(days=3)
    world = selling(an_invoice(invoiceDate=f"{tomorrow:%Y/%m/%d}", dueDate="null"))
    yield world
    later = tomorrow + timedelta(days=2)
    again(world, "invoice", now=lambda: later)
    assert world.link("invoice", "5501")


@walk(Kind.START_DATE)
def _start_date() -> Walk:
    parts = [{"invoiceId": one, "amount": "9.63"} for one in ("5501", "5502")]
    world = selling(
        an_invoice(),
        an_invoice("5502", invoiceDate="2025/11/20"),
        a_payment(amount="19.26", invoiceId="", invoicePayments={"invoicePayment": parts}),
        start_date="2025-11-10",
    )
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="As the accountant wants it.")
    again(world, "payment")


@walk(Kind.INACTIVE)
def _inactive() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    number = str(world.link("product", "307001"))
    world.quickbooks.edit("Item", number, Active=False)
    world.push("invoice")
    desk, entry = yield world
    told = desk.fix(FixKind.ACTIVATE, entry, preview=True)
    item = world.quickbooks.read("Item", number)
    assert (told.reads, told.writes, item["Active"]) == (1, 1, False)
    desk.fix(FixKind.ACTIVATE, entry)
    item = world.quickbooks.read("Item", number)
    assert (item["Active"], item["SyncToken"]) == (True, "2")
    assert not item["Name"].endswith("(deleted)")
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.NOT_OWED)
def _not_owed() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product", "invoice")
    paid = {"TxnType": "Invoice", "TxnId": world.link("invoice", "5501")}
    line = {"Amount": Decimal("5.63"), "LinkedTxn": [paid]}
    customer = {"value": world.link("customer", "700001")}
    own = by_hand(world, "Payment", CustomerRef=customer, TotalAmt=line["Amount"], Line=[line])
    world.push("payment")
    desk, entry = yield world
    world.quickbooks.books.act("delete", entity="Payment", id=own)
    retry(desk, entry)
    again(world, "payment")
    assert world.link("payment", "901")


@walk(Kind.REMOTE_FAILED)
def _remote_failed() -> Walk:
    def fail(_entity: str, _body: Body) -> None:
        raise RemoteDownError("Failed inside.", unknown_outcome=True)

    world = Simulated()
    world.find(a_customer())
    world.quickbooks.before = fail
    for _ in range(20):
        again(world, "customer")
    desk, entry = yield world
    world.quickbooks.before = lambda _entity, _body: None
    retry(desk, entry)
    again(world, "customer")
    assert world.link("customer", "700001")


@walk(Kind.OTHER)
def _other() -> Walk:
    world = selling(an_invoice(total="19.63"))
    pending = world.store.pending
    (item,) = pending.open_items(CONNECTION, "push_invoices")
    pending.hold(item, PendingState.REFUSED, reason="Refused in words of before.")
    desk, entry = yield world
    retry(desk, entry)
    world.find(*MASTERS, an_invoice())
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.QUICKBOOKS)
def _quickbooks() -> Walk:
    """One of the codes that test_walk_of_faults walks all of."""
    world = Simulated()
    world.find(a_customer())
    world.quickbooks.books.faults["Customer"] = "2050"
    world.push("customer")
    desk, entry = yield world
    world.quickbooks.books.faults.clear()
    retry(desk, entry)
    again(world, "customer")


@walk(Kind.APPROVAL)
def _approval() -> Walk:
    world = selling(an_invoice(), approve_before_post=["push_invoices"])
    desk, entry = yield world
    told = desk.fix(FixKind.APPROVE, entry, preview=True)
    assert told.entries.worth == Decimal("9.63")
    with pytest.raises(ConflictError):
        desk.fix(FixKind.APPROVE, entry, target="another")
    desk.fix(FixKind.APPROVE, entry)
    again(world, "invoice")
    assert world.link("invoice", "5501")
