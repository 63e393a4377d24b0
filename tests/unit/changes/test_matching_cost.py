from datetime import timedelta
from typing import Any

import pytest

from connector.changes.matching.cost import cost_of
from connector.entities.registry import BY_ENTITY
from tests.builders import CONNECTION
from tests.generated_company import generate
from tests.unit.changes.looked import NOW, looking


def listed(**counts: int) -> dict[str, Any]:
    """Return what a look at MobiWork's lists found."""
    return {BY_ENTITY[entity].name: {"read": count} for entity, count in counts.items()}


@pytest.mark.case("F1c")
def test_what_a_review_costs_is_told_before_and_after_it_is_made() -> None:
    company = generate(customers=16, invoices=2001, payments=500)
    lists = listed(invoice=2001, payment=500)
    before = cost_of({}, lists, NOW)
    assert (before.calls_expected, before.sentence) == (
        7,
        "Making the review now takes about 7 reads of QuickBooks, if QuickBooks holds about as "
        "many "
        "documents as MobiWork does (2,501), which is known only once it was read; then what it "
        "took is told.",
    )
    found = looking(company)
    looked = found.look()
    look = found.store.matches.look(CONNECTION)
    after = cost_of(look, lists, NOW + timedelta(minutes=5))
    assert cost_of(look, lists, NOW + timedelta(hours=1)).calls_expected == 1
    assert cost_of(look, lists, NOW + timedelta(minutes=5), live=True).calls_expected == 1
    assert (after.calls_expected, after.calls_made, after.rows_read) == (
        0,
        found.books.calls,
        looked.rows,
    )
    assert after.sentence == (
        "Making the review now takes no read of QuickBooks. QuickBooks' documents were last read "
        "from 2026-11-29 10:00 UTC on: "
        f"{looked.calls} reads of QuickBooks for {looked.rows:,} documents."
    )


@pytest.mark.case("F1c")
def test_what_quickbooks_held_when_it_was_read_last_tells_what_reading_it_again_costs() -> None:
    """MobiWork has few documents, and QuickBooks many."""
    company = generate(customers=16, invoices=3, payments=0)
    [one, *_] = company.quickbooks["Invoice"]
    company.quickbooks["Invoice"] = [{**one, "Id": f"{own}"} for own in range(1, 4502)]
    found = looking(company)
    found.look()
    later = NOW + timedelta(days=40)
    cost = cost_of(found.store.matches.look(CONNECTION), listed(invoice=3), later)
    assert (cost.calls_expected, cost.calls_made) == (5 + 2, 5 + 2)
    assert "for the 4,501 documents that QuickBooks held when it was read last" in cost.sentence
    again = found.look(run_id="r2", now=lambda: later)
    assert again.calls == 7


def test_before_mobiworks_lists_are_read_the_cost_is_a_rule_and_no_number() -> None:
    cost = cost_of({}, {}, NOW)
    assert cost.calls_expected is None
    assert "about one read for 1,000" in cost.sentence
