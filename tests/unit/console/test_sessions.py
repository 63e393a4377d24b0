from hypothesis import given
from hypothesis import strategies as st

from connector.console import sessions
from connector.console.sessions import COOKIE, LASTS_SECONDS, Sealer

SEALER = Sealer("a secret")
TEXTS = st.text(max_size=40)


@given(email=TEXTS, name=TEXTS)
def test_a_session_is_read_as_it_was_begun(email: str, name: str) -> None:
    session = sessions.read(SEALER, sessions.begin(SEALER, email=email, name=name, subject="s-1"))
    assert session is not None
    assert (session.email, session.name) == (email, name)


@given(noise=st.text(max_size=200))
def test_a_cookie_that_we_did_not_sign_is_no_session(noise: str) -> None:
    assert sessions.read(SEALER, noise) is None


@given(place=st.integers(min_value=0, max_value=500), other=st.characters())
def test_a_cookie_that_was_changed_anywhere_is_no_session(place: int, other: str) -> None:
    cookie = sessions.begin(SEALER, email="a@b.example", name="A", subject="s-1")
    place %= len(cookie)
    if cookie[place] == other:
        return
    changed = sessions.read(SEALER, cookie[:place] + other + cookie[place + 1 :])
    assert changed is None or changed == sessions.read(SEALER, cookie)


def test_a_session_of_another_secret_or_purpose_is_none() -> None:
    cookie = sessions.begin(SEALER, email="a@b.example", name="A", subject="s-1")
    assert sessions.read(Sealer("another"), cookie) is None
    assert SEALER.open("something else", cookie, seconds=LASTS_SECONDS) is None


def test_a_session_ends_by_itself() -> None:
    cookie = sessions.begin(SEALER, email="a@b.example", name="A", subject="s-1")
    assert SEALER.open(COOKIE, cookie, seconds=60) is not None
    assert SEALER.open(COOKIE, cookie, seconds=-1) is None


def test_a_form_is_good_in_its_own_session_only() -> None:
    one, other = (
        sessions.read(SEALER, sessions.begin(SEALER, email="a@b.example", name="A", subject="s-1"))
        for _ in range(2)
    )
    assert one is not None
    assert other is not None
    token = SEALER.token(one)
    told = [sessions.is_token(SEALER, *asked) for asked in ((one, token), (other, token))]
    assert told == [True, False]
    assert not sessions.is_token(SEALER, one, "\ud800")
