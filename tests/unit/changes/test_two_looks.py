"""A look that goes on with what it read long ago, after another one has read it anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from connector.model.links import RecordKey
from connector.model.outcomes import Outcome, RecordOutcome
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION, a_link
from tests.unit.changes.books import CUSTOMERS, DAY, HOUR, NOON, Books, done, look


@dataclass
class Frozen(Books):
    """A company whose next answer of changes is held back until something else is done."""

    meanwhile: Callable[[], object] | None = None

    def changes(self, entities: Sequence[str], since: datetime) -> ChangeData:
        answer = super().changes(entities, since)
        deed, self.meanwhile = self.meanwhile, None
        if deed is not None:
            deed()
        return answer


@pytest.fixture
def books() -> Frozen:
    """A company that was read at noon, with an invoice that was posted."""
    books = Frozen(now=NOON - DAY)
    books.put("Customer", "58", DisplayName="Harbor Cafe")
    look(books, CUSTOMERS)
    done(books, CUSTOMERS)
    link = a_link(RecordKey("invoice", "5501"), target="Invoice", quickbooks_id="145")
    told = RecordOutcome(
        run_id="r0", flow="push_invoices", record_id="5501", outcome=Outcome.CREATED, label="x"
    )
    assert books.store.links.save(CONNECTION, link, told)
    return books


def sold(books: Books, own: str, total: Any) -> None:
    books.put("Invoice", own, TotalAmt=total, TxnDate="2025-03-01", DocNumber=own, Line=[])


def shown(books: Books) -> dict[str, str]:
    return {own: one["amount"] for own, one in books.store.books.all_shown(CONNECTION, "Invoice")}


def names(books: Books) -> set[str]:
    kept = books.store.pending.read_all(CONNECTION, "pull_customers")
    return {item.label for item in kept if item.record}


@pytest.mark.case("X18a")
@pytest.mark.parametrize("ring", [False, True], ids=["left alone", "rings"])
def test_what_a_look_writes_that_had_lost_its_turn_is_read_again(books: Frozen, ring: bool) -> None:
    books.put("Customer", "58", DisplayName="Harbor Cafe LLC")
    sold(books, "145", 9)
    sold(books, "146", 9)
    sold(books, "147", 9)

    def another_look() -> None:
        books.now = NOON + 7 * HOUR
        books.put("Customer", "58", DisplayName="Harbor Bar")
        sold(books, "145", 12)
        sold(books, "146", 12)
        books.delete("Invoice", "147")
        look(books, CUSTOMERS, after=7 * HOUR)
        assert (shown(books), names(books)) == (
            {"145": "12.00", "146": "12.00"},
            {'record "Harbor Bar"'},
        )

    books.meanwhile = another_look
    look(books, CUSTOMERS, after=6 * HOUR)
    assert shown(books)["146"] == "9.00", "it went on with what it had read"
    look(books, CUSTOMERS, after=7 * HOUR, rang=ring)
    assert (shown(books), names(books)) == (
        {"145": "12.00", "146": "12.00"},
        {'record "Harbor Bar"'},
    )
    calls = len(books.calls)
    look(books, CUSTOMERS, after=8 * HOUR)
    assert len(books.calls) == calls, "once"
