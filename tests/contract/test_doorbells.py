from datetime import UTC, datetime, timedelta

import pytest

from connector.engine.stores import Store
from connector.model.cursor import Side
from connector.store import doorbells

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUICKBOOKS, MOBIWORK = Side.QUICKBOOKS, Side.MOBIWORK


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ring(store: Store, seconds: float, *, changed: float | None = None, to: str = "c1") -> bool:
    """Take a message on that is hidden for twenty seconds."""
    moment = None if changed is None else at(changed)
    return store.doorbells.claim(
        to, QUICKBOOKS, now=at(seconds), until=at(seconds + 20), changed_at=moment
    )


def look(store: Store, seconds: float) -> None:
    store.doorbells.answer("c1", store.doorbells.rung("c1", now=at(seconds)))


@pytest.fixture
def answered(store: Store) -> Store:
    """A connection whose ring of noon was answered half a minute later."""
    assert ring(store, 0)
    look(store, 30)
    return store


def test_one_message_is_needed_while_it_is_hidden(store: Store) -> None:
    assert [ring(store, second) for second in (0, 1, 20, 20.001)] == [True, False, False, True]


def test_sides_and_connections_ring_for_themselves(store: Store) -> None:
    assert ring(store, 0)
    assert ring(store, 0, to="c2")
    assert store.doorbells.claim("c1", MOBIWORK, now=at(0), until=at(20))
    assert store.doorbells.rung("c3", now=at(30)) == {}
    assert set(store.doorbells.rung("c1", now=at(30))) == {QUICKBOOKS, MOBIWORK}


def test_a_ring_whose_message_is_hidden_is_seen_but_not_answered(store: Store) -> None:
    ring(store, 0)
    assert store.doorbells.rung("c1", now=at(19)) == {QUICKBOOKS: None}
    look(store, 19)
    assert store.doorbells.rung("c1", now=at(30)) != {}


def test_a_newer_change_needs_no_message_while_one_is_hidden_that_comes_after_it(
    store: Store,
) -> None:
    assert [ring(store, second, changed=second) for second in (0, 1)] == [True, False]
    assert store.doorbells.rung("c1", now=at(20)) == {QUICKBOOKS: None}


def test_an_answered_ring_is_forgotten(answered: Store) -> None:
    assert answered.doorbells.rung("c1", now=at(60)) == {}


def test_a_ring_that_came_while_a_look_read_stays(store: Store) -> None:
    ring(store, 0)
    seen = store.doorbells.rung("c1", now=at(30))
    assert ring(store, 30.5)
    store.doorbells.answer("c1", seen)
    assert store.doorbells.rung("c1", now=at(60)) != {}


@pytest.mark.parametrize(("changed", "needed"), [(-1, False), (0, False), (0.001, True)])
def test_a_change_before_an_answered_ring_needs_no_message(
    answered: Store, changed: float, needed: bool
) -> None:
    assert ring(answered, 3600, changed=changed) is needed


def test_a_ring_that_nobody_answered_is_made_again_however_old_its_change(store: Store) -> None:
    ring(store, 0)
    assert ring(store, 3600, changed=-1)


def test_a_message_that_could_not_be_sent_lets_the_next_ring_try(store: Store) -> None:
    ring(store, 0)
    store.doorbells.release("c1", QUICKBOOKS, until=at(20))
    assert ring(store, 1)


def test_of_a_newer_ring_nothing_is_released(store: Store) -> None:
    ring(store, 0)
    store.doorbells.release("c1", QUICKBOOKS, until=at(19))
    assert not ring(store, 1)


def test_the_latest_secret_is_known_by_its_digest_until_the_doorbell_is_gone(
    dynamodb: Store,
) -> None:
    ring(dynamodb, 0)
    seen = [doorbells.secret_digest("c1")]
    for digest in ("first", "second"):
        doorbells.save_secret_digest("c1", digest)
        seen.append(doorbells.secret_digest("c1"))
    assert not ring(dynamodb, 1), "a new secret answers no ring"
    doorbells.forget("c1")
    seen += [doorbells.secret_digest("c1"), doorbells.secret_digest("c2")]
    assert seen == [None, "first", "second", None, None]
