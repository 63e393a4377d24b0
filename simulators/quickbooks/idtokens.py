"""Signs the id tokens of OpenID sign-in and publishes the key to check them with."""

import base64
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulators.quickbooks.wire import dump

KEY_ID = "r4p5SbL2qaFehFzhj8gI"
ISSUER = "https://oauth.platform.intuit.com/op/v1"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Signer:
    """One RSA key, made at its first use."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the key set."""
        numbers = self._key.public_key().public_numbers()
        return [
            {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID,
             "n": _number(numbers.n), "e": _number(numbers.e)}
        ]  # fmt: skip

    def id_token(self, client: str, realm: str, now: int) -> str:
        """Sign an id token for the person who consented."""
        head = {"kid": KEY_ID, "alg": "RS256"}
        claims = {
            "sub": "simulated-0001",
            "aud": [client],
            "realmid": realm,
            "auth_time": now,
            "iss": ISSUER,
            "exp": now + 3600,
            "iat": now,
        }
        signed = f"{_text(dump(head))}.{_text(dump(claims))}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"
