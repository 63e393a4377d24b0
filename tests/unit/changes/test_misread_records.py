"""A record of QuickBooks with a member of another type than documented ends no pull of others."""

from datetime import timedelta
from typing import Any

import pytest

from connector.entities.registry import PULLS
from connector.model.body import spoken
from connector.model.connection import Mode
from connector.model.flows.misread import apart, told_unread, with_more
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, raw
from tests.generated_company import GeneratedCompany
from tests.unit.changes.books import HOUR, NOON, Books, found, look, the_cursor
from tests.unit.changes.looked import looking

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
    assert str(reason).startswith(f"QuickBooks' {spoken(pull.source).lower()} 2 was passed over")
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


CODE = {"Name": "Tampa", "SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "5"}}]}}
RATES = BY_NAME["pull_sales_taxes"]


@pytest.mark.case("R15b")
@pytest.mark.parametrize(
    "wrong",
    [
        {"SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": "5"}]}},
        {"SalesTaxRateList": [7]},
        {"Name": 7},
    ],
    ids=str,
)
def test_a_tax_code_that_cannot_be_read_is_named_and_the_others_are_pulled(
    wrong: dict[str, Any],
) -> None:
    books = Books(now=NOON - 24 * HOUR)
    books.put("TaxRate", "5", Name="Tampa", RateValue=7)
    for one in "123":
        books.put("TaxCode", one, **CODE | (wrong if one == "2" else {}))
    look(books, RATES)
    assert found(books, RATES) == {"1", "3"}
    ((own, _, reason),) = told(books, RATES)
    assert own == "unread-TaxCode"
    assert str(reason).startswith("QuickBooks' sales tax 2 was passed over, for it cannot be read")


INVOICE = {"CustomerRef": {"value": "101"}, "TxnDate": "2026-03-02", "TotalAmt": 480}
MISREAD = ({"CustomerRef": "101"}, {"CustomerRef": [7]}, {"TxnTaxDetail": "7"})


def a_company(**wrong: Any) -> GeneratedCompany:
    """Two invoices of QuickBooks and one of MobiWork, which is the second of these."""
    sides = GeneratedCompany()
    sides.there("Customer", "101", DisplayName="Harbor Realty", Active=True)
    contact = {"firstName": "TBD", "lastName": "TBD"}
    whom = {"mobiworkCustomerId": "7", "companyName": "Harbor Realty", "type": "BUSINESS"}
    sides.here(raw("customer", "7", whom | {"contact": contact}))
    invoice = {"mobiworkInvoiceId": "55", "invoiceNumber": "1042", "total": "480.00"}
    whose = {"customerId": "7", "status": "Customer Invoiced", "invoiceDate": "2026/03/02"}
    sides.here(raw("invoice", "55", {**invoice, **whose}))
    sides.there("Invoice", "201", **INVOICE | {"DocNumber": "9"} | wrong)
    sides.there("Invoice", "202", **INVOICE, DocNumber="1042")
    return sides


@pytest.mark.case("R15c")
@pytest.mark.parametrize("wrong", MISREAD, ids=str)
def test_a_document_that_cannot_be_read_is_named_and_all_others_are_compared(
    wrong: dict[str, Any],
) -> None:
    looking_at = looking(a_company(**wrong))
    looking_at.look()
    assert [one.quickbooks_ids for one in looking_at.matches() if one.target == "Invoice"] == [
        ("202",)
    ]
    (why,) = looking_at.store.matches.look(CONNECTION)["unread"]
    assert why.startswith("QuickBooks' invoice 201 was passed over, for it cannot be read")


@pytest.mark.case("R15c")
def test_so_is_one_that_was_changed_since_it_was_read() -> None:
    sides = a_company()
    looking_at = looking(sides)
    looking_at.look()
    row = sides.quickbooks["Invoice"][1]
    looking_at.books.changed = {"Invoice": [row | {"CustomerRef": "101"}]}
    looking_at.look(run_id="r2", mode=Mode.EXECUTE)
    (why,) = looking_at.store.matches.look(CONNECTION)["unread"]
    assert why.startswith("QuickBooks' invoice 202 was passed over")


@pytest.mark.case("R16b")
def test_of_many_that_cannot_be_read_the_first_are_named_once_and_the_rest_is_counted() -> None:
    sides = a_company()
    for own in range(1000, 1150):
        sides.there("Invoice", str(own), **INVOICE | {"CustomerRef": "101"})
    looking_at = looking(sides)
    looking_at.look()
    kept = looking_at.store.matches.look(CONNECTION)
    assert (len(kept["unread"]), kept["unnamed"]) == (100, 50)
    assert told_unread(kept)[-1] == "50 more times something could not be read."
    assert with_more(kept, kept["unread"]) == {"unread": kept["unread"], "unnamed": 50}


@pytest.mark.case("R15c")
def test_a_customer_that_was_kept_and_cannot_be_read_ends_no_comparison() -> None:
    sides = a_company()
    sides.there("Customer", "102", DisplayName="Pier", PrimaryPhone="555 0100")
    looking_at = looking(sides)
    looking_at.look()
    assert {one.target for one in looking_at.matches()} == {"Customer", "Invoice"}
