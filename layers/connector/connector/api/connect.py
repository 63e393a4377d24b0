"""Connecting: a MobiWork account and a QuickBooks company become one connection."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connector.changes.company import read_company
from connector.entities.registry import PUSHES
from connector.errors import RecordError
from connector.mobiwork.client import DEFAULT_VERSION
from connector.model.company import Company
from connector.model.connection import Connection, ConnectionState, Consent, Phase
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.requirements import problems
from connector.model.policy.settings import Settings
from connector.model.tokens import Tokens
from connector.quickbooks.auth import consent_url, exchange_code, revoke
from connector.services import LOGIN
from connector.store import connections, consents
from connector.store import settings as saved

if TYPE_CHECKING:
    from connector.services import Services

COUNTRY = "US"


class Wanted(BaseModel):
    """What a person enters to connect; a company that was connected before keeps its settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    mobiwork_client_id: str = Field(min_length=1, pattern=r"^\d+$")
    mobiwork_login_id: SecretStr = Field(min_length=1)
    mobiwork_password: SecretStr = Field(min_length=1)
    mobiwork_version: str = Field(default=DEFAULT_VERSION, pattern=r"^[\d.]+$")
    settings: Settings | None = None


class MobiWorkLogin(BaseModel):
    """A new MobiWork login of a connection; nothing else of it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login_id: SecretStr = Field(min_length=1)
    password: SecretStr = Field(min_length=1)


@dataclass(frozen=True)
class Started:
    """A connection that waits for a person's consent: `authorize_url` is Intuit's page for it."""

    authorize_url: str


@dataclass(frozen=True)
class Consented:
    """What the browser brings back from Intuit; an `error` or no code means a refusal."""

    state: str | None
    code: str | None
    realm_id: str | None
    error: str | None = None


@dataclass(frozen=True)
class Connected:
    """A company that is connected.

    Attributes:
        connection_id: what every other request names the connection by.
        company: the name of the QuickBooks company.
        settings_kept: whether it was connected before, so that its settings stayed.
        problems: sentences about settings that keep records waiting.
    """

    connection_id: str
    company: str
    settings_kept: bool
    problems: tuple[str, ...]


def start(services: "Services", wanted: Wanted, *, callback_url: str) -> Started:
    """Check the MobiWork login, remember it, and return Intuit's consent page for this person.

    `callback_url` is where Intuit sends the person back to, as registered with it.

    Raises:
        ConnectionBrokenError: MobiWork does not accept the login.
    """
    login = {
        "login_id": wanted.mobiwork_login_id.get_secret_value(),
        "password": wanted.mobiwork_password.get_secret_value(),
    }
    client_id, version = wanted.mobiwork_client_id, wanted.mobiwork_version
    services.mobiwork_of(client_id, version, login).authenticate()
    connection_id, state = f"c{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    services.secrets.save_secret(
        connection_id, LOGIN, json.dumps(login), until=datetime.now(UTC) + consents.LASTS
    )
    consents.save(
        state,
        Consent(
            connection_id=connection_id,
            mobiwork_client_id=client_id,
            mobiwork_version=version,
            settings=wanted.settings.model_dump(mode="json") if wanted.settings else {},
        ),
    )
    return Started(consent_url(services.app, callback_url=callback_url, state=state))


def change_login(services: "Services", connection_id: str, wanted: MobiWorkLogin) -> Connection:
    """Check and keep a new MobiWork login; a connection goes on whose old one was refused.

    Raises:
        UnknownConnectionError: there is no such connection.
        LoginRefusedError, LoginBlockedError: MobiWork does not let it in; the old one is kept.
    """
    known = connections.read(connection_id)
    login = {
        "login_id": wanted.login_id.get_secret_value(),
        "password": wanted.password.get_secret_value(),
    }
    client_id, version = known.mobiwork_client_id, known.mobiwork_version
    services.mobiwork_of(client_id, version, login).authenticate()
    services.secrets.save_secret(connection_id, LOGIN, json.dumps(login))
    connections.revive(connection_id, now=datetime.now(UTC))
    after = connections.read(connection_id)
    if after.phase is Phase.CLOSED:
        services.secrets.forget_secret(connection_id, LOGIN)
    return after


def finish(services: "Services", answer: Consented, *, callback_url: str) -> Connected:
    """Turn Intuit's answer into a connection.

    A company that was connected before keeps its connection, with all links, pending items and
    settings.

    Raises:
        RecordError: the person declined, the link is used up, the company is not in the US, or
            the company belongs to a connection with another MobiWork account.
        ConnectionBrokenError: Intuit did not accept the code.
    """
    consent = consents.take(answer.state) if answer.state else None
    if consent is None:
        raise RecordError("This link was used already or is older than an hour. Connect again.")
    code, realm_id = answer.code, answer.realm_id
    if answer.error or not code or not realm_id or not realm_id.isdecimal():
        raise RecordError(
            "QuickBooks was not connected: the request was declined. Nothing changed."
        )
    tokens = exchange_code(services.app, code, callback_url=callback_url, now=datetime.now(UTC))
    owner = connections.of_realm(realm_id)
    _refuse_another_account(owner, consent)
    company = _proven(services, consent.connection_id, realm_id, tokens)
    connection_id = owner or consent.connection_id
    _refuse_another_country(services, company, tokens, revocable=owner is None)
    _keep_login(services, consent, connection_id)
    services.tokens.save_new(connection_id, tokens)
    _save(services, connection_id, consent, company)
    wrong = setting_problems(saved.read_settings(connection_id), company)
    return Connected(connection_id, company.name, owner is not None, tuple(wrong))


def setting_problems(settings: Settings, company: Company) -> list[str]:
    """Say what is wrong with the settings, each problem once."""
    pushed = {flow.name for flow in PUSHES}
    return [one.sentence for one in problems(settings, company) if pushed & set(one.flows)]


def _refuse_another_account(owner: str | None, consent: Consent) -> None:
    if owner is None:
        return
    known = connections.read(owner)
    if known.mobiwork_client_id != consent.mobiwork_client_id:
        # The new tokens are not revoked: that would end the access of the connection there is.
        raise RecordError(
            "This QuickBooks company is connected with another MobiWork account "
            f"({known.mobiwork_client_id}). Nothing was changed."
        )


def _proven(services: "Services", new_id: str, realm_id: str, tokens: Tokens) -> Company:
    """Read the company with the new tokens, kept under an id of their own until they fit.

    The company id came through a browser: an existing connection must not get tokens of another
    company because somebody typed its id.
    """
    services.tokens.save_new(new_id, tokens)
    try:
        return read_company(services.quickbooks(new_id, realm_id), now=datetime.now(UTC))
    finally:
        services.tokens.forget(new_id)


def _refuse_another_country(
    services: "Services", company: Company, tokens: Tokens, *, revocable: bool
) -> None:
    if company.country == COUNTRY:
        return
    if revocable:
        revoke(services.app, tokens.refresh_token)
    raise RecordError(
        f"{company.name} is a QuickBooks company in {company.country or 'an unknown country'}. "
        "Only companies in the United States can be connected. Nothing was changed."
    )


def _keep_login(services: "Services", consent: Consent, connection_id: str) -> None:
    """Keep the MobiWork login for good; the consent's own copy expires with it."""
    login = services.secrets.read_secret(consent.connection_id, LOGIN)
    if login is None:
        raise RecordError("The MobiWork login is not stored any more. Connect again.")
    services.secrets.save_secret(connection_id, LOGIN, login)


def _save(services: "Services", connection_id: str, consent: Consent, company: Company) -> None:
    now = datetime.now(UTC)
    saved.save_company(connection_id, company)
    if consent.settings and connection_id == consent.connection_id:
        chosen = Settings.model_validate(consent.settings)
        saved.save_settings(connection_id, chosen, saved_at=now.isoformat(), saved_by="connect")
    connection = Connection(
        connection_id=connection_id,
        realm_id=company.realm_id,
        company_name=company.name,
        mobiwork_client_id=consent.mobiwork_client_id,
        mobiwork_version=consent.mobiwork_version,
        state=ConnectionState.ACTIVE,
        phase=Phase.REVIEW,
        connected_on=day_of(now, zone_of(saved.read_settings(connection_id), company)),
    )
    if not connections.save_new(connection, now=now):
        services.tokens.forget(connection_id)
        raise RecordError("This QuickBooks company was connected by somebody else just now.")
