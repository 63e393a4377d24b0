"""The OAuth end points over HTTP: the consent page, tokens, revocation, discovery, user info."""

import re
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from simulators.quickbooks.company import Company
from simulators.quickbooks.journal import Entry
from simulators.quickbooks.oauth import SCOPES, OAuthError
from simulators.quickbooks.server import WORLD
from simulators.quickbooks.wire import dump, load
from simulators.quickbooks.world import World

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Authorize {client}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.4rem;margin-right:.6rem;border-radius:4px}}
button{{border:1px solid #2ca01c}}
.accept{{background:#2ca01c;color:#fff}}select{{font:inherit;padding:.4rem}}</style></head>
<body><main><h1>QuickBooks simulator</h1>
<p>The app <strong>{client}</strong> asks to use your QuickBooks company.</p>
<p>It asks for: <code>{scope}</code></p>
<form method="post" action="/connect/oauth2">
{hidden}<p><label>Company <select name="realmId">{companies}</select></label></p>
<p><button class="accept" name="decision" value="accept">Accept</button>
<button name="decision" value="deny">Deny</button></p></form></main></body></html>
"""
WEB_ADDRESS = re.compile(r"https?://[^\s/#]+[^\s#]*")
KEPT = ("client_id", "redirect_uri", "state", "scope", "response_type", "code_challenge")


def routes() -> list[web.RouteDef]:
    """List the routes of the authorization service."""
    return [
        web.get("/connect/oauth2", consent_page),
        web.post("/connect/oauth2", decide),
        web.post("/oauth2/v1/tokens/bearer", tokens),
        web.post("/v2/oauth2/tokens/revoke", revoke),
        web.get("/v1/openid_connect/userinfo", user_info),
        web.get("/op/v1/jwks", key_set),
        web.get("/.well-known/openid_{kind:(?:sandbox_)?configuration/?}", discovery),
    ]


async def consent_page(request: web.Request) -> web.Response:
    """Show the page on which a person accepts or denies."""
    world, asked = request.app[WORLD], request.query
    problem = _problem(request)
    if problem is not None:
        return problem
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">\n'
        for name in KEPT
    )
    companies = "".join(
        f'<option value="{realm}">{escape(company_name(company))}</option>'
        for realm, company in world.companies.items()
    )
    page = PAGE.format(
        client=escape(asked.get("client_id", "")), scope=escape(asked.get("scope", "")),
        hidden=hidden, companies=companies,
    )  # fmt: skip
    return web.Response(text=page, content_type="text/html")


def company_name(company: Company) -> str:
    """Return the name that the consent page shows for a company."""
    return str((company.get("CompanyInfo", "1") or {}).get("CompanyName", company.realm))


def _problem(request: web.Request) -> web.Response | None:
    world, asked = request.app[WORLD], request.query
    redirect = asked.get("redirect_uri", "")
    if asked.get("client_id") != world.settings.client_id:
        return web.Response(status=400, text="The client_id is not known to this simulator.")
    if not _may_redirect(world, redirect):
        return web.Response(status=400, text="The redirect_uri query parameter value is invalid.")
    error = ""
    if asked.get("response_type") != "code":
        error = "unsupported_response_type"
    elif not asked.get("scope") or not set(asked["scope"].split()) <= SCOPES:
        error = "invalid_scope"
    elif world.switches.ask_state and not asked.get("state"):
        error = "invalid_request"
    if error:
        return _redirect(redirect, {"error": error, "state": asked.get("state", "")})
    return None


def _may_redirect(world: World, uri: str) -> bool:
    """Tell whether a browser may be sent there: a web address, and one that is registered."""
    if not WEB_ADDRESS.fullmatch(uri):
        return False
    return uri in (world.settings.redirects or (uri,))


def _redirect(uri: str, values: dict[str, str]) -> web.Response:
    separator = "&" if "?" in uri else "?"
    return web.Response(status=302, headers={"Location": f"{uri}{separator}{urlencode(values)}"})


async def decide(request: web.Request) -> web.Response:
    """Take the decision of the page and send the browser back to the app."""
    world = request.app[WORLD]
    form = await _form(request)
    redirect, state_ = form.get("redirect_uri", ""), form.get("state", "")
    if form.get("client_id") != world.settings.client_id or not _may_redirect(world, redirect):
        return web.Response(status=400, text="The form is incomplete or not this app's.")
    if not form.get("scope") or not set(form["scope"].split()) <= SCOPES:
        return _redirect(redirect, {"error": "invalid_scope", "state": state_})
    if form.get("decision") != "accept":
        return _redirect(redirect, {"error": "access_denied", "state": state_})
    realm = form.get("realmId") or world.settings.realms[0]
    if realm not in world.companies:
        return web.Response(status=400, text="There is no such company.")
    code = world.authority.code(
        realm, form.get("scope", ""), redirect, form.get("code_challenge", "")
    )
    return _redirect(redirect, {"code": code, "state": state_, "realmId": realm})


async def _form(request: web.Request) -> dict[str, str]:
    """Read the fields of a form; what cannot be read has none."""
    try:
        fields = await request.post()
    except (ValueError, LookupError, web.RequestPayloadError):
        return {}
    return {name: str(value) for name, value in fields.items()}


async def tokens(request: web.Request) -> web.Response:
    """Exchange a code or refresh a token."""
    world = request.app[WORLD]
    form = await _form(request)
    try:
        world.authority.check_client(request.headers.get("Authorization", ""), form)
        issued = world.authority.exchange(form)
    except OAuthError as refusal:
        return _oauth_answer(request, refusal.wire(), refusal.status, refusal.error)
    if request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() != "true":
        issued.pop("x_refresh_token_hard_expires_in")
    return _oauth_answer(request, issued, 200)


async def revoke(request: web.Request) -> web.Response:
    """Revoke the connection of a token, sent as JSON or, as several clients do, as a form."""
    world = request.app[WORLD]
    raw = await request.read()
    try:
        body = await _form(request) if "form" in request.content_type else load(raw)
        world.authority.check_client(request.headers.get("Authorization", ""), body)
        world.authority.revoke(str(body.get("token", "")))
    except (AttributeError, ValueError):
        return _oauth_answer(request, {"error": "invalid_request"}, 400, "invalid_request")
    except OAuthError as refusal:
        return _oauth_answer(request, refusal.wire(), refusal.status, refusal.error)
    return _oauth_answer(request, None, 200)


def _oauth_answer(request: web.Request, body: object, status: int, code: str = "") -> web.Response:
    world = request.app[WORLD]
    entry = world.journal.add(
        Entry(world.clock.epoch(), "", request.method, request.path, "oauth", "oauth", "", b"")
    )
    entry.status, entry.code = status, code
    world.meter.count("oauth", status)
    headers = {"intuit_tid": entry.tid, "Cache-Control": "no-store"}
    raw = b"" if body is None else dump(body)
    return web.Response(status=status, body=raw, content_type="application/json", headers=headers)


async def user_info(request: web.Request) -> web.Response:
    """Tell who gave the consent (OpenID)."""
    world = request.app[WORLD]
    token = request.headers.get("Authorization", "").partition(" ")[2].strip()
    grant = world.authority.grant_of(token)
    if grant is None or "openid" not in grant.scope:
        return _oauth_answer(request, {"error": "invalid_token"}, 401, "invalid_token")
    person = {
        "sub": "simulated-0001",
        "email": "owner@company.example",
        "emailVerified": True,
        "givenName": "Company",
        "familyName": "Owner",
        "phoneNumber": "+1 5555555555",
        "phoneNumberVerified": False,
    }
    return _oauth_answer(request, person, 200)


async def key_set(request: web.Request) -> web.Response:
    """Publish the keys that id tokens are signed with."""
    return web.json_response({"keys": request.app[WORLD].authority.signer.public_keys()})


async def discovery(request: web.Request) -> web.Response:
    """Publish the discovery document."""
    base = f"{request.scheme}://{request.host}"
    return web.json_response(
        {
            "issuer": f"{base}/op/v1",
            "authorization_endpoint": f"{base}/connect/oauth2",
            "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
            "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
            "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
            "jwks_uri": f"{base}/op/v1/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": [
                "aud", "exp", "iat", "iss", "realmid", "sub", "email", "emailVerified", "givenName",
                "familyName", "phoneNumber", "phoneNumberVerified", "address",
            ],
        }
    )  # fmt: skip
