import pytest

from simulators.mobiwork.account import PASSWORD
from tests.simulators.mobiwork.running import LOGIN, VIEW, Client, error_of

NEW = PASSWORD[::-1]


def test_a_token_serves_many_calls(client: Client) -> None:
    assert [client.get(VIEW).get("statusCode") for _ in range(3)] == ["1", "1", "1"]


def test_a_token_expires_when_told_to(client: Client) -> None:
    client.admin("POST", "expire-tokens")
    assert error_of(client.get(VIEW)) == ("2", "1002")


def test_a_token_expires_with_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = client.service.account.tokens
    later = tokens.clock() + 1800
    monkeypatch.setattr(tokens, "clock", lambda: later)
    assert error_of(client.get(VIEW)) == ("2", "1002")


def test_a_token_can_be_good_for_a_number_of_calls(client: Client) -> None:
    client.switch(token_calls=2)
    assert [client.get(VIEW).get("statusCode") for _ in range(3)] == ["1", "1", "2"]


@pytest.mark.parametrize(("one_token", "status"), [(False, "1"), (True, "2")])
def test_a_second_token_may_end_the_first(client: Client, one_token: bool, status: str) -> None:
    client.switch(one_token=one_token)
    first = client.token
    client.log_in()
    client.token = first
    assert client.get(VIEW).get("statusCode") == status


def test_a_bad_token_can_be_an_http_error(client: Client) -> None:
    client.switch(expiry_answer="http_401")
    client.token = "X" * 20
    assert client.send("GET", VIEW).status_code == 401


def test_a_bad_token_can_lead_to_a_login_page(client: Client) -> None:
    client.switch(expiry_answer="login_page")
    client.token = "X" * 20
    answer = client.send("GET", VIEW)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")


def test_a_changed_password_is_wanted_and_tokens_go_on(client: Client) -> None:
    client.person("change_password", password=NEW)
    assert error_of(client.post("authenticate.html", LOGIN)) == ("2", "1001")
    assert client.get("customer/700001/view.html").get("statusCode") == "1"
    new = LOGIN.replace(PASSWORD, NEW)
    assert client.post("authenticate.html", new).findtext("token")


def test_starting_over_brings_the_first_password_back(client: Client) -> None:
    client.person("change_password", password=NEW)
    client.admin("POST", "reset")
    assert client.post("authenticate.html", LOGIN).findtext("token")
