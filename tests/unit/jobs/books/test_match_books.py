from decimal import Decimal
from typing import Any

import pytest

from connector.model.books.kinds import BooksKind
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.deaths import KilledError
from tests.unit.jobs.books.world import Books, Found
from tests.unit.push.test_totals import ROUNDED, OwnTax

NINE = Decimal("9.63")
NOTHING = Decimal(0)
BOTH = pytest.mark.parametrize("proven", [False, True], ids=["remembered", "proven"])


@pytest.fixture
def books() -> Books:
    found = Books()
    found.mobiwork.put(an_invoice())
    found.mobiwork.put(a_payment())
    found.sync()
    return found


def sure(found: Found) -> Found:
    assert found.result["unexplained"] == 0
    assert found.result["adds_up"]
    return found


@BOTH
def test_what_was_posted_is_the_same_on_both_sides(books: Books, proven: bool) -> None:
    found = sure(books.match(proven=proven))
    assert found.differences == []
    assert found.totals() == found.totals(BooksKind.PAYMENTS) == (NINE, NINE)
    assert found.totals(BooksKind.SALES_TAX) == (Decimal("0.63"), Decimal("0.63"))
    assert found.totals(BooksKind.OPEN_BALANCES) == (NOTHING, NOTHING)


def test_what_is_remembered_costs_no_call(books: Books) -> None:
    assert books.match(proven=False).calls == books.pages.calls == 0


def test_a_proven_match_costs_a_call_for_each_thousand_rows_of_a_kind(books: Books) -> None:
    books.pages.size = 2
    for number in range(5):
        books.in_quickbooks("Bill", TotalAmt=Decimal(number + 1), TxnDate="2025-03-01", Line=[])
    found = books.match(proven=True)
    assert found.calls == books.pages.calls
    assert found.totals(BooksKind.BILLS) == (NOTHING, Decimal(15))


@BOTH
@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"status": "Void"}, "void in MobiWork"),
        ({"status": "Open"}, "not finished in MobiWork"),
        (
            {"total": "11.63", "lineItems": {"lineItem": []}, "subTotal": "11"},
            "changed in MobiWork",
        ),
    ],
)
def test_what_happened_in_mobiwork_is_told(
    books: Books, changes: dict[str, Any], cause: str, proven: bool
) -> None:
    books.mobiwork.put(an_invoice(**changes))
    books.sync("invoice")
    found = sure(books.match(proven=proven))
    assert found.causes().keys() == {cause}


@BOTH
def test_a_record_deleted_in_mobiwork_is_told(books: Books, proven: bool) -> None:
    books.mobiwork.put(an_invoice("5502"))
    books.sync()
    del books.mobiwork.records_of["invoice"]["5502"]
    books.sync("invoice")
    assert sure(books.match(proven=proven)).causes() == {"deleted in MobiWork": -NINE}


@BOTH
@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (
            {"invoiceDate": "Sun Nov 02 00:00:00 EST 2025", "status": "Open"},
            "not finished in MobiWork",
        ),
        ({"customerId": "700009"}, "waiting"),
        ({"status": "Odd"}, "waits for a decision"),
    ],
)
def test_what_is_not_there_yet_has_its_cause(
    books: Books, changes: dict[str, Any], cause: str, proven: bool
) -> None:
    books.mobiwork.put(an_invoice("5502", **changes))
    books.sync()
    found = sure(books.match(proven=proven))
    assert found.causes() == {cause: NINE}
    assert found.totals() == (2 * NINE, NINE)
    assert found.causes(BooksKind.SALES_TAX) == {cause: Decimal("0.63")}
    assert found.causes(BooksKind.OPEN_BALANCES) == {cause: NINE}


def there(books: Books) -> str:
    return str(books.quickbooks.records["Invoice"][0]["Id"])


@BOTH
def test_an_edit_in_quickbooks_is_told_with_both_figures(books: Books, proven: bool) -> None:
    books.quickbooks.edit("Invoice", there(books), TotalAmt=Decimal("12.00"))
    books.tell_changes()
    found = sure(books.match(proven=proven))
    assert found.causes() == {"changed in QuickBooks": Decimal("-2.37")}
    (row,) = (one for one in found.differences if one["kind"] == BooksKind.INVOICES)
    assert (row["here"], row["there"], row["fixes"]) == (NINE, 12, ["done_by_hand"])


def rows(found: Found) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["figure"], one["says"]) for one in found.differences]


@BOTH
def test_each_row_of_a_document_names_the_figure_and_what_it_is_on_each_side(
    books: Books, proven: bool
) -> None:
    books.quickbooks.edit("Invoice", there(books), TotalAmt=Decimal("12.00"))
    books.tell_changes()
    assert rows(sure(books.match(proven=proven))) == [
        ("invoices", "total", "9.63 in MobiWork, 12.00 in QuickBooks"),
        ("open balances", "open balance", "9.63 in MobiWork, 12.00 in QuickBooks"),
    ]
    books.mobiwork.put(an_invoice("5502"))
    books.sync()
    del books.mobiwork.records_of["invoice"]["5502"]
    books.sync("invoice")
    assert ("sales tax", "sales tax", "0.63 in QuickBooks only") in rows(books.match(proven=proven))


@BOTH
def test_another_customer_and_another_day_are_no_other_total(books: Books, proven: bool) -> None:
    other = books.in_quickbooks("Customer", DisplayName="Red Heron")
    books.quickbooks.edit(
        "Invoice", there(books), CustomerRef={"value": other, "name": "Red Heron"}
    )
    books.tell_changes()
    found = sure(books.match(proven=proven))
    told = ("open balances", "customer", "Blue Heron Plumbing in MobiWork, Red Heron in QuickBooks")
    assert rows(found) == [told, told]
    assert {one["amount"] for one in found.differences} == {NINE, -NINE}
    books.quickbooks.edit("Invoice", there(books), TxnDate="2024-12-31")
    books.tell_changes()
    moved = [one for one in rows(books.match(proven=proven)) if one[0] != "open balances"]
    assert {figure for _, figure, _ in moved} == {"date"}
    assert "2024-12-31 in QuickBooks" in moved[0][2]


@pytest.mark.parametrize("changes", [{"status": "Open"}, {"status": "Odd"}])
@BOTH
def test_what_is_dated_before_the_start_is_before_the_start_whatever_its_status(
    books: Books, changes: dict[str, Any], proven: bool
) -> None:
    books.save(settings(start_date="2025-12-01"))
    books.mobiwork.put(an_invoice("5502", **changes))
    books.sync()
    assert sure(books.match(proven=proven)).causes() == {"before the start date": NINE}


def test_a_void_and_a_deletion_in_quickbooks_are_told(books: Books) -> None:
    books.mobiwork.put(an_invoice("5502"))
    books.sync()
    first, _ = (one["Id"] for one in books.quickbooks.records["Invoice"])
    books.quickbooks.edit("Invoice", first, TotalAmt=Decimal(0), PrivateNote="Voided", Line=[])
    books.quickbooks.records["Invoice"] = books.quickbooks.records["Invoice"][:1]
    found = sure(books.match(proven=True))
    assert found.causes() == {"voided in QuickBooks": NINE, "deleted in QuickBooks": NINE}
    assert found.calls == 8 + 1


def test_a_document_moved_out_of_the_period_is_no_deletion(books: Books) -> None:
    books.quickbooks.edit("Invoice", there(books), TxnDate="2024-12-31")
    found = sure(books.match(proven=True))
    assert found.causes() == {"changed in QuickBooks": NINE}


@BOTH
def test_what_somebody_typed_in_quickbooks_is_told(books: Books, proven: bool) -> None:
    books.in_quickbooks("Invoice", TotalAmt=Decimal(50), TxnDate="2025-05-05", Line=[])
    books.in_quickbooks("SalesReceipt", TotalAmt=Decimal(7), TxnDate="2025-05-05", Line=[])
    note = "(MobiWork invoice 5, ref. other)"
    books.in_quickbooks(
        "Invoice", TotalAmt=Decimal(60), TxnDate="2025-05-05", Line=[], PrivateNote=note
    )
    books.tell_changes()
    found = sure(books.match(proven=proven))
    assert found.causes() == {"entered in QuickBooks": -50, "from another app": -60}
    assert found.totals(BooksKind.SALES_RECEIPTS) == (NOTHING, Decimal(7))


def test_a_copy_of_a_posted_document_is_told(books: Books) -> None:
    copied = {**books.quickbooks.records["Invoice"][0]}
    books.in_quickbooks(
        "Invoice", **{one: copied[one] for one in copied if one not in {"Id", "SyncToken"}}
    )
    assert sure(books.match(proven=True)).causes() == {"in QuickBooks twice": -NINE}


@BOTH
def test_a_renamed_customer_makes_no_difference(books: Books, proven: bool) -> None:
    books.mobiwork.put(a_customer(companyName="Red Heron"))
    books.sync()
    assert sure(books.match(proven=proven)).differences == []


def test_a_document_that_is_as_posted_again_makes_no_difference_any_more(books: Books) -> None:
    books.quickbooks.edit("Invoice", there(books), TotalAmt=Decimal("12.00"))
    books.tell_changes()
    books.quickbooks.edit("Invoice", there(books), TotalAmt=NINE)
    books.tell_changes()
    assert sure(books.match(proven=False)).differences == []


def test_what_was_not_looked_at_since_is_told(books: Books) -> None:
    books.mobiwork.put(an_invoice("5502"))
    assert sure(books.match(proven=True)).causes() == {"not seen yet": NINE}


@BOTH
def test_a_tax_that_quickbooks_made_otherwise_is_told(proven: bool) -> None:
    books = Books()
    books.mobiwork.put(an_invoice())

    def tax(entity: str, body: dict[str, Any]) -> None:
        if entity == "Invoice":
            body["TotalAmt"] = Decimal("9.60")
            body["TxnTaxDetail"] = {"TotalTax": Decimal("0.60")}

    books.quickbooks.before = tax
    books.sync()
    found = sure(books.match(proven=proven))
    assert found.causes() == found.causes(BooksKind.SALES_TAX) == {"sales tax": Decimal("0.03")}


def test_a_match_that_is_killed_goes_on_where_it_was(books: Books) -> None:
    books.pages.size = 2
    for number in range(5):
        books.in_quickbooks("Bill", TotalAmt=Decimal(number + 1), TxnDate="2025-03-01", Line=[])
    whole = books.match(proven=True)
    match_id, calls = books.begin(proven=True), books.pages.calls
    left = iter([900.0, 1.0] * 100)
    while books.go_on(match_id, remaining=lambda: next(left)):
        pass
    found = books.found(match_id)
    assert (found.result, found.differences) == (whole.result, whole.differences)
    assert books.pages.calls - calls == whole.calls


def test_killed_after_any_of_its_steps_a_match_finds_the_same(books: Books) -> None:
    books.pages.size = 2
    for number in range(3):
        books.in_quickbooks("Bill", TotalAmt=Decimal(number + 1), TxnDate="2025-03-01", Line=[])
    whole = books.match(proven=True)
    match_id, calls, kills = books.begin(proven=True), books.pages.calls, 0
    while kills < MOST_KILLS:
        try:
            books.go_on(match_id, checkpoint=dying)
            break
        except KilledError:
            kills += 1
    found = books.found(match_id)
    assert 10 < kills < MOST_KILLS
    assert (found.result, found.differences) == (whole.result, whole.differences)
    assert books.pages.calls - calls == whole.calls


MOST_KILLS = 100


def dying(_step: str) -> None:
    raise KilledError


@pytest.mark.case("M37")
@BOTH
def test_a_tax_off_by_a_cent_and_the_line_that_rounds_it_off_are_no_change_in_quickbooks(
    proven: bool,
) -> None:
    books = Books(quickbooks=OwnTax())
    books.save(settings(**ROUNDED))
    for one in (a_product("307009"), an_invoice()):
        books.mobiwork.put(one)
    books.sync()
    books.sync()
    found = sure(books.match(proven=proven))
    assert {row["cause"] for row in found.differences} == {"rounding"}
    assert found.totals() == (NINE, NINE)
    assert found.totals(BooksKind.SALES_TAX) == (Decimal("0.63"), Decimal("0.64"))
