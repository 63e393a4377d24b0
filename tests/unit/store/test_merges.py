"""How long merges in QuickBooks are kept: for good only where a record of MobiWork went along."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connector.model.cursor import FollowedMerge, MergedRecord
from connector.model.links import RecordKey
from connector.store.records import merged_records
from connector.store.records.merged_records import KEPT, FollowedRow, MergeRow

pytestmark = pytest.mark.usefixtures("table")
HERON = MergedRecord(entity="Customer", loser="60", survivor="61")
OWNER = RecordKey("customer", "700001")


def until(row: MergeRow | FollowedRow) -> float | None:
    """Return after how many days a row is dropped, or None."""
    left = row.expires_at
    now = datetime.now(UTC).timestamp()
    return round((float(left) - now) / 86_400) if left is not None else None


def followed() -> float | None:
    (row,) = FollowedRow.query("c1#merges-followed#Customer")
    return until(row)


def test_a_merge_that_nobody_follows_is_dropped_after_two_years() -> None:
    merged_records.note("c1", HERON)
    (row,) = MergeRow.query("c1#merges")
    assert until(row) == KEPT.days


def test_so_is_one_that_no_record_of_mobiwork_went_along_with() -> None:
    merged_records.follow("c1", HERON, None)
    assert followed() == KEPT.days


def test_where_it_led_is_what_was_told_last_and_who_went_along_stays() -> None:
    merged_records.follow("c1", HERON, None)
    assert merged_records.followed("c1", "Customer") == {"60": FollowedMerge(survivor="61")}
    merged_records.follow("c1", HERON, OWNER)
    merged_records.follow("c1", replace(HERON, survivor="62"), None)
    assert merged_records.followed("c1", "Customer") == {
        "60": FollowedMerge(survivor="62", owner=OWNER)
    }


@pytest.mark.parametrize("told", [(OWNER,), (None, OWNER), (OWNER, None)])
def test_one_that_a_record_of_mobiwork_went_along_with_is_kept(
    told: tuple[RecordKey | None, ...],
) -> None:
    for owner in told:
        merged_records.follow("c1", HERON, owner)
    assert followed() is None
