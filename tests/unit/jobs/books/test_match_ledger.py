"""Books Match, views and worklist against the simulated company's own ledger, after any history."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.changes.quickbooks import poll
from connector.jobs.books.match_books import match_books
from connector.model.body import Body
from connector.model.books.causes import BooksCause
from connector.model.books.documents import BooksPeriod
from connector.model.books.heads import begun
from connector.model.books.kinds import BooksKind
from connector.model.outcomes import Sum
from connector.model.pending import PendingState
from connector.model.policy.settings import Settings
from connector.model.tracking.tracked import StandsAs
from simulators.quickbooks.faults import ApiError
from tests.builders import CONNECTION, a_line, a_payment, an_invoice
from tests.unit.undo.world import World

EVERYTHING = BooksPeriod(None, date(2030, 12, 31))
small, amounts = st.integers(1, 3), st.sampled_from(["10.00", "12.34", "99.99"])
documents = st.sampled_from(["Invoice", "Payment"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), small, amounts),
        st.tuples(st.just("payment"), small, amounts),
        st.tuples(st.just("edit"), small, amounts),
        st.tuples(st.just("void"), documents, small),
        st.tuples(st.just("delete"), documents, small),
        st.tuples(st.just("type"), amounts),
        st.tuples(st.just("run")),
        st.tuples(st.just("run")),
    ),
    max_size=9,
)


class History:
    """A company on which people work in both systems."""

    def __init__(self) -> None:
        self.world, self.runs = World(), 0
        self.run()
        self.changes()

    def does(self, step: tuple[Any, ...]) -> None:
        with suppress(ApiError):  # what QuickBooks lets nobody do is not done
            getattr(self, step[0])(*step[1:])

    def run(self) -> None:
        self.runs += 1
        self.world.run(f"r{self.runs}")

    def changes(self) -> None:
        """Look at what QuickBooks says changed."""
        client, store = self.world.books.client, self.world.store
        chosen, now = Settings(), datetime.now(UTC)
        poll(CONNECTION, (), lambda: client, settings=chosen, now=now, rang=True, store=store)

    def invoice(self, number: int, amount: str) -> None:
        line = a_line(quantity="1", price=amount, total=amount, taxable="false")
        said = {"lineItems": {"lineItem": [line]}, "subTotal": amount, "total": amount}
        self.world.mobiwork.put(an_invoice(f"550{number}", taxAmount="0", **said))

    def payment(self, number: int, amount: str) -> None:
        record = a_payment(f"90{number}", invoiceId=f"550{number}", amount=amount)
        self.world.mobiwork.put(record)

    def edit(self, number: int, amount: str) -> None:
        if found := self._one("Invoice", number):
            self._act("edit", "Invoice", found["Id"], body={"Line": [_line(found, amount)]})

    def void(self, target: str, number: int) -> None:
        if found := self._one(target, number):
            self._act("void", target, found["Id"])

    def delete(self, target: str, number: int) -> None:
        if found := self._one(target, number):
            self._act("delete", target, found["Id"])

    def type(self, amount: str) -> None:
        if found := self._one("Invoice", 1):
            customer = {"value": found["CustomerRef"]["value"]}
            body = {"CustomerRef": customer, "Line": [_line(found, amount)]}
            self.world.books.act("create", entity="Invoice", body=body)

    def _act(self, action: str, target: str, own: str, **more: Any) -> None:
        self.world.books.act(action, entity=target, id=own, **more)

    def _one(self, target: str, number: int) -> Body | None:
        rows = [one for one in self.world.books.all(target) if one["TotalAmt"]]
        return rows[(number - 1) % len(rows)] if rows else None

    def match(self, *, proven: bool) -> dict[str, Any]:
        match_id, store = f"m{proven}", self.world.store
        head = begun(match_id, EVERYTHING, proven=proven, by="ann", at=datetime.now(UTC))
        store.books.save_head(CONNECTION, match_id, head)
        run = self.world.run_of(match_id, open_pages=lambda: self.world.books.client)
        assert not match_books(run).more
        found = store.books.head(CONNECTION, match_id)
        assert found is not None
        told: Body = found["result"]
        return told | {one["kind"]: one for one in told["kinds"]}

    def in_quickbooks(self, target: str) -> Decimal:
        return sum((one["TotalAmt"] for one in self.world.books.all(target)), Decimal(0))

    def held(self, flow: str, state: PendingState) -> Sum:
        """Return what stands on the worklist of a flow in one state."""
        some, _ = self.world.store.worklist.read(CONNECTION)
        total = Sum()
        for one in some:
            if (one.flow, one.state) == (flow, state):
                total = total.plus(one.worth)
        return total

    def receivable(self) -> Decimal:
        return self.world.books.balances()["Accounts Receivable (A/R)"]


def _line(found: Body, amount: str) -> Body:
    item = next(one["SalesItemLineDetail"]["ItemRef"] for one in found["Line"] if "Id" in one)
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item["value"]}},
    }


HELD = (
    (BooksCause.WAITING, StandsAs.WAITING, PendingState.WAITING),
    (BooksCause.REFUSED, StandsAs.REFUSED, PendingState.REFUSED),
)
COMPARED = (
    (BooksKind.INVOICES, "push_invoices", "Invoice"),
    (BooksKind.PAYMENTS, "push_payments", "Payment"),
)


def check_sums(company: History, found: Body) -> None:
    """What waits and is refused comes to the same in all views, and QuickBooks to what it has."""
    counts = company.world.store.tracked.counts(CONNECTION)
    for kind, flow, target in COMPARED:
        assert found[kind]["quickbooks"] == company.in_quickbooks(target)
        causes = {one["cause"]: one for one in found[kind]["causes"]}
        for cause, state, held in HELD:
            viewed = counts.get(flow, {}).get(state, Sum())
            assert company.held(flow, held) == viewed
            told = causes.get(cause, {"count": 0, "amount": Decimal(0)})
            assert (told["count"], told["amount"]) == (viewed.count, viewed.worth or 0)


@pytest.mark.case("B5")
@settings(max_examples=12, deadline=None)
@given(steps)
def test_what_is_owed_is_what_the_ledger_says_read_or_remembered_and_all_is_explained(
    history: list[tuple[Any, ...]],
) -> None:
    company = History()
    for step in history:
        company.does(step)
    company.run()
    company.changes()
    company.run()
    for proven in (True, False):
        found = company.match(proven=proven)
        assert (found["unexplained"], found["adds_up"]) == (0, True)
        owed = found[BooksKind.OPEN_BALANCES]["quickbooks"]
        assert owed == company.receivable(), f"proven {proven}"
        check_sums(company, found)
