"""Rows of one partition: those that are asked for by their keys, those after one, those of a call.

A row that such a read passes over is a link that nobody sees, so that its record is made again.
"""

from itertools import pairwise
from random import Random

import pytest

from connector.store.life.rows import OwnerRow, RealmOfAccountRow
from connector.store.table import MANY, one_call, read_mixed, read_rows, rows_after, sk_of

pytestmark = pytest.mark.usefixtures("table")
PLACE = "realm#1"
EVERY = [f"{number:04d}" for number in range(0, 300, 3)]


@pytest.fixture
def rows(table: None) -> None:
    with OwnerRow.batch_write() as batch:
        for own in EVERY:
            batch.save(OwnerRow(pk=PLACE, sk=own, connection_id=f"c{own}"))


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("many", [1, 2, MANY])
def test_all_that_are_there_are_read_however_they_lie_in_the_range_that_they_span(
    many: int,
) -> None:
    dice = Random(7)  # noqa: S311 - the same in every run
    choices = [f"{number:04d}" for number in range(310)]
    for count in (1, 2, MANY - 1, MANY, MANY + 1, 60, 310):
        wanted = dice.sample(choices, count)
        found = read_rows(OwnerRow, [(PLACE, own) for own in wanted], many=many)
        assert sorted(row.sk for row in found) == sorted({*wanted} & {*EVERY}), count


@pytest.mark.usefixtures("rows")
def test_a_full_range_is_read_once_and_what_lies_behind_it_one_by_one() -> None:
    wanted = [*EVERY[:2], EVERY[-1]]
    keys = [(PLACE, own) for own in wanted]
    assert [row.sk for row in read_rows(OwnerRow, keys, many=2)] == wanted


@pytest.mark.usefixtures("rows")
def test_a_partition_is_read_call_by_call_to_its_end_from_either_side() -> None:
    pages = list[list[str]]()
    last: str | None = None
    while last is not None or not pages:
        span = OwnerRow.sk > last if last else None
        found, last = one_call(OwnerRow, PLACE, span, size=40)
        pages.append([sk_of(row) for row in found])
    assert ([own for page in pages for own in page], len(pages)) == (EVERY, 3)
    assert all(before[-1] < after[0] for before, after in pairwise(pages))
    latest, _ = one_call(OwnerRow, PLACE, None, size=2, latest_first=True)
    assert [sk_of(row) for row in latest] == EVERY[:-3:-1]
    assert [row.sk for row in rows_after(OwnerRow, PLACE, EVERY[4], limit=3)] == EVERY[5:8]


def test_rows_of_several_kinds_are_read_by_one_call_each_as_what_it_is() -> None:
    OwnerRow(pk=PLACE, sk="a", connection_id="c1").save()
    RealmOfAccountRow(pk="account#2", sk="b").save()
    asked = {
        (PLACE, "a"): OwnerRow,
        ("account#2", "b"): RealmOfAccountRow,
        (PLACE, "gone"): OwnerRow,
    }
    assert {(type(row), row.pk, row.sk) for row in read_mixed(asked)} == {
        (OwnerRow, PLACE, "a"),
        (RealmOfAccountRow, "account#2", "b"),
    }
