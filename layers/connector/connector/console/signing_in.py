"""Signing in by OpenID Connect: the Authorization Code flow with PKCE, at any issuer.

The issuer is asked over TLS for its addresses and keys; both are kept for an hour. What it says of
a person is believed if its signature, issuer, audience, time and nonce are right (OpenID Connect
Core 1.0, section 3.1.3.7) and the e-mail address is verified.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import jwt
import requests

from connector.answers import FEW_BYTES, Deadline, take_in
from connector.errors import RemoteDownError, RequestError
from connector.model.body import Body

SECONDS, MOST_SECONDS = 5.0, 15.0
"""For each reading of an answer, and for all of it."""
KEPT_SECONDS = 3600.0
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384"]
SCOPE = "openid email profile"
LONGEST_NAME = 200
YES, NO = "yes", "no"
REFUSED = "Sign-in was not completed. Sign in again."


@dataclass(frozen=True)
class Attempt:
    """What must be remembered between leaving for the issuer and coming back.

    verifier: the PKCE secret; back: the page that was asked for; anew: whether the issuer was told
    not to take a sign-in of before.
    state, nonce: drawn at random; the issuer must bring them back.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    anew: str = NO

    @property
    def proves_anew(self) -> bool:
        """Whether what comes back was to be proved anew."""
        return self.anew == YES


@dataclass(frozen=True)
class Identity:
    """Who signed in, as the issuer says: verified e-mail address in lower case, and a name.

    proved_at: when they proved who they are, where the issuer tells it.
    email, name: of the person.
    subject: what the issuer knows them by.
    """

    email: str
    name: str
    subject: str
    proved_at: datetime | None = None

    def proved_before(self, signed_out_at: datetime | None) -> bool:
        """Tell whether the issuer only goes by what was proved before all sessions were ended."""
        return bool(self.proved_at and signed_out_at and self.proved_at <= signed_out_at)


def attempt(back: str, *, anew: bool = False) -> Attempt:
    """Begin to sign in."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state, nonce, verifier, back, YES if anew else NO)


class _Keys(jwt.PyJWKClient):
    """The keys of an issuer, asked for within the limits of all that it answers."""

    def fetch_data(self) -> Body:
        """Ask for them.

        Raises:
            RemoteDownError: there was no answer, or none that can be read.
        """
        told = _answered(
            lambda: requests.get(self.uri, timeout=SECONDS, stream=True, allow_redirects=False)
        )
        if self.jwk_set_cache is not None:
            self.jwk_set_cache.put(told)
        return told


class Issuer:
    """An issuer of identities; `client_id` is how it knows this deployment."""

    def __init__(
        self,
        url: str,
        client_id: Callable[[], str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._client_id = client_id
        self._clock = clock
        self._known: tuple[float, Body] | None = None
        self._keys: jwt.PyJWKClient | None = None

    def page(self, begun: Attempt, *, redirect_uri: str) -> str:
        """Return the address where a person signs in."""
        digest = sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client_id(),
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | ({"prompt": "login"} if begun.proves_anew else {})
        return f"{self._address('authorization_endpoint')}?{urlencode(asked)}"

    def leaving(self, *, back: str) -> str | None:
        """Return where the session at the issuer ends, too; None where there is no such page.

        It leads back to `back`, which the issuer has to know (OpenID Connect RP-Initiated Logout
        1.0; Cognito names it otherwise, and knows it by the sign-out addresses of the client).

        Raises:
            RemoteDownError: the issuer did not answer.
        """
        cognito = (urlsplit(self._url).hostname or "").startswith("cognito-idp.")
        there = self._found().get("end_session_endpoint")
        if cognito and not there:
            there = (
                urlsplit(self._address("authorization_endpoint"))._replace(path="/logout").geturl()
            )
        name = "logout_uri" if cognito else "post_logout_redirect_uri"
        told = urlencode({"client_id": self._client_id(), name: back})
        return f"{there}?{told}" if there else None

    def identity(self, begun: Attempt, code: str, *, redirect_uri: str) -> Identity:
        """Exchange the code that a person came back with for who they are.

        Raises:
            RequestError: the issuer did not accept it, or what it says cannot be believed.
            RemoteDownError: the issuer did not answer.
        """
        told = self._post(
            {
                "grant_type": "authorization_code",
                "client_id": self._client_id(),
                "redirect_uri": redirect_uri,
                "code": code,
                "code_verifier": begun.verifier,
            }
        )
        claims = self._claims(str(told.get("id_token", "")))
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), begun.nonce.encode()):
            raise RequestError(REFUSED)
        email = str(claims.get("email") or "").strip().lower()
        if not email or claims.get("email_verified") not in (True, "true"):
            raise RequestError(
                "Your sign-in service has not verified your e-mail address. Verify it "
                "there, then sign in."
            )
        name = str(claims.get("name") or email)[:LONGEST_NAME]
        return Identity(email, name, str(claims["sub"]), _moment(claims.get("auth_time")))

    def _claims(self, token: str) -> Body:
        try:
            key = self._key_client().get_signing_key_from_jwt(token)
            claims: Body = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._client_id(),
                issuer=str(self._found()["issuer"]),
                leeway=60,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise RequestError(REFUSED) from error
        return claims

    def _key_client(self) -> jwt.PyJWKClient:
        if self._keys is None:
            self._keys = _Keys(self._address("jwks_uri"), lifespan=KEPT_SECONDS)
        return self._keys

    def _address(self, name: str) -> str:
        return str(self._found()[name])

    def _found(self) -> Body:
        """Return what the issuer says of itself; it must name itself as we do."""
        if self._known and self._clock() - self._known[0] < KEPT_SECONDS:
            return self._known[1]
        told = _answered(
            lambda: requests.get(
                f"{self._url}/.well-known/openid-configuration",
                timeout=SECONDS,
                stream=True,
                allow_redirects=False,
            )
        )
        if str(told.get("issuer", "")).rstrip("/") != self._url:
            raise RemoteDownError(
                "The sign-in service identifies itself differently from what is configured here."
            )
        self._known = (self._clock(), told)
        return told

    def _post(self, form: dict[str, str]) -> Body:
        address = self._address("token_endpoint")
        return _answered(
            lambda: requests.post(
                address, data=form, timeout=SECONDS, stream=True, allow_redirects=False
            )
        )


def _moment(told: object) -> datetime | None:
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) else None


def _answered(ask: Callable[[], requests.Response]) -> Body:
    """Return a JSON object of what is asked for as a stream."""
    try:
        deadline = Deadline(MOST_SECONDS)
        answer = take_in(ask(), deadline, most=FEW_BYTES)
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise RemoteDownError("The sign-in service is not responding. Try again.") from error
    if 400 <= answer.status_code < 500:  # noqa: PLR2004 - the family of refusals
        raise RequestError(REFUSED)
    if not answer.ok or not isinstance(told, dict):
        raise RemoteDownError("The sign-in service is not responding. Try again.")
    return told
