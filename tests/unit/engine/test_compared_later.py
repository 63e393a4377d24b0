"""What waits until both sides were compared stands on the worklist, and has no runs in vain."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.changes.matching.records import match_records
from connector.entities.compared_before import BY_ITSELF, STARTED
from connector.model.connection import Mode, Phase
from connector.model.pending import Need, PendingItem, PendingState
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.changes.looked import PagedBooks
from tests.unit.engine.test_called_off import phases
from tests.unit.engine.test_compared_first import an_open_match, compared, said_different
from tests.unit.engine.test_matched import looked
from tests.unit.engine.two_sides import TwoSides

MONTH_AFTER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def need(sides: TwoSides, flow: str, now: datetime | None = None) -> Need:
    return sides.store.pending.need(CONNECTION, flow, now=now)


def entry(sides: TwoSides, flow: str) -> PendingItem:
    [found] = sides.store.pending.worklist(CONNECTION, flow)
    return found


@pytest.mark.case("F3j")
@pytest.mark.parametrize("again", [None, MONTH_AFTER])
def test_what_waits_for_a_comparison_is_on_the_worklist_and_begins_runs_only_for_one(
    sides: TwoSides, again: datetime | None
) -> None:
    an_open_match(sides)
    said_different(sides, "Invoice", "invoice", "5501")
    for number in range(3):
        sides.run_id = f"s{number}"
        assert sides.push("invoice", reads_again=lambda: again) == {"waiting": 1}
        item = entry(sides, "push_invoices")
        assert (item.record_id, item.state, item.cause) == (
            "5501",
            PendingState.WAITING,
            Kind.SAME,
        )
        assert ("2999-01-01" if again else BY_ITSELF) in (item.reason or "")
        assert need(sides, "push_invoices") is (Need.ALONG if again else Need.START)
    if again:
        assert need(sides, "push_invoices", again + timedelta(seconds=1)) is Need.START
    sides.run_id = "t1"
    compared(sides)
    assert sides.push("invoice") == {"created": 1}


@pytest.mark.case("F3j")
@pytest.mark.parametrize("again", [None, MONTH_AFTER])
def test_a_pull_that_waits_for_a_comparison_is_on_the_worklist_too(
    sides: TwoSides, again: datetime | None
) -> None:
    sides.save(sides.settings.model_copy(update={"flows_off": frozenset({"pull_customers"})}))
    looked(sides)
    sides.in_quickbooks("Customer", DisplayName="Egret Roofing")
    sides.look("Customer")
    sides.save(sides.settings.model_copy(update={"flows_off": frozenset()}))
    for number in range(3):
        sides.run_id = f"s{number}"
        assert sides.pull("pull_customers", reads_again=lambda: again) == {"waiting": 1}
        assert entry(sides, "pull_customers").cause == Kind.SAME
        assert need(sides, "pull_customers") is (Need.ALONG if again else Need.START)
    compared(sides, run_id="t1")
    sides.run_id = "t1"
    assert sides.pull("pull_customers") == {"created": 1}


@pytest.mark.case("F3j")
def test_after_a_start_nothing_is_created_before_reads_go_on_and_no_run_is_started_for_it(
    sides: TwoSides,
) -> None:
    for one in (a_customer(), a_product(), an_invoice()):
        sides.mobiwork.put(one)
    books = PagedBooks({})
    sides.look("Customer", "Item")
    phases(sides).phases[CONNECTION] = Phase.REVIEW
    match_records(sides.run(open_pages=lambda: books, mode=Mode.REVIEW, phase=Phase.REVIEW))
    phases(sides).phases[CONNECTION] = Phase.LIVE
    for number in range(3):
        sides.run_id = f"s{number}"
        assert sides.push("customer", reads_again=lambda: MONTH_AFTER) == {"waiting": 1}
        assert need(sides, "push_customers") is Need.ALONG
    told = entry(sides, "push_customers").reason or ""
    assert told.startswith(STARTED)
    assert "2999-01-01" in told
    assert sides.quickbooks.records.get("Customer", []) == []
    sides.run_id = "t1"
    compared(sides)
    assert sides.push("customer") == {"created": 1}


@pytest.mark.case("F3n")
@pytest.mark.parametrize("said", [None, "different"])
def test_a_later_comparison_that_does_not_end_holds_back_only_what_it_was_asked_for(
    sides: TwoSides, said: str | None
) -> None:
    an_open_match(sides)
    if said:
        said_different(sides, "Invoice", "invoice", "5501")
    kept = sides.store.matches.look(CONNECTION)
    begun = {"live": False, "matched": [], "began": {"at": MONTH_AFTER.isoformat(), "version": 1}}
    sides.store.matches.save_look(CONNECTION, kept | begun)
    sides.mobiwork.put(a_customer("700002", companyName="Egret Roofing"))
    sides.look()
    sides.run_id = "s1"
    assert sides.push("customer", reads_again=lambda: MONTH_AFTER)["created"] == 1
    if said:
        assert sides.push("invoice", reads_again=lambda: MONTH_AFTER) == {"waiting": 1}
        assert not (entry(sides, "push_invoices").reason or "").startswith(STARTED)
