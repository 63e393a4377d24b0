"""What an entry may be linked to: found on the other side, with the facts of both."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from connector.api.worklist.candidates import MORE, MOST_PAGES, NOT_ALL, candidates_of, like_in
from connector.api.worklist.fixes import same
from connector.errors import RequestError
from connector.model.pending import Hindrance, NewItem, PendingState
from connector.model.tracking.tracked import TrackedPage
from connector.model.worklist.causes import Kind
from connector.model.worklist.fixes import SAME, FixKind
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.api.desk import Desk, refusing
from tests.unit.engine.test_matched import looked
from tests.unit.engine.test_matched_together import visit
from tests.unit.engine.test_matched_voids import an_invoice_there, entered, posted
from tests.unit.engine.two_sides import TwoSides
from tests.unit.engine.world import World

FLOWS = ("customer", "product", "invoice")


@dataclass(frozen=True)
class Sparse:
    """Tracked records of which the first page of what is found is empty, as one may be."""

    tracked: Any

    def find(self, *asked: Any, after: str | None, **more: Any) -> TrackedPage:
        if after is None:
            return TrackedPage((), "looked so far")
        found: TrackedPage = self.tracked.find(*asked, after=None, **more)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tracked, name)


def test_candidates_for_a_link_come_with_facts_and_cost_a_call_only_where_it_is_asked_for() -> None:
    world = World()
    world.quickbooks.before = refusing("6140", "Invoice")
    world.find(a_customer(), a_product(), an_invoice())
    world.push(*FLOWS)
    by_hand = {"Id": "77", "DocNumber": "INV-5501", "TotalAmt": 9.63, "TxnDate": "2025-11-02"}
    world.quickbooks.records["Invoice"] = [by_hand]
    queries, entry = world.quickbooks.queries, "push_invoices/5501"
    free = candidates_of(CONNECTION, entry, None, store=world.store)
    assert (free.candidates, free.reads, world.quickbooks.queries) == ((), 0, queries)
    assert free.hint is not None
    found = candidates_of(CONNECTION, entry, lambda: world.run(dry_run=True), store=world.store)
    assert (found.reads, world.quickbooks.queries, found.hint) == (1, queries + 1, None)
    (one,) = found.candidates
    assert (one.id, one.belongs_to) == ("77", None)
    assert {fact.fact for fact in one.facts if fact.same} >= {"number", "total"}


@pytest.mark.parametrize(
    ("target", "text", "told"),
    [
        ("Customer", "O'Hare", r"DisplayName LIKE '%O\'Hare%' AND Active IN (true, false)"),
        ("Vendor", "a@b.example", "PrimaryEmailAddr LIKE '%a@b.example%' AND Active IN"),
        ("Item", "filter", "Name LIKE '%filter%'"),
        ("Invoice", "1042", "DocNumber LIKE '%1042%'"),
        ("Invoice", "$1,204.50", "TotalAmt = '1204.50'"),
        ("Payment", "88", "PaymentRefNum LIKE '%88%'"),
    ],
)
def test_a_record_of_quickbooks_is_looked_for_by_what_a_person_knows_of_it(
    target: str, text: str, told: str
) -> None:
    assert told in like_in(target, text)


def test_what_only_one_side_says_of_a_candidate_is_shown_and_a_few_are_read_of_many() -> None:
    world = World()
    world.quickbooks.before = refusing("6240")
    world.find(a_customer())
    world.push("customer")
    mail = {"Address": "ada@harbor.example"}
    many = [
        {"Id": str(own), "DisplayName": f"Ada {own}", "PrimaryEmailAddr": mail, "Active": True}
        for own in range(50, 90)
    ]
    world.quickbooks.records["Customer"] = many
    found = candidates_of(
        CONNECTION, "push_customers/700001", world.run, like="Ada", store=world.store
    )
    assert (len(found.candidates), found.reads, found.hint) == (5, 1, MORE)
    told = {one.fact: (one.mobiwork, one.quickbooks) for one in found.candidates[0].facts}
    assert "ada@harbor.example" in told["e-mail"]


def test_a_customer_of_quickbooks_may_be_one_of_mobiwork_that_was_read_by_that_name() -> None:
    world = World()
    world.find(a_customer())
    world.push("customer")
    (known,) = world.store.tracked.read_many(CONNECTION, "push_customers", ["700001"]).values()
    there = {"Id": "58", "DisplayName": known.number, "Active": True, "SyncToken": "0"}
    item = NewItem(
        record_id="58",
        record=json.dumps(there),
        fingerprint="f",
        found_at="2026-03-02",
        label="customer 58",
    )
    world.store.pending.put_all(CONNECTION, "pull_customers", [item])
    (kept,) = world.store.pending.read_many(CONNECTION, "pull_customers", ["58"]).values()
    world.store.pending.hold(
        kept, PendingState.REFUSED, reason="Several.", why=Hindrance(Kind.SEVERAL)
    )
    found = candidates_of(
        CONNECTION, "pull_customers/58", None, like=known.number or "", store=world.store
    )
    assert [(one.id, one.facts[0].same) for one in found.candidates] == [("700001", True)]


def named_in_mobiwork(*owns: str) -> World:
    """An entry about a customer of QuickBooks, and customers of MobiWork of that name."""
    world = World()
    world.find(*(a_customer(own, companyName=f"Heron {own}") for own in owns))
    world.push("customer")
    there = {"Id": "58", "DisplayName": "Heron", "Active": True, "SyncToken": "0"}
    item = NewItem(
        record_id="58", record=json.dumps(there), fingerprint="f", found_at="t", label="customer 58"
    )
    world.store.pending.put_all(CONNECTION, "pull_customers", [item])
    (kept,) = world.store.pending.read_many(CONNECTION, "pull_customers", ["58"]).values()
    world.store.pending.hold(
        kept, PendingState.REFUSED, reason="Several.", why=Hindrance(Kind.SEVERAL)
    )
    return world


def test_one_that_stands_on_no_first_page_of_mobiworks_records_is_found() -> None:
    world = named_in_mobiwork("700001")
    store = replace(world.store, tracked=Sparse(world.store.tracked))
    found = candidates_of(CONNECTION, "pull_customers/58", None, like="heron", store=store)
    assert ([one.id for one in found.candidates], found.hint) == (["700001"], None)


@dataclass(frozen=True)
class Endless(Sparse):
    """Tracked records of which no page shows anything, and none is the last."""

    asked: list[str | None]

    def find(self, *_asked: Any, after: str | None, **_more: Any) -> TrackedPage:
        self.asked.append(after)
        return TrackedPage((), "looked so far")


def test_a_request_looks_through_so_many_pages_only_and_says_that_there_are_more() -> None:
    world = named_in_mobiwork("700001")
    endless = Endless(world.store.tracked, [])
    store = replace(world.store, tracked=endless)
    found = candidates_of(CONNECTION, "pull_customers/58", None, like="heron", store=store)
    assert (found.candidates, found.hint, len(endless.asked)) == ((), NOT_ALL, MOST_PAGES)


def test_where_mobiwork_has_more_than_are_shown_that_is_said() -> None:
    world = named_in_mobiwork(*(f"70000{place}" for place in range(6)))
    found = candidates_of(CONNECTION, "pull_customers/58", None, like="heron", store=world.store)
    assert (len(found.candidates), found.hint) == (5, MORE)


@pytest.mark.case("F20a")
def test_all_that_are_alike_enough_are_said_to_be_the_same_at_once_and_the_others_stay() -> None:
    sides = TwoSides()
    entered(sides, *(visit(own, f"{own}00.00", f"2025/11/0{own}") for own in "1234"))
    for own in "1234":
        there = {"TotalAmt": Decimal(f"{own}00"), "TxnDate": f"2025-11-0{int(own) + 1}"}
        an_invoice_there(sides, **there, DocNumber=f"7{own}")
    an_invoice_there(sides, TotalAmt=Decimal(300), TxnDate="2025-11-02", DocNumber="79")
    looked(sides)
    posted(sides, "r2")
    desk = Desk(sides.store, sides.quickbooks)
    (cause,) = desk.worklist().causes
    assert (cause.cause, cause.entries.count) == (Kind.SAME, 4)
    assert cause.fixes[0] == SAME
    told = desk.fix(FixKind.SAME, cause=Kind.SAME, preview=True).tells
    assert told[0].startswith("Invoice INV-1 of Blue Heron Plumbing is invoice 71")
    assert told[-1].startswith("Not invoice INV-3 of Blue Heron Plumbing, which may be a different")
    desk.fix(FixKind.SAME, cause=Kind.SAME)
    sides.run_id = "r3"
    assert sides.push("invoice") == {"linked": 3, "waiting": 1}
    (left,) = desk.worklist().causes
    assert (left.entries.count, SAME in left.fixes) == (1, False)


@pytest.mark.case("F20a")
def test_records_that_may_be_one_and_the_same_there_are_not_all_said_to_be_it() -> None:
    sides = TwoSides()
    entered(sides, visit("1", "100.00"), visit("2", "100.00", "2025/11/05"))
    an_invoice_there(sides, TotalAmt=Decimal(100), TxnDate="2025-11-04", DocNumber="71")
    looked(sides)
    posted(sides, "r2")
    desk = Desk(sides.store, sides.quickbooks)
    assert all(SAME not in one.fixes for one in desk.worklist().causes)
    with pytest.raises(RequestError, match="compare both sides to see"):
        desk.fix(FixKind.SAME, *(one.id for one in desk.entries(Kind.SAME)))


@dataclass(frozen=True)
class Counted:
    """Matches that count how many are read in each call."""

    matches: Any
    calls: list[int]

    def read_many(self, connection_id: str, target: str, owners: Any) -> Any:
        self.calls.append(len(owners))
        return self.matches.read_many(connection_id, target, owners)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.matches, name)


def test_however_many_wait_what_they_may_be_is_read_together() -> None:
    sides, owns = TwoSides(), [str(own) for own in range(1, 9)]
    entered(sides, *(visit(own, f"{own}00.00", f"2025/11/0{own}") for own in owns))
    for own in owns:
        there = {"TotalAmt": Decimal(f"{own}00"), "TxnDate": f"2025-11-0{int(own) + 1}"}
        an_invoice_there(sides, **there, DocNumber=f"7{own}")
    looked(sides)
    posted(sides, "r2")
    matches = Counted(sides.store.matches, [])
    (cause,) = Desk(replace(sides.store, matches=matches), sides.quickbooks).worklist().causes
    assert (cause.fixes[0], matches.calls) == (SAME, [len(owns)])


@pytest.mark.case("F20a")
def test_no_record_is_said_to_be_the_same_that_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(same, "MOST_TOLD", 2)
    sides = TwoSides()
    entered(sides, *(visit(own, f"{own}00.00", f"2025/11/0{own}") for own in "123"))
    for own in "123":
        there = {"TotalAmt": Decimal(f"{own}00"), "TxnDate": f"2025-11-0{int(own) + 1}"}
        an_invoice_there(sides, **there, DocNumber=f"7{own}")
    looked(sides)
    posted(sides, "r2")
    desk = Desk(sides.store, sides.quickbooks)
    told = " ".join(desk.fix(FixKind.SAME, cause=Kind.SAME, preview=True).tells)
    shown = [own for own in "123" if f"INV-{own} " in told]
    assert (len(shown), "Not shown and not decided yet: 1 more." in told) == (2, True)
    desk.fix(FixKind.SAME, cause=Kind.SAME)
    sides.run_id = "r3"
    assert sides.push("invoice") == {"linked": 2, "waiting": 1}
