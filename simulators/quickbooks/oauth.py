"""OAuth 2 grants and tokens: codes, rotation, expiry, revocation (section 2)."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from simulators.quickbooks.clock import Clock
from simulators.quickbooks.idtokens import Signer
from simulators.quickbooks.switches import Switches

SCOPES = frozenset(
    {
        "com.intuit.quickbooks.accounting",
        "com.intuit.quickbooks.payment",
        "com.intuit.quickbooks.payroll",
        "com.intuit.quickbooks.payroll.timetracking",
        "com.intuit.quickbooks.payroll.benefits",
        "intuit_name",
        "openid",
        "profile",
        "email",
        "phone",
        "address",
    }
)
ACCESS_HEAD = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.."
BAD_TOKEN = "Incorrect Token type or clientID"  # noqa: S105 - a message


class OAuthError(Exception):
    """A refusal of the token end point."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def wire(self) -> dict[str, str]:
        """Render the body."""
        body = {"error": self.error}
        return body | ({"error_description": self.description} if self.description else {})


@dataclass
class Grant:
    """What one person allowed for one company."""

    realm: str
    client: str
    scope: str
    consented: float
    refresh: str = ""
    refresh_since: float = 0.0
    refresh_used: float = 0.0
    superseded: dict[str, float] = field(default_factory=dict)
    access: dict[str, float] = field(default_factory=dict)
    revoked: bool = False


class Authority:
    """Issues and checks codes and tokens of the one registered app."""

    def __init__(self, client: str, secret: str, clock: Clock, switches: Switches) -> None:
        self.client, self.secret = client, secret
        self.clock, self.switches = clock, switches
        self.codes: dict[str, dict[str, Any]] = {}
        self.grants: list[Grant] = []
        self.signer = Signer()

    def code(self, realm: str, scope: str, redirect: str, challenge: str = "") -> str:
        """Issue an authorization code."""
        code = f"AB1{secrets.token_hex(24)}"
        expires = self.clock.epoch() + self.clock.scaled(self.switches.code_seconds)
        self.codes[code] = {"realm": realm, "scope": scope, "redirect": redirect,
                            "expires": expires, "challenge": challenge}  # fmt: skip
        return code

    def check_client(self, header: str, form: Mapping[str, object]) -> None:
        """Check the credentials of the app: Basic, else the fields that several clients send.

        Raises:
            OAuthError: invalid_client, status 401.
        """
        wanted = base64.b64encode(f"{self.client}:{self.secret}".encode())
        scheme, _, given = header.partition(" ")
        if scheme.lower() != "basic":
            posted = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
            given = base64.b64encode(posted.encode()).decode()
        if not secrets.compare_digest(given.strip().encode(), wanted):
            raise OAuthError("invalid_client", status=401)

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer the token end point.

        Raises:
            OAuthError: the grant is refused.
        """
        kind = form.get("grant_type", "")
        if kind == "authorization_code":
            return self._from_code(form)
        if kind == "refresh_token":
            return self._from_refresh(form.get("refresh_token", ""))
        if not kind:
            raise OAuthError("invalid_request", "grant_type is missing")
        raise OAuthError("unsupported_grant_type")

    def _from_code(self, form: dict[str, str]) -> dict[str, Any]:
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code["expires"] < self.clock.epoch():
            raise OAuthError("invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != code["redirect"]:
            raise OAuthError("invalid_request", "redirect_uri does not match")
        if code["challenge"] and self.switches.pkce:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code["challenge"]:
                raise OAuthError("invalid_grant", "code_verifier does not match")
        grant = Grant(code["realm"], self.client, code["scope"], self.clock.epoch())
        self.grants.append(grant)
        return self._issue(grant)

    def _from_refresh(self, token: str) -> dict[str, Any]:
        if not token:
            raise OAuthError("invalid_request", "refresh_token is missing")
        now = self.clock.epoch()
        for grant in self.grants:
            if token in grant.superseded:
                self._superseded(grant, token, now)
                return self._issue(grant)
            if token == grant.refresh:
                self._check_alive(grant, now)
                return self._issue(grant)
        raise OAuthError("invalid_grant", BAD_TOKEN)

    def _superseded(self, grant: Grant, token: str, now: float) -> None:
        grace = self.clock.scaled(self.switches.refresh_grace_seconds)
        if grant.revoked or now - grant.superseded[token] > grace:
            if self.switches.racing_refresh_revokes:
                self._kill(grant)
            raise OAuthError("invalid_grant", BAD_TOKEN)

    def _check_alive(self, grant: Grant, now: float) -> None:
        idle = grant.refresh_used + self.clock.scaled(self.switches.refresh_seconds)
        hard = grant.consented + self.clock.scaled(self.switches.hard_seconds)
        if grant.revoked or now > idle or now > hard:
            raise OAuthError("invalid_grant", BAD_TOKEN)

    def _issue(self, grant: Grant) -> dict[str, Any]:
        now = self.clock.epoch()
        if now - grant.refresh_since >= self.clock.scaled(self.switches.rotate_seconds):
            if grant.refresh:
                grant.superseded[grant.refresh] = now
            grant.refresh, grant.refresh_since = f"RT1-{secrets.token_urlsafe(48)}", now
        grant.refresh_used = now
        lifetime = self.clock.scaled(self.switches.access_seconds)
        token = f"{ACCESS_HEAD}{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(180)}"
        grant.access = {t: end for t, end in grant.access.items() if end > now}
        grant.access[token] = now + lifetime
        hard = grant.consented + self.clock.scaled(self.switches.hard_seconds) - now
        idle = min(self.clock.scaled(self.switches.refresh_seconds), hard)
        answer = {
            "x_refresh_token_expires_in": int(idle),
            "refresh_token": grant.refresh,
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(lifetime),
            "x_refresh_token_hard_expires_in": int(hard),
        }
        if "openid" in grant.scope.split():
            answer["id_token"] = self.signer.id_token(self.client, grant.realm, int(now))
        return answer

    def revoke(self, token: str) -> None:
        """End the connection that a token belongs to.

        Raises:
            OAuthError: no such token.
        """
        for grant in self.grants:
            if token == grant.refresh or token in grant.access:
                self._kill(grant)
                return
        raise OAuthError("invalid_request", "Token not found")

    def _kill(self, grant: Grant) -> None:
        grant.revoked = True
        grant.access.clear()

    def disconnect(self, realm: str) -> None:
        """Let a person disconnect the app inside QuickBooks: all tokens die at once."""
        for grant in self.grants:
            if grant.realm == realm:
                self._kill(grant)

    def grant_of(self, token: str) -> Grant | None:
        """Return the grant of a living access token."""
        for grant in self.grants:
            if token in grant.access and not grant.revoked:
                return grant if grant.access[token] > self.clock.epoch() else None
        return None

    def dump(self) -> dict[str, Any]:
        """Return what must outlive a restart."""
        return {"codes": self.codes, "grants": [asdict(grant) for grant in self.grants]}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what a former run had issued."""
        self.codes = {k: v | {"expires": float(v["expires"])} for k, v in state["codes"].items()}
        self.grants = [_grant(saved) for saved in state["grants"]]


def _grant(saved: dict[str, Any]) -> Grant:
    times: dict[str, Any] = {
        name: float(saved[name]) for name in ("consented", "refresh_since", "refresh_used")
    }
    for name in ("superseded", "access"):
        times[name] = {token: float(at) for token, at in saved[name].items()}
    return Grant(**saved | times)
