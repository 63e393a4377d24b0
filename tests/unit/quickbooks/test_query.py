import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.quickbooks.query import (
    QueryValue,
    at_least,
    entity_of,
    is_in,
    matching,
    quote,
    select,
)

LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)


@given(st.text())
def test_quoted_text_is_one_literal_that_ends_where_it_should(text: str) -> None:
    assert LITERAL.fullmatch(quote(text))


@given(st.text())
def test_quoted_text_reads_back_as_it_was(text: str) -> None:
    assert re.sub(r"\\(.)", r"\1", quote(text)[1:-1], flags=re.DOTALL) == text


@given(st.text(), st.text())
def test_no_value_reaches_into_the_next_one(first: str, second: str) -> None:
    assert LITERAL.findall(is_in("Id", [first, second])) == [quote(first), quote(second)]


@given(st.text())
def test_no_name_changes_which_entity_is_read(text: str) -> None:
    assert entity_of(select("Customer", DisplayName=text)) == "Customer"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Adam's Candy", r"'Adam\'s Candy'"),
        ("C:\\parts", r"'C:\\parts'"),
        (True, "true"),
        (False, "false"),
        (7, "'7'"),
        (Decimal("1E+2"), "'100'"),
        (date(2026, 3, 2), "'2026-03-02'"),
        (datetime(2026, 3, 2, 8, 15, tzinfo=UTC), "'2026-03-02T08:15:00+00:00'"),
    ],
)
def test_values_are_written_as_quickbooks_reads_them(value: QueryValue, written: str) -> None:
    assert quote(value) == written


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        quote(datetime(2026, 3, 2))


def test_conditions_are_joined_with_and() -> None:
    assert (
        select(
            "Customer",
            at_least("MetaData.LastUpdatedTime", date(2026, 3, 1)),
            include_inactive=True,
            order_by="Id",
            Taxable=True,
        )
        == "SELECT * FROM Customer WHERE MetaData.LastUpdatedTime >= '2026-03-01'"
        " AND Taxable = true AND Active IN (true, false) ORDERBY Id"
    )


def test_a_statement_without_conditions_has_no_where() -> None:
    assert select("Item") == "SELECT * FROM Item"


def test_several_values_become_in() -> None:
    assert matching(Id=["1", "2"]) == "Id IN ('1', '2')"


def test_in_without_values_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        is_in("Id", [])


def test_a_name_that_is_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not a QuickBooks name"):
        select("Customer WHERE Id = '1'")


@pytest.mark.parametrize("statement", ["select * from invoice", "SELECT Id\nFROM invoice WHERE x"])
def test_the_entity_is_found_in_any_spelling(statement: str) -> None:
    assert entity_of(statement) == "invoice"


@pytest.mark.parametrize("text", ["", "DELETE FROM Customer", "SELECT 'a' FROM b"])
def test_what_is_no_statement_has_no_entity(text: str) -> None:
    with pytest.raises(ValueError, match="not a QuickBooks SELECT"):
        entity_of(text)
