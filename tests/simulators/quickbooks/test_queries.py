"""Odd queries are answered like any others: with rows, or with a fault that names the cause."""

from itertools import product

import pytest

from simulators.quickbooks import api
from simulators.quickbooks.calls import Call
from simulators.quickbooks.query import like
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.world import REALM, Settings, World

COMPANY = World(Settings(sample=True)).companies[REALM]


def code_of(text: str) -> str:
    answer = api.run(COMPANY, Call("GET", ["query"], {"query": text}), RequestIds())
    assert isinstance(answer.body, dict)
    fault = answer.body.get("Fault", {"Error": [{"code": "none"}]})
    return str(fault["Error"][0]["code"])


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("from Customer where Balance > 'NaN'", "4001"),
        ("from Customer where Balance in ('sNaN', '5')", "4001"),
        ("from Customer where Balance < 'Infinity'", "4001"),
        ("from Customer where Active = 'perhaps'", "4001"),
        ("from Customer where Balance like '5%'", "4001"),
        ("from Customer where MetaData.CreateTime like '2026%'", "4001"),
        ("from Invoice where TxnDate like '2026%'", "none"),
        ("from Invoice where TxnDate > 'abc'", "4001"),
        ("from Invoice where TxnDate > '2026-13-45'", "4001"),
        ("from Invoice where TxnDate > '2026-3-2'", "4001"),
        (f"from Customer startposition {'9' * 5000}", "4001"),
        (f"from Customer maxresults {'9' * 5000}", "4001"),
        ("from Customer startposition 2147483647", "none"),
        ("from Customer maxresults 1.5", "4000"),
        ("from Customer maxresults 1 maxresults 2", "4000"),
        ("from Customer maxresults 2 startposition 1", "none"),
        ("from Customer where " + " and ".join(["Active = true"] * 3000), "none"),
    ],
)
def test_an_odd_query_is_answered(rest: str, code: str) -> None:
    assert code_of("select * " + rest) == code


@pytest.mark.parametrize(
    ("columns", "code"),
    [("Id, DisplayName", "none"), ("MetaData.CreateTime", "none"), ("Nothing", "4001")],
)
def test_a_projection_names_properties_that_exist(columns: str, code: str) -> None:
    assert code_of(f"select {columns} " + "from Customer") == code


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("a%", "abc", True),
        ("%c", "abc", True),
        ("%b%", "abc", True),
        ("a%a", "a", False),
        ("a%b%b", "ab", False),
        ("%ab%ab%", "abab", True),
        ("A_C", "abc", False),
        ("%", "", True),
        ("a.c", "abc", False),
    ],
)
def test_a_pattern_matches_by_its_percent_signs_only(pattern: str, text: str, found: bool) -> None:
    assert like(pattern)(text) is found


def test_a_pattern_of_many_parts_comes_to_an_end() -> None:
    assert like("%a" * 30 + "%b")("a" * 500) is False


OPERATORS = ("=", "!=", "<", ">", "<=", ">=", "like", "in")
VALUES = (
    "",
    "x%",
    "1",
    "-0.5",
    "true",
    "2026-01-01",
    "9999-12-31T23:59:59-14:00",
    "\N{SUPERSCRIPT TWO}",
)


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_every_filter_takes_any_operator_and_value_or_says_why_not(entity: str) -> None:
    names = [field.name for field in ENTITIES[entity].filters.values()]
    for name, operator, value in product(names, OPERATORS, VALUES):
        shown = f"('{value}')" if operator == "in" else f"'{value}'"
        statement = f"select * from {entity} where {name} {operator} {shown}"  # noqa: S608
        assert code_of(statement) in {"none", "4001"}
