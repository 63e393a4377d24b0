"""What somebody types in QuickBooks beside a posted document is told: the money is there twice."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.changes.documents import shown
from connector.entities.registry import BY_ENTITY
from connector.model.body import spoken
from connector.model.links import Link, Origin, RecordKey
from connector.model.markers import Marker
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.pending import PendingItem
from connector.model.worklist.causes import Kind
from connector.push import link
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import an_expense, buying_settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHECK = {"TotalAmt": 9.63, "TxnDate": "2025-11-12", "UnappliedAmt": 9.63}


@pytest.fixture
def world() -> World:
    """An invoice of 9.63, its payment and an expense are in QuickBooks."""
    world = World()
    world.save(buying_settings())
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), an_expense())
    told = world.push("customer", "product", "invoice", "payment", "expense")
    assert (told["payment"], told["expense"]) == ({"created": 1}, {"created": 1})
    return world


def typed(world: World, target: str, **members: Any) -> None:
    """Let a look see what somebody typed in QuickBooks, of the usual customer."""
    whom = {"value": world.link("customer", "700001")}
    usual = {"Id": "900", "SyncToken": "0", "CustomerRef": whom}
    told(world, target, {**usual, **members})


def told(world: World, target: str, *rows: dict[str, Any], gone: tuple[str, ...] = ()) -> None:
    changes = ChangeData(
        records={target: [*rows]}, deleted={target: [*gone]}, time=NOON, truncated=False
    )
    shown.note(CONNECTION, changes, world.store)


def entries(world: World, source: str) -> list[PendingItem]:
    return list(world.store.pending.worklist(CONNECTION, BY_ENTITY[source].name))


@pytest.mark.case("M6k")
@pytest.mark.parametrize(
    ("source", "target", "members"),
    [
        ("payment", "Payment", CHECK | {"PaymentRefNum": "chk 1044"}),
        ("payment", "Payment", CHECK),
        ("invoice", "Invoice", {"TotalAmt": 9.63, "TxnDate": "2025-11-01", "DocNumber": "1001"}),
        ("expense", "Purchase", {"TotalAmt": 308.29, "TxnDate": "2026-04-01"}),
        ("expense", "Bill", {"TotalAmt": 308.29, "TxnDate": "2026-04-01"}),
    ],
)
def test_what_is_typed_beside_a_posted_document_is_an_entry_until_it_is_gone(
    world: World, source: str, target: str, members: dict[str, Any]
) -> None:
    typed(world, target, **members)
    [entry] = entries(world, source)
    assert entry.cause == Kind.TWICE
    assert f"somebody entered {spoken(target)} 900" in (entry.reason or "")
    told(world, target, gone=("900",))
    assert entries(world, source) == []


@pytest.mark.case("M6q")
def test_what_is_typed_beside_a_document_that_was_linked_is_an_entry_too(world: World) -> None:
    known = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(known, Link)
    told_of = RecordOutcome(
        run_id="r2", flow="push_invoices", record_id="5501", outcome=Outcome.LINKED, label="x"
    )
    linked = replace(known, origin=Origin.LINKED)
    assert world.store.links.save(CONNECTION, linked, told_of, before=known)
    typed(world, "Invoice", TotalAmt=9.63, TxnDate="2025-11-01", DocNumber="1001")
    [entry] = entries(world, "invoice")
    assert f"it is linked to Invoice {known.quickbooks_id}, and" in (entry.reason or "")


@pytest.mark.case("M6k")
@pytest.mark.parametrize(
    "members",
    [
        CHECK | {"TotalAmt": 9.64},
        CHECK | {"TxnDate": "2025-12-20"},
        CHECK | {"UnappliedAmt": 0},
        CHECK | {"CustomerRef": {"value": "77"}},
        CHECK | {"PrivateNote": f"MobiWork payment 9 {Marker('payment', '9', CONNECTION)}"},
    ],
    ids=["amount", "day", "pays another invoice", "customer", "ours"],
)
def test_what_is_another_one_is_no_entry(world: World, members: dict[str, Any]) -> None:
    typed(world, "Payment", **members)
    assert entries(world, "payment") == []


@pytest.mark.case("M6m")
@pytest.mark.parametrize("number", ["77", "AMEX", "Cash"])
def test_another_number_is_no_reason_to_keep_silent(world: World, number: str) -> None:
    typed(world, "Payment", **CHECK | {"PaymentRefNum": number})
    assert len(entries(world, "payment")) == 1


@pytest.mark.case("M6k")
def test_what_a_person_said_is_another_one_is_no_entry(world: World) -> None:
    said = Match(
        owner=RecordKey("payment", "901"),
        target="Payment",
        label="payment 901",
        grade=Grade.LIKELY,
        candidates=(Candidate("900", "payment 900", {}, {}),),
        flow="push_payments",
        item="901",
        found_at=NOON.isoformat(),
        decision=MatchDecision.DIFFERENT,
    )
    world.store.matches.keep(CONNECTION, said)
    world.store.matches.decide(CONNECTION, said)
    typed(world, "Payment", **CHECK)
    assert entries(world, "payment") == []


@pytest.mark.case("M6k")
@pytest.mark.parametrize(
    "members",
    [
        CHECK | {"TotalAmt": 50.00, "UnappliedAmt": 50.00},
        CHECK | {"TxnDate": "2025-12-20"},
        CHECK | {"UnappliedAmt": 0},
        CHECK | {"CustomerRef": {"value": "77"}},
        CHECK | {"TotalAmt": 0, "PrivateNote": "Voided"},
    ],
    ids=["amount", "day", "pays another invoice", "customer", "void"],
)
def test_the_entry_ends_when_what_was_typed_is_not_alike_any_more(
    world: World, members: dict[str, Any]
) -> None:
    typed(world, "Payment", **CHECK)
    assert len(entries(world, "payment")) == 1
    typed(world, "Payment", **members)
    assert entries(world, "payment") == []


@pytest.mark.case("M6k")
def test_the_entry_says_what_the_typed_document_says_now(world: World) -> None:
    typed(world, "Payment", **CHECK)
    typed(world, "Payment", **CHECK | {"TxnDate": "2025-11-13"})
    [entry] = entries(world, "payment")
    assert "on 2025-11-13 there" in (entry.reason or "")


@pytest.mark.case("M6k")
def test_the_entry_stays_while_a_newer_reading_of_the_posted_one_waits(world: World) -> None:
    typed(world, "Payment", **CHECK)
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(checkNumber="1044"))
    store = world.store.tracked
    [one] = store.read_many(CONNECTION, "push_payments", ["901"]).values()
    waits = RecordOutcome(
        run_id="r2",
        flow="push_payments",
        record_id="901",
        outcome=Outcome.WAITING,
        label=one.label,
        worth=one.amount,
        about=About(day=one.day),
    )
    store.note(CONNECTION, "push_payments", [waits], now=NOON)
    typed(world, "Payment", **CHECK | {"TxnDate": "2025-11-13"})
    assert len(entries(world, "payment")) == 1


def linked(world: World) -> None:
    """Let a person say that the typed payment is another one of MobiWork, which is then linked."""
    world.quickbooks.records["Payment"].append(
        {
            "Id": "900",
            "SyncToken": "0",
            "CustomerRef": {"value": world.link("customer", "700001")},
            **CHECK,
        }
    )
    world.run_id = "r2"
    world.find(a_customer(), a_product(), an_invoice(), a_payment(), a_payment("902"))
    assert world.push("payment")["payment"] == {"waiting": 1}
    [match] = world.store.matches.read_all(CONNECTION, "Payment")
    said = replace(match, decision=MatchDecision.SAME, chosen="900")
    world.store.matches.decide(CONNECTION, said)
    world.store.pending.replay(CONNECTION, match.flow, match.item)
    world.run_id = "r3"
    assert world.push("payment")["payment"] == {"linked": 1}
    assert world.link("payment", "902") == "900"


@pytest.mark.case("M6k")
def test_the_entry_ends_when_what_was_typed_is_linked_to_another_record(world: World) -> None:
    typed(world, "Payment", **CHECK)
    assert len(entries(world, "payment")) == 1
    linked(world)
    assert entries(world, "payment") == []


@pytest.mark.case("M6k")
@pytest.mark.parametrize("gone", [True, False])
def test_an_entry_that_a_link_left_behind_ends_with_the_next_change(
    world: World, monkeypatch: pytest.MonkeyPatch, *, gone: bool
) -> None:
    typed(world, "Payment", **CHECK)
    monkeypatch.setattr(link, "end_twice_of_linked", lambda *_: None)  # it died before
    linked(world)
    assert len(entries(world, "payment")) == 1
    if gone:
        told(world, "Payment", gone=("900",))
    else:
        typed(world, "Payment", **CHECK | {"TxnDate": "2025-11-13"})
    assert [one for one in entries(world, "payment") if one.cause == Kind.TWICE] == []


@pytest.mark.case("X18d")
def test_what_is_typed_beside_a_payment_that_was_only_shown_in_mobiwork_ends_no_look(
    world: World,
) -> None:
    known = world.store.links.read(CONNECTION, "payment", "901")
    assert isinstance(known, Link)
    shown_there = replace(known, total=None, base={}, origin=Origin.PULLED)
    told_of = RecordOutcome(
        run_id="r2", flow="push_payments", record_id="901", outcome=Outcome.UPDATED, label="x"
    )
    assert world.store.links.save(CONNECTION, shown_there, told_of, before=known)
    typed(world, "Payment", **CHECK)
    assert entries(world, "payment") == []
