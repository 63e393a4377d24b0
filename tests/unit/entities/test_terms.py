from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.terms import PULL
from connector.model.body import Body
from connector.model.policy.settings import Settings
from tests.unit.entities.pulled_records import added, answer, in_mobiwork, in_quickbooks, read_back

TERM = """
{"Name": "Net 30", "Active": true, "Type": "STANDARD", "DiscountPercent": 0, "DueDays": 30,
 "DiscountDays": 0, "domain": "QBO", "sparse": false, "Id": "3", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-01-05T10:11:12-08:00",
 "LastUpdatedTime": "2026-01-05T10:11:12-08:00"}}
"""
DATE_DRIVEN: dict[str, Any] = {
    "Name": "End of month",
    "Type": "DATE_DRIVEN",
    "DueDays": None,
    "DayOfMonthDue": 31,
    "DueNextMonthDays": 5,
}


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        pytest.param(answer(TERM), {"name": "Net 30", "days": "30"}, id="net 30"),
        pytest.param(
            answer(TERM, Name="Due on receipt", DueDays=0),
            {"name": "Due on receipt", "days": "0"},
            id="due on receipt",
        ),
        pytest.param(
            answer(TERM, Name="Due on receipt", DueDays=None),
            {"name": "Due on receipt", "days": "0"},
            id="due on receipt, with zero left out",
        ),
        pytest.param(
            answer(TERM, Name="2% 10 Net 30", DiscountPercent=2, DiscountDays=10),
            {"name": "2% 10 Net 30", "days": "30"},
            id="with a discount",
        ),
        pytest.param(
            answer(TERM, Name="Net 30 (deleted)", Active=False),
            {"name": "Net 30", "days": "30"},
            id="inactive",
        ),
    ],
)
def test_terms_become_terms(term: Body, expected: dict[str, str]) -> None:
    assert added(PULL, term) == expected


def test_terms_by_the_day_of_the_month_are_left_out_in_words() -> None:
    reason = PULL.eligibility.skip_reason(answer(TERM, **DATE_DRIVEN), Settings())

    assert reason == (
        "They fall due on a day of the month, and MobiWork knows only terms of so many days. Give "
        "invoices with such terms their due date by hand."
    )


def test_terms_of_so_many_days_have_no_reason_to_be_left_out() -> None:
    assert PULL.eligibility.skip_reason(answer(TERM), Settings()) is None


def test_terms_of_mobiwork_are_recognised_by_their_name() -> None:
    ours = read_back(PULL, {"termsName": "Net 30", "dueDays": "30.0"})

    assert (PULL.mobiwork_key(ours), in_mobiwork(PULL, ours)) == (
        PULL.quickbooks_key(answer(TERM), Settings()),
        in_quickbooks(PULL, answer(TERM)),
    )


def test_terms_without_days_in_mobiwork_differ_from_those_due_on_receipt() -> None:
    ours = read_back(PULL, {"name": "Due on receipt"})

    assert in_mobiwork(PULL, ours) != in_quickbooks(
        PULL, answer(TERM, Name="Due on receipt", DueDays=0)
    )


@given(st.integers(0, 999))
def test_what_is_written_is_read_back_the_same(days: int) -> None:
    term = answer(TERM, Name=f"Net {days}", DueDays=days)

    assert in_mobiwork(PULL, read_back(PULL, added(PULL, term))) == in_quickbooks(PULL, term)
