"""When what waits for settings is planned again, in the table and in memory."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.engine.stores import Store
from connector.model.policy.settings import Replay
from tests.builders import settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=16)


@pytest.fixture
def saved(store: Store) -> Store:
    store.settings.save_settings("c1", settings(), saved_at="", saved_by="")
    return store


def due(store: Store, now: datetime = NOON) -> Replay | None:
    return store.settings.replay_due("c1", now=now)


def test_it_is_due_once_settings_are_saved_and_again_when_that_was_asked_for(saved: Store) -> None:
    assert due(saved) == Replay(1)
    saved.settings.note_replayed("c1", 1, again_at=LATER)
    assert (due(saved), due(saved, LATER)) == (None, Replay(1, once_more=True))
    saved.settings.note_replayed("c1", 1)
    assert due(saved, LATER) is None


def test_settings_that_are_saved_meanwhile_are_due_at_once(saved: Store) -> None:
    saved.settings.save_settings("c1", settings(), saved_at="", saved_by="")
    saved.settings.note_replayed("c1", 1, again_at=LATER)
    assert due(saved) == Replay(2)
    saved.settings.note_replayed("c1", 2, again_at=LATER)
    saved.settings.save_settings("c1", settings(), saved_at="", saved_by="")
    assert due(saved) == Replay(3)


def test_what_is_asked_for_later_is_due_then_unless_it_is_due_anyway(store: Store) -> None:
    store.settings.replay_later("c1", NOON)
    store.settings.replay_later("c1", LATER)
    assert (due(store), due(store, LATER)) == (None, Replay(0, once_more=True))
    store.settings.note_replayed("c1", 0, now=NOON)
    assert due(store, LATER) == Replay(0, once_more=True)
    store.settings.note_replayed("c1", 0, now=LATER)
    assert due(store, LATER) is None
    store.settings.save_settings("c1", settings(), saved_at="", saved_by="")
    store.settings.replay_later("c1", LATER)
    assert due(store) == Replay(1)


def test_it_is_due_by_the_time_of_day_where_no_other_is_told(saved: Store) -> None:
    now = datetime.now(UTC)
    for later, expected in ((60, None), (-60, Replay(1, once_more=True))):
        saved.settings.note_replayed("c1", 1, again_at=now + timedelta(seconds=later))
        assert saved.settings.replay_due("c1") == expected
