"""How credits are held up once they are posted: when they are applied, and what is left of them."""

from decimal import Decimal
from typing import Any

from connector.changes.documents import shown
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.fakes import lost_answer
from tests.refusals.walking import (
    MASTERS,
    Walk,
    again,
    by_hand,
    company,
    kept_out,
    retry,
    walk,
)
from tests.refusals.walks.money import CREDITS, of_kind
from tests.refusals.walks.posted import NOW, voided
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated
from tests.unit.api.simulated import settings as chosen

CREDIT = of_kind("CREDIT", amount="4.00")


def credited(**changes: Any) -> Simulated:
    """A credit memo in QuickBooks that is not applied to its invoice yet."""
    world = Simulated()
    world.save(chosen(**CREDITS))
    world.find(*MASTERS, an_invoice(), of_kind("CREDIT", **{"amount": "4.00", **changes}))
    world.push("customer", "product", "invoice", "credit")
    return world


def line(amount: str, kind: str, own: object) -> dict[str, Any]:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnType": kind, "TxnId": own}]}


@walk(Kind.DOCUMENT_GONE)
def _memo_gone() -> Walk:
    world = credited()
    voided(world, "CreditMemo")
    world.push("creditApplication")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="It is void.")
    again(world, "creditApplication")


@walk(Kind.DOCUMENT_GONE)
def _credited_invoice_gone() -> Walk:
    world = credited()
    voided(world, "Invoice")
    world.push("creditApplication")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="It is void.")
    again(world, "creditApplication")


@walk(Kind.CLOSED)
def _applied_in_closed_books() -> Walk:
    world = credited()
    company(world, close_date="2025-12-31")
    world.push("creditApplication")
    desk, entry = yield world
    company(world, close_date="")
    retry(desk, entry)
    again(world, "creditApplication")
    assert world.link("creditApplication", "905")


@walk(Kind.NOT_OWED)
def _credit_of_what_is_paid() -> Walk:
    world = credited()
    customer = {"value": world.link("customer", "700001")}
    paid = [line("9.63", "Invoice", world.link("invoice", "5501"))]
    own = by_hand(world, "Payment", CustomerRef=customer, TotalAmt=Decimal("9.63"), Line=paid)
    world.push("creditApplication")
    desk, entry = yield world
    world.quickbooks.books.act("delete", entity="Payment", id=own)
    retry(desk, entry)
    again(world, "creditApplication")
    assert world.link("creditApplication", "905")


@walk(Kind.NOT_OWED)
def _credit_that_is_used_up() -> Walk:
    world = credited()
    customer = {"value": world.link("customer", "700001")}
    item = {"ItemRef": {"value": world.link("product", "307001")}}
    sold = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": item}
    other = by_hand(world, "Invoice", CustomerRef=customer, Line=[sold])
    lines = [line("3.00", "Invoice", other)]
    lines.append(line("3.00", "CreditMemo", world.link("credit", "905")))
    own = by_hand(world, "Payment", CustomerRef=customer, TotalAmt=0, Line=lines)
    world.push("creditApplication")
    desk, entry = yield world
    world.quickbooks.books.act("delete", entity="Payment", id=own)
    retry(desk, entry)
    again(world, "creditApplication")
    assert world.link("creditApplication", "905")


@walk(Kind.TO_FINISH)
def _left_of_a_credit() -> Walk:
    world = credited(amount="20.00")
    world.push("creditApplication")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Applied to another invoice.")


@walk(Kind.TO_FINISH)
def _memo_of_another_total() -> Walk:
    world = Simulated()
    world.save(chosen(**CREDITS))
    world.find(*MASTERS, an_invoice(), CREDIT)
    world.push("customer", "product", "invoice")
    world.quickbooks.books.arrives = lambda call, content: (
        content.replace(b'"TotalAmt":4.00', b'"TotalAmt":4.28')
        if call.entity == "CreditMemo"
        else content
    )
    world.push("credit")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Corrected there.")


@kept_out("left_out_with_its_memo", "push_credit_applications")
def _left_out_with_its_memo() -> Walk:
    world = Simulated()
    world.save(chosen(**{**CREDITS, "credit_product": ""}))
    world.find(*MASTERS, an_invoice(), CREDIT)
    world.push("customer", "product", "invoice", "credit")
    by_ann = Desk(world.store, world.quickbooks)
    by_ann.fix(FixKind.LEAVE_OUT, "push_credits/905", why="Not ours.")
    world.save(chosen(**CREDITS))
    again(world, "credit", "creditApplication")
    yield world
    by_ann.fix(FixKind.TAKE_BACK, "push_credits/905")
    world.store.left_out.replay_some(CONNECTION, "push_credit_applications", ["905"])
    again(world, "credit", "creditApplication")


@walk(Kind.BEING_SENT)
def _sent_as_a_credit() -> Walk:
    world = Simulated()
    world.save(chosen(**CREDITS))
    world.find(*MASTERS, an_invoice(), CREDIT)
    world.push("customer", "product", "invoice")
    world.quickbooks.after, world.quickbooks.books.late = lost_answer, True
    world.push("credit", claim_seconds=1e9, settle_seconds=1e9)
    world.find(*MASTERS, an_invoice(), a_payment("905", amount="4.00"))
    world.push("payment")
    yield world
    world.quickbooks.after, world.quickbooks.books.late = lambda _e, _b: None, False
    world.find(*MASTERS, an_invoice(), CREDIT)
    again(world, "payment", "credit")
    assert len(world.quickbooks.records["CreditMemo"]) == 1


def told_there(world: Simulated, entity: str) -> None:
    """Have change data show what QuickBooks has of an entity."""
    rows = [dict(one) for one in world.quickbooks.records[entity]]
    told = ChangeData(records={entity: rows}, deleted={}, time=NOW, truncated=False)
    shown.note(CONNECTION, told, world.store)
