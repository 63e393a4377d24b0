"""MobiWork's doorbell: whoever knows the secret of a connection may say that something changed.

What MobiWork can send is not documented (reference section 4), so nothing of a request is read but
its secret, in a header or in the address, and any method will do.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from connector.api.http import header

HEADER = "x-doorbell-secret"
PARAMETER = "secret"


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return what is stored of a secret; so many random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_known(secret: str, digest: str) -> bool:
    """Tell whether this is the secret of a digest, in the same time for a right and a wrong one.

    Without a digest no secret is right.
    """
    return hmac.compare_digest(digest_of(secret), digest or "-")


def secret_in(request: Mapping[str, Any]) -> str:
    """Return the secret that a request brings; empty if it brings none."""
    parameters = request.get("queryStringParameters") or {}
    return header(request, HEADER) or str(parameters.get(PARAMETER) or "")
