import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread, local

import pytest
import requests
import responses
from requests import PreparedRequest

from connector.errors import ConnectionBrokenError, RemoteDownError
from connector.model.tokens import Tokens
from connector.quickbooks.auth import LEASE, POLL, SAVE_ATTEMPTS, TokenAuth
from connector.store.tokens import StoredTokens
from tests.unit.quickbooks.parts import APP, NOON, Clock, FakeTokenStore, grant, some_tokens


@pytest.fixture
def intuit() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def an_auth(
    store: FakeTokenStore,
    *,
    clock: Clock | None = None,
    now: datetime = NOON,
    sleep: Callable[[float], None] | None = None,
) -> TokenAuth[StoredTokens]:
    clock = clock or Clock()
    return TokenAuth(
        connection_id="hvac",
        app=lambda: APP,
        store=store,
        now=lambda: now,
        monotonic=clock,
        sleep=sleep or clock.sleep,
    )


def header(auth: TokenAuth[StoredTokens]) -> str:
    request: PreparedRequest = auth(requests.Request("GET", "https://q.example").prepare())
    return request.headers["Authorization"]


def old(number: int) -> FakeTokenStore:
    return FakeTokenStore(some_tokens(number, minutes=5))


def test_a_valid_token_is_used_as_it_is() -> None:
    assert header(an_auth(FakeTokenStore(some_tokens(1)))) == "Bearer access-1"


def test_a_token_with_five_minutes_left_is_refreshed_first(
    intuit: responses.RequestsMock,
) -> None:
    intuit.post(APP.token_url, json=grant(2))
    assert header(an_auth(old(1))) == "Bearer access-2"


def test_a_refreshed_token_is_used_until_it_ends(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    auth = an_auth(old(1))
    assert [header(auth), header(auth), len(intuit.calls)] == [
        "Bearer access-2",
        "Bearer access-2",
        1,
    ]


def test_a_rejected_token_is_refreshed(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    auth = an_auth(FakeTokenStore(some_tokens(1)))
    auth.refresh(header(auth))
    assert header(auth) == "Bearer access-2"


def test_a_token_another_thread_replaced_is_not_refreshed_again() -> None:
    auth = an_auth(FakeTokenStore(some_tokens(1)))
    auth.refresh("Bearer access-0")
    assert header(auth) == "Bearer access-1"


def test_a_token_another_worker_stored_is_used_instead_of_refreshing() -> None:
    store = FakeTokenStore(some_tokens(1))
    auth = an_auth(store)
    rejected = header(auth)
    store.put(some_tokens(2))
    auth.refresh(rejected)
    assert header(auth) == "Bearer access-2"


def test_the_new_refresh_token_is_stored_before_the_access_token_is_used(
    intuit: responses.RequestsMock,
) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store = old(1)
    store.events.append(header(an_auth(store)))
    assert store.events == ["saved refresh-2", "Bearer access-2"]


def test_saving_is_tried_again_without_another_refresh(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store = old(1)
    store.saves_that_fail = SAVE_ATTEMPTS - 1
    header(an_auth(store))
    assert (len(intuit.calls), store.tokens.refresh_token) == (1, "refresh-2")


def test_a_token_that_could_not_be_stored_is_not_used(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store = old(1)
    store.saves_that_fail = SAVE_ATTEMPTS
    with pytest.raises(RemoteDownError):
        header(an_auth(store))


def test_a_lost_answer_is_asked_for_once_more_with_the_same_token(
    intuit: responses.RequestsMock,
) -> None:
    intuit.post(APP.token_url, body=requests.ReadTimeout("slow"))
    intuit.post(APP.token_url, json=grant(2))
    clock = Clock()
    used = header(an_auth(old(1), clock=clock))
    bodies = {call.request.body for call in intuit.calls}
    assert (used, bodies, len(clock.slept)) == (
        "Bearer access-2",
        {"grant_type=refresh_token&refresh_token=refresh-1"},
        1,
    )


def test_two_lost_answers_are_told_and_let_others_try(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, status=503)
    store = old(1)
    with pytest.raises(RemoteDownError):
        header(an_auth(store))
    assert (len(intuit.calls), store.holder) == (2, "")


def test_a_dead_refresh_token_breaks_the_connection(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, status=400, json={"error": "invalid_grant"})
    store = old(1)
    with pytest.raises(ConnectionBrokenError):
        header(an_auth(store))
    assert (len(intuit.calls), store.holder) == (1, "")


def test_a_refused_refresh_gives_way_to_tokens_stored_meanwhile(
    intuit: responses.RequestsMock,
) -> None:
    store = old(1)

    def answer(_: PreparedRequest) -> tuple[int, dict[str, str], str]:
        store.put(some_tokens(3))
        return 400, {}, '{"error": "invalid_grant"}'

    intuit.add_callback("POST", APP.token_url, answer)
    assert header(an_auth(store)) == "Bearer access-3"


def test_a_late_refresh_gives_way_to_tokens_stored_meanwhile(
    intuit: responses.RequestsMock,
) -> None:
    store = old(1)

    def answer(_: PreparedRequest) -> tuple[int, dict[str, str], str]:
        store.put(some_tokens(3))
        return 200, {}, json.dumps(grant(2))

    intuit.add_callback("POST", APP.token_url, answer)
    assert header(an_auth(store)) == "Bearer access-3"


def test_who_finds_a_refresh_under_way_waits_for_its_tokens() -> None:
    store, clock = old(1), Clock()
    stored = store.get("hvac")
    assert stored
    store.claim(stored, "another worker")

    def other_worker_ends(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 3:
            store.put(some_tokens(2))

    auth = an_auth(store, clock=clock, sleep=other_worker_ends)
    assert (header(auth), clock.slept) == ("Bearer access-2", [POLL] * 3)


def test_a_worker_that_died_is_replaced_after_the_lease(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store, clock = old(1), Clock()
    stored = store.get("hvac")
    assert stored
    store.claim(stored, "a dead worker")
    used = header(an_auth(store, clock=clock))
    assert (used, LEASE <= sum(clock.slept) <= LEASE + 2 * POLL) == ("Bearer access-2", True)


def test_a_connection_without_tokens_is_broken() -> None:
    with pytest.raises(ConnectionBrokenError):
        header(an_auth(FakeTokenStore(None)))


def test_idle_tokens_are_kept_alive(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store = FakeTokenStore(some_tokens(1, obtained_at=NOON - timedelta(days=31)))
    an_auth(store).keep_alive(older_than=timedelta(days=30))
    assert store.tokens.refresh_token == "refresh-2"  # noqa: S105 - made up


def test_tokens_refreshed_lately_are_left_alone() -> None:
    store = FakeTokenStore(some_tokens(1, obtained_at=NOON - timedelta(days=29)))
    an_auth(store).keep_alive(older_than=timedelta(days=30))
    assert store.tokens.refresh_token == "refresh-1"  # noqa: S105 - made up


class ReadTogether(FakeTokenStore):
    """A store whose first readers all see the same before any of them goes on."""

    def __init__(self, tokens: Tokens, readers: int) -> None:
        super().__init__(tokens)
        self._together = Barrier(readers)
        self._seen = local()

    def get(self, connection_id: str) -> StoredTokens | None:
        stored = super().get(connection_id)
        if not hasattr(self._seen, "before"):
            self._seen.before = True
            self._together.wait(10)
        return stored


def in_threads(count: int, work: Callable[[], None]) -> None:
    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_many_workers_at_once_refresh_once(intuit: responses.RequestsMock) -> None:
    intuit.post(APP.token_url, json=grant(2))
    store, used = ReadTogether(some_tokens(1, minutes=5), 12), list[str]()
    in_threads(12, lambda: used.append(header(an_auth(store, sleep=lambda _: None))))
    assert (used, len(intuit.calls)) == (["Bearer access-2"] * 12, 1)


def test_threads_of_one_worker_wait_for_one_another_and_not_for_the_store(
    intuit: responses.RequestsMock,
) -> None:
    def slow_answer(_: PreparedRequest) -> tuple[int, dict[str, str], str]:
        Event().wait(0.05)
        return 200, {}, json.dumps(grant(2))

    intuit.add_callback("POST", APP.token_url, slow_answer)
    clock = Clock()
    auth = an_auth(FakeTokenStore(some_tokens(1)), clock=clock)
    rejected = header(auth)
    in_threads(8, lambda: auth.refresh(rejected))
    assert (header(auth), clock.slept, len(intuit.calls)) == ("Bearer access-2", [], 1)
