"""Sessions of people who signed in: a signed cookie that ends by itself, and its form token.

A session is what the cookie says, signed with a secret of the deployment; nothing of it is stored
but the moment before which all sessions of a person are void.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "__Host-session"
SIGNING_IN = "__Host-signing-in"
LASTS_SECONDS = 8 * 60 * 60
"""So long a session lasts: a working day."""
SIGNING_IN_SECONDS = 15 * 60
KEPT_SECONDS = 60 * 60
"""What connecting leaves with the browser is there so long: a consent lasts for an hour, too."""


@dataclass(frozen=True)
class Session:
    """A person who signed in: verified address, name, the session's own id.

    `subject` is what the issuer knows them by: logs name nobody otherwise.
    email: verified by the issuer, in lower case.
    session_id: drawn at random when they signed in.
    began_at: in UTC.
    """

    email: str
    name: str
    subject: str
    session_id: str
    began_at: datetime


class Sealer:
    """Signs and reads cookies with the secret of a deployment."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def seal(self, purpose: str, values: Mapping[str, str]) -> str:
        """Return a signed text; it is only good for its purpose."""
        return str(self._signer(purpose).dumps(dict(values)))

    def open(
        self, purpose: str, text: str, *, seconds: int
    ) -> tuple[dict[str, str], datetime] | None:
        """Return what was signed and when; None if it is forged, for something else or too old."""
        try:
            values, at = self._signer(purpose).loads(text, max_age=seconds, return_timestamp=True)
        except BadSignature:
            return None
        return (values, at) if isinstance(values, dict) else None

    def token(self, session: Session) -> str:
        """Return the token that every form of a session carries."""
        told = f"form:{session.session_id}".encode()
        return hmac.new(self._secret.encode(), told, sha256).hexdigest()

    def _signer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret, salt=purpose, signer_kwargs={"digest_method": sha256}
        )


def begin(sealer: Sealer, *, email: str, name: str, subject: str) -> str:
    """Begin a session; return its cookie."""
    told = {"email": email, "name": name, "subject": subject, "id": secrets.token_urlsafe(18)}
    return sealer.seal(COOKIE, told)


def read(sealer: Sealer, cookie: str | None) -> Session | None:
    """Return the session of a cookie; None if there is none or it has ended."""
    opened = sealer.open(COOKIE, cookie, seconds=LASTS_SECONDS) if cookie else None
    if opened is None:
        return None
    told, at = opened
    return Session(
        email=str(told["email"]),
        name=str(told["name"]),
        subject=str(told.get("subject", "")),
        session_id=str(told["id"]),
        began_at=at.astimezone(UTC),
    )


def is_token(sealer: Sealer, session: Session, token: str) -> bool:
    """Tell whether a form came from a page of this session, in constant time."""
    return hmac.compare_digest(sealer.token(session).encode(), token.encode("utf-8", "replace"))
