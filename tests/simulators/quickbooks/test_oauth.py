from collections.abc import Callable, Iterator

import pytest

from simulators.quickbooks.world import CLIENT_ID, CLIENT_SECRET
from tests.simulators.quickbooks.conftest import REDIRECT, SCOPE, Simulator, start, stop


@pytest.fixture(scope="module")
def clocked() -> Iterator[Simulator]:
    """A simulator whose clock may be put forward; each test has a consent of its own."""
    simulator = start()
    yield simulator
    stop(simulator)


@pytest.fixture
def app(clocked: Simulator) -> Iterator[Simulator]:
    clocked.connect()
    yield clocked
    clocked.switch(refresh_grace_seconds=0)


@pytest.fixture(scope="module")
def registered() -> Iterator[Simulator]:
    """A simulator that knows where the app may be called back."""
    simulator = start("--redirect-uri", REDIRECT)
    yield simulator
    stop(simulator)


def refresh(app: Simulator, token: str) -> tuple[int, dict[str, str]]:
    answer = app.tokens(grant_type="refresh_token", refresh_token=token)
    return answer.status_code, answer.json()


def alive(app: Simulator) -> bool:
    return app.call("GET", "preferences").status_code == 200


def test_a_denied_consent_comes_back_as_access_denied(app: Simulator) -> None:
    assert app.authorize(decision="deny") == {"error": "access_denied", "state": "s1"}


def test_a_code_works_once(app: Simulator) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    code = app.authorize()["code"]
    first = app.tokens(code=code, **form)
    second = app.tokens(code=code, **form)
    assert (first.status_code, second.json()["error"]) == (200, "invalid_grant")


def test_a_wrong_secret_is_an_invalid_client(app: Simulator) -> None:
    answer = app.tokens(client="someone", grant_type="refresh_token", refresh_token="x")  # noqa: S106
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_a_refresh_within_a_day_keeps_the_refresh_token(app: Simulator) -> None:
    status, issued = refresh(app, app.refresh_token)
    assert (status, issued["refresh_token"]) == (200, app.refresh_token)


def test_after_a_day_the_refresh_token_changes_and_the_old_one_kills_the_connection(
    app: Simulator,
) -> None:
    app.sim("clock", {"advance": 86_401})
    _, issued = refresh(app, app.refresh_token)
    app.token = issued["access_token"]
    before = alive(app)
    status, refusal = refresh(app, app.refresh_token)
    assert (issued["refresh_token"] != app.refresh_token, before) == (True, True)
    assert (status, refusal["error"], alive(app)) == (400, "invalid_grant", False)


def test_within_the_grace_a_superseded_refresh_token_still_works(app: Simulator) -> None:
    app.switch(refresh_grace_seconds=60)
    app.sim("clock", {"advance": 86_401})
    refresh(app, app.refresh_token)
    assert refresh(app, app.refresh_token)[0] == 200


def test_an_access_token_lives_an_hour(app: Simulator) -> None:
    app.sim("clock", {"advance": 3601})
    assert not alive(app)


def test_an_idle_refresh_token_dies_after_a_hundred_days(app: Simulator) -> None:
    app.sim("clock", {"advance": 101 * 86_400})
    assert refresh(app, app.refresh_token)[1]["error"] == "invalid_grant"


def test_a_consent_ends_after_five_years_of_refreshing(app: Simulator) -> None:
    token = app.refresh_token
    for _ in range(20):
        app.sim("clock", {"advance": 90 * 86_400})
        token = refresh(app, token)[1]["refresh_token"]
    app.sim("clock", {"advance": 90 * 86_400})
    assert refresh(app, token)[1]["error"] == "invalid_grant"


def test_a_speed_shortens_the_lifetimes_that_are_told(fresh: Callable[..., Simulator]) -> None:
    quick = fresh("--speed", "60")
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    issued = quick.tokens(code=quick.authorize()["code"], **form).json()
    assert issued["expires_in"] == 60


def test_a_person_who_disconnects_ends_all_tokens(app: Simulator) -> None:
    app.sim("disconnect", {})
    assert not alive(app)
    assert refresh(app, app.refresh_token)[1]["error"] == "invalid_grant"


def test_an_unknown_scope_comes_back_as_an_error(app: Simulator) -> None:
    asked = {"client_id": app.sim("", method="GET")["client_id"], "redirect_uri": REDIRECT,
             "response_type": "code", "scope": "everything", "state": "s"}  # fmt: skip
    answer = app.session.get(
        f"{app.url}/connect/oauth2", params=asked, allow_redirects=False, timeout=9
    )
    assert "error=invalid_scope" in answer.headers["Location"]


def test_the_discovery_document_names_the_end_points(app: Simulator) -> None:
    url = f"{app.url}/.well-known/openid_configuration"
    found = app.session.get(url, timeout=9).json()
    assert found["token_endpoint"] == f"{app.url}/oauth2/v1/tokens/bearer"


def test_the_sandbox_document_is_found_with_a_slash_at_the_end(app: Simulator) -> None:
    url = f"{app.url}/.well-known/openid_sandbox_configuration/"
    assert app.session.get(url, timeout=9).json()["issuer"] == f"{app.url}/op/v1"


@pytest.mark.parametrize(("secret", "status"), [(CLIENT_SECRET, 200), ("another", 401)])
def test_a_client_may_send_its_secret_in_the_form(app: Simulator, secret: str, status: int) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": app.refresh_token,
            "client_id": CLIENT_ID, "client_secret": secret}  # fmt: skip
    answer = app.session.post(f"{app.url}/oauth2/v1/tokens/bearer", data=form, timeout=9)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("wrong", "answered"),
    [
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, (400, "")),
        ({"scope": "everything"}, (302, "error=invalid_scope")),
        ({"client_id": "someone"}, (400, "")),
        ({}, (302, "code=")),
    ],
)
def test_a_consent_is_given_only_to_what_the_page_would_show(
    registered: Simulator, wrong: dict[str, str], answered: tuple[int, str]
) -> None:
    form = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "state": "s1", "scope": SCOPE}
    url, given = f"{registered.url}/connect/oauth2", form | wrong | {"decision": "accept"}
    answer = registered.session.post(url, data=given, allow_redirects=False, timeout=9)
    assert answer.status_code == answered[0]
    assert answered[1] in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"\xff\xfe&=%"),
        ("application/x-www-form-urlencoded; charset=klingon", b"a=b"),
        ("multipart/form-data", b"junk"),
        ("multipart/form-data; boundary=x", b"junk"),
        ("application/json", b'{"grant_type": "refresh_token"}'),
    ],
)
@pytest.mark.parametrize("path", ["oauth2/v1/tokens/bearer", "v2/oauth2/tokens/revoke"])
def test_a_form_that_cannot_be_read_is_an_invalid_request(
    qbo: Simulator, path: str, kind: str, body: bytes
) -> None:
    answer = qbo.session.post(
        f"{qbo.url}/{path}",
        data=body,
        headers={"Content-Type": kind},
        auth=(CLIENT_ID, CLIENT_SECRET),
        timeout=9,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "http://", "//host/", "http://host/#part", "http://host/\r\nA: b"],
)
def test_a_browser_is_sent_to_a_web_address_only(qbo: Simulator, address: str) -> None:
    asked = {"client_id": CLIENT_ID, "redirect_uri": address, "scope": SCOPE, "state": "s"}
    url = f"{qbo.url}/connect/oauth2"
    shown = qbo.session.get(url, params=asked | {"response_type": "code"}, timeout=9)
    given = qbo.session.post(url, data=asked | {"decision": "accept"}, timeout=9)
    assert (shown.status_code, given.status_code) == (400, 400)
