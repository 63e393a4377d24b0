"""A document of QuickBooks that says what cannot be is passed over alone, and no look ends."""

from decimal import Decimal
from typing import Any

import pytest

from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.changes.test_doubled_documents import CHECK, entries, told, typed, world
from tests.unit.changes.test_voided_documents import DAY, NOON, Books
from tests.unit.engine.world import World

__all__ = ["world"]
NEVER = ("0001-01-01", "0001-02-15", "2025-02-30", "9999-12-01", "9999-12-31", None)
LINE = {"Id": "1", "Amount": Decimal("9.63")}
CHARGE = {"PostingType": "Debit"}


@pytest.mark.case("F1v")
@pytest.mark.parametrize("day", NEVER)
@pytest.mark.parametrize(
    ("target", "members"),
    [
        ("Invoice", {"TotalAmt": Decimal("9.63")}),
        ("Payment", CHECK),
        ("SalesReceipt", {"TotalAmt": Decimal("9.63")}),
        ("Deposit", {"Line": [LINE | {"DepositLineDetail": {}}]}),
        ("JournalEntry", {"Line": [LINE | {"JournalEntryLineDetail": CHARGE}]}),
        ("Bill", {"TotalAmt": Decimal("308.29")}),
    ],
)
def test_a_document_of_an_impossible_day_is_nobodys_and_ends_no_look(
    world: World, target: str, members: dict[str, Any], day: str | None
) -> None:
    typed(world, target, **members | {"TxnDate": day})
    assert [entries(world, one) for one in ("invoice", "payment", "expense")] == [[], [], []]


@pytest.mark.case("F1v")
@pytest.mark.parametrize("target", ["Deposit", "JournalEntry"])
def test_a_document_without_lines_ends_no_look(world: World, target: str) -> None:
    told(world, target, {"Id": "900", "TxnDate": "2025-11-03", "Line": None})
    assert entries(world, "payment") == []


@pytest.mark.case("F1v")
@pytest.mark.parametrize(
    "wrong", [{"TotalAmt": Decimal("1e30")}, {"CustomerRef": "Heron"}, {"TotalAmt": "NaN?"}]
)
def test_a_document_that_nobody_can_read_is_named_and_the_others_are_read(
    wrong: dict[str, Any],
) -> None:
    books, at = Books(), {"MetaData": {"LastUpdatedTime": NOON.isoformat()}}
    books.look(NOON)
    sale = World(store=books.store)
    sale.find(a_customer(), a_product(), an_invoice())
    sale.push("customer", "product", "invoice")
    books.others = [{"Id": "900", "SyncToken": "0", "TxnDate": "2025-11-03", **wrong, **at}]
    books.others += [{"Id": "901", "SyncToken": "0", "TotalAmt": Decimal("1.00"), **at}]
    found = books.look(NOON + DAY)["posted"]
    assert "QuickBooks' invoice 900 was passed over" in (found.problem or "")
    assert "Error" not in (found.problem or "")
    assert [*books.store.books.shown_of(CONNECTION, "Invoice", ["900", "901"])] == ["901"]
    books.others = []
    assert books.look(NOON + DAY * 2)["posted"].problem is None
