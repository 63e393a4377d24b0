"""Records of either side that nobody can read, while the books are matched."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import UnreadableAnswerError
from connector.mobiwork.xml import RawRecord
from tests.builders import an_invoice
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.unit.jobs.books.world import Books, Found

NINE = Decimal("9.63")


@pytest.fixture
def books() -> Books:
    """Three invoices that are on both sides."""
    books = Books()
    for number in ("5501", "5502", "5503"):
        books.mobiwork.put(an_invoice(number))
    books.sync()
    return books


def remarks(found: Found) -> str:
    return " ".join(found.result["remarks"])


@pytest.mark.case("R3b")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_quickbooks_fails_on_is_named_and_all_others_are_matched(
    books: Books, place: int
) -> None:
    bad = books.quickbooks.records["Invoice"][place]["Id"]
    books.in_quickbooks("Invoice", TotalAmt=Decimal(50), TxnDate="2025-05-05", Line=[])
    books.pages.bad = frozenset({bad})
    found = books.match(proven=True)

    assert found.causes() == {"entered in QuickBooks": -50}
    assert found.totals() == (3 * NINE, 3 * NINE + 50), "of the bad one what is remembered counts"
    assert "The invoice of QuickBooks at place" in remarks(found)
    assert "makes QuickBooks fail" in remarks(found)


@pytest.mark.case("R3b")
def test_what_is_asked_for_by_id_is_asked_for_by_halves(books: Books) -> None:
    first, second, third = (one["Id"] for one in books.quickbooks.records["Invoice"])
    for own in (first, second):
        books.quickbooks.edit("Invoice", own, TxnDate="2024-12-31")
    books.quickbooks.records["Invoice"] = books.quickbooks.records["Invoice"][:2]
    books.pages.bad = frozenset({second})
    found = books.match(proven=True)
    assert found.causes() == {"changed in QuickBooks": NINE, "deleted in QuickBooks": NINE}, third


def test_a_quickbooks_that_fails_on_everything_is_asked_later(books: Books) -> None:
    books.pages.bad = frozenset(one["Id"] for one in books.quickbooks.records["Invoice"])
    for number in range(9):
        own = books.in_quickbooks("Invoice", TotalAmt=number, TxnDate="2025-05-05", Line=[])
        books.pages.bad |= {own}
    match_id = books.begin(proven=True)
    with pytest.raises(Exception, match="internal error"):
        books.go_on(match_id)


class OneTooLarge(FakeMobiWorkAccount):
    """A MobiWork whose list of invoices lacks two that are too large, and says so at its end."""

    def records(self, entity: str, *rest: Any, **more: Any) -> Iterator[RawRecord]:
        """Yield the others first."""
        for one in super().records(entity, *rest, **more):
            if (entity, one.id) not in {("invoice", "5502"), ("invoice", "5504")}:
                yield one
        if entity == "invoice":
            raise UnreadableAnswerError("MobiWork's list invoice holds a record of more than 8 MB.")


@pytest.mark.case("R9a")
def test_what_is_too_large_in_mobiwork_is_named_and_counts_as_remembered(books: Books) -> None:
    books.mobiwork.put(an_invoice("5504", status="Open"))
    books.sync("invoice")
    records = books.mobiwork.records_of
    del records["invoice"]["5503"]
    books.mobiwork = OneTooLarge(records_of=records)
    found = books.match(proven=True)

    assert (found.totals(), found.causes()) == (
        (4 * NINE, 3 * NINE),
        {"not finished in MobiWork": NINE},
    ), "nobody knows what such a list lacks"
    assert "holds a record of more than 8 MB" in remarks(found)


@pytest.mark.case("R15d")
@pytest.mark.parametrize(
    "wrong",
    [
        {"TotalAmt": "NaN"},
        {"TotalAmt": "abc"},
        {"CustomerRef": "1"},
        {"TxnTaxDetail": [7]},
        {"TxnTaxDetail": {"TaxLine": [{"Amount": "soon"}]}},
    ],
    ids=str,
)
@pytest.mark.parametrize("day", ["2025-05-05", "2024-12-31"])
def test_what_says_what_no_document_says_is_named_and_all_others_are_matched(
    books: Books, wrong: dict[str, Any], day: str
) -> None:
    bad = books.quickbooks.records["Invoice"][1]["Id"]
    books.quickbooks.edit("Invoice", bad, TxnDate=day, **wrong)
    found = books.match(proven=True)
    assert found.totals()[0] == 3 * NINE, "of the bad one what is remembered counts"
    assert f"QuickBooks' invoice {bad} was passed over, for it cannot be read" in remarks(found)


@pytest.mark.case("R16b")
def test_of_many_that_cannot_be_read_the_first_are_named_and_the_rest_is_counted(
    books: Books,
) -> None:
    for number in range(120):
        books.in_quickbooks("Invoice", TotalAmt="abc", TxnDate="2025-05-05", DocNumber=str(number))
    told = books.match(proven=True).result["remarks"]
    assert (len(told), told[-1]) == (101, "20 more times something could not be read.")
