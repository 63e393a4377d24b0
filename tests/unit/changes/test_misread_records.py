"""A record of QuickBooks with a member of another type than documented ends no pull of others."""

from datetime import timedelta
from typing import Any

import pytest

from connector.changes.unread.misread import apart
from connector.entities.registry import PULLS
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION
from tests.unit.changes.books import HOUR, NOON, Books, found, look, the_cursor

pytestmark = pytest.mark.case("R3i")
BY_NAME = {pull.name: pull for pull in PULLS}
CUSTOMERS, PRODUCTS = BY_NAME["pull_customers"], BY_NAME["pull_products"]
PHONE = {"PrimaryPhone": "555 0100"}


def books_with(source: str, **wrong: Any) -> Books:
    """A company with three records, of which the second one has something of a wrong type."""
    books = Books(now=NOON - 24 * HOUR)
    for one in "123":
        named = {"DisplayName": f"No. {one}", "Name": f"No. {one}", "Type": "Service"}
        books.put(source, one, **named | (wrong if one == "2" else {}))
    return books


def told(books: Books, pull: AnyPullFlow) -> list[tuple[str, str | None, str | None]]:
    kept = books.store.pending.worklist(CONNECTION, pull.name)
    return [(one.record_id, one.cause, one.reason) for one in kept]


@pytest.mark.parametrize(
    ("pull", "wrong"),
    [
        (CUSTOMERS, PHONE),
        (CUSTOMERS, {"PrimaryEmailAddr": "a@b.example"}),
        (CUSTOMERS, {"BillAddr": "1 Main Street"}),
        (CUSTOMERS, {"ParentRef": "1", "Job": True}),
        (CUSTOMERS, {"DisplayName": 7}),
        (CUSTOMERS, {"DisplayName": ["No. 2"]}),
        (PRODUCTS, {"UnitPrice": "NaN"}),
        (PRODUCTS, {"UnitPrice": "abc"}),
        (PRODUCTS, {"UnitPrice": True}),
        (PRODUCTS, {"Name": {"value": "No. 2"}}),
    ],
    ids=lambda one: getattr(one, "name", None) or str(one),
)
def test_a_record_with_a_member_of_a_wrong_type_is_named_and_the_others_are_pulled(
    pull: AnyPullFlow, wrong: dict[str, Any]
) -> None:
    books = books_with(pull.source, **wrong)
    look(books, pull)
    assert found(books, pull) == {"1", "3"}
    ((own, cause, reason),) = told(books, pull)
    assert (own, cause) == (f"unread-{pull.source}", f"{Kind.UNREADABLE_THERE}|{pull.source}")
    assert str(reason).startswith(f"QuickBooks' {pull.source} 2 was passed over")
    assert "Error" not in str(reason)


def test_its_entry_stays_while_it_is_as_it_was_and_ends_when_it_is_saved_right() -> None:
    books = books_with("Customer", **PHONE)
    look(books, CUSTOMERS)
    before = told(books, CUSTOMERS)
    look(books, CUSTOMERS, after=6 * HOUR)
    assert (told(books, CUSTOMERS), len(the_cursor(books).unread)) == (before, 1)
    books.now = NOON + 6 * HOUR
    books.put("Customer", "2", PrimaryPhone={"FreeFormNumber": "555 0100"})
    look(books, CUSTOMERS, after=6 * HOUR + timedelta(minutes=5), rang=True)
    assert (told(books, CUSTOMERS), the_cursor(books).unread) == ([], ())
    assert found(books, CUSTOMERS) == {"1", "2", "3"}


def test_one_that_is_told_as_changed_is_named_and_the_cursor_moves_on() -> None:
    books = books_with("Customer")
    look(books, CUSTOMERS)
    books.now = NOON + HOUR
    books.put("Customer", "2", **PHONE)
    books.put("Customer", "3", DisplayName="Changed")
    since = the_cursor(books).since
    look(books, CUSTOMERS, after=HOUR, rang=True)
    assert len(told(books, CUSTOMERS)) == 1
    assert the_cursor(books).since > since


def test_a_payment_whose_day_is_none_is_named() -> None:
    line = {"Amount": 5, "LinkedTxn": [{"TxnId": "4", "TxnType": "Invoice"}]}
    good = {"Id": "7", "TotalAmt": 5, "TxnDate": "2025-03-01", "Line": [line]}
    bad = good | {"Id": "8", "TxnDate": "soon"}
    rows, wrong = apart(BY_NAME["pull_payments"], [good, bad])
    assert (rows, [*wrong]) == ([good], ["8"])


@pytest.mark.parametrize(
    "pull",
    [one for one in PULLS if one.source not in {"TaxCode", "Payment"}],
    ids=lambda one: one.name,
)
def test_every_pull_of_a_list_can_read_a_record_of_which_quickbooks_tells_the_least(
    pull: AnyPullFlow,
) -> None:
    row = {"Id": "7", "SyncToken": "0", "Name": "A", "DisplayName": "A"}
    assert apart(pull, [row]) == ([row], {})
