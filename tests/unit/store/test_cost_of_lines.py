"""What lines cost of the table that a shop types in QuickBooks: to remember, and to who posts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.client import BaseClient

from bench.first_pull import KEYS
from bench.record_cost import Bench, records
from connector.changes.documents import shown
from connector.engine.stores import DYNAMODB
from connector.entities.typed.beside import KEPT_FOR, typed_as
from connector.quickbooks.responses import ChangeData
from tests.builders import CONNECTION

A_DAY, DAYS, ASKED = 100, KEPT_FOR.days, 8
POSTED_ON = date(2025, 11, 2)
NOW = datetime(2025, 11, 30, 12, tzinfo=UTC)
MOST_NOTED, MOST_OF_A_FEW, MOST_READ = 0.3, 14, 45
"""Units for each of hundreds of receipts of one look, for four of one look, and for whoever posts
an invoice with three months of a hundred a day more than without any."""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(BaseClient, "__init__", BaseClient.__init__)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    bench = Bench()
    bench.world.find(*records(()))
    bench.push("customer", "product")
    return bench


def receipts(first: int, beyond: int) -> list[dict[str, Any]]:
    """Return receipts of a customer, as many each day, up to four weeks after an invoice's day."""
    begun = POSTED_ON + timedelta(days=29 - DAYS)
    return [
        {
            "Id": str(100_000 + number),
            "SyncToken": "0",
            "TxnDate": (begun + timedelta(days=number // A_DAY)).isoformat(),
            "DocNumber": str(number),
            "TotalAmt": Decimal(20 + number % 300),
            "CustomerRef": {"value": "999", "name": "Walk-in customer"},
        }
        for number in range(first, beyond)
    ]


def noted(bench: Bench, rows: list[dict[str, Any]], kind: str = "SalesReceipt") -> float:
    """Let a look see documents; return the units that each took."""
    changes = ChangeData(records={kind: rows}, deleted={}, time=NOW, truncated=False)
    return bench.cost(lambda: shown.note(CONNECTION, changes, DYNAMODB), len(rows)).units


def one_more(bench: Bench, number: int) -> float:
    """Push one more invoice of a known customer; return the units that it took."""
    bench.world.run_id = f"r{number + 1}"
    bench.world.find(*records(range(number)))
    return bench.cost(lambda: bench.push("invoice"), 1).units


def test_lines_cost_a_fraction_of_a_unit_each_and_whoever_posts_hardly_more_for_thousands(
    bench: Bench,
) -> None:
    one_more(bench, 1)
    without = one_more(bench, 2)
    assert 4 * noted(bench, receipts(0, 4)) <= MOST_OF_A_FEW
    assert noted(bench, receipts(4, 1000)) <= MOST_NOTED
    assert one_more(bench, 3) <= without + MOST_READ / 9
    assert noted(bench, receipts(1000, A_DAY * DAYS)) <= MOST_NOTED
    assert one_more(bench, 4) <= without + MOST_READ
    every = typed_as(CONNECTION, "Invoice", "push_invoices", DYNAMODB)
    assert len(dict(every)) == A_DAY * DAYS


def test_what_is_typed_as_its_own_kind_is_read_by_whoever_posts_at_the_same_price(
    bench: Bench,
) -> None:
    one_more(bench, 1)
    without = one_more(bench, 2)
    noted(bench, receipts(0, 1000), "Invoice")
    assert one_more(bench, 3) <= without + MOST_READ / 9


def test_what_was_told_before_is_not_written_again_and_nobodys_is_kept_to_be_compared(
    bench: Bench,
) -> None:
    noted(bench, receipts(0, 100))
    noted(bench, receipts(0, 100))
    assert not [kind for kind in bench.table.units if kind.startswith("put")]
    noted(bench, [one | {"Id": f"2{one['Id']}", "CustomerRef": {}} for one in receipts(0, 100)])
    every = typed_as(CONNECTION, "Invoice", "push_invoices", DYNAMODB)
    assert len(dict(every)) == 2 * len(receipts(0, 100))


def test_documents_of_which_no_line_is_kept_cost_no_more_than_others(bench: Bench) -> None:
    said = {"SyncToken": "0", "TxnDate": "2025-11-02", "Line": [{"LinkedTxn": [{"TxnId": "4"}]}]}
    made = [{"Id": str(100_000 + number), **said} for number in range(400)]
    assert 4 * noted(bench, made[:4], "Deposit") <= MOST_OF_A_FEW
    assert noted(bench, made[4:], "Deposit") <= MOST_NOTED
    assert noted(bench, made, "Deposit") <= MOST_NOTED
    assert not [kind for kind in bench.table.units if kind.startswith("put")]
