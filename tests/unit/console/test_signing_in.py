"""Signing in at a real issuer: the small one of the laptop, over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests
import responses

from connector.console.signing_in import Attempt, Issuer, attempt
from connector.errors import RemoteDownError, RequestError
from local.issuer import CLIENT, Server

MINUTE = timedelta(minutes=1)
BACK = "http://127.0.0.1:9/console/signed-in"
LEAVING = urlencode({"client_id": CLIENT, "post_logout_redirect_uri": BACK})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def issuer(server: Server) -> Issuer:
    return Issuer(server.issuer.url, lambda: CLIENT)


def code_of(issuer: Issuer, begun: Attempt, email: str = "bookkeeper@sample.example") -> str:
    """Go to the issuer's page, choose who to be, and return the code that comes back."""
    page = issuer.page(begun, redirect_uri=BACK)
    assert requests.get(page, timeout=5).ok
    answer = requests.post(page, data={"email": email}, timeout=5, allow_redirects=False)
    told = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert told["state"] == begun.state
    return told["code"]


def test_a_person_signs_in_and_is_who_the_issuer_says(issuer: Issuer) -> None:
    begun = attempt("/")
    who = issuer.identity(begun, code_of(issuer, begun), redirect_uri=BACK)
    assert (who.email, who.name) == ("bookkeeper@sample.example", "Sample bookkeeper")


def test_who_was_invited_signs_in_with_an_address_of_their_own(issuer: Issuer) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun, " Ann@Harbor.example ")
    who = issuer.identity(begun, code, redirect_uri=BACK)
    assert (who.email, who.name) == ("ann@harbor.example", "ann@harbor.example")
    page = issuer.page(attempt("/"), redirect_uri=BACK)
    assert requests.post(page, data={"email": "ann"}, timeout=5).status_code == 400


def test_the_issuer_says_when_it_was_proved_and_is_told_to_have_it_proved_anew(
    issuer: Issuer,
) -> None:
    begun, ended = attempt("/", anew=True), datetime.now(UTC)
    asked = dict(parse_qsl(urlsplit(issuer.page(begun, redirect_uri=BACK)).query))
    assert asked["prompt"] == "login"
    assert "prompt" not in issuer.page(attempt("/"), redirect_uri=BACK)
    who = issuer.identity(begun, code_of(issuer, begun), redirect_uri=BACK)
    told = [who.proved_before(one) for one in (None, ended - MINUTE, ended + MINUTE)]
    assert told == [False, False, True]


def test_the_issuer_knows_a_browser_again_until_it_is_left_or_asked_to_have_it_proved_anew(
    server: Server, issuer: Issuer
) -> None:
    browser = requests.Session()
    page = issuer.page(attempt("/"), redirect_uri=BACK)
    assert "Choose who to be" in browser.get(page, timeout=5).text
    form = {"email": "viewer@sample.example"}
    assert browser.post(page, data=form, timeout=5, allow_redirects=False).is_redirect
    again = browser.get(page, timeout=5, allow_redirects=False)
    assert again.headers["location"].startswith(f"{BACK}?code=")
    anew = issuer.page(attempt("/", anew=True), redirect_uri=BACK)
    assert "Choose who to be" in browser.get(anew, timeout=5).text
    left = issuer.leaving(back=BACK)
    assert left == f"{server.issuer.url}/logout?{LEAVING}"
    assert browser.get(left, timeout=5, allow_redirects=False).headers["location"] == BACK
    assert "Choose who to be" in browser.get(page, timeout=5).text


@responses.activate
@pytest.mark.parametrize("told", [{}, {"end_session_endpoint": "https://office.auth.test/logout"}])
def test_cognito_is_left_by_the_address_that_it_knows(told: dict[str, str]) -> None:
    url = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Abc"
    page = {"issuer": url, "authorization_endpoint": "https://office.auth.test/oauth2/authorize"}
    responses.get(f"{url}/.well-known/openid-configuration", json=page | told)
    left = Issuer(url, lambda: "abc").leaving(back="https://c.test/console/signed-out")
    back = "https%3A%2F%2Fc.test%2Fconsole%2Fsigned-out"
    assert left == f"https://office.auth.test/logout?client_id=abc&logout_uri={back}"


@responses.activate
def test_an_issuer_without_such_a_page_is_not_left() -> None:
    url = "https://issuer.test"
    responses.get(f"{url}/.well-known/openid-configuration", json={"issuer": url})
    assert Issuer(url, lambda: "abc").leaving(back=BACK) is None


@pytest.mark.parametrize("changed", ["verifier", "nonce"])
def test_a_code_that_was_stolen_is_good_for_nothing(issuer: Issuer, changed: str) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun)
    with pytest.raises(RequestError, match="Sign in again"):
        issuer.identity(replace(begun, **{changed: "another"}), code, redirect_uri=BACK)


def test_a_code_is_good_once(issuer: Issuer) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun)
    issuer.identity(begun, code, redirect_uri=BACK)
    with pytest.raises(RequestError):
        issuer.identity(begun, code, redirect_uri=BACK)


def test_a_token_for_another_client_is_refused(server: Server, issuer: Issuer) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun)
    asked: list[str] = [CLIENT, "another"]
    other = Issuer(server.issuer.url, lambda: asked.pop(0))
    with pytest.raises(RequestError):
        other.identity(begun, code, redirect_uri=BACK)


@pytest.mark.parametrize(
    "changes", [{"email_verified": False}, {"email": ""}, {"exp": 1}, {"iss": "https://else.test"}]
)
def test_what_an_issuer_says_is_believed_only_if_all_of_it_is_right(
    server: Server, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun)
    plain = jwt.encode
    monkeypatch.setattr(
        "local.issuer.jwt.encode",
        lambda claims, *args, **named: plain(claims | changes, *args, **named),
    )
    with pytest.raises(RequestError):
        issuer.identity(begun, code, redirect_uri=BACK)


def test_a_token_of_another_key_is_refused(
    server: Server, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = attempt("/")
    code = code_of(issuer, begun)
    other = type(server.issuer)(server.issuer.url, key_id=server.issuer.key_id)
    monkeypatch.setattr(server.issuer, "key", other.key)
    known = Issuer(server.issuer.url, lambda: CLIENT)
    monkeypatch.setattr(server.issuer, "keys", lambda: {"keys": []})
    with pytest.raises(RequestError):
        known.identity(begun, code, redirect_uri=BACK)


def test_an_issuer_that_names_itself_otherwise_is_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.issuer, "url", "https://else.test")
    with pytest.raises(RemoteDownError):
        Issuer(f"http://127.0.0.1:{server.server_port}", lambda: CLIENT).page(
            attempt("/"), redirect_uri=BACK
        )


def test_an_issuer_that_does_not_answer_is_told_so() -> None:
    with pytest.raises(RemoteDownError, match="is not responding"):
        Issuer("http://127.0.0.1:9", lambda: CLIENT).page(attempt("/"), redirect_uri=BACK)


@pytest.mark.case("R9")
@responses.activate
def test_an_issuer_whose_answer_has_no_end_counts_as_one_that_does_not_answer() -> None:
    found = "https://issuer.test/.well-known/openid-configuration"
    responses.get(found, json={"issuer": "https://issuer.test", "x": "y" * 100_000})
    with pytest.raises(RemoteDownError):
        Issuer("https://issuer.test", lambda: CLIENT).page(attempt("/"), redirect_uri=BACK)


@pytest.mark.case("R9")
def test_keys_of_an_issuer_that_have_no_end_count_as_no_answer(
    server: Server, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"keys": [], "x": "y" * 100_000}
    monkeypatch.setattr(server.issuer, "keys", lambda: keys)
    begun = attempt("/")
    with pytest.raises(RemoteDownError):
        issuer.identity(begun, code_of(issuer, begun), redirect_uri=BACK)
