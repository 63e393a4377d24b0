"""How what happens to posted documents comes onto the worklist, and how it ends."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.changes import voided_documents
from connector.changes.mobiwork import find_changes
from connector.jobs.undoing.undo_run import undo
from connector.model.cursor import Cursor
from connector.model.undoing.undo import Undoing, UndoState
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_payment, an_invoice
from tests.refusals.walking import (
    MASTERS,
    Walk,
    again,
    by_hand,
    company,
    retry,
    seen,
    walk,
)
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, SimulatedSides
from tests.unit.api.simulated import settings as chosen
from tests.unit.entities.sales.selling import a_quote
from tests.unit.push.test_booked_once import BOOKED, CREDIT, FLOWS, MONEY
from tests.unit.push.test_later_changes import LARGER

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def posted(*more: Any, **settings: Any) -> Simulated:
    """An invoice in QuickBooks, and what else is given."""
    world = Simulated()
    world.save(chosen(**settings))
    world.find(*MASTERS, an_invoice(), *more)
    world.push("customer", "product", "invoice", "payment")
    world.run_id = "r2"
    return world


def told(world: Simulated, **rows: list[dict[str, Any]]) -> None:
    """Have QuickBooks' change data tell of documents."""
    changes = ChangeData(records=rows, deleted={}, time=NOW, truncated=False)
    cursor = Cursor(connection_id=CONNECTION, since=NOW, read_at=NOW)
    voided_documents.report(cursor, changes, now=NOW, store=world.store)


def voided(world: Simulated, entity: str) -> None:
    (found,) = world.quickbooks.records[entity]
    gone = {"TotalAmt": 0, "Line": [], "PrivateNote": "Voided", "UnappliedAmt": 0}
    told(world, **{entity: [found | gone]})


@walk(Kind.CHANGED_HERE)
def _changed_here() -> Walk:
    world = posted()
    world.find(*MASTERS, an_invoice(**LARGER))
    again(world, "invoice")
    desk, entry = yield world
    shown = desk.fix(FixKind.UPDATE, entry, preview=True)
    assert (shown.reads, shown.writes) == (1, 1)
    desk.fix(FixKind.UPDATE, entry)
    again(world, "invoice")
    (changed,) = world.quickbooks.records["Invoice"]
    assert changed["TotalAmt"] == Decimal("19.26")


@walk(Kind.NOT_UPDATABLE)
def _not_updatable() -> Walk:
    world = posted()
    world.find(*MASTERS, an_invoice(**LARGER))
    again(world, "invoice")
    paid = {"TxnType": "Invoice", "TxnId": world.link("invoice", "5501")}
    line = {"Amount": Decimal("5.00"), "LinkedTxn": [paid]}
    customer = {"value": world.link("customer", "700001")}
    by_hand(world, "Payment", CustomerRef=customer, TotalAmt=line["Amount"], Line=[line])
    Desk(world.store).fix(FixKind.UPDATE, "push_invoices/5501")
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Corrected by hand.")
    assert desk.worklist().all.count == 0


@walk(Kind.CHANGED_THERE)
def _changed_there() -> Walk:
    world = Simulated()
    world.find(*MASTERS, a_quote())
    world.push("customer", "product", "estimate")
    number = world.quickbooks.records["Estimate"][0]["Id"]
    world.quickbooks.edit("Estimate", number, CustomerMemo={"value": "Call us"})
    world.find(*MASTERS, a_quote(status="Declined"))
    again(world, "estimate")
    desk, entry = yield world
    world.quickbooks.edit("Estimate", number, TxnStatus="Rejected")
    retry(desk, entry)
    again(world, "estimate")


@walk(Kind.DELETED_HERE)
def _deleted_here() -> Walk:
    world = posted(a_payment())
    world.find(*MASTERS, an_invoice())
    desk, entry = yield world
    assert len(world.quickbooks.records["Payment"]) == 1
    desk.fix(FixKind.RECALL, entry)
    assert not world.quickbooks.records["Payment"]


@walk(Kind.CALLED_OFF)
def _called_off() -> Walk:
    world = posted()
    world.find(*MASTERS, an_invoice(status="Void"))
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.RECALL, entry)
    world.find(*MASTERS, an_invoice(status="Void", comments="again"))
    again(world, "invoice")
    assert not world.quickbooks.records["Invoice"]


@walk(Kind.OWED)
def _owed() -> Walk:
    world = posted()
    paid = an_invoice(status="Paid", balance="0.0")
    world.mobiwork.holds([*MASTERS, paid])
    for day in (1, 2):
        find_changes(CONNECTION, world.mobiwork, world.store, now=NOW + timedelta(days=day))
    again(world, "invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.SETTING)
def _many_owed() -> Walk:
    some = [an_invoice(str(one), status="Paid", balance="0.0") for one in range(5501, 5513)]
    world = Simulated()
    world.find(*MASTERS, *some)
    world.push("customer", "product", "invoice")
    for day in (1, 2):
        find_changes(CONNECTION, world.mobiwork, world.store, now=NOW + timedelta(days=day))
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.SINCE_START)
def _since_start() -> Walk:
    world = Simulated()
    world.save(chosen(start_date="2025-11-05"))
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    world.run_id = "r2"
    desk, entry = yield world
    desk.fix(FixKind.LEAVE_OUT, entry, why="In the books of before.")
    again(world, "payment")
    assert desk.worklist().all.count == 0


@walk(Kind.GONE_THERE)
def _gone_there() -> Walk:
    world = posted()
    voided(world, "Invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.UNDONE)
def _undone() -> Walk:
    world = Simulated(run_id="r0")
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    world.run_id = "r1"
    world.push("invoice")
    undo_all(world, "r1")
    world.run_id = "r2"
    world.find(*MASTERS, an_invoice(**LARGER))
    world.push("invoice")
    assert not world.quickbooks.records["Invoice"]
    desk, entry = yield world
    desk.fix(FixKind.POST_AGAIN, entry)
    world.find(*MASTERS, an_invoice(**LARGER))
    again(world, "invoice")
    assert len(world.quickbooks.records["Invoice"]) == 1


def undo_all(world: Simulated | SimulatedSides, run_id: str) -> None:
    """Undo all that a run wrote."""
    for job, state in (("j1", UndoState.PREVIEWING), ("j2", UndoState.UNDOING)):
        before = world.store.undos.read(CONNECTION, run_id)
        asked = Undoing(run_id=run_id, state=state, job=job, by="ann", at="2026-03-02T12:00:00")
        assert world.store.undos.begin(CONNECTION, asked, before=before)
        undo(world.run(run_id=job, about=run_id))


@walk(Kind.TWICE)
def _twice() -> Walk:
    world = posted()
    (found,) = world.quickbooks.records["Invoice"]
    told(world, Invoice=[found, {**found, "Id": "900"}])
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.TOTAL)
def _total() -> Walk:
    world = Simulated()
    company(world, tax_override="neither")
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product", "invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.TO_FINISH)
def _to_finish() -> Walk:
    account = {"invoiceId": "null", "customerId": "700001"}
    chosen = {"refund_product": "307001", "refund_account": "Checking"}
    world = posted(a_payment(**account), payments_on_account=True, **chosen)
    refund = {**account, "paymentType": "REFUND", "refundedPaymentId": "901", "amount": "4.00"}
    world.find(*MASTERS, an_invoice(), a_payment(**account), a_payment("905", **refund))
    again(world, "credit")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.ENTERED_AGAIN)
def _entered_again() -> Walk:
    world = posted(a_payment(amount="4.00"))
    later = {"paymentDate": "2025/11/20", "paymentMethod": "Cash", "amount": "4.00"}
    world.find(*MASTERS, an_invoice(), a_payment("902", **later))
    again(world, "payment")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, "push_payments/901", why="Both were paid.")
    retry(desk, entry)
    again(world, "payment")
    assert len(world.quickbooks.records["Payment"]) == 2


@walk(Kind.DOCUMENT_GONE)
def _document_gone() -> Walk:
    world = posted()
    voided(world, "Invoice")
    world.find(*MASTERS, an_invoice(), a_payment())
    again(world, "payment")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="Entered as a credit.")
    again(world, "payment")


@walk(Kind.BOOKED)
def _booked() -> Walk:
    world = Simulated()
    world.save(chosen(**BOOKED))
    world.find(*MASTERS, an_invoice(), CREDIT)
    world.push(*FLOWS)
    world.find(*MASTERS, an_invoice(), MONEY)
    again(world, "payment", "credit")
    desk, entry = yield world
    retry(desk, entry)
    again(world, "payment", "credit")
    assert entry in {one.id for one in desk.entries()}
    world.find(*MASTERS, an_invoice(), CREDIT)
    again(world, "payment", "credit")


def _entered_by_hand() -> Simulated:
    """Return a company with an invoice that was refused, and that somebody entered by hand."""
    world = Simulated()
    world.find(*MASTERS, an_invoice(total="19.63"))
    world.push("customer", "product", "invoice")
    desk = Desk(world.store, world.quickbooks)
    desk.fix(FixKind.DONE_BY_HAND, *(one.id for one in desk.entries()))
    again(world, "invoice")
    return world


@walk(Kind.DONE_AND_CHANGED)
def _entered_by_hand_and_changed() -> Walk:
    world = _entered_by_hand()
    world.find(*MASTERS, an_invoice(total="29.63"))
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry)
    again(world, "invoice")


@walk(Kind.DELETED_HERE)
def _entered_by_hand_and_deleted() -> Walk:
    world = _entered_by_hand()
    world.find(*MASTERS)
    desk, entry = yield world
    seen(desk, entry)
