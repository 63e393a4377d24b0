from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from connector.errors import (
    ConfigurationError,
    ConnectionBrokenError,
    RateLimitedError,
    RemoteDownError,
    RetriableError,
    UnreadableAnswerError,
)
from connector.quickbooks.auth import App, exchange_code, revoke
from connector.quickbooks.client import QuickBooks
from connector.quickbooks.query import select
from connector.quickbooks.throttle import Throttle
from connector.store import permits
from tests.e2e.connected_company import (
    CALLBACK,
    Books,
    a_customer,
    a_request_id,
    consent,
)
from tests.patience import eventually

HOUR = 3600
DAY = 24 * HOUR


def customers(client: QuickBooks) -> int:
    """Return how many customers there are."""
    return len(list(client.query(select("Customer"))))


def test_an_expired_token_costs_one_refresh_and_no_error(books: Books) -> None:
    client = books.client()
    a_customer(client)
    books.simulator.passes(HOUR + 1)
    a_customer(client, "North Dock")
    assert (customers(client), books.simulator.refreshes()) == (2, 1)


def test_a_rotated_refresh_token_is_the_one_that_is_kept(books: Books) -> None:
    client, first = books.client(), books.tokens().refresh_token
    books.simulator.passes(DAY)
    client.company_info()
    books.simulator.passes(DAY)
    client.company_info()
    assert (books.tokens().refresh_token != first, books.simulator.refreshes()) == (True, 2)


def test_many_workers_with_an_expired_token_refresh_once(books: Books) -> None:
    books.simulator.passes(HOUR + 1)
    clients = [books.client() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: clients[n % 4].company_info()["Id"], range(16)))
    assert (len(told), books.simulator.refreshes()) == (16, 1)


class LosesFirstAnswer(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.lost = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = super().send(request, **options)
        if not self.lost:
            self.lost += 1
            raise requests.ReadTimeout
        return answer


def test_a_lost_refresh_answer_is_survived(books: Books) -> None:
    books.simulator.passes(HOUR + 1)
    country = books.client(sign_in=LosesFirstAnswer()).company_info()["Country"]
    assert (country, books.simulator.refreshes()) == ("US", 2)


def test_a_disconnected_company_is_broken_and_said_so_once(books: Books) -> None:
    books.simulator.admin("POST", "disconnect")
    client = books.client()
    with pytest.raises(ConnectionBrokenError):
        client.company_info()
    assert books.simulator.refreshes() == 1


def test_a_revoked_connection_is_broken(books: Books) -> None:
    revoke(books.app, books.tokens().refresh_token)
    with pytest.raises(ConnectionBrokenError):
        books.client().company_info()


def test_a_wrong_secret_is_a_wrong_deployment(books: Books) -> None:
    wrong = App(**{**vars(books.app), "client_secret": "wrong"})
    with pytest.raises(ConfigurationError):
        exchange_code(wrong, "any", callback_url=CALLBACK, now=datetime.now(UTC))


def test_a_used_code_asks_to_connect_again(books: Books) -> None:
    code = consent(books.app)["code"][0]
    exchange_code(books.app, code, callback_url=CALLBACK, now=datetime.now(UTC))
    with pytest.raises(ConnectionBrokenError):
        exchange_code(books.app, code, callback_url=CALLBACK, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("trouble", "written"),
    [
        ("drop_before", 0),
        ("drop_after", 1),
        ("error_before", 0),
        ("error_after", 1),
        ("html_after", 1),
        ("timeout_before", 0),
        ("timeout_after", 1),
    ],
)
def test_a_lost_write_is_unknown_and_the_same_request_makes_it_one(
    books: Books, trouble: str, written: int
) -> None:
    client, hasty = books.client(), books.client(timeout=(5, 0.5))
    books.simulator.fails(trouble, entity="Customer", method="POST")
    body, requestid = {"DisplayName": "Harbor Cafe"}, a_request_id()
    with pytest.raises(RetriableError) as raised:
        hasty.create("Customer", body, requestid=requestid)
    assert isinstance(raised.value, RemoteDownError | UnreadableAnswerError)
    assert eventually(books.simulator.creates, lambda begun: begun) == 1
    first = customers(client)
    client.create("Customer", body, requestid=requestid)
    assert (raised.value.unknown_outcome, first, customers(client)) == (True, written, 1)


def test_a_throttled_call_pauses_the_company(books: Books) -> None:
    books.simulator.fails("throttle")
    one, other = (Throttle(realm_id=books.realm_id, permits=permits) for _ in range(2))
    with pytest.raises(RateLimitedError):
        books.client(turns=one).company_info()
    with pytest.raises(RateLimitedError, match="no more calls just now"):
        books.client(turns=other).company_info()
