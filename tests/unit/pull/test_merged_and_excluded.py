"""A customer to leave out keeps his link though he is merged in QuickBooks."""

import pytest

from connector.changes.documents.parties import moved
from connector.changes.enqueue import put_merges
from connector.entities.books import there
from connector.jobs.settings_replay import replay
from connector.model.cursor import MergedRecord
from tests.builders import CONNECTION
from tests.unit.engine.two_sides import PULL, TwoSides


@pytest.fixture
def sides() -> TwoSides:
    """Two customers of QuickBooks, of whom the first is linked and merged into the second."""
    sides = TwoSides()
    for name in ("Blue Heron", "Blue Heron Plumbing"):
        sides.in_quickbooks("Customer", DisplayName=name)
    sides.look()
    sides.tell("Customer", "1")
    assert sides.pull("pull_customers") == {"created": 1}
    return sides


def excluding(sides: TwoSides, *own: str) -> None:
    sides.save(sides.settings.model_copy(update={"excluded_customers": frozenset(own)}))
    replay(CONNECTION, sides.store)


def merged(sides: TwoSides) -> None:
    told = MergedRecord(entity="Customer", loser="1", survivor="2")
    sides.store.merged_records.note(CONNECTION, told)
    put_merges(CONNECTION, [PULL["pull_customers"]], sides.store)


@pytest.mark.case("F5h")
def test_the_link_of_a_customer_to_leave_out_stays_until_he_is_left_out_no_more(
    sides: TwoSides,
) -> None:
    own = sides.owner("Customer", "1")
    excluding(sides, own)
    merged(sides)
    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"left out": 1}
    assert sides.link("customer", own).quickbooks_id == "1"
    excluding(sides)
    sides.run_id = "r3"
    assert sides.pull("pull_customers") == {"updated": 1}
    assert sides.link("customer", own).quickbooks_id == "2"


@pytest.mark.case("F5h")
def test_the_link_of_another_customer_follows(sides: TwoSides) -> None:
    own = sides.owner("Customer", "1")
    excluding(sides, "999")
    merged(sides)
    sides.run_id = "r2"
    assert sides.pull("pull_customers") == {"updated": 1}
    assert sides.link("customer", own).quickbooks_id == "2"


@pytest.mark.case("F5h")
def test_a_document_of_his_is_no_other_customers_for_that(sides: TwoSides) -> None:
    excluding(sides, sides.owner("Customer", "1"))
    merged(sides)
    sides.run_id = "r2"
    sides.pull("pull_customers")
    posted = {"CustomerRef": {"value": "1"}}
    said = there({"CustomerRef": {"value": "2", "name": "Blue Heron Plumbing"}, "TotalAmt": 1})
    assert list(moved(CONNECTION, posted, said, sides.store, lambda _kind, _own: True)) == []
