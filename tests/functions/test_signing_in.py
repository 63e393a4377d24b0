"""Signing in and out, and invitations: what counts, for how long, and what ends it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from connector.api import digests
from connector.console import deployment, limits, sessions
from connector.console.limits import Limit
from connector.console.sessions import COOKIE
from connector.console.signing_in import Attempt, Identity
from connector.console.words import day
from connector.errors import RemoteDownError
from connector.model.control.people import Membership, Role
from connector.model.policy.settings import Settings
from connector.store.control import people
from tests.functions.cloud import Cloud
from tests.functions.context import Context
from tests.functions.events import CONNECTION
from tests.functions.visiting import PEOPLE, SEALER, ask, hire

NOON, HOUR = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(hours=1)
STRANGER = "stranger@harbor.example"
HERE = f"/connections/{CONNECTION}"


@pytest.fixture(autouse=True)
def _hired(connected: Cloud) -> None:
    """Every test here has a connection with people of every role."""
    del connected
    hire()


class _Anyone:
    """An issuer at which everybody is the bookkeeper."""

    def page(self, begun: Attempt, *, redirect_uri: str) -> str:
        return f"https://issuer.test/?state={begun.state}&anew={begun.anew}&to={redirect_uri}"

    def identity(self, begun: Attempt, _code: str, *, redirect_uri: str) -> Identity:
        assert redirect_uri == "https://connector.test/console/signed-in"
        proved_at = datetime.now(UTC) + HOUR if begun.proves_anew else NOON
        return Identity(PEOPLE[Role.BOOKKEEPER], "Jane", "s-1", proved_at)

    def leaving(self, *, back: str) -> str | None:
        return f"https://issuer.test/logout?to={back}"


@pytest.fixture(autouse=True)
def _signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "issuer", _Anyone)


def sign_in(context: Context, back: str, who: str | None = None) -> dict[str, Any]:
    """Go to the issuer and come back."""
    began = ask(context, f"/sign-in?back={back}", who=who)
    state = began["headers"]["location"].partition("state=")[2].partition("&")[0]
    kept = tuple(one.partition(";")[0] for one in began["cookies"])
    return ask(context, f"/signed-in?state={state}&code=c", who=who, kept=kept)


@pytest.mark.parametrize(
    ("back", "there"),
    [
        ("/connections/c1/payments", "/console/connections/c1/payments"),
        ("//evil.test", "/console"),
        ("https://evil.test", "/console"),
        ("/\\evil.test", "/console/\\evil.test"),
        ("/a\r\nset-cookie:x", "/console"),
        ("", "/console"),
        ("/" + "a" * 4000, "/console"),
    ],
)
def test_signing_in_leads_nowhere_but_into_the_console(
    context: Context, back: str, there: str
) -> None:
    answer = sign_in(context, back)
    assert (answer["statusCode"], answer["headers"]["location"]) == (303, there)


def test_signing_in_begins_a_session_of_its_own_whatever_cookie_was_there(context: Context) -> None:
    answer = sign_in(context, "/", who=STRANGER)
    told = dict(one.partition(";")[0].split("=", 1) for one in answer["cookies"])
    session = sessions.read(SEALER, told[COOKIE])
    assert session is not None
    assert session.email == PEOPLE[Role.BOOKKEEPER]
    assert all(
        {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(one.split("; ")[1:])
        for one in answer["cookies"]
    )
    assert ask(context, "/signed-in?state=a&code=c", who=STRANGER)["statusCode"] == 422


def test_sign_ins_are_counted_by_address(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_INS", Limit("sign-ins", 0))
    assert ask(context, "/sign-in", who=None)["statusCode"] == 429


def test_signing_out_ends_every_session_at_once(context: Context) -> None:
    here, who = f"/connections/{CONNECTION}", PEOPLE[Role.VIEWER]
    assert ask(context, here, who=who)["statusCode"] == 200
    assert ask(context, "/sign-out", who=who, form={})["statusCode"] == 200
    assert ask(context, here, who=who)["statusCode"] == 303


def test_signing_out_ends_the_session_at_the_issuer_too_and_comes_back(context: Context) -> None:
    left = ask(context, "/sign-out", who=PEOPLE[Role.VIEWER], form={})["body"]
    there = "https://issuer.test/logout?to=https://connector.test/console/signed-out"
    assert f'<meta http-equiv="refresh" content="0; url={there}">' in left
    assert f'href="{there}"' in left
    back = ask(context, "/signed-out", who=None)
    assert (back["statusCode"], "and out of your sign-in service" in back["body"]) == (
        200,
        True,
    )


def test_signing_out_here_does_not_wait_for_an_issuer_that_does_not_answer(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(_self: _Anyone, *, back: str) -> str | None:
        raise RemoteDownError(f"No answer for {back}.")

    monkeypatch.setattr(_Anyone, "leaving", no_answer)
    left = ask(context, "/sign-out", who=PEOPLE[Role.VIEWER], form={})
    assert "sign out of your sign-in service, too" in left["body"]
    assert people.read(PEOPLE[Role.VIEWER]).signed_out_at is not None


def test_an_invitation_counts_whatever_the_case_of_the_address(context: Context) -> None:
    form = {"email": "New.Person@Harbor.example", "role": "viewer"}
    ask(context, f"/connections/{CONNECTION}/people", who=PEOPLE[Role.ADMIN], form=form)
    here = f"/connections/{CONNECTION}"
    assert ask(context, here, who="new.person@harbor.example")["statusCode"] == 200


def test_who_signed_out_proves_anew_who_they_are_where_the_issuer_still_knows_them(
    context: Context,
) -> None:
    assert "session" in str(sign_in(context, "/")["cookies"])
    ask(context, "/sign-out", who=PEOPLE[Role.BOOKKEEPER], form={})
    answer = sign_in(context, "/connections/c1")
    assert "&anew=yes&" in answer["headers"]["location"]
    assert not any(one.startswith(COOKIE) for one in answer["cookies"])
    state = answer["headers"]["location"].partition("state=")[2].partition("&")[0]
    kept = tuple(one.partition(";")[0] for one in answer["cookies"])
    again = ask(context, f"/signed-in?state={state}&code=c", who=None, kept=kept)
    assert again["headers"]["location"] == "/console/connections/c1"


def test_an_issuer_that_does_not_ask_again_after_signing_out_is_seen_in_the_log(
    context: Context, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(context, "/sign-out", who=PEOPLE[Role.BOOKKEEPER], form={})
    deaf = Identity(PEOPLE[Role.BOOKKEEPER], "Jane", "s-1", NOON)
    monkeypatch.setattr(_Anyone, "identity", lambda *_asked, **_named: deaf)
    first = sign_in(context, "/connections/c1")
    state = first["headers"]["location"].partition("state=")[2].partition("&")[0]
    kept = tuple(one.partition(";")[0] for one in first["cookies"])
    assert "before signing out" not in "".join(logged)
    ask(context, f"/signed-in?state={state}&code=c", who=None, kept=kept)
    assert "the issuer goes by a sign-in from before signing out" in "".join(logged)


def test_signing_out_leaves_nothing_of_the_person_in_the_browser(context: Context) -> None:
    kept = ("__Host-said=a", "__Host-kept-confirmation=b", "other=c")
    answer = ask(context, "/sign-out", who=PEOPLE[Role.VIEWER], form={}, kept=kept)
    gone = {one.partition("=")[0] for one in answer["cookies"] if "Max-Age=0" in one}
    assert gone == {COOKIE, "__Host-said", "__Host-kept-confirmation"}


def test_an_open_page_that_looks_again_by_itself_is_loaded_anew_once_its_session_is_over(
    context: Context,
) -> None:
    answer = ask(context, f"{HERE}/runs", who=None, by_itself=True)
    assert (answer["statusCode"], answer["headers"].get("hx-refresh")) == (401, "true")


def _invite(context: Context, email: str, role: str = "bookkeeper") -> None:
    form = {"email": email, "role": role}
    told = ask(context, f"{HERE}/people", who=PEOPLE[Role.ADMIN], form=form)
    assert told["statusCode"] == 303


def _readers() -> tuple[str, ...]:
    return digests.readers(CONNECTION, Settings())


def test_an_invitation_stands_for_good_once_it_was_taken_up_and_is_told_nothing_before(
    context: Context,
) -> None:
    people.remove(CONNECTION, PEOPLE[Role.BOOKKEEPER])
    _invite(context, PEOPLE[Role.BOOKKEEPER])
    page = ask(context, f"{HERE}/people", who=PEOPLE[Role.VIEWER])["body"]
    assert "not signed in yet" in page
    assert PEOPLE[Role.BOOKKEEPER] not in _readers()
    sign_in(context, "/")
    member = people.of_person(CONNECTION, PEOPLE[Role.BOOKKEEPER])
    assert member is not None
    assert (member.role, member.until) == (Role.BOOKKEEPER, None)
    assert PEOPLE[Role.BOOKKEEPER] in _readers()


def test_what_is_no_address_is_told_to_be_none(context: Context) -> None:
    form = {"email": "ann@harbor", "role": "viewer"}
    answer = ask(context, f"{HERE}/people", who=PEOPLE[Role.ADMIN], form=form)
    told = unescape(answer["body"])
    assert (answer["statusCode"], "'ann@harbor' is not an e-mail address." in told) == (422, True)


def test_an_invitation_that_nobody_took_up_ends_and_can_be_made_anew(context: Context) -> None:
    email, over = PEOPLE[Role.BOOKKEEPER], datetime.now(UTC) - HOUR
    people.save(
        Membership(
            email=email,
            connection_id=CONNECTION,
            role=Role.BOOKKEEPER,
            by="test",
            at=NOON,
            until=over,
        )
    )
    sign_in(context, "/")
    assert ask(context, HERE, who=email)["statusCode"] == 404
    page = ask(context, f"{HERE}/people", who=PEOPLE[Role.ADMIN])["body"]
    ended = f"invitation expired {day(over)} without a sign-in: no access"
    assert (ended in page, "invited; not" in page) == (True, False)
    _invite(context, email)
    assert ask(context, HERE, who=email)["statusCode"] == 200
    page = ask(context, f"{HERE}/people", who=PEOPLE[Role.ADMIN])["body"]
    assert ("invitation ended" in page, "invited; not" in page) == (False, True)


def test_an_admin_who_has_not_signed_in_yet_does_not_replace_the_last_one(context: Context) -> None:
    _invite(context, STRANGER, "admin")
    form = {"email": PEOPLE[Role.ADMIN]}
    answer = ask(context, f"{HERE}/people/remove", who=PEOPLE[Role.ADMIN], form=form)
    assert (answer["statusCode"], "last admin" in answer["body"]) == (409, True)


@pytest.mark.parametrize("who", [None, PEOPLE[Role.ADMIN]], ids=["signed out", "signed in again"])
def test_what_somebody_typed_is_kept_where_the_session_ended_meanwhile(
    context: Context, who: str | None
) -> None:
    form = {"email": "new@harbor.example", "role": "viewer", "login_password": "s3cret"}
    kept = ask(context, f"{HERE}/people", who=who, form=form, token="0" * 64)
    assert kept["statusCode"] == (422 if who else 401)
    assert f'action="/console{HERE}/people"' in kept["body"]
    assert 'name="email" value="new@harbor.example"' in kept["body"]
    assert ("s3cret" in kept["body"], "Passwords aren't kept" in kept["body"]) == (False, True)
    assert people.read("new@harbor.example").roles == {}
    (token,) = set(re.findall(r'name="token" value="([^"]*)"', kept["body"]))
    assert (token not in {"", "0" * 64}) is bool(who)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_another_site_sends_is_not_kept(context: Context, site: str) -> None:
    form = {"email": "new@harbor.example", "role": "admin"}
    for who in (None, PEOPLE[Role.ADMIN]):
        told = ask(context, f"{HERE}/people", who=who, form=form, token="0" * 64, site=site)
        assert "new@harbor.example" not in told["body"]
