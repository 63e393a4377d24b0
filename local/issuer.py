"""A small issuer of identities for the laptop: OpenID Connect with PKCE, for three people or any.

A person chooses who to be on a page with three buttons, or names an address; there are no
passwords. Each start makes a key of its own, so that no token of before is good.
"""

import json
import re
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "console"
COOKIE = "sample-issuer"
HOST = "127.0.0.1"
LOOPBACK = {"127.0.0.1", "localhost"}
CODE_SECONDS, TOKEN_SECONDS = 60, 300
ADMIN = "admin@sample.example"
PEOPLE = {
    "bookkeeper@sample.example": "Sample bookkeeper",
    ADMIN: "Sample admin",
    "viewer@sample.example": "Sample viewer",
}
"""Who signs in with one click, by e-mail address; what anybody may do, the connector decides."""

ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")

ROLES = {"bookkeeper@sample.example": "bookkeeper", "viewer@sample.example": "viewer"}
"""What they are in the sample company; the admin is one of every company."""

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}}
input,button{{display:block;width:100%;box-sizing:border-box}}
input,button{{padding:.75rem;margin:.5rem 0;font:inherit}}</style>
<h1>Sign in</h1><p>This page stands in for your company's own sign-in. Choose who to be.</p>
<form method="post" action="/authorize?{query}">{people}</form>
<form method="post" action="/authorize?{query}"><p><label>Somebody whom you invited, by another
e-mail address<br><input type="email" name="email" required></label></p>
<button>Sign in with this address</button></form></html>"""


@dataclass(frozen=True)
class Grant:
    """A code that was given out: for whom, on which terms, until when."""

    email: str
    redirect_uri: str
    challenge: str
    nonce: str
    until: float
    proved_at: int


@dataclass(frozen=True)
class Session:
    """Somebody who signed in and is known again by a cookie: who, and since when."""

    email: str
    proved_at: int


@dataclass
class Issuer:
    """The issuer of one start: its key, who is signed in, and the codes that are not used yet."""

    url: str
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    key_id: str = field(default_factory=lambda: secrets.token_hex(8))
    grants: dict[str, Grant] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        """Return what the issuer says of itself (OpenID Connect Discovery 1.0)."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        """Return the public key that tokens are checked with."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def problem(self, asked: dict[str, str]) -> str | None:
        """Say what is wrong with a request to sign in; None if it can be answered."""
        back = urlsplit(asked.get("redirect_uri", ""))
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return "Unknown client, or no request for a code."
        if back.hostname not in LOOPBACK:
            return "This issuer only sends people back to this machine."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "PKCE with S256 is needed."
        return None

    def begin(self, email: str) -> str:
        """Remember that somebody signed in now; return what their browser keeps."""
        own = secrets.token_urlsafe(24)
        self.sessions[own] = Session(email, int(time.time()))
        return own

    def grant(self, session: Session, asked: dict[str, str]) -> str:
        """Send somebody who is signed in back; return the address."""
        code = secrets.token_urlsafe(24)
        self.grants[code] = Grant(
            email=session.email,
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce", ""),
            until=time.monotonic() + CODE_SECONDS,
            proved_at=session.proved_at,
        )
        told = urlencode({"code": code, "state": asked.get("state", "")})
        return f"{asked['redirect_uri']}?{told}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """Exchange a code, once; None if it is not right."""
        grant = self.grants.pop(asked.get("code", ""), None)
        digest = sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            grant is None
            or grant.until < time.monotonic()
            or grant.redirect_uri != asked.get("redirect_uri")
            or asked.get("client_id") != CLIENT
            or challenge != grant.challenge
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": grant.email,
            "aud": CLIENT,
            "iat": now,
            "auth_time": grant.proved_at,
            "exp": now + TOKEN_SECONDS,
            "nonce": grant.nonce,
            "email": grant.email,
            "email_verified": True,
            "name": PEOPLE.get(grant.email, grant.email),
        }
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})
        return {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of browsers and of the connector."""

    server: "Server"

    def do_GET(self) -> None:
        """Answer what is read: configuration, keys, and the page with the three people."""
        path, asked = self._asked(urlsplit(self.path).query)
        match path:
            case "/.well-known/openid-configuration":
                self._json(self.server.issuer.configuration())
            case "/keys":
                self._json(self.server.issuer.keys())
            case "/authorize":
                self._authorize(asked)
            case "/logout":
                self._log_out(asked)
            case _:
                self._say(HTTPStatus.NOT_FOUND, "text/plain", "There is nothing at this address.")

    def do_POST(self) -> None:
        """Sign somebody in, or exchange a code."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path, asked = self._asked(urlsplit(self.path).query)
        form = _flat(body)
        if path == "/token":
            told = self.server.issuer.token(form)
            refused = {"error": "invalid_grant"}
            self._json(told or refused, HTTPStatus.OK if told else HTTPStatus.BAD_REQUEST)
        elif path == "/authorize" and ADDRESS.fullmatch(form.get("email", "").strip()):
            if wrong := self.server.issuer.problem(asked):
                self._say(HTTPStatus.BAD_REQUEST, "text/plain", wrong)
                return
            own = self.server.issuer.begin(form["email"].strip().lower())
            there = self.server.issuer.grant(self.server.issuer.sessions[own], asked)
            self._send_on(there, f"{COOKIE}={own}; Path=/; HttpOnly; SameSite=Lax")
        else:
            self._say(HTTPStatus.BAD_REQUEST, "text/plain", "That is not an email address.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it
        """Say nothing: codes are in the addresses."""

    def _authorize(self, asked: dict[str, str]) -> None:
        """Send who is signed in back at once, unless that is to be proved anew."""
        known = self.server.issuer.sessions.get(self._cookie())
        if known is None or asked.get("prompt") == "login" or self.server.issuer.problem(asked):
            self._page(asked)
        else:
            self._send_on(self.server.issuer.grant(known, asked))

    def _log_out(self, asked: dict[str, str]) -> None:
        """End the session of a browser, and send it back if that is to this machine."""
        self.server.issuer.sessions.pop(self._cookie(), None)
        back = asked.get("post_logout_redirect_uri", "")
        if asked.get("client_id") != CLIENT or urlsplit(back).hostname not in LOOPBACK:
            self._say(HTTPStatus.OK, "text/plain", "You are signed out.")
            return
        self._send_on(back, f"{COOKIE}=; Path=/; Max-Age=0")

    def _cookie(self) -> str:
        kept = SimpleCookie(self.headers.get("cookie", ""))
        return kept[COOKIE].value if COOKIE in kept else ""

    def _send_on(self, there: str, cookie: str | None = None) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("location", there)
        if cookie:
            self.send_header("set-cookie", cookie)
        self.send_header("content-length", "0")
        self.end_headers()

    def _page(self, asked: dict[str, str]) -> None:
        if wrong := self.server.issuer.problem(asked):
            self._say(HTTPStatus.BAD_REQUEST, "text/plain", wrong)
            return
        people = "".join(
            f'<button name="email" value="{escape(email)}">{escape(name)}<br>'
            f"<small>{escape(email)}</small></button>"
            for email, name in PEOPLE.items()
        )
        page = PAGE.format(query=escape(urlencode(asked)), people=people)
        self._say(HTTPStatus.OK, "text/html; charset=utf-8", page)

    def _asked(self, query: str) -> tuple[str, dict[str, str]]:
        return urlsplit(self.path).path, _flat(query)

    def _json(self, told: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._say(status, "application/json", json.dumps(told))

    def _say(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """The issuer on a loopback port that the system chooses."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Handler)
        self.issuer = Issuer(f"http://{HOST}:{self.server_port}")


def _flat(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}


def main() -> None:
    """Serve until stopped; the first line on standard output is the address."""
    server = Server()
    print(f"Issuer: {server.issuer.url}", flush=True)  # noqa: T201 - read by who started it
    server.serve_forever()


if __name__ == "__main__":
    main()
