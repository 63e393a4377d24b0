import pytest

from connector.store import permits

pytestmark = pytest.mark.usefixtures("table")


def reserve(*, slots: int, now: int, realm_id: str = "realm-1") -> int:
    return permits.reserve(realm_id, slots=slots, spacing=150, now=now)


def test_the_first_slot_is_free_at_once() -> None:
    assert reserve(slots=1, now=1_000_000) == 1_000_000


def test_slots_follow_one_another() -> None:
    reserve(slots=8, now=1_000_000)
    assert reserve(slots=1, now=1_000_000) == 1_001_200


def test_slots_nobody_took_are_not_saved_up() -> None:
    reserve(slots=8, now=1_000_000)
    assert reserve(slots=1, now=1_060_000) == 1_060_000


def test_companies_do_not_wait_for_each_other() -> None:
    reserve(slots=8, now=1_000_000)
    assert reserve(slots=1, now=1_000_000, realm_id="realm-2") == 1_000_000


def test_a_pause_moves_the_next_slot() -> None:
    reserve(slots=1, now=1_000_000)
    permits.push_out("realm-1", until=1_060_000)
    assert reserve(slots=1, now=1_000_200) == 1_060_000


def test_a_pause_comes_before_the_first_call_too() -> None:
    permits.push_out("realm-1", until=1_060_000)
    assert reserve(slots=1, now=1_000_000) == 1_060_000


def test_a_pause_never_makes_slots_come_sooner() -> None:
    reserve(slots=8, now=1_000_000)
    permits.push_out("realm-1", until=1_000_100)
    assert reserve(slots=1, now=1_000_000) == 1_001_200
