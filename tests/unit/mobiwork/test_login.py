import pytest
import requests

from connector.errors import (
    LoginBlockedError,
    LoginRefusedError,
    RejectedError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.transport import BLOCKED, CHECK_LOGIN
from tests.unit.mobiwork.answers import (
    CUSTOMER,
    LOGIN_ID,
    PASSWORD,
    TOKENS,
    Server,
    failure,
    serving,
    success,
)

VIEW = "customer/700112/view.html"
DELETE = "customer/700112/delete.html"
ADD = "customer/add.html"
EXPIRED = failure(("1002", "Invalid or expired token, please authenticate again"))
LOGIN_PAGE = "<!DOCTYPE html><html><title>Log in</title></html>"


def test_the_token_goes_into_the_query_of_every_call(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER))
    server.client().view("customer", "700112")
    assert server.query() == {"token": [TOKENS[0]]}


def test_the_acting_user_goes_along_where_one_is_set(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER))
    server.client(user_id="31").view("customer", "700112")
    assert server.query() == {"token": [TOKENS[0]], "userId": ["31"]}


def test_logging_in_sends_the_escaped_credentials_and_no_token(server: Server) -> None:
    server.client(password="a<b&c").authenticate()  # noqa: S106
    assert server.body() == (
        f"<request><apiLoginId>{LOGIN_ID}</apiLoginId>"
        "<apiPassword>a&lt;b&amp;c</apiPassword></request>"
    )
    assert server.query() == {}


def test_one_log_in_serves_many_calls(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER))
    client = server.client()
    for _ in range(3):
        client.view("customer", "700112")
    assert server.everything == ["POST authenticate.html", *[f"GET {VIEW}"] * 3]


def test_nothing_is_called_before_it_is_needed(server: Server) -> None:
    server.client()
    assert server.everything == []


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (failure(("1001", "Invalid API login id or password.")), 200, "password (code 1001)"),
        (failure(("", "Authentication failed")), 200, "Authentication failed"),
        (failure(("1001", "Invalid API login id or password.")), 401, "login id or password"),
    ],
)
def test_wrong_credentials_break_the_connection(body: str, status: int, reason: str) -> None:
    with serving() as server:
        server.mock.reset()
        server.answers("POST", "authenticate.html", body, status=status)
        with pytest.raises(LoginRefusedError) as caught:
            server.client().authenticate()
    assert str(caught.value).startswith("MobiWork refused to log us in: ")
    assert reason in str(caught.value)
    assert str(caught.value).endswith(CHECK_LOGIN)


@pytest.mark.case("R4")
@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("<html>Request blocked by firewall: wrong password</html>", 403, "HTTP 403"),
        ("<html>Unauthorized, please log in</html>", 401, "HTTP 401"),
        ("<html>Not Found</html>", 404, "HTTP 404"),
        (failure(), 200, "no reason given, status 2"),
        (failure(("", "System error")), 200, "System error"),
    ],
)
def test_a_login_that_is_only_blocked_is_tried_again(body: str, status: int, reason: str) -> None:
    with serving() as server:
        server.mock.reset()
        server.answers("POST", "authenticate.html", body, status=status)
        with pytest.raises(LoginBlockedError, match=reason) as caught:
            server.client().authenticate()
    assert str(caught.value).endswith(BLOCKED)


@pytest.mark.parametrize(
    "body", [success(), success("<token>null</token>"), LOGIN_PAGE, "", "<response"]
)
def test_an_odd_answer_to_the_log_in_does_not_break_the_connection(body: str) -> None:
    with serving() as server:
        server.mock.reset()
        server.answers("POST", "authenticate.html", body)
        with pytest.raises(UnreadableAnswerError, match="answer to log us in"):
            server.client().authenticate()


def test_a_log_in_is_repeated_while_mobiwork_is_down(server: Server) -> None:
    server.mock.reset()
    server.answers("POST", "authenticate.html", "", status=503)
    server.logs_in()
    server.client().authenticate()
    assert len(server.pauses) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(EXPIRED, 200), (EXPIRED, 401), ("", 403), (EXPIRED, 400), (LOGIN_PAGE, 200)],
)
def test_an_expired_token_is_replaced_once_and_the_read_repeated_once(
    body: str, status: int
) -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", VIEW, body, status=status)
        server.answers("GET", VIEW, success(CUSTOMER))
        assert server.client().view("customer", "700112").id == "700112"
        assert server.query() == {"token": [TOKENS[1]]}
        assert len(server.everything) == 4


def test_a_write_refused_for_its_token_is_repeated_with_a_new_one() -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", DELETE, EXPIRED)
        server.answers("GET", DELETE, success("Customer delete is successful"))
        server.client().delete("customer", "700112")
        assert server.asked == [f"GET {DELETE}"] * 2


def test_an_addition_is_asked_for_again_before_it_is_repeated_with_a_new_token() -> None:
    class TooLateError(Exception):
        """The caller does not want the call to go out any more."""

    left = ["the first"]

    def once() -> None:
        if not left:
            raise TooLateError
        left.pop()

    with serving(*TOKENS[:2]) as server:
        server.answers("POST", ADD, EXPIRED)
        with pytest.raises(TooLateError):
            server.client().add("customer", CUSTOMER, before_sending=once)
        assert server.asked == [f"POST {ADD}"]


def test_a_write_answered_with_a_login_page_is_not_repeated(server: Server) -> None:
    server.answers("GET", DELETE, LOGIN_PAGE)
    with pytest.raises(UnreadableAnswerError, match="a web page") as caught:
        server.client().delete("customer", "700112")
    assert caught.value.unknown_outcome
    assert server.asked == [f"GET {DELETE}"]


@pytest.mark.case("X15")
@pytest.mark.parametrize("status", ['statusCode="1"', ""])
def test_a_write_that_is_not_said_to_have_failed_is_not_repeated(
    server: Server, status: str
) -> None:
    said = f"<response {status}><error>The session of the user expired</error></response>"
    server.answers("POST", ADD, said)
    with pytest.raises(UnreadableAnswerError) as caught:
        server.client().add("customer", CUSTOMER)
    assert caught.value.unknown_outcome
    assert server.asked == [f"POST {ADD}"]


def test_a_read_refused_with_a_fresh_token_too_may_succeed_later() -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", VIEW, EXPIRED)
        with pytest.raises(RemoteDownError, match="expired token"):
            server.client().view("customer", "700112")
        assert server.asked == [f"GET {VIEW}"] * 2


def test_a_write_refused_with_a_fresh_token_too_is_refused() -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", DELETE, failure(("77", "The contract expired")))
        with pytest.raises(RejectedError, match="The contract expired") as caught:
            server.client().delete("customer", "700112")
        assert caught.value.code == "77"
        assert server.asked == [f"GET {DELETE}"] * 2


@pytest.mark.case("R4")
def test_a_call_forbidden_with_a_fresh_token_too_leaves_the_connection_whole() -> None:
    with serving(*TOKENS[:2]) as server:
        server.answers("GET", VIEW, "", status=403)
        with pytest.raises(RemoteDownError, match="view customer 700112: HTTP 403"):
            server.client().view("customer", "700112")


def test_wrong_credentials_after_the_token_expired_break_the_connection(server: Server) -> None:
    server.mock.reset()
    server.logs_in()
    server.answers("POST", "authenticate.html", failure(("1001", "Invalid login")))
    server.answers("GET", VIEW, EXPIRED)
    with pytest.raises(LoginRefusedError, match="Invalid login"):
        server.client().view("customer", "700112")


def test_a_log_in_that_cannot_connect_leaves_the_connection_whole(server: Server) -> None:
    server.mock.reset()
    error = requests.ConnectionError("refused")
    server.answers("POST", "authenticate.html", error)
    with pytest.raises(RemoteDownError, match="could not be reached to log us in"):
        server.client().authenticate()


def test_the_password_is_not_needed_again_while_the_token_is_good(server: Server) -> None:
    server.answers("GET", VIEW, success(CUSTOMER))
    client = server.client()
    client.authenticate()
    client.view("customer", "700112")
    assert PASSWORD not in server.body()
