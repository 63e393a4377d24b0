"""Deposits, journal entries and sales receipts that the office types in daily life: asked, told."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.entities.registry import BY_ENTITY
from connector.entities.typed.beside import end_twice_of_said
from connector.model.matching.matches import Match, MatchDecision
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import an_expense, buying_settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MASTERS = (a_customer(), a_product())


@pytest.fixture
def world() -> World:
    """A customer, a product and an invoice of 9.63 are in QuickBooks."""
    world = World()
    world.save(buying_settings())
    world.find(*MASTERS, an_invoice())
    world.push("customer", "product", "invoice")
    return world


def told(world: World, target: str, *rows: dict[str, Any], gone: tuple[str, ...] = ()) -> None:
    """Let a look see what somebody typed in QuickBooks."""
    changes = ChangeData(
        records={target: [*rows]}, deleted={target: [*gone]}, time=NOON, truncated=False
    )
    shown.note(CONNECTION, changes, world.store)


def whom(world: World) -> dict[str, Any]:
    return {"value": world.link("customer", "700001"), "name": "Blue Heron Plumbing"}


def a_deposit(world: World, amount: str = "9.63", *, named: bool = True, **more: Any) -> Any:
    entity = {"Entity": {**whom(world), "type": "CUSTOMER"}} if named else {}
    line = {"Id": "1", "Amount": Decimal(amount), "DepositLineDetail": entity}
    return {"Id": "77", "TxnDate": "2025-11-11", "Line": [line], **more}


def an_entry(world: World, side: str, amount: str = "9.63", *, named: bool = True) -> Any:
    entity = {"Type": "Customer", "EntityRef": whom(world)}
    detail = {"PostingType": side, **({"Entity": entity} if named else {})}
    line = {"Id": "0", "Amount": Decimal(amount), "JournalEntryLineDetail": detail}
    return {"Id": "78", "TxnDate": "2025-11-04", "Line": [line]}


def asked(world: World, source: str, *records: Any) -> dict[str, int]:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.find(*MASTERS, an_invoice(), *records)
    return world.push(source)[source]


def different(world: World, target: str) -> set[str]:
    """Say that a record is none of those that it may be, and return them."""
    [match] = world.store.matches.read_all(CONNECTION, target)
    world.store.matches.decide(CONNECTION, replace(match, decision=MatchDecision.DIFFERENT))
    world.store.pending.replay(CONNECTION, match.flow, match.item)
    return {*match.quickbooks_ids}


def entries(world: World, source: str) -> list[PendingItem]:
    return list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))


@pytest.mark.case("M6l")
@pytest.mark.parametrize("named", [True, False])
def test_a_payment_that_the_office_typed_as_a_deposit_is_asked_about(
    world: World, *, named: bool
) -> None:
    told(world, "Deposit", a_deposit(world, named=named))
    assert asked(world, "payment", a_payment()) == {"waiting": 1}
    why = world.note("payment", "901")[1]
    assert "deposit 77 line 1" in why
    assert "then nothing is posted, and it stays what it is in QuickBooks" in why


@pytest.mark.case("M6l")
def test_an_invoice_that_the_office_typed_as_a_receipt_or_journal_entry_is_asked_about(
    world: World,
) -> None:
    receipt = {"CustomerRef": whom(world), "TotalAmt": Decimal("9.63"), "TxnDate": "2025-11-03"}
    told(world, "SalesReceipt", {"Id": "76", **receipt})
    told(world, "JournalEntry", an_entry(world, "Debit"))
    assert asked(world, "invoice", an_invoice("5502")) == {"waiting": 1}
    assert different(world, "Invoice") == {"SalesReceipt:76"}
    assert asked(world, "invoice", an_invoice("5502")) == {"waiting": 1}
    assert different(world, "Invoice") == {"SalesReceipt:76", "JournalEntry:78/0"}
    assert asked(world, "invoice", an_invoice("5502")) == {"created": 1}


@pytest.mark.case("M6l")
def test_an_expense_that_the_office_typed_as_a_bill_or_journal_entry_is_asked_about(
    world: World,
) -> None:
    bill = {"VendorRef": {"value": "5"}, "TotalAmt": Decimal("308.29"), "TxnDate": "2026-04-01"}
    told(world, "Bill", {"Id": "76", **bill})
    spent = an_entry(world, "Debit", "308.29", named=False) | {"TxnDate": "2026-03-31"}
    told(world, "JournalEntry", spent)
    assert asked(world, "expense", an_expense()) == {"waiting": 1}
    assert different(world, "Purchase") == {"Bill:76"}
    assert asked(world, "expense", an_expense()) == {"waiting": 1}
    assert different(world, "Purchase") == {"Bill:76", "JournalEntry:78/0"}


@pytest.mark.case("M6m")
@pytest.mark.parametrize("posted_first", [True, False])
def test_a_deposit_under_another_check_number_is_asked_about_and_told(
    world: World, *, posted_first: bool
) -> None:
    deposit = a_deposit(world)
    deposit["Line"][0]["DepositLineDetail"]["CheckNum"] = "88001"
    if posted_first:
        assert asked(world, "payment", a_payment()) == {"created": 1}
        told(world, "Deposit", deposit)
        assert len(entries(world, "payment")) == 1
    else:
        told(world, "Deposit", deposit)
        assert asked(world, "payment", a_payment()) == {"waiting": 1}


@pytest.mark.case("M6m")
def test_a_receipt_of_the_number_of_the_invoice_is_asked_about_whatever_its_total(
    world: World,
) -> None:
    receipt = {"CustomerRef": whom(world), "TotalAmt": Decimal("9.00"), "TxnDate": "2025-11-03"}
    told(world, "SalesReceipt", {"Id": "76", "DocNumber": "INV-5502", **receipt})
    assert asked(world, "invoice", an_invoice("5502")) == {"waiting": 1}


@pytest.mark.case("M6l")
@pytest.mark.parametrize(
    "changes",
    [
        {"TxnDate": "2025-12-31"},
        {"amount": "11.64"},
        {"Line": []},
        {"Line": [{"Id": "1", "Amount": Decimal("9.63"), "LinkedTxn": [{"TxnId": "9"}]}]},
        {"CurrencyRef": {"value": "CAD"}},
    ],
    ids=["another season", "another amount", "no line", "a payment of its own", "Canadian"],
)
def test_another_deposit_is_no_reason_to_ask(world: World, changes: dict[str, Any]) -> None:
    told(world, "Deposit", a_deposit(world, **changes))
    assert asked(world, "payment", a_payment()) == {"created": 1}


@pytest.mark.case("M6l")
def test_what_a_customer_paid_by_journal_entry_is_no_invoice(world: World) -> None:
    told(world, "JournalEntry", an_entry(world, "Credit"))
    assert asked(world, "invoice", an_invoice("5502")) == {"created": 1}


@pytest.mark.case("M6l")
@pytest.mark.parametrize("how", ["deleted", "without the line"])
def test_the_question_ends_when_the_deposit_is_gone(world: World, how: str) -> None:
    told(world, "Deposit", a_deposit(world))
    asked(world, "payment", a_payment())
    if how == "deleted":
        told(world, "Deposit", gone=("77",))
    else:
        told(world, "Deposit", a_deposit(world, Line=[]))
    world.run_id = "r9"
    assert world.push("payment")["payment"] == {"created": 1}


@pytest.mark.case("M6l")
def test_who_says_that_it_is_the_deposit_has_nothing_posted_and_the_next_one_is(
    world: World,
) -> None:
    told(world, "Deposit", a_deposit(world))
    asked(world, "payment", a_payment())
    [match] = world.store.matches.read_all(CONNECTION, "Payment")
    said = replace(match, decision=MatchDecision.SAME, chosen="Deposit:77/1")
    world.store.matches.decide(CONNECTION, said)
    world.store.pending.replay(CONNECTION, match.flow, match.item)
    world.run_id = "r9"
    assert world.push("payment")["payment"] == {"left out": 1}
    assert asked(world, "payment", a_payment(), a_payment("902", amount="9.63"))["created"] == 1


def is_the_deposit(world: World, own: str) -> Match:
    """Let a person say of a payment that it is the deposit."""
    [match] = [
        one
        for one in world.store.matches.read_all(CONNECTION, "Payment")
        if one.owner.mobiwork_id == own
    ]
    said = replace(match, decision=MatchDecision.SAME, chosen="Deposit:77/1")
    world.store.matches.decide(CONNECTION, said)
    return said


def doubled(world: World) -> list[str]:
    return [one.record_id for one in entries(world, "payment") if one.cause == Kind.TWICE]


@pytest.mark.case("M6o")
def test_who_says_that_it_is_another_payment_ends_the_entry_that_advises_to_delete_it(
    world: World,
) -> None:
    assert asked(world, "payment", a_payment()) == {"created": 1}
    told(world, "Deposit", a_deposit(world))
    assert doubled(world) == ["twice-Deposit-77.1"]
    assert asked(world, "payment", a_payment(), a_payment("902"))["waiting"] == 1
    end_twice_of_said(CONNECTION, is_the_deposit(world, "902"), world.store)
    assert doubled(world) == []
    told(world, "Deposit", a_deposit(world, TxnDate="2025-11-12"))
    assert doubled(world) == []


@pytest.mark.case("M6o")
def test_what_is_posted_and_said_to_be_the_deposit_as_well_stays_told(world: World) -> None:
    told(world, "Deposit", a_deposit(world))
    assert asked(world, "payment", a_payment()) == {"waiting": 1}
    said = is_the_deposit(world, "901")
    world.store.matches.decide(CONNECTION, replace(said, decision=MatchDecision.DIFFERENT))
    world.store.pending.replay(CONNECTION, said.flow, said.item)
    world.run_id = "r9"
    assert world.push("payment")["payment"] == {"created": 1}
    is_the_deposit(world, "901")
    told(world, "Deposit", a_deposit(world, TxnDate="2025-11-12"))
    end_twice_of_said(CONNECTION, said, world.store)
    assert doubled(world) == ["twice-Deposit-77.1"]


@pytest.mark.case("M6l")
@pytest.mark.parametrize("named", [True, False])
def test_a_deposit_that_is_typed_beside_a_posted_payment_is_an_entry_until_it_is_gone(
    world: World, *, named: bool
) -> None:
    assert asked(world, "payment", a_payment()) == {"created": 1}
    told(world, "Deposit", a_deposit(world, named=named))
    [entry] = entries(world, "payment")
    assert "somebody entered Deposit 77 line 1" in (entry.reason or "")
    told(world, "Deposit", gone=("77",))
    assert entries(world, "payment") == []


@pytest.mark.case("M6l")
@pytest.mark.parametrize(
    ("target", "expected"), [("Debit", 1), ("Credit", 0)], ids=["charged", "paid"]
)
def test_a_journal_entry_beside_a_posted_invoice_is_an_entry_where_it_charges(
    world: World, target: str, expected: int
) -> None:
    told(world, "JournalEntry", an_entry(world, target))
    assert len(entries(world, "invoice")) == expected


@pytest.mark.case("F17f")
@pytest.mark.parametrize("account", ["Services", "Accounts Receivable (A/R)"])
@pytest.mark.parametrize("posted_first", [True, False])
def test_an_invoice_that_the_office_deposited_as_income_is_asked_about_or_told(
    world: World, account: str, *, posted_first: bool
) -> None:
    deposit, income = a_deposit(world, TxnDate="2025-11-04"), account == "Services"
    deposit["Line"][0]["DepositLineDetail"]["AccountRef"] = {"value": "84", "name": account}
    if posted_first:
        told(world, "Deposit", deposit)
        assert len(entries(world, "invoice")) == int(income)
    else:
        told(world, "Deposit", deposit)
        outcome = "waiting" if income else "created"
        assert asked(world, "invoice", an_invoice("5502")) == {outcome: 1}


@pytest.mark.case("M6l")
def test_what_is_told_again_is_not_told_twice(world: World) -> None:
    told(world, "JournalEntry", an_entry(world, "Debit"))
    [entry] = entries(world, "invoice")
    world.store.pending.close(entry)
    told(world, "JournalEntry", an_entry(world, "Debit"))
    assert entries(world, "invoice") == []


@pytest.mark.case("F1l")
@pytest.mark.parametrize("before", [True, False])
def test_a_refund_and_a_check_to_the_customer_are_asked_about_or_told(
    world: World, *, before: bool
) -> None:
    world.save(settings(refund_product="307001", refund_account="Checking"))
    payee = {**whom(world), "type": "Customer"}
    check = {"Id": "900", "TotalAmt": Decimal("5.00"), "TxnDate": "2025-11-10", "EntityRef": payee}
    refund = a_payment("902", amount="5.00", paymentType="REFUND", customerId="700001")
    if before:
        told(world, "Purchase", check)
        assert asked(world, "credit", refund) == {"waiting": 1}
    else:
        assert asked(world, "credit", refund) == {"created": 1}
        told(world, "Purchase", check)
        [entry] = world.store.pending.worklist(CONNECTION, "push_credits")
        assert "may have it twice" in (entry.reason or "")
