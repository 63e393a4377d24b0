from datetime import datetime

import pytest

from simulators.mobiwork.model import Kind
from simulators.mobiwork.switches import Switches
from simulators.mobiwork.values import eastern_zone, printed, read


@pytest.mark.parametrize(
    ("kind", "kept", "shown"),
    [
        (Kind.DOUBLE, "120", "120.0"),
        (Kind.DOUBLE, "77.50", "77.5"),
        (Kind.DOUBLE, "-0.10", "-0.1"),
        (Kind.DOUBLE, "100", "100.0"),
        (Kind.MONEY, "120", "120.00"),
        (Kind.MONEY, "-1.5", "-1.50"),
        (Kind.STATE, "fl", "Florida"),
        (Kind.STATE, "Ontario", "Ontario"),
        (Kind.US_DATE, "2024-03-09", "03/09/2024"),
        (Kind.DAY, "2024-03-09T14:05:00", "2024/03/09"),
        (Kind.STAMP, "2024-03-09T14:05:00", "2024/03/09 14:05:00"),
        (Kind.JAVA_DATE, "2024-03-09T14:05:00", "Sat Mar 09 14:05:00 EST 2024"),
        (Kind.JAVA_DATE, "2024-07-09", "Tue Jul 09 00:00:00 EDT 2024"),
        (Kind.JAVA_DATE, "someday", "someday"),
        (Kind.DOUBLE, "a lot", "a lot"),
    ],
)
def test_each_kind_is_printed_in_its_shape(kind: Kind, kept: str, shown: str) -> None:
    assert printed(kind, kept, Switches()) == shown


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (Kind.TEXT, " a ", "a"),
        (Kind.TEXT, "", ""),
        (Kind.LONG, "007", "7"),
        (Kind.LONG, "", None),
        (Kind.BOOLEAN, "TRUE", "true"),
        (Kind.DAY, "2024/03/09", "2024-03-09T00:00:00"),
        (Kind.DAY, "2024/03/09 14:05:00", "2024-03-09T14:05:00"),
    ],
)
def test_each_kind_is_read_into_its_kept_form(kind: Kind, text: str, kept: str | None) -> None:
    assert read(kind, text) == kept


@pytest.mark.parametrize(
    ("when", "zone"),
    [
        (datetime(2024, 3, 10, 1, 59), "EST"),
        (datetime(2024, 3, 10, 2, 0), "EDT"),
        (datetime(2024, 11, 3, 1, 59), "EDT"),
        (datetime(2024, 11, 3, 2, 0), "EST"),
    ],
)
def test_summer_time_begins_and_ends_on_sundays(when: datetime, zone: str) -> None:
    assert eastern_zone(when) == zone
