"""Payments, refunds and credits of all kinds, as they are listed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.api.runs.money_moves import MoneyAsked, MoneyKind, list_all
from connector.engine.stores import Store
from connector.model.outcomes import About, Outcome, RecordOutcome
from connector.model.tracking.tracked import StandsAs
from tests.memory.store import in_memory

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def moved(store: Store, flow: str, record_id: str, **about: Any) -> None:
    usual: dict[str, Any] = {"customer": "Blue Heron", "method": "Check", "day": date(2026, 11, 3)}
    told = RecordOutcome(
        run_id="r1",
        flow=flow,
        record_id=record_id,
        outcome=Outcome.REFUSED if record_id == "4" else Outcome.CREATED,
        label=f"payment {record_id}",
        worth=Decimal(record_id),
        about=About(**(usual | about)),
    )
    store.tracked.note("c1", flow, [told], now=NOON)


@pytest.fixture
def store() -> Store:
    kept = in_memory()
    moved(kept, "push_payments", "1")
    moved(kept, "push_payments", "2", method="Cash", day=date(2026, 11, 9))
    moved(kept, "push_credits", "3", customer="Green")
    moved(kept, "push_payments", "4", day=date(2026, 10, 1))
    moved(kept, "pull_payments", "5", method=None)
    moved(kept, "push_invoices", "6")
    return kept


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["2", "1", "3", "5", "4"]),
        ({"kinds": [MoneyKind.CREDIT, MoneyKind.IN_QUICKBOOKS]}, ["3", "5"]),
        ({"customer": "green"}, ["3"]),
        ({"method": "cash"}, ["2"]),
        ({"first": date(2026, 11, 4)}, ["2"]),
        ({"state": StandsAs.REFUSED}, ["4"]),
    ],
)
def test_they_are_listed_by_kind_customer_method_day_and_state(
    store: Store, asked: dict[str, Any], ids: list[str]
) -> None:
    page = list_all("c1", MoneyAsked(**asked), after=None, limit=99, store=store)
    assert [one.record_id for one in page.payments] == ids
    assert page.next is None


def test_a_page_by_method_looks_at_no_more_than_its_limit_and_goes_on_from_there(
    store: Store,
) -> None:
    pages, after = list[list[str]](), None
    while True:
        asked = MoneyAsked(method="check")
        page = list_all("c1", asked, after=after, limit=1, store=store)
        pages.append([one.record_id for one in page.payments])
        if (after := page.next) is None:
            break
    assert pages == [[], ["1"], ["3"], [], ["4"]]
