"""MobiWork's doorbell: whoever knows the secret of a connection may say that something changed.

What MobiWork can send is not documented (reference section 4), so nothing of a request is read but
its secret, in a header or in the address, and any method will do.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from connector.api import activity
from connector.store import doorbells

HEADER = "x-doorbell-secret"
PARAMETER = "secret"
PATH = "/webhooks/mobiwork"


@dataclass(frozen=True)
class DoorbellSecret:
    """Where MobiWork is to ring.

    Attributes:
        url: the address with the secret in it, for a sender that can set nothing else.
        url_without_secret: the address alone.
        header: the header that brings the secret with it.
        secret: the secret; it is told this once.
    """

    url: str
    url_without_secret: str
    header: str
    secret: str


def replace(connection_id: str, *, api_url: str, by: str) -> DoorbellSecret:
    """Make a new secret for a connection; the older one is void."""
    secret = new_secret()
    doorbells.save_secret_digest(connection_id, digest_of(secret))
    activity.note(connection_id, by=by, what="Created a new secret for MobiWork's webhook.")
    address = f"{api_url}{PATH}/{connection_id}"
    return DoorbellSecret(f"{address}?{PARAMETER}={secret}", address, HEADER, secret)


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is stored of a secret; so many random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_known(secret: str, digest: str | None) -> bool:
    """Tell whether this is the secret of a digest, in the same time for a right and a wrong one.

    Without a digest no secret is right.
    """
    return hmac.compare_digest(digest_of(secret), digest or "-")
