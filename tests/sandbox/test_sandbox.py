from collections import defaultdict
from datetime import UTC, datetime

import pytest

from connector.mobiwork.client import MobiWork
from sandbox.__main__ import evidence
from sandbox.evidence import Evidence
from sandbox.field_service import client
from sandbox.field_service import look as look_at_mobiwork
from sandbox.intuit import look as look_at_quickbooks
from simulators.mobiwork.account import CLIENT_ID, LOGIN_ID, PASSWORD
from simulators.mobiwork.service import Service
from tests.simulated_books import Books
from tests.simulators.mobiwork.running import Client, running

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def by_line(found: list[Evidence]) -> dict[int, list[str]]:
    lines = defaultdict(list)
    for one in found:
        lines[one.line].append(one.found)
    return dict(lines)


def test_a_company_is_asked_about_and_nothing_in_it_is_changed() -> None:
    books = Books()
    lines = by_line(list(look_at_quickbooks(books.client, now=NOW)))

    assert "US; custom numbers of sales forms: " in lines[5][0]
    assert set(lines[7]) == {"answers"}
    assert {call for call in books.calls if not call.startswith("GET")} <= {"POST query"}


def test_an_account_is_asked_about_and_nothing_in_it_is_changed() -> None:
    service = Service()
    service.load_sample(seed=7, size=0.2, trouble=False, native_links=False)
    with running(service) as site:
        before = service.account.store.copied()
        lines = by_line(list(look_at_mobiwork(account(site))))

    assert lines[17] == ["works"]
    assert "Customer Invoiced" in lines[3][0]
    assert "createdDate=" in lines[4][0]
    assert any("It lists records." in one for one in lines[20])
    assert service.account.store.records == before.records


def account(site: Client) -> MobiWork:
    return client(
        {
            "MOBIWORK_URL": site.url,
            "MOBIWORK_CLIENT_ID": CLIENT_ID,
            "MOBIWORK_LOGIN_ID": LOGIN_ID,
            "MOBIWORK_PASSWORD": PASSWORD,
        }
    )


def test_without_credentials_it_says_what_is_missing_and_asks_nobody() -> None:
    assert list(evidence({"QUICKBOOKS_REALM_ID": "1"}, now=NOW)) == [
        "QuickBooks was not asked: QUICKBOOKS_ACCESS_TOKEN is not set.",
        "MobiWork was not asked: MOBIWORK_CLIENT_ID, MOBIWORK_LOGIN_ID, MOBIWORK_PASSWORD "
        "is not set.",
    ]


@pytest.mark.parametrize("found", ["a | b", "two\nlines"])
def test_what_was_found_stays_within_its_row(found: str) -> None:
    row = Evidence(1, "asked", found).as_row()

    assert row.replace("\\|", "").count("|") == 4
    assert "\n" not in row
