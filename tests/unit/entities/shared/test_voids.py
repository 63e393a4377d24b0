from typing import Any

import pytest

from connector.entities.shared.documents import is_voided

EMPTY: dict[str, Any] = {
    "TotalAmt": 0,
    "Line": [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": 0,
            "SalesItemLineDetail": {"Qty": 0, "ItemRef": {"value": "11"}},
        }
    ],
}


@pytest.mark.case("M23")
def test_an_invoice_of_nothing_is_no_void_where_it_was_posted_so() -> None:
    assert not is_voided(EMPTY, EMPTY)


@pytest.mark.case("M23a")
def test_its_memo_still_tells_that_it_was_voided() -> None:
    assert is_voided(EMPTY | {"PrivateNote": "Voided - [MobiWork]"}, EMPTY)


@pytest.mark.case("M23b")
def test_one_that_had_something_and_has_nothing_is_a_void_without_a_memo() -> None:
    line = {"Amount": 9, "SalesItemLineDetail": {"Qty": 2}}
    assert is_voided(EMPTY, {"Line": [line]})
    assert is_voided(EMPTY)
