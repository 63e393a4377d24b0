"""What a person sees of the worklist: every record once, with its age, notes and pages."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.api import activity
from connector.api.worklist import noting
from connector.api.worklist.noting import NoteOf
from connector.api.worklist.order import EntriesAsked, EntryOrder
from connector.api.worklist.reading import cause_of
from connector.api.worklist.show import list_entries
from connector.entities.registry import NAMES
from connector.errors import ConflictError, NotThereError, RequestError
from connector.model.outcomes import Sum, by_kind
from connector.model.pending import Hindrance, PendingState
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import ALONE, FixKind
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.refusals.walking import again
from tests.unit.api.desk import Desk, refusing
from tests.unit.engine.world import World

FLOWS = ("customer", "product", "invoice", "payment")


SHOWN = (
    a_customer(),
    a_product(),
    an_invoice(total="19.63"),
    an_invoice("5502", status="Counter"),
    an_invoice("5503"),
    a_payment(),
)


@pytest.fixture
def world() -> World:
    """Three invoices: one refused with its payment behind it, one asked about, one posted."""
    world = World()
    world.find(*SHOWN)
    world.push(*FLOWS)
    return world


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.store, world.quickbooks)


@pytest.mark.case("B3")
def test_children_stand_under_the_cause_of_their_parent_and_count_once(desk: Desk) -> None:
    shown = desk.worklist()
    by_cause = {one.cause: one for one in shown.causes}
    assert (by_cause["record"].entries.count, by_cause["record"].children.count) == (1, 1)
    assert by_cause["question|status Counter"].entries == Sum(1, by_cause["record"].children.worth)
    assert shown.all.count == 3
    assert not desk.entries("parent|invoice 5501")


def test_an_invoice_and_its_payment_are_told_by_kind_and_never_added_up(desk: Desk) -> None:
    shown = desk.worklist()
    money = {one.flow: one.worth for one in shown.kinds}
    assert set(money) == {"push_invoices", "push_payments"}
    assert None not in money.values()
    assert (shown.all.count, shown.all.worth) == (3, None)
    (of_one_kind,) = (one for one in shown.causes if one.cause == "record")
    assert of_one_kind.entries.worth == Decimal("19.63")


def test_an_entry_says_who_and_what_it_is_about(desk: Desk) -> None:
    (entry,) = desk.entries("record")
    said = (entry.customer, entry.number, str(entry.day), str(entry.amount))
    assert said == ("Blue Heron Plumbing", "INV-5501", "2025-11-02", "19.63")


def test_an_entry_says_since_when_it_stands_there_and_keeps_that_over_runs(
    world: World, desk: Desk
) -> None:
    (first,) = desk.entries("record")
    world.store.pending.replay(CONNECTION, "push_invoices", "5501")
    again(world, "invoice")
    (later,) = desk.entries("record")
    assert later.since == first.since
    in_a_week = datetime.now(UTC) + timedelta(days=7, minutes=1)
    (old,) = desk.entries("record", now=in_a_week)
    assert old.days == 7


@pytest.mark.parametrize("order", EntryOrder)
def test_pages_go_on_where_the_one_before_ended_in_every_order(
    world: World, desk: Desk, order: EntryOrder
) -> None:
    more = (an_invoice("5504", total="11.00"), an_invoice("5505", total="29.63"))
    world.find(*SHOWN, *more)
    world.push("invoice")
    whole = desk.entries(order=order)
    by = [(one.amount or 0) if order.by_amount else one.since for one in whole]
    assert by == sorted(by, reverse=order.descends)
    pages: list[str] = []
    after: str | None = None
    while not pages or after:
        asked = EntriesAsked(after=after, limit=1, order=order)
        page = list_entries(CONNECTION, asked, store=desk.store)
        pages += [one.id for one in page.entries]
        after = page.next
    assert pages == [one.id for one in whole]
    with pytest.raises(RequestError):
        desk.entries(after="nonsense", order=order)


def test_a_record_leads_to_its_entry_or_to_the_one_that_it_waits_for(desk: Desk) -> None:
    asked = ("push_invoices/5501", "push_payments/901", "push_invoices/5503")
    told = [[one.id for one in desk.entries(entry=own)] for own in asked]
    assert told == [["push_invoices/5501"], ["push_invoices/5501"], []]


def test_nothing_is_done_where_one_of_it_is_not_on_the_worklist(desk: Desk) -> None:
    with pytest.raises(RequestError) as refused:
        desk.fix(FixKind.RETRY, "push_invoices/5501", "push_invoices/5503", "nowhere/1")
    assert [one.pointer for one in refused.value.errors] == ["#/entries/1", "#/entries/2"]
    with pytest.raises(NotThereError):
        desk.fix(FixKind.RETRY, cause="closed-books")
    with pytest.raises(RequestError):
        desk.fix(FixKind.RETRY)
    assert not desk.said


def test_what_a_person_did_is_kept_with_the_cause_and_the_reason(desk: Desk) -> None:
    desk.fix(FixKind.LEAVE_OUT, "push_invoices/5501", why="A duplicate.")
    ((what, values),) = desk.said
    assert what == "Chose to leave it out for good."
    assert "is left out for good" in values["effect"]
    assert {**values, "effect": ""} == {
        "effect": "",
        "cause": "Something on it must be corrected in MobiWork",
        "why": "A duplicate.",
    }


def test_a_fix_is_only_done_as_it_was_told(desk: Desk) -> None:
    told = desk.fix(FixKind.LEAVE_OUT, cause="record", preview=True)
    payment = desk.store.pending.read_many(CONNECTION, "push_payments", ["901"])["901"]
    why = Hindrance(Kind.RECORD)
    desk.store.pending.hold(payment, PendingState.REFUSED, reason="No.", why=why)
    with pytest.raises(ConflictError):
        desk.fix(FixKind.LEAVE_OUT, cause="record", seen=told.seen)
    assert not desk.said
    told = desk.fix(FixKind.LEAVE_OUT, cause="record", preview=True)
    assert (told.entries.count, told.preview) == (2, True)
    assert desk.fix(FixKind.LEAVE_OUT, cause="record", seen=told.seen).entries.count == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"fix": FixKind.LINK},
        {"fix": FixKind.CREATE_AS, "target": "Anything"},
        {"fix": FixKind.CHOOSE, "target": "Sales"},
        {"fix": FixKind.ACTIVATE},
        {"fix": FixKind.ACTIVATE, "target": "Item/7"},
        {"fix": FixKind.POST_AS_CREDIT},
        {"fix": FixKind.UPDATE, "target": None},
    ],
)
def test_a_fix_that_does_not_fit_is_refused_and_nothing_is_done(
    desk: Desk, asked: dict[str, Any]
) -> None:
    if asked["fix"] is FixKind.UPDATE:
        desk.store.pending.hold(
            desk.store.pending.read_many(CONNECTION, "push_payments", ["901"])["901"],
            PendingState.REFUSED,
            reason="No.",
        )
    entry = "push_payments/901" if asked["fix"] is FixKind.UPDATE else "push_invoices/5501"
    with pytest.raises(RequestError):
        desk.fix(asked["fix"], entry, target=asked.get("target"))
    assert not desk.said


def test_a_record_is_not_linked_to_what_belongs_to_another(world: World, desk: Desk) -> None:
    taken = world.link("invoice", "5503")
    with pytest.raises(RequestError, match="belongs to invoice 5503 of MobiWork already"):
        desk.fix(FixKind.LINK, "push_invoices/5501", target=taken)


def test_payments_by_a_method_that_is_no_money_are_posted_as_credits(world: World) -> None:
    world.save(settings(credit_product="307001"))
    world.find(
        a_customer(),
        a_product(),
        an_invoice("5503"),
        a_payment("905", paymentMethod="Store credit"),
    )
    again(world, *FLOWS)
    desk = Desk(world.store, world.quickbooks)
    (cause,) = [one for one in desk.worklist().causes if "Store credit" in one.title]
    assert FixKind.POST_AS_CREDIT in {one.fix for one in cause.fixes}
    desk.fix(FixKind.POST_AS_CREDIT, cause=cause.cause)
    kept = world.store.settings.read_settings(CONNECTION)
    assert kept.payments_without_money == {"Store credit": "credit"}


def histories(seed: int) -> World:
    """Live some runs in which records change, are refused, wait, are fixed and go."""
    chance, world = random.Random(seed), World()  # noqa: S311 - no secret
    statuses = ("Customer Invoiced", "Counter", "Void", "OPEN")
    for _ in range(8):
        documents = [
            an_invoice(
                f"55{one:02}",
                status=chance.choice(statuses),
                total=chance.choice(("9.63", "9.63", "19.63")),
            )
            for one in range(1, 6)
        ]
        payments = [a_payment(f"90{one}", invoiceId=f"550{one}") for one in range(1, 6)]
        world.find(
            a_customer(prospectFlag=chance.choice(("true", "false", "false"))),
            a_product(),
            *(one for one in documents if chance.random() > 0.2),
            *(one for one in payments if chance.random() > 0.3),
        )
        closed = a_company(closed_until=chance.choice(("", "", "2025-12-31")))
        world.store.settings.save_company(CONNECTION, closed)
        refused = refusing("2050", chance.choice(("Invoice", "Payment", "Nothing")))
        world.quickbooks.before = refused
        again(world, *chance.sample(FLOWS, 3), *FLOWS)
        _fix_something(chance, world)
    return world


def _fix_something(chance: random.Random, world: World) -> None:
    desk = Desk(world.store, world.quickbooks)
    entries = [one for one in desk.entries() if one.fixes]
    for entry in chance.sample(entries, min(2, len(entries))):
        offer = chance.choice(entry.fixes)
        if not offer.asks:
            with suppress(ConflictError):
                desk.fix(offer.fix, entry.id, target=offer.target)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.case("B4a")
def test_after_any_history_every_record_that_does_not_go_on_is_counted_once(seed: int) -> None:
    world = histories(seed)
    shown = Desk(world.store).worklist()
    items = [item for flow in NAMES for item in world.store.pending.open_items(CONNECTION, flow)]
    kinds = by_kind((item.flow, Sum(1, item.worth)) for item in items)
    assert (shown.kinds, shown.all.count) == (kinds, len(items))
    counted = sum(one.entries.count + one.children.count for one in shown.causes)
    assert counted == len(items)
    parts = [one for each in shown.causes for one in (*each.kinds, *each.children_kinds)]
    assert by_kind((one.flow, Sum(one.count, one.worth)) for one in parts) == kinds
    assert all(cause_of(item).title and item.reason for item in items)


def test_a_note_an_assignee_and_a_day_stand_beside_an_entry_until_they_are_taken_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "note", lambda *_args, **_named: None)
    own, today = "push_invoices/5501", datetime.now(UTC).date()

    def write(**said: Any) -> None:
        noting.write(CONNECTION, NoteOf(entries=(own,), **said), by="ann", store=desk.store)

    write(note="Asked.", assignee="Bea")
    write(snoozed_until=today + timedelta(days=2))
    assert not desk.entries("record")
    (shown,) = desk.entries("record", snoozed=True)
    assert (shown.note, shown.assignee) == ("Asked.", "Bea")
    assert [one.snoozed for one in desk.worklist().causes if one.cause == "record"] == [1]
    write(snoozed_until=None, note="", assignee="")
    (shown,) = desk.entries("record")
    assert (shown.note, shown.assignee, desk.store.notes.read_all(CONNECTION)) == (None, None, {})


@pytest.mark.case("B4")
def test_what_is_offered_for_all_of_a_cause_can_be_done_for_all_of_them() -> None:
    world = World()
    world.find(*(a_customer(own, externalCustomerId=f"{own},QBO") for own in ("700001", "700002")))
    world.push("customer")
    desk = Desk(world.store, world.quickbooks)
    (shown,) = desk.worklist().causes
    assert (shown.entries.count, FixKind.LINK in {one.fix for one in desk.entries()[0].fixes}) == (
        2,
        True,
    )
    assert [one.fix for one in shown.fixes] == [FixKind.RETRY, FixKind.LEAVE_OUT]
    for one in shown.fixes:
        assert desk.fix(one.fix, cause=shown.cause, preview=True).entries.count == 2


@pytest.mark.parametrize("fix", [FixKind.LINK, FixKind.CREATE_AS])
def test_a_fix_of_one_record_is_refused_for_several_and_offered_for_one(
    desk: Desk, fix: FixKind
) -> None:
    with pytest.raises(RequestError, match="on one entry at a time"):
        desk.fix(fix, "push_invoices/5501", "push_payments/901", target="7")
    assert fix in ALONE


def test_what_is_answered_here_comes_before_what_somebody_else_has_to_do() -> None:
    world = World()
    world.store.settings.save_company(CONNECTION, a_company(closed_until="2026-12-31"))
    world.find(
        a_customer(),
        a_customer("700002", externalCustomerId="700002,QBO"),
        a_product(),
        an_invoice(),
    )
    world.push(*FLOWS)
    causes = Desk(world.store).worklist().causes
    told = [(one.cause.partition("|")[0], one.is_answered_here, one.elsewhere) for one in causes]
    assert told == [
        ("external-id", True, None),
        ("closed-books", False, "Waits for your accountant, who can reopen the books."),
    ]
    assert causes[1].fixes[0].label == "They are open again: try again"


def test_choosing_one_setting_says_which_other_one_is_needed_then() -> None:
    world = World()
    back = {"paymentType": "REFUND", "refundedPaymentId": "901", "amount": "3.00"}
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), a_payment("906", **back))
    world.push(*FLOWS, "credit")
    desk = Desk(world.store, world.quickbooks)
    (cause,) = [one for one in desk.worklist().causes if "refund" in one.title.lower()]
    told = desk.fix(FixKind.CHOOSE, cause=cause.cause, target="307001", preview=True).tells
    assert any('"Account refunds are paid from" is then needed, too' in one for one in told)
