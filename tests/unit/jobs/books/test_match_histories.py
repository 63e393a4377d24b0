"""Random histories: whatever happened on both sides, all of it is explained and adds up."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksPeriod
from connector.model.books.kinds import OF_TARGET, BooksKind
from connector.model.outcomes import Outcome
from connector.model.tracking.tracked import Sought, StandsAs
from tests.builders import CONNECTION, a_customer, a_line, a_payment, an_invoice, raw
from tests.unit.jobs.books.world import Books, Found

DAYS = ("2025/03/31", "2025/04/01", "2025/06/30", "2025/07/01")
QUARTER = BooksPeriod(date(2025, 4, 1), date(2025, 6, 30))
STATUSES = ("Customer Invoiced", "Customer Invoiced", "Void", "Odd", "Open")
COUNTING = {BooksKind.INVOICES: "invoice", BooksKind.PAYMENTS: "payment"}

HELD_UP = frozenset({Outcome.WAITING, Outcome.REFUSED})
NOT_ON = (BooksCause.WAITING, BooksCause.REFUSED, BooksCause.UNDECIDED)
"""What of a match stands on the worklist."""

small, day = st.integers(1, 3), st.sampled_from(DAYS)
amounts = st.sampled_from(["10.00", "12.34", "99.99"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), small, st.sampled_from(STATUSES), day, amounts, small),
        st.tuples(st.just("payment"), small, small, day, amounts),
        st.tuples(st.just("expense"), small, day, amounts),
        st.tuples(st.just("delete"), st.sampled_from(["invoice", "payment"]), small),
        st.tuples(st.just("edit"), st.sampled_from(["Invoice", "Payment"]), small, amounts),
        st.tuples(st.just("move"), st.sampled_from(["Invoice", "Payment"]), small, day),
        st.tuples(st.just("void"), st.sampled_from(["Invoice", "Payment"]), small),
        st.tuples(st.just("remove"), st.sampled_from(["Invoice", "Payment"]), small),
        st.tuples(st.just("type"), st.sampled_from([*OF_TARGET]), day, amounts),
        st.tuples(st.just("copy"), st.sampled_from(["Invoice", "Payment"]), small),
        st.tuples(st.just("sync")),
        st.tuples(st.just("sync")),
    ),
    max_size=12,
)


def iso(text: str) -> str:
    return text.replace("/", "-")


@dataclass
class History:
    """A company to which things happen; `held` is what MobiWork lists that counts."""

    books: Books = field(default_factory=Books)
    held: dict[tuple[str, str], tuple[str, Decimal]] = field(default_factory=dict)
    typed: int = 0

    def __post_init__(self) -> None:
        for number in (2, 3):
            self.books.mobiwork.put(a_customer(f"70000{number}", companyName=f"Number {number}"))

    def does(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _sync(self) -> None:
        self.books.sync()

    def _invoice(self, number: int, status: str, when: str, amount: str, buyer: int) -> None:
        own = f"550{number}"
        line = a_line(quantity="1", price=amount, total=amount, taxable="false")
        record = an_invoice(
            own,
            status=status,
            invoiceDate=when,
            dueDate="2025/12/31",
            customerId=f"70000{buyer}",
            lineItems={"lineItem": [line]},
            subTotal=amount,
            taxAmount="0",
            total=amount,
        )
        self.books.mobiwork.put(record)
        self._holds("invoice", own, when, amount, counts=status != "Void")

    def _payment(self, number: int, of: int, when: str, amount: str) -> None:
        own = f"90{number}"
        record = a_payment(own, invoiceId=f"550{of}", amount=amount, paymentDate=when)
        self.books.mobiwork.put(record)
        self._holds("payment", own, when, amount)

    def _expense(self, number: int, when: str, amount: str) -> None:
        own = f"80{number}"
        said = {"expenseId": own, "amount": amount, "expenseDate": when, "paymentType": "Cash"}
        self.books.mobiwork.put(raw("expense", own, said | {"status": "Approved"}))
        self._holds("expense", own, when, amount)

    def _holds(self, entity: str, own: str, when: str, amount: str, *, counts: bool = True) -> None:
        self.held.pop((entity, own), None)
        if counts:
            self.held[entity, own] = (iso(when), Decimal(amount))

    def _delete(self, entity: str, number: int) -> None:
        own = f"550{number}" if entity == "invoice" else f"90{number}"
        self.books.mobiwork.records_of.get(entity, {}).pop(own, None)
        self.held.pop((entity, own), None)

    def _edit(self, target: str, number: int, amount: str) -> None:
        if own := self._one(target, number):
            self.books.quickbooks.edit(target, own, TotalAmt=Decimal(amount))

    def _move(self, target: str, number: int, when: str) -> None:
        if own := self._one(target, number):
            self.books.quickbooks.edit(target, own, TxnDate=iso(when))

    def _void(self, target: str, number: int) -> None:
        if own := self._one(target, number):
            gone = {"TotalAmt": Decimal(0), "PrivateNote": "Voided", "Line": []}
            self.books.quickbooks.edit(target, own, **gone)

    def _remove(self, target: str, number: int) -> None:
        own = self._one(target, number)
        rows = self.books.quickbooks.records.get(target, [])
        self.books.quickbooks.records[target] = [one for one in rows if one["Id"] != own]

    def _type(self, target: str, when: str, amount: str) -> None:
        self.typed += 1
        body = {"TotalAmt": Decimal(amount), "TxnDate": iso(when), "DocNumber": f"T{self.typed}"}
        self.books.in_quickbooks(target, Line=[], **body)

    def _copy(self, target: str, number: int) -> None:
        self.typed += 1
        for row in self.books.quickbooks.records.get(target, []):
            if row["Id"] == self._one(target, number):
                body = {name: one for name, one in row.items() if name not in {"Id", "SyncToken"}}
                self.books.in_quickbooks(target, **body | {"DocNumber": f"T{self.typed}"})
                return

    def _one(self, target: str, number: int) -> str | None:
        rows = self.books.quickbooks.records.get(target, [])
        return str(rows[(number - 1) % len(rows)]["Id"]) if rows else None

    def mobiwork(self) -> dict[str, Decimal]:
        """Return what MobiWork's records of the quarter come to, by entity."""
        found: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (entity, _), (when, amount) in self.held.items():
            found[entity] += amount if QUARTER.holds(date.fromisoformat(when)) else 0
        return found

    def quickbooks(self) -> dict[BooksKind, Decimal]:
        """Return what QuickBooks' documents of the quarter come to."""
        found: defaultdict[BooksKind, Decimal] = defaultdict(Decimal)
        for target, kind in OF_TARGET.items():
            for row in self.books.quickbooks.records.get(target, []):
                if QUARTER.holds(date.fromisoformat(row["TxnDate"])):
                    found[kind] += Decimal(row["TotalAmt"])
        return found


def explained(found: Found) -> None:
    assert [one for one in found.differences if one["cause"] == "unexplained"] == []
    assert found.result["adds_up"]
    for one in found.result["kinds"]:
        assert one["mobiwork"] - sum(own["amount"] for own in one["causes"]) == one["quickbooks"]


@pytest.mark.case("B5")
@settings(max_examples=30, deadline=None)
@given(steps)
def test_after_any_history_a_proven_match_is_both_sides_books_with_nothing_unexplained(
    history: list[tuple[Any, ...]],
) -> None:
    company = History()
    for step in history:
        company.does(step)
    found = company.books.match(proven=True, period=QUARTER)
    explained(found)
    ours, theirs = company.mobiwork(), company.quickbooks()
    for kind in OF_TARGET.values():
        entity = {**COUNTING, BooksKind.EXPENSES: "expense"}.get(kind, "")
        assert found.totals(kind) == (ours[entity], theirs[kind]), kind


@pytest.mark.case("B5")
@settings(max_examples=20, deadline=None)
@given(steps)
def test_what_is_remembered_after_both_sides_were_looked_at_is_what_reading_them_finds(
    history: list[tuple[Any, ...]],
) -> None:
    company = History()
    for step in history:
        if step[0] not in {"void", "remove"}:
            company.does(step)
    company.books.sync()
    company.books.tell_changes()
    remembered = company.books.match(proven=False, period=QUARTER)
    proven = company.books.match(proven=True, period=QUARTER)
    explained(remembered)
    assert remembered.calls == 0
    assert remembered.result == proven.result


@pytest.mark.case("B5")
@settings(max_examples=15, deadline=None)
@given(steps)
def test_a_first_run_and_the_books_agree_to_the_cent(history: list[tuple[Any, ...]]) -> None:
    company = History()
    for step in history:
        if step[0] in {"invoice", "payment", "expense"}:
            company.does(step)
    company.books.sync()
    found = company.books.match(proven=True, period=BooksPeriod(None, date(2025, 12, 31)))
    runs, voided = company.books.store.runs, found.result["apart"]
    for kind, flow in (
        (BooksKind.INVOICES, "push_invoices"),
        (BooksKind.PAYMENTS, "push_payments"),
    ):
        told = list(runs.outcomes(CONNECTION, "r1", flow))
        posted = sum(one.worth or 0 for one in told if one.outcome is Outcome.CREATED)
        rest = sum(one.worth or 0 for one in told if one.outcome is not Outcome.CREATED)
        void = sum(one["amount"] for one in voided if one["flow"] == flow)
        assert found.totals(kind) == (posted + rest - void, posted)


@pytest.mark.case("B5")
@settings(max_examples=20, deadline=None)
@given(steps)
def test_the_run_the_worklist_the_views_and_the_books_say_the_same_of_what_does_not_go_on(
    history: list[tuple[Any, ...]],
) -> None:
    company = History()
    for step in history:
        if step[0] in {"invoice", "payment", "expense"}:
            company.does(step)
    company.books.sync()
    store = company.books.store
    found = company.books.match(proven=True, period=BooksPeriod(None, date(2025, 12, 31)))
    listed, _ = store.worklist.read(CONNECTION)
    for kind, flow in (
        (BooksKind.INVOICES, "push_invoices"),
        (BooksKind.PAYMENTS, "push_payments"),
        (BooksKind.EXPENSES, "push_expenses"),
    ):
        told = list(store.runs.outcomes(CONNECTION, "r1", flow))
        by_run = {one.record_id: one.worth for one in told if one.outcome in HELD_UP}
        on_list = {one.record_id: one.worth for one in listed if one.flow == flow}
        views = [
            one
            for state in (StandsAs.WAITING, StandsAs.REFUSED)
            for one in store.tracked.find(
                CONNECTION, Sought(state=state, flows=frozenset({flow})), after=None, limit=99
            ).records
        ]
        assert on_list == by_run == {one.record_id: one.amount for one in views}
        causes = found.causes(kind)
        in_books = sum((causes.get(one, Decimal(0)) for one in NOT_ON), Decimal(0))
        assert in_books == sum((one or Decimal(0) for one in by_run.values()), Decimal(0))
