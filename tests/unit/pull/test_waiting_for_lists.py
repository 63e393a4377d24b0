"""What is to be added while nobody knows what MobiWork's list holds: it waits ever longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import UnreadableAnswerError
from connector.model.body import Body
from connector.model.pending import Need, PendingItem
from connector.model.policy.settings import Settings
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.items import ELBOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CUT: Body = {"push_products": {"problem": "The products of MobiWork could not be read to the end."}}
OFF: Body = {"push_products": {"off": "MobiWork documents no list of its products."}}

pytestmark = pytest.mark.case("R9b")


def planned(sides: TwoSides, found: Body, *, now: datetime | None = None) -> PendingItem:
    """Plan the new item of QuickBooks, where the look found this of MobiWork."""
    moment = now or datetime.now(UTC)
    sides.run_id = f"r{moment}"
    sides.store.runs.begin(CONNECTION, sides.run_id, found=found, now=moment)
    sides.pull("pull_products", now=lambda: moment)
    return waiting(sides)


def waiting(sides: TwoSides, flow: str = "pull_products") -> PendingItem:
    (item,) = sides.store.pending.read_all(CONNECTION, flow)
    return item


def need(sides: TwoSides, item: PendingItem, after: timedelta) -> Need:
    """Return how much a run is needed when an item has waited so long."""
    moment = datetime.fromisoformat(str(item.since)) + after
    return sides.store.pending.need(CONNECTION, item.flow, now=moment)


@pytest.fixture
def sides() -> TwoSides:
    """A connection in which an item of QuickBooks is new and MobiWork has none."""
    sides = TwoSides()
    sides.in_quickbooks("Item", **ELBOW)
    sides.look("Item")
    return sides


def test_a_list_that_cannot_be_read_to_its_end_starts_no_run_at_each_look(sides: TwoSides) -> None:
    item = planned(sides, CUT)
    assert (item.state, item.cause) == ("waiting", Kind.REMOTE_FAILED)
    assert "could not be read to the end" in str(item.reason)
    assert [need(sides, item, minutes * MINUTE) for minutes in (5, 14, 16)] == [
        Need.ALONG,
        Need.ALONG,
        Need.START,
    ]


def test_it_waits_as_long_as_it_has_waited_and_a_day_at_most(sides: TwoSides) -> None:
    item = planned(sides, CUT)
    starts, waited = 1, timedelta(0)
    while waited < 14 * 24 * HOUR:
        if need(sides, item, waited) is Need.START:
            planned(sides, CUT, now=datetime.fromisoformat(str(item.since)) + waited)
            starts += 1
        waited += 5 * MINUTE
    assert starts <= 7 + 14


def test_it_is_added_once_the_list_is_read(sides: TwoSides) -> None:
    later = datetime.fromisoformat(str(planned(sides, CUT).since)) + 16 * MINUTE
    sides.run_id = "r2"
    sides.look()
    assert sides.pull("pull_products", now=lambda: later) == {"created": 1}


def test_what_has_no_list_is_planned_again_when_settings_are_saved(sides: TwoSides) -> None:
    item = planned(sides, OFF)
    assert (item.cause, item.waits_for_settings) == (Kind.MOBIWORK_CALL, True)


class Unreadable:
    """Lists of MobiWork that nobody can read."""

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise UnreadableAnswerError("The answer of terms.list cannot be read.")


def test_a_list_that_only_a_pull_reads_starts_no_run_at_each_look_either() -> None:
    sides = TwoSides(settings=Settings(capabilities=("terms.list", "terms.add")))
    sides.in_quickbooks("Term", Name="Net 30", DueDays=30, Type="STANDARD")
    sides.look("Term")
    sides.mobiwork.records = Unreadable()  # type: ignore[method-assign]
    assert sides.pull("pull_terms") == {"waiting": 1}
    item = waiting(sides, "pull_terms")
    assert [need(sides, item, one * MINUTE) for one in (5, 16)] == [Need.ALONG, Need.START]
