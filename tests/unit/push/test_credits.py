from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes import voided_documents
from connector.changes.documents import shown
from connector.mobiwork.xml import RawRecord
from connector.model.company import Account
from connector.model.cursor import Cursor
from connector.model.outcomes import Outcome
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from connector.quickbooks.responses import ChangeData
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fakes import Record, lost_answer
from tests.unit.engine.world import World

MASTERS = (a_customer(), a_product(), an_invoice())
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FLOWS = ("customer", "product", "invoice", "payment", "credit", "creditApplication")


@pytest.fixture
def world() -> World:
    return World()


def a_credit(record_id: str = "905", **changes: Any) -> RawRecord:
    told = {"paymentType": "CREDIT", "paymentMethod": "", "amount": "4.00"}
    return a_payment(record_id, **(told | changes))


def booked(world: World, **chosen: Any) -> World:
    world.save(settings(credit_product="307001", **chosen))
    return world


@pytest.mark.case("M7")
@pytest.mark.parametrize("kind", ["CREDIT", "WRITE_OFF", "REFUND"])
def test_what_is_no_payment_is_one_entry_that_names_customer_amount_and_document(
    world: World, kind: str
) -> None:
    world.find(*MASTERS, a_credit(paymentType=kind))
    done = world.push(*FLOWS)
    assert (done["payment"], done["credit"], done["creditApplication"]) == (
        {"left out": 1},
        {"refused": 1},
        {"left out": 1},
    )
    outcome, reason = world.note("credit", "905")
    assert outcome is Outcome.REFUSED
    assert "of 4.00 for Blue Heron Plumbing, on invoice INV-5501, and not posted" in reason


@pytest.mark.case("M7c")
def test_a_credit_becomes_a_memo_and_a_payment_of_nothing_that_applies_it(world: World) -> None:
    booked(world).find(*MASTERS, a_credit())
    done = world.push(*FLOWS)
    assert (done["credit"], done["creditApplication"]) == ({"created": 1}, {"created": 1})
    memo, applied = (
        world.quickbooks.records["CreditMemo"][0],
        world.quickbooks.records["Payment"][0],
    )
    assert (memo["TotalAmt"], applied["TotalAmt"]) == (Decimal("4.00"), Decimal(0))
    assert applied["Line"][-1]["LinkedTxn"] == [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]


@pytest.mark.case("M7c")
def test_it_is_applied_only_once_its_memo_is_there(world: World) -> None:
    booked(world).find(*MASTERS, a_credit())
    world.push("customer", "product", "invoice")
    assert world.push("creditApplication") == {"creditApplication": {"waiting": 1}}
    assert (
        "It is waiting for the credit memo of credit 905"
        in world.note("creditApplication", "905")[1]
    )


@pytest.mark.case("M7e")
@pytest.mark.parametrize("lost", ["CreditMemo", "Payment"])
def test_a_lost_answer_of_either_document_makes_no_second_one(world: World, lost: str) -> None:
    def losing(entity: str, body: dict[str, Any]) -> None:
        if entity == lost:
            lost_answer(entity, body)

    booked(world).find(*MASTERS, a_credit())
    world.quickbooks.after = losing
    world.push(*FLOWS)
    world.quickbooks.after = lambda _entity, _body: None
    world.run_id = "r2"
    world.push("credit", "creditApplication")
    found = {name: len(world.quickbooks.records[name]) for name in ("CreditMemo", "Payment")}
    assert found == {"CreditMemo": 1, "Payment": 1}
    assert world.link("creditApplication", "905") == world.quickbooks.records["Payment"][0]["Id"]


@pytest.mark.case("M7")
def test_a_choice_that_is_made_later_books_what_was_an_entry(world: World) -> None:
    world.find(*MASTERS, a_credit())
    world.push(*FLOWS)
    booked(world).run_id = "r2"
    for flow in ("push_credits", "push_credit_applications"):
        world.store.pending.replay("c1", flow, "905")
        world.store.left_out.replay("c1", flow, most=100)
    done = world.push("credit", "creditApplication")
    assert done == {"credit": {"created": 1}, "creditApplication": {"created": 1}}


def test_payments_are_no_business_of_the_flow_of_credits(world: World) -> None:
    found = world.find(*MASTERS, a_payment(), a_payment("902", amount="soon"))
    assert (found["push_credits"].read, found["push_payments"].read) == (0, 2)


@pytest.mark.case("M7f")
def test_a_credit_that_becomes_a_payment_is_told_on_both_sides(world: World) -> None:
    booked(world).find(*MASTERS, a_credit())
    world.push(*FLOWS)
    world.find(*MASTERS, a_credit(paymentType="PAYMENT", paymentMethod="Check"))
    world.run_id = "r2"
    assert world.push("credit") == {"credit": {"unchanged": 1}}
    assert world.left("credit") == {"905": "deleted"}
    assert "void or delete it there" in world.note("credit", "905")[1]


@pytest.mark.case("M7f")
def test_an_amount_that_changes_after_the_post_is_told_once(world: World) -> None:
    booked(world).find(*MASTERS, a_credit())
    world.push(*FLOWS)
    world.find(*MASTERS, a_credit(amount="3.00"))
    world.run_id = "r2"
    world.push("credit", "creditApplication")
    assert "The amount was 4.00 and is 3.00 now." in world.note("credit", "905")[1]
    assert (world.left("credit"), world.left("creditApplication")) == ({"905": "deleted"}, {})


def a_paid_out_refund(world: World) -> tuple[str, PendingItem]:
    """Return the expense that a refund of money on account became, and what is left to do."""
    account = {"invoiceId": "null", "customerId": "700001"}
    world.save(
        settings(refund_product="307001", refund_account="Checking", payments_on_account=True)
    )
    company = a_company()
    receivable = Account(id="84", name="Receivable", type="Accounts Receivable")
    accounts = (*company.accounts, receivable)
    known = company.model_copy(update={"accounts": accounts})
    world.store.settings.save_company(CONNECTION, known)
    refund = a_credit(paymentType="REFUND", refundedPaymentId="901", **account)
    world.find(*MASTERS, a_payment(**account), refund)
    assert world.push(*FLOWS)["credit"] == {"created": 1}
    number = world.quickbooks.records["Purchase"][0]["Id"]
    [entry] = world.store.pending.worklist(CONNECTION, "push_credits")
    return number, entry


@pytest.mark.case("M7k")
def test_what_is_left_to_do_by_hand_stands_on_the_worklist_until_it_is_seen_to_or_gone(
    world: World,
) -> None:
    number, entry = a_paid_out_refund(world)
    assert (entry.record_id, entry.cause) == (f"finish-Purchase-{number}", Kind.TO_FINISH)
    assert "select this expense on it and save" in (entry.reason or "")
    gone = ChangeData(records={}, deleted={"Purchase": [number]}, time=NOW, truncated=False)
    cursor = Cursor(connection_id=CONNECTION, since=NOW, read_at=NOW)
    voided_documents.report(cursor, gone, now=NOW, store=world.store)
    left = {one.record_id for one in world.store.pending.worklist(CONNECTION, "push_credits")}
    assert entry.record_id not in left


@pytest.mark.case("M7l")
@pytest.mark.parametrize(("named", "left"), [("Expense", 0), ("Check", 0), ("Invoice", 1)])
def test_a_refund_that_is_ticked_off_against_the_credit_leaves_nothing_to_do(
    world: World, named: str, left: int
) -> None:
    number, _ = a_paid_out_refund(world)
    line = {"Amount": 4, "LinkedTxn": [{"TxnId": number, "TxnType": named}]}
    ticked = world.quickbooks.records["Payment"][0] | {"Line": [line], "UnappliedAmt": 5.63}
    told = ChangeData(records={"Payment": [ticked]}, deleted={}, time=NOW, truncated=False)
    shown.note(CONNECTION, told, world.store)
    assert len([*world.store.pending.worklist(CONNECTION, "push_credits")]) == left


@pytest.mark.case("M7k")
def test_a_memo_that_is_as_it_was_sent_leaves_nothing_to_do(world: World) -> None:
    booked(world).find(*MASTERS, a_credit())
    world.push(*FLOWS)
    assert list(world.store.pending.worklist(CONNECTION, "push_credits")) == []


@pytest.mark.case("M33c")
def test_an_overpayment_is_on_the_worklist_until_it_is_applied_to_something(world: World) -> None:
    def short(entity: str, _body: Record) -> None:
        if entity == "Payment":
            world.quickbooks.records[entity][-1]["UnappliedAmt"] = Decimal("10.37")

    world.quickbooks.after = short
    world.find(*MASTERS, a_payment(amount="20.00"))
    world.push(*FLOWS)
    [entry] = world.store.pending.worklist(CONNECTION, "push_payments")
    assert (entry.record_id, entry.cause) == ("finish-Payment-4", Kind.TO_FINISH)
    assert "10.37 of 20.00 is an overpayment of the invoice" in (entry.reason or "")
    [posted] = world.quickbooks.records["Payment"]
    for left, token, entries in ((10, "1", 1), (0, "0", 1), (0, "2", 0)):
        row = posted | {"UnappliedAmt": left, "SyncToken": token}
        told = ChangeData(records={"Payment": [row]}, deleted={}, time=NOW, truncated=False)
        shown.note(CONNECTION, told, world.store)
        assert len([*world.store.pending.worklist(CONNECTION, "push_payments")]) == entries


@pytest.mark.case("M33c")
def test_what_is_left_of_a_credit_is_on_the_worklist_until_it_is_applied(world: World) -> None:
    booked(world).find(*MASTERS, a_credit(amount="20.00"))
    world.push(*FLOWS)
    [entry] = world.store.pending.worklist(CONNECTION, "push_credit_applications")
    assert entry.cause == Kind.TO_FINISH
    assert "10.37 of 20.00 is more than its invoices are for" in (entry.reason or "")
    [memo] = world.quickbooks.records["CreditMemo"]
    for left, entries in ((Decimal("10.37"), 1), (Decimal(0), 0)):
        told = ChangeData(
            records={"CreditMemo": [memo | {"RemainingCredit": left}]},
            deleted={},
            time=NOW,
            truncated=False,
        )
        shown.note(CONNECTION, told, world.store)
        some = world.store.pending.worklist(CONNECTION, "push_credit_applications")
        assert len([*some]) == entries


@pytest.mark.case("M33c")
@pytest.mark.parametrize(("total", "entries"), [("4.00", 0), ("5.00", 1)])
def test_a_write_off_without_an_invoice_is_to_be_applied_until_it_is(
    world: World, total: str, entries: int
) -> None:
    world.save(settings(write_off_product="307001"))
    account = {"invoiceId": "null", "customerId": "700001"}
    world.find(*MASTERS, a_credit(paymentType="WRITE_OFF", **account))
    world.push(*FLOWS)
    [_] = world.store.pending.worklist(CONNECTION, "push_credits")
    [memo] = world.quickbooks.records["CreditMemo"]
    used = memo | {"RemainingCredit": 0, "TotalAmt": Decimal(total)}
    told = ChangeData(records={"CreditMemo": [used]}, deleted={}, time=NOW, truncated=False)
    shown.note(CONNECTION, told, world.store)
    finish = f"finish-CreditMemo-{memo['Id']}"
    assert len(world.store.pending.read_many(CONNECTION, "push_credits", [finish])) == entries


@pytest.mark.case("M7k")
def test_a_refund_that_is_gone_in_mobiwork_is_called_a_refund(world: World) -> None:
    world.save(settings(refund_product="307001", refund_account="Checking"))
    world.find(*MASTERS, a_credit(paymentType="REFUND"))
    world.push(*FLOWS)
    for _ in ("missed", "gone"):
        world.find(*MASTERS)
    [entry] = world.store.pending.worklist(CONNECTION, "push_credits")
    assert (entry.cause, entry.label) == (Kind.DELETED_HERE, "refund 905")
