from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.products.model import Product
from connector.entities.products.stock import PULL
from connector.model.policy.settings import Settings
from tests.builders import a_product
from tests.unit.entities.pulled_records import added, answer, in_mobiwork, in_quickbooks, read_back

ITEM = """
{"Name": "Copper pipe 1/2", "Description": "By the foot", "Active": true,
 "FullyQualifiedName": "Copper pipe 1/2", "Taxable": true, "UnitPrice": 4.50, "Type": "Inventory",
 "IncomeAccountRef": {"value": "79"}, "PurchaseCost": 1.20, "ExpenseAccountRef": {"value": "80"},
 "AssetAccountRef": {"value": "81"}, "TrackQtyOnHand": true, "QtyOnHand": 25,
 "InvStartDate": "2026-01-01", "domain": "QBO", "sparse": false, "Id": "31", "SyncToken": "3",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-03-02T08:15:30-08:00"}}
"""


@pytest.mark.parametrize(
    ("in_quickbooks", "expected"),
    [("25", "25"), ("25.00", "25"), ("0", "0"), ("2.5", "2"), ("0.999", "0"), ("-0.5", "-1")],
)
def test_a_quantity_is_rounded_down_to_whole_pieces(in_quickbooks: str, expected: str) -> None:
    assert added(PULL, answer(ITEM, QtyOnHand=Decimal(in_quickbooks))) == {"quantity": expected}


def test_a_part_whose_stock_ran_out_shows_none() -> None:
    assert added(PULL, answer(ITEM, QtyOnHand=None)) == {"quantity": "0"}


def test_a_fraction_is_told_to_a_person() -> None:
    assert PULL.label(answer(ITEM, QtyOnHand=Decimal("2.50"))) == (
        'quantity of part "Copper pipe 1/2" (2.5 in QuickBooks, whole pieces in MobiWork)'
    )


def test_a_whole_quantity_needs_no_words() -> None:
    assert PULL.label(answer(ITEM)) == 'quantity of part "Copper pipe 1/2"'


@pytest.mark.parametrize("quantity", ["25", "25.0", "25.7"])
def test_a_quantity_that_mobiwork_prints_otherwise_is_the_same(quantity: str) -> None:
    product = Product.model_validate(a_product(quantity=quantity).fields)

    assert in_mobiwork(PULL, product) == in_quickbooks(PULL, answer(ITEM))


@pytest.mark.parametrize(
    "changes", [{"Type": "NonInventory", "TrackQtyOnHand": False}, {"TrackQtyOnHand": None}]
)
def test_what_quickbooks_does_not_count_is_left_alone(changes: dict[str, object]) -> None:
    told = PULL.eligibility.skip_reason(answer(ITEM, **changes), Settings())
    assert told is not None
    assert "does not count" in told


def test_what_quickbooks_counts_is_taken() -> None:
    assert PULL.eligibility.skip_reason(answer(ITEM), Settings()) is None


def test_a_quantity_neither_adds_a_part_nor_finds_one_by_name() -> None:
    assert (PULL.adds, PULL.quickbooks_key(answer(ITEM), Settings())) == (False, None)


@given(st.decimals(-99_999, 99_999_999, places=5))
def test_what_is_written_is_read_back_the_same(quantity: Decimal) -> None:
    item = answer(ITEM, QtyOnHand=quantity)

    assert in_mobiwork(PULL, read_back(PULL, added(PULL, item))) == in_quickbooks(PULL, item)
