"""How records come to be held up by what happens while they are sent, and how that ends."""

from dataclasses import replace
from decimal import Decimal

from connector.errors import ReadsStoppedError
from connector.model.links import RecordKey
from connector.model.matching.matches import MatchDecision
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_payment, an_invoice
from tests.fakes import lost_answer
from tests.refusals.walking import (
    MASTERS,
    Walk,
    again,
    by_hand,
    kept_out,
    retry,
    seen,
    walk,
)
from tests.refusals.walks.credits import told_there
from tests.refusals.walks.masters import doubtful
from tests.refusals.walks.posted import posted, voided
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated, is_create
from tests.unit.api.simulated import settings as chosen
from tests.unit.entities.sales.selling import an_order
from tests.unit.push.test_stop import seen_by_another

INVOICE = "push_invoices/5501"


def unanswered() -> Simulated:
    """An invoice of which the answer was lost, and that QuickBooks does not show yet."""
    world = Simulated()
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    world.quickbooks.after, world.quickbooks.books.late = lost_answer, True
    world.push("invoice", claim_seconds=1e9, settle_seconds=1e9)
    world.quickbooks.after = lambda _entity, _body: None
    return world


@walk(Kind.QUICKBOOKS)
def _too_big() -> Walk:
    world = Simulated()
    world.find(a_customer())
    world.quickbooks.books.faults["Customer"] = "413"
    world.push("customer")
    desk, entry = yield world
    world.quickbooks.books.faults.clear()
    retry(desk, entry)
    again(world, "customer")
    assert world.link("customer", "700001")


@walk(Kind.DELETED_HERE)
def _deleted_while_sent() -> Walk:
    world = unanswered()
    for _ in ("missed", "gone"):
        world.find(*MASTERS)
    desk, entry = yield world
    world.quickbooks.books.late = False
    again(world, "invoice")
    desk.fix(FixKind.RECALL, entry)
    assert not world.quickbooks.records["Invoice"]


@walk(Kind.DELETED_HERE)
def _found_after_it_was_deleted() -> Walk:
    world = unanswered()
    for _ in ("missed", "gone"):
        world.find(*MASTERS)
    world.quickbooks.books.late = False
    again(world, "invoice")
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.RECALL, entry)
    assert not world.quickbooks.records["Invoice"]


@walk(Kind.BEING_SENT)
def _not_sent_again() -> Walk:
    world = unanswered()
    world.find(*MASTERS, an_invoice(status="Draft"))
    again(world, "invoice", claim_seconds=0.0, settle_seconds=0.0)
    yield world
    world.quickbooks.books.late = False
    world.find(*MASTERS, an_invoice())
    again(world, "invoice")
    assert len(world.quickbooks.records["Invoice"]) == 1


@walk(Kind.TWICE)
def _two_of_one_mark() -> Walk:
    world = unanswered()
    (made,) = world.quickbooks.records["Invoice"]
    kept = {name: made[name] for name in ("CustomerRef", "TxnDate", "PrivateNote")}
    copy = by_hand(world, "Invoice", Line=made["Line"][:1], DocNumber="COPY", **kept)
    world.quickbooks.books.late = False
    again(world, "invoice", claim_seconds=0.0)
    desk, entry = yield world
    world.quickbooks.books.act("delete", entity="Invoice", id=copy)
    retry(desk, entry)
    again(world, "invoice", claim_seconds=0.0)
    assert len(world.quickbooks.records["Invoice"]) == 1


@walk(Kind.STOPPED)
def _stopped_at_the_last_moment() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    world.quickbooks.books.gate = lambda _kind: seen_by_another(world)
    world.push("invoice")
    desk, entry = yield world
    world.quickbooks.books.gate = lambda _kind: None
    desk.fix(FixKind.CHOOSE, entry, target="post and list")
    again(world, "invoice")
    assert world.link("invoice", "5501")


@walk(Kind.GONE_THERE)
def _gone_there_and_listed_again() -> Walk:
    world = posted()
    voided(world, "Invoice")
    world.find(*MASTERS, an_invoice(comments="again"))
    again(world, "invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.QUESTION)
def _posted_and_undecided_now() -> Walk:
    world = posted()
    world.find(*MASTERS, an_invoice(status="Counter"))
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.CHOOSE, entry, target="post")
    again(world, "invoice")


@walk(Kind.CHANGED_THERE)
def _total_changed_there() -> Walk:
    world = posted()
    (made,) = world.quickbooks.records["Invoice"]
    line = {**made["Line"][0], "Amount": 5, "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    world.quickbooks.edit("Invoice", made["Id"], Line=[line])
    told_there(world, "Invoice")
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.TWICE)
def _typed_beside() -> Walk:
    world = posted(a_payment())
    (made,) = world.quickbooks.records["Payment"]
    kept = {name: made[name] for name in ("CustomerRef", "TotalAmt", "TxnDate", "PaymentRefNum")}
    typed = by_hand(world, "Payment", **kept)
    told_there(world, "Payment")
    desk, entry = yield world
    world.quickbooks.books.act("delete", entity="Payment", id=typed)
    seen(desk, entry)


@walk(Kind.ENTERED_AGAIN)
def _paid_by_what_was_called_off() -> Walk:
    world = posted(a_payment())
    world.find(*MASTERS, an_invoice(), a_payment("902", amount="9.00", paymentDate="2025/11/20"))
    again(world, "payment")
    desk, entry = yield world
    desk.fix(FixKind.RECALL, "push_payments/901")
    again(world, "payment")
    assert entry == "push_payments/902"
    assert world.link("payment", "902")


@walk(Kind.PARENT)
def _order_still_open() -> Walk:
    world = Simulated()
    world.save(chosen(open_sales_orders=True))
    paid = a_payment(invoiceId="61001")
    world.find(*MASTERS, an_order(status="WAITING_FOR_STOCK", checkoutDate="null"), paid)
    world.push("customer", "product", "salesOrder", "payment")
    yield world
    world.find(*MASTERS, an_order(), paid)
    again(world, "salesOrder", "payment")
    assert world.link("payment", "901")


@walk(Kind.SAME)
def _asked_in_the_next_run() -> Walk:
    world = doubtful()
    world.store.pending.replay(CONNECTION, "push_customers", "700001")
    again(world, "customer")
    desk, entry = yield world
    desk.fix(FixKind.LINK, entry, target="1")
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


@walk(Kind.SAME)
def _gone_since_it_was_decided() -> Walk:
    world = doubtful()
    decide(world, MatchDecision.SAME, "1")
    world.quickbooks.edit("Customer", "1", Active=False)
    again(world, "customer")
    desk, entry = yield world
    world.quickbooks.edit("Customer", "1", Active=True, DisplayName="Blue Heron Plumbing")
    retry(desk, entry)
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


def decide(world: Simulated, decision: MatchDecision, there: str | None = None) -> None:
    """Let a person say what a customer is in QuickBooks."""
    key = RecordKey("customer", "700001")
    (match,) = world.store.matches.read_many(CONNECTION, "Customer", [key]).values()
    world.store.matches.decide(CONNECTION, replace(match, decision=decision, chosen=there))
    world.store.pending.replay(CONNECTION, "push_customers", "700001")


@kept_out("said_to_be_left_out", "push_customers")
def _said_to_be_left_out() -> Walk:
    world = doubtful()
    decide(world, MatchDecision.LEFT_OUT)
    again(world, "customer")
    yield world
    decide(world, MatchDecision.SAME, "1")
    world.store.left_out.replay_some(CONNECTION, "push_customers", ["700001"])
    again(world, "customer")


@kept_out("left_out_by_a_person", "push_invoices")
def _left_out_by_a_person() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice(total="19.63"))
    world.push("customer", "product", "invoice")
    desk = Desk(world.store, world.quickbooks)
    desk.fix(FixKind.LEAVE_OUT, INVOICE, why="Not ours.")
    again(world, "invoice")
    yield world
    desk.fix(FixKind.TAKE_BACK, INVOICE)
    world.find(*MASTERS, an_invoice())
    again(world, "invoice")


@walk(Kind.START_DATE)
def _paid_before_the_start() -> Walk:
    world = Simulated()
    world.save(chosen(start_date="2025-11-15"))
    since = an_invoice(invoiceDate="2025/11/20", dueDate="null")
    world.find(*MASTERS, since, a_payment())
    world.push("customer", "product", "invoice", "payment")
    desk, entry = yield world
    desk.fix(FixKind.LEAVE_OUT, entry, why="It is in the books.")
    again(world, "payment")


@walk(Kind.OTHER)
def _reads_stopped() -> Walk:
    def no_more(_kind: str) -> None:
        raise ReadsStoppedError("QuickBooks is not read any more this month.")

    world = doubtful()
    decide(world, MatchDecision.SAME, "1")
    world.quickbooks.books.gate = lambda kind: no_more(kind) if kind == "metered" else None
    again(world, "customer")
    desk, entry = yield world
    world.quickbooks.books.gate = lambda _kind: None
    retry(desk, entry)
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


@walk(Kind.OTHER)
def _cannot_be_read() -> Walk:
    world = doubtful()
    decide(world, MatchDecision.SAME, "1")
    world.quickbooks.books.world.switches.bad_rows = "Customer:1"
    again(world, "customer")
    desk, entry = yield world
    world.quickbooks.books.world.switches.bad_rows = ""
    retry(desk, entry)
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


@walk(Kind.BEING_SENT)
def _stopped_while_it_may_be_there() -> Walk:
    world = unanswered()
    seen_by_another(world)
    again(world, "invoice", claim_seconds=0.0, settle_seconds=0.0)
    yield world
    world.quickbooks.books.late = False
    world.store.totals.decide(CONNECTION, ["push_invoices"])
    world.store.pending.replay(CONNECTION, "push_invoices", "5501")
    again(world, "invoice", claim_seconds=0.0)
    assert len(world.quickbooks.records["Invoice"]) == 1


@walk(Kind.TOTAL)
def _paid_before_it_was_rounded() -> Walk:
    world = Simulated()
    world.save(chosen(on_other_total="add a rounding line", rounding_product="307001"))
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product")
    world.quickbooks.books.arrives = lambda call, content: (
        content.replace(b'"TotalAmt":9.63', b'"TotalAmt":9.64')
        if call.entity == "Invoice" and is_create(call)
        else content
    )
    world.quickbooks.after = lambda entity, _body: pay(world) if entity == "Invoice" else None
    world.push("invoice")
    world.quickbooks.after = lambda _entity, _body: None
    again(world, "invoice")
    desk, entry = yield world
    seen(desk, entry)


def pay(world: Simulated) -> None:
    """Let somebody pay the invoice in QuickBooks at once."""
    (made,) = world.quickbooks.records["Invoice"]
    linked = [{"TxnType": "Invoice", "TxnId": made["Id"]}]
    line = {"Amount": made["Balance"], "LinkedTxn": linked}
    told = {"TotalAmt": line["Amount"], "Line": [line]}
    by_hand(world, "Payment", CustomerRef=made["CustomerRef"], **told)


def typed_there(world: Simulated) -> None:
    """Let a look see a payment that somebody typed in QuickBooks, applied to nothing."""
    customer = {"value": world.link("customer", "700001")}
    told = {"TotalAmt": Decimal("9.63"), "TxnDate": "2025-11-09", "PaymentRefNum": "1044"}
    by_hand(world, "Payment", CustomerRef=customer, **told)
    told_there(world, "Payment")


@walk(Kind.SAME)
def _typed_before_it_is_posted() -> Walk:
    world = posted()
    typed_there(world)
    world.find(*MASTERS, an_invoice(), a_payment())
    again(world, "payment")
    desk, entry = yield world
    (typed,) = world.quickbooks.records["Payment"]
    desk.fix(FixKind.LINK, entry, target=typed["Id"])
    again(world, "payment")
    assert world.link("payment", "901") == typed["Id"]


@walk(Kind.UNREADABLE_THERE)
def _said_to_be_what_cannot_be_read() -> Walk:
    world = doubtful()
    decide(world, MatchDecision.SAME, "1")
    there = world.quickbooks.books.company.stores["Customer"]
    phone = there.get("1")["PrimaryPhone"]
    there.put("1", {**there.get("1"), "PrimaryPhone": "none"})
    again(world, "customer")
    desk, entry = yield world
    there.put("1", {**there.get("1"), "PrimaryPhone": phone})
    seen(desk, entry)


@walk(Kind.RECORD)
def _paid_for_two_customers_there() -> Walk:
    paid = [{"invoiceId": one, "amount": "9.63"} for one in ("5501", "5502")]
    shared = a_payment(amount="19.26", invoiceId="null", invoicePayments={"invoicePayment": paid})
    world = Simulated()
    world.find(*MASTERS, an_invoice(), an_invoice("5502"), shared)
    world.push("customer", "product", "invoice")
    other = by_hand(world, "Customer", DisplayName="Ibis Roofing")
    moved = str(world.link("invoice", "5502"))
    world.quickbooks.edit("Invoice", moved, CustomerRef={"value": other})
    world.push("payment")
    desk, entry = yield world
    world.quickbooks.edit("Invoice", moved, CustomerRef={"value": "1"})
    retry(desk, entry)
    again(world, "payment")
    assert world.link("payment", "901")
