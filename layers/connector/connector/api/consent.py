"""A company is chosen on Intuit's page, shown, and joined to its account only when confirmed.

Whoever opens the link of somebody else would choose for them, and whoever sends his own link to
somebody else would get hold of their company. So the page at the end binds nothing: it shows a
code, and only whoever asked, with the secret they were given and that code, confirms the company.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connector.api import activity
from connector.api.doorbell_secret import digest_of, new_secret
from connector.api.plans import review
from connector.changes import doorbell
from connector.changes.company import ask_company, remember
from connector.entities.registry import PUSHES
from connector.errors import ConflictError, RecordError
from connector.model.calls import CONNECTING
from connector.model.company import Company
from connector.model.connection import (
    ChosenCompany,
    Connection,
    ConnectionState,
    Consent,
    Phase,
)
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.requirements import problems
from connector.model.policy.settings import Settings
from connector.model.tokens import Tokens
from connector.quickbooks.auth import exchange_code
from connector.services import LOGIN
from connector.store import connections
from connector.store import settings as saved
from connector.store.life import consents
from connector.store.records import matches

if TYPE_CHECKING:
    from connector.services import Services

COUNTRY = "US"
CODE_LENGTH = 16


@dataclass(frozen=True)
class Consented:
    """What the browser brings back from Intuit; an `error` or no code means a refusal.

    state: What was sent along to Intuit.
    code: To be changed for tokens, once.
    realm_id: The id of the QuickBooks company.
    """

    state: str | None
    code: str | None
    realm_id: str | None
    error: str | None = None


@dataclass(frozen=True)
class CompanyToConfirm:
    """A company that was chosen; nothing is connected before it is confirmed.

    Attributes:
        company: the name of the QuickBooks company.
        realm_id: the id of the QuickBooks company.
        mobiwork_client_id: the MobiWork account that it would be joined to.
        code: what whoever asked needs to confirm it; it is shown this once.
        phase: how far the connection has come that both sides have already, whose access is
            renewed; None for a new one.
    """

    company: str
    realm_id: str
    mobiwork_client_id: str
    code: str
    phase: Phase | None = None


class Confirmation(BaseModel):
    """What confirms a chosen company: the secret of whoever asked, and the code that was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    confirmation: SecretStr = Field(min_length=1, description="As starting the connection told it.")
    code: SecretStr = Field(min_length=1, description="As the last page shows it.")


@dataclass(frozen=True)
class Connected:
    """A company that is connected.

    Attributes:
        connection_id: what every other request names the connection by.
        company: the name of the QuickBooks company.
        settings_kept: whether it was connected before, so that its settings stayed.
        problems: sentences about settings that keep records waiting.
        review: what the review costs that begins now, as a sentence.
    """

    connection_id: str
    company: str
    settings_kept: bool
    problems: tuple[str, ...]
    review: str


def choose(services: "Services", answer: Consented, *, callback_url: str) -> CompanyToConfirm:
    """Turn Intuit's answer into a chosen company, with the code that confirms it.

    Its tokens are kept under the id of the consent, where nothing uses them.

    Raises:
        RecordError: the person declined, the link is used up, the company is not in the US, or
            one of the two sides belongs to another connection.
        ConnectionBrokenError: Intuit did not accept the code.
    """
    consent = consents.take(answer.state) if answer.state else None
    if consent is None:
        raise RecordError(
            "This link has already been used or is more than an hour old. Connect again."
        )
    code, realm_id = answer.code, answer.realm_id
    if answer.error or not code or not realm_id or not realm_id.isdecimal():
        raise RecordError(
            "QuickBooks was not connected because the request was declined. Nothing changed."
        )
    now = datetime.now(UTC)
    tokens = exchange_code(services.app, code, callback_url=callback_url, now=now)
    company = _proven(services, consent.connection_id, realm_id, tokens)
    try:
        _refuse(company, consent)
    except RecordError:
        services.give_back(realm_id, tokens)
        raise
    shown = new_secret()[:CODE_LENGTH]
    until = now + consents.LASTS
    consents.keep_chosen(
        ChosenCompany(consent=consent, company=company, code=digest_of(shown), until=until)
    )
    services.tokens.save_new(consent.connection_id, tokens)
    account, phase = consent.mobiwork_client_id, renewed(company.realm_id)
    return CompanyToConfirm(company.name, realm_id, account, shown, phase)


def confirm(services: "Services", asked: Confirmation, *, by: str) -> Connected:
    """Join what was chosen to the account of whoever asked; told twice it is the same.

    The review begins at once.

    A company that was connected before with this account keeps its connection, with all links,
    pending items and settings; also a closed one whose links were kept.

    Raises:
        RecordError: nothing was chosen, the code is another one, somebody else asked, the hour is
            over, or one of the two sides was connected meanwhile.
    """
    chosen = to_confirm(asked, by=by)
    consent, company = chosen.consent, chosen.company
    connection_id = _known(company.realm_id, consent) or consent.connection_id
    stored = services.tokens.get(consent.connection_id)
    if stored is None:
        raise RecordError("Access to the company was revoked. Connect again.")
    matches.compare_anew(connection_id)  # people have typed what did not arrive meanwhile
    _save(services, connection_id, chosen, stored.tokens)
    consents.forget_chosen(consent.confirmation)
    told = f"Connected {company.name} with MobiWork account {consent.mobiwork_client_id}."
    activity.note(connection_id, by=by, what=told)
    doorbell.look_now(services.bell, connection_id)
    wrong = setting_problems(saved.read_settings(connection_id), company)
    kept = connection_id != consent.connection_id
    cost = review.cost(connection_id).sentence
    return Connected(connection_id, company.name, kept, tuple(wrong), cost)


def renewed(realm_id: str) -> Phase | None:
    """Return how far the connection has come that a company has; None where it has none."""
    own = connections.of_realm(realm_id)
    return connections.phase(own) if own else None


def to_confirm(asked: Confirmation, *, by: str) -> ChosenCompany:
    """Return what was chosen on Intuit's page and would be joined; nothing is changed.

    Raises:
        RecordError: as for `confirm`.
    """
    chosen = consents.chosen(digest_of(asked.confirmation.get_secret_value()))
    code = digest_of(asked.code.get_secret_value())
    if chosen is None or not hmac.compare_digest(chosen.code, code):
        raise RecordError("Nothing matches this secret and code.")
    if chosen.consent.started_by != by:
        raise RecordError("Only the person who started the connection can confirm it.")
    if chosen.until < datetime.now(UTC):
        raise RecordError("It was not confirmed within an hour. Connect again.")
    _refuse(chosen.company, chosen.consent)
    return chosen


def setting_problems(settings: Settings, company: Company) -> list[str]:
    """Say what is wrong with the settings, each problem once."""
    pushed = {flow.name for flow in PUSHES}
    return [one.sentence for one in problems(settings, company) if pushed & set(one.flows)]


def _known(realm_id: str, consent: Consent) -> str | None:
    """Return the connection that these two sides have, or had when its links were kept."""
    found = connections.of_realm(realm_id)
    return found or connections.kept_of(realm_id, consent.mobiwork_client_id)


def _refuse(company: Company, consent: Consent) -> None:
    """Refuse what cannot be joined."""
    if company.country != COUNTRY:
        raise RecordError(
            f"{company.name} is a QuickBooks company in {company.country or 'an unknown country'}. "
            "Only companies in the United States can be connected. Nothing was changed."
        )
    account = consent.mobiwork_client_id
    owner = connections.of_realm(company.realm_id)
    if owner is not None:
        _refuse_owned(connections.read(owner), account)
        return
    other = connections.of_account(account)
    if other is not None:
        known = connections.read(other)
        raise RecordError(
            f"MobiWork account {account} is connected with {known.company_name} in "
            "QuickBooks, and an account can be connected to only one company. To move "
            f"it to {company.name}, close that connection first; nothing carries over. "
            "Nothing was changed."
        )


def _refuse_owned(known: Connection, account: str) -> None:
    if known.mobiwork_client_id != account:
        raise RecordError(
            "This QuickBooks company is connected with another MobiWork account "
            f"({known.mobiwork_client_id}). Nothing was changed."
        )
    if known.phase is Phase.CLOSED:
        raise ConflictError(
            f"The connection of {known.company_name} is being closed. Connect it again "
            "in a few minutes. Nothing was changed."
        )


def _proven(services: "Services", new_id: str, realm_id: str, tokens: Tokens) -> Company:
    """Read the company with the new tokens, kept under an id of their own until they fit.

    The company id came through a browser: an existing connection must not get tokens of another
    company because somebody typed its id.
    """
    services.tokens.save_new(new_id, tokens)
    try:
        client = services.quickbooks(new_id, realm_id, urgent=True)
        return ask_company(client, now=datetime.now(UTC))
    finally:
        services.tokens.forget(new_id)
        services.flush(flow=CONNECTING)


def _save(services: "Services", connection_id: str, chosen: ChosenCompany, tokens: Tokens) -> None:
    """Store the connection, then its login and tokens; those of the consent are forgotten."""
    consent, company, now = chosen.consent, chosen.company, datetime.now(UTC)
    login = services.secrets.read_secret(consent.connection_id, LOGIN)
    if login is None:
        raise RecordError("The MobiWork login is no longer stored. Connect again.")
    settings = saved.read_settings(connection_id)
    if consent.settings and connection_id == consent.connection_id:
        settings = Settings.model_validate(consent.settings)
        at = now.isoformat()
        saved.save_settings(connection_id, settings, saved_at=at, saved_by="connect")
    remember(connection_id, company, now=now)
    connection = Connection(
        connection_id=connection_id,
        realm_id=company.realm_id,
        company_name=company.name,
        mobiwork_client_id=consent.mobiwork_client_id,
        mobiwork_version=consent.mobiwork_version,
        state=ConnectionState.ACTIVE,
        phase=Phase.REVIEW,
        connected_on=day_of(now, zone_of(settings, company)),
    )
    if not connections.save_new(connection, now=now, by=consent.started_by):
        raise RecordError("Someone else just connected one of the two sides.")
    services.secrets.save_secret(connection_id, LOGIN, login)
    if connection_id != consent.connection_id:
        services.tokens.save_new(connection_id, tokens)
        services.tokens.forget(consent.connection_id)
        services.secrets.forget_secret(consent.connection_id, LOGIN)
