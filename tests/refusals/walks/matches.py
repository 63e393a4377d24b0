"""How what a person said of matches, or approved, comes to hold records up, and how that ends."""

from dataclasses import replace

from connector.model.ids import FlowName
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from connector.model.matching.scoring import DAY, TOTAL
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import FixKind
from tests.builders import CONNECTION, a_customer, a_payment, an_invoice
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
from tests.refusals.walks.buying import BUYING
from tests.refusals.walks.masters import ELSEWHERE, doubtful
from tests.refusals.walks.troubles import decide
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated
from tests.unit.api.simulated import settings as chosen
from tests.unit.entities.purchases.buying import an_order, an_order_line
from tests.unit.push.test_later_changes import LARGER

RECEIPT = "SalesReceipt:77"
SAID = {TOTAL: "9.63", DAY: "2025-11-02"}


def said(world: Simulated, decision: MatchDecision, there: str | None = RECEIPT) -> None:
    """Let a person say what the invoice is that was compared with a sales receipt."""
    match = Match(
        owner=RecordKey("invoice", "5501"),
        target="Invoice",
        label="invoice INV-5501",
        grade=Grade.LIKELY,
        candidates=(Candidate(there or RECEIPT, "Sales receipt 77", same=SAID),),
        flow="push_invoices",
        item="5501",
        found_at="2026-01-01T00:00:00+00:00",
    )
    world.store.matches.keep(CONNECTION, match)
    at = "2026-01-02T00:00:00+00:00"
    by_ann = replace(match, decision=decision, chosen=there, decided_by="ann", decided_at=at)
    world.store.matches.decide(CONNECTION, by_ann)
    world.store.matches.watch(CONNECTION, "Invoice")


def compared(decision: MatchDecision, there: str | None = RECEIPT) -> Simulated:
    world = Simulated()
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product")
    said(world, decision, there)
    world.push("invoice", "payment")
    return world


@kept_out("said_to_be_a_receipt", "push_invoices", stays=True)
def _said_to_be_a_receipt() -> Walk:
    yield compared(MatchDecision.SAME)


@kept_out("paid_for_what_is_left_out", "push_payments", stays=True)
def _paid_for_what_is_left_out() -> Walk:
    yield compared(MatchDecision.LEFT_OUT, None)


@walk(Kind.BOOKED)
def _paid_for_what_is_a_receipt() -> Walk:
    world = Simulated()
    world.find(*MASTERS, an_invoice(), a_payment(amount="4.00"))
    world.push("customer", "product")
    said(world, MatchDecision.SAME, "Invoice:77+78")
    world.push("invoice", "payment")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="It is in there.")
    again(world, "payment")


@walk(Kind.SAME)
def _changed_since_it_was_said() -> Walk:
    world = compared(MatchDecision.SAME)
    world.find(*MASTERS, an_invoice(**LARGER), a_payment())
    again(world, "invoice")
    desk, entry = yield world
    desk.fix(FixKind.LEAVE_OUT, entry, why="It is in there.")
    again(world, "invoice")


@walk(Kind.DELETED_HERE)
def _deleted_since_it_was_said() -> Walk:
    world = compared(MatchDecision.SAME)
    world.find(*MASTERS, a_payment())
    desk, entry = yield world
    seen(desk, entry)


@walk(Kind.SAME)
def _other_facts_since_it_was_said() -> Walk:
    world = Simulated()
    mine = {
        "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
        "BillAddr": {"Line1": "9 Other St", "City": "Miami", "PostalCode": "33101"},
    }
    by_hand(world, "Customer", **{**ELSEWHERE, **mine})
    world.find(a_customer())
    world.push("customer")
    decide(world, MatchDecision.SAME, "1")
    world.quickbooks.edit("Customer", "1", PrimaryEmailAddr={"Address": "x@y.example"})
    again(world, "customer")
    desk, entry = yield world
    desk.fix(FixKind.LINK, entry, target="1")
    again(world, "customer")
    assert world.link("customer", "700001") == "1"


@walk(Kind.SAME)
def _compared_once_more() -> Walk:
    world = doubtful()
    now = "2999-01-01T00:00:00+00:00"
    world.store.matches.save_look(CONNECTION, {"at": "2026-01-01T00:00:00+00:00", "live": True})
    decide(world, MatchDecision.DIFFERENT)
    (match,) = world.store.matches.read_many(
        CONNECTION, "Customer", [RecordKey("customer", "700001")]
    ).values()
    world.store.matches.decide(CONNECTION, replace(match, decided_at=now))
    again(world, "customer")
    desk, entry = yield world
    desk.fix(FixKind.LINK, entry, target="1")
    again(world, "customer")


def approved(world: Simulated, flow: FlowName, record_id: str) -> None:
    Desk(world.store, world.quickbooks).fix(FixKind.APPROVE, f"{flow}/{record_id}")


@walk(Kind.SAME)
def _name_taken_since_it_was_approved() -> Walk:
    world = Simulated()
    world.save(chosen(approve_before_post=["push_customers"]))
    world.find(a_customer())
    world.push("customer")
    approved(world, "push_customers", "700001")
    own = by_hand(world, "Customer", DisplayName="Blue Heron Plumbing")
    again(world, "customer")
    desk, entry = yield world
    desk.fix(FixKind.LINK, entry, target=own)
    again(world, "customer")


@walk(Kind.QUICKBOOKS)
def _another_body_than_was_approved() -> Walk:
    world = Simulated()
    world.save(chosen(approve_before_post=["push_payments"], payments_on_account=True))
    world.find(*MASTERS, an_invoice(), a_payment())
    world.push("customer", "product", "invoice", "payment")
    approved(world, "push_payments", "901")
    customer = world.quickbooks.books.company.stores["Customer"]
    parent = by_hand(world, "Customer", DisplayName="Heron Holding")
    below = {"ParentRef": {"value": parent}, "Job": True, "BillWithParent": True}
    customer.put("1", {**customer.get("1"), **below})
    world.quickbooks.books.faults["Payment"] = "6000"
    again(world, "payment")
    desk, entry = yield world
    world.quickbooks.books.faults.clear()
    retry(desk, entry)
    again(world, "payment")


@walk(Kind.RECORD)
def _said_to_be_a_bill_and_wrong() -> Walk:
    flows = ("customer", "vendor", "product", "purchaseOrder", "bill")
    world = Simulated()
    world.find(*BUYING, an_order())
    world.push(*flows)
    match = Match(
        owner=RecordKey("bill", "71001-1"),
        target="Bill",
        label="bill of purchase order PO-71001",
        grade=Grade.LIKELY,
        candidates=(Candidate("77", "Bill 77"),),
        flow="push_bills",
        item="71001",
        found_at="2026-01-01T00:00:00+00:00",
    )
    world.store.matches.keep(CONNECTION, match)
    same = replace(match, decision=MatchDecision.SAME, chosen="77")
    world.store.matches.decide(CONNECTION, same)
    received = {"status": "RECEIVED", "receivedDate": "2026/03/09"}
    world.find(*BUYING, an_order("71001", an_order_line(productId="null"), **received))
    again(world, "bill")
    desk, entry = yield world
    desk.fix(FixKind.DONE_BY_HAND, entry, why="It is there.")
    again(world, "bill")
