import re
from datetime import UTC, datetime, timedelta

from connector.model.ids import new_run_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_run_ids_sort_by_time() -> None:
    moments = [NOON + timedelta(seconds=n) for n in range(90)]
    ids = [new_run_id(lambda moment=moment: moment) for moment in moments]  # type: ignore[misc]
    assert ids == sorted(ids)


def test_two_runs_of_one_second_have_different_ids() -> None:
    assert new_run_id(lambda: NOON) != new_run_id(lambda: NOON)


def test_a_run_id_can_name_an_execution() -> None:
    assert re.fullmatch(r"20260302T120000-[0-9a-f]{8}", new_run_id(lambda: NOON))
