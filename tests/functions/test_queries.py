"""The saved queries and the dashboard's ask for lines and fields that are really logged."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import ConnectionBrokenError
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.store import runs
from functions.finish_run.app import handler as finish_run
from functions.push_customers.app import handler as push_customers
from functions.refresh_tokens.app import handler as refresh_tokens
from tests.builders import a_customer
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION, RUN, event
from tests.functions.sites import IntuitSite
from tests.template.reading import resources, values_of

SAVED = {
    name: query["Properties"]["QueryString"]
    for name, query in resources("AWS::Logs::QueryDefinition").items()
}
BODY = values_of(resources("AWS::CloudWatch::Dashboard"), "Fn::Sub")[0]
WIDGETS: list[dict[str, Any]] = json.loads(re.sub(r"\$\{[\w:.]+\}", "given", BODY))["widgets"]
SHOWN = {
    one["properties"]["title"]: one["properties"]["query"].partition(" | ")[2]
    for one in WIDGETS
    if one["type"] == "log"
}
QUERIES = SAVED | SHOWN
WORDS = {
    "fields", "filter", "stats", "sort", "limit", "by", "as", "and", "or", "in", "like", "desc",
    "asc", "ispresent", "sum", "max", "count", "count_distinct", "latest",
}  # fmt: skip
"""What is of the language of CloudWatch Logs Insights and not of a line."""
REFUSED = RecordOutcome(
    run_id=RUN,
    flow="push_invoices",
    record_id="5501",
    outcome=Outcome.REFUSED,
    label='invoice INV-1042 of "Lantern Bay"',
    note='It has no customer "Lantern Bay". (QuickBooks says: no such name, code 6240.)',
    quickbooks_id="77",
    worth=Decimal("43.38"),
    about=About(number="INV-1042", customer="Lantern Bay", day=date(2026, 11, 2)),
)


@pytest.fixture
def lines(
    connected: Cloud, intuit: IntuitSite, context: Context, logged: list[str]
) -> list[dict[str, Any]]:
    """What is logged of a customer pushed, an invoice refused, and a consent that ended."""
    connected.finds(a_customer())
    push_customers(event("push_customers"), context)
    runs.record(CONNECTION, REFUSED)
    finish_run(event("finish_run"), context)
    connected.keep_tokens(days_old=21)
    intuit.ends_the_consent()
    refresh_tokens(event("refresh_tokens"), context)
    connected.finds(a_customer("700002"))
    with pytest.raises(ConnectionBrokenError):
        push_customers(event("push_customers"), context)
    return [json.loads(line) for line in logged]


def _fields(query: str) -> set[str]:
    """Name the fields of lines that a query uses."""
    code = re.sub(r'"[^"]*"', "", query)
    made = set(re.findall(r"\bas (\w+)", code))
    return set(re.findall(r"(?<!@)\b[a-z]\w*", code)) - WORDS - made


def _asked_for(query: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    messages = re.findall(r'message = "([^"]*)"', query)
    if messages:
        return [line for line in lines if line["message"] in messages]
    return [line for line in lines if line["level"] in {"WARNING", "ERROR", "CRITICAL"}]


def test_each_query_asks_for_fields_of_lines_that_are_logged(lines: list[dict[str, Any]]) -> None:
    missing = {}
    for name, query in QUERIES.items():
        found = _asked_for(query, lines)
        assert found, name
        missing[name] = _fields(query) - set().union(*found)

    assert {name: fields for name, fields in missing.items() if fields} == {}


def test_a_record_is_found_by_its_number_with_what_became_of_it_and_without_a_name(
    lines: list[dict[str, Any]],
) -> None:
    told = [line for line in lines if line["message"] == "record"]
    names = ("flow", "number", "outcome", "amount", "cause")

    assert [tuple(line.get(name) for name in names) for line in told] == [
        ("push_customers", None, "created", None, None),
        ("push_invoices", "INV-1042", "refused", 43.38, "quickbooks|6240"),
    ]
    assert {line["connection_id"] for line in told} == {CONNECTION}
    assert [one for one in ("Blue Heron Plumbing", "Lantern Bay") if one in str(lines)] == []
