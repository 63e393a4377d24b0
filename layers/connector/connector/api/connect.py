"""Connecting begins: a MobiWork login is tried, and a person sent to Intuit's consent page."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connector.api import activity
from connector.api.doorbell_secret import digest_of, new_secret
from connector.errors import (
    ConflictError,
    LoginBlockedError,
    LoginRefusedError,
    NoLoginThereError,
    RequestError,
    Wrong,
)
from connector.mobiwork.client import DEFAULT_VERSION, MobiWork
from connector.mobiwork.transport import BLOCKED, CHECK_LOGIN
from connector.model.connection import Connection, Consent, Phase
from connector.model.policy.settings import Settings
from connector.quickbooks.auth import consent_url
from connector.services import LOGIN
from connector.store import connections
from connector.store.life import consents
from connector.store.records import matches

if TYPE_CHECKING:
    from connector.services import Services


CALLBACK = "/connections/callback"
"""Where Intuit sends a person back to."""
CHECK_ALL = (
    "Check the client ID, and copy the API login ID and API password again from "
    "MobiWork's REST API connector settings. Nothing was stored."
)
TRY_LATER = (
    "This does not mean that the password is wrong: something in front of MobiWork, "
    "such as a firewall, may be in the way. Try again in a few minutes. If it keeps "
    "happening, contact MobiWork support. Nothing was stored."
)


VERSION = (
    "MobiWork's REST API documentation names the version; {default} is the one that is known to "
    "work, and what is taken where none is given."
)


class Wanted(BaseModel):
    """What a person enters to connect; a company that was connected before keeps its settings.

    mobiwork_client_id: The number of the MobiWork account.
    mobiwork_login_id, mobiwork_password: Of a MobiWork user who may use the API; never shown again.
    mobiwork_version: The version of MobiWork's API, such as 10.0.78.
    settings: None for the defaults, or for those of before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    mobiwork_client_id: str = Field(pattern=r"^[0-9]{1,20}$")
    mobiwork_login_id: SecretStr = Field(min_length=1)
    mobiwork_password: SecretStr = Field(min_length=1)
    mobiwork_version: str = Field(
        default=DEFAULT_VERSION, pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){1,3}$"
    )
    settings: Settings | None = None


class MobiWorkLogin(BaseModel):
    """A new MobiWork login of a connection; nothing else of it changes.

    login_id, password: Of a MobiWork user who may use the API; never shown again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    login_id: SecretStr = Field(min_length=1)
    password: SecretStr = Field(min_length=1)


@dataclass(frozen=True)
class Started:
    """A connection that waits for a person's consent.

    Attributes:
        authorize_url: Intuit's page, where a person chooses the company.
        confirmation: a secret, told this once: with it and the code that the last page shows,
            whoever asked confirms the company that was chosen.
    """

    authorize_url: str
    confirmation: str


def start(services: "Services", wanted: Wanted, *, callback_url: str, by: str) -> Started:
    """Check the MobiWork login, remember it, and return Intuit's consent page for a person.

    `callback_url` is where Intuit sends the person back to, as registered with it; `by` is who
    asks, and the only one who can confirm what is chosen.

    Raises:
        ConflictError: the account's connection is just being closed.
        LoginRefusedError, LoginBlockedError: MobiWork does not let it in.
        RequestError: it does not know the version.
    """
    _refuse_closing(wanted.mobiwork_client_id)
    login = {
        "login_id": wanted.mobiwork_login_id.get_secret_value(),
        "password": wanted.mobiwork_password.get_secret_value(),
    }
    client_id, version = wanted.mobiwork_client_id, wanted.mobiwork_version
    _try(services.mobiwork_of(client_id, version, login), version)
    connection_id, state = f"c{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    confirmation, until = new_secret(), datetime.now(UTC) + 2 * consents.LASTS
    services.secrets.save_secret(connection_id, LOGIN, json.dumps(login), until=until)
    consents.save(
        state,
        Consent(
            connection_id=connection_id,
            mobiwork_client_id=client_id,
            mobiwork_version=version,
            started_by=by,
            confirmation=digest_of(confirmation),
            settings=wanted.settings.model_dump(mode="json") if wanted.settings else {},
        ),
    )
    page = consent_url(services.app, callback_url=callback_url, state=state)
    return Started(page, confirmation)


def _refuse_closing(mobiwork_client_id: str) -> None:
    """Refuse an account whose connection is not closed to its end: it could not be confirmed."""
    known = connections.of_account(mobiwork_client_id)
    if known is not None and connections.phase(known) is Phase.CLOSED:
        raise ConflictError(
            f"The connection of MobiWork account {mobiwork_client_id} is being closed: "
            "its last run is ending, and its access is being revoked. Try again in a "
            "minute. Nothing was stored."
        )


def _try(mobiwork: MobiWork, version: str) -> None:
    """Try a login that nobody has used here before, and say so in words that fit."""
    try:
        mobiwork.authenticate()
    except NoLoginThereError as error:
        told = str(error).removesuffix(BLOCKED)
        if version == DEFAULT_VERSION:
            raise LoginBlockedError(f"{told}{TRY_LATER}") from error
        raise RequestError(
            f"{told}There is no version {version} of its API. "
            f"{VERSION.format(default=DEFAULT_VERSION)} Nothing was stored.",
            errors=[Wrong("#/mobiwork_version", "MobiWork does not know this version.")],
        ) from error
    except LoginRefusedError as error:
        raise LoginRefusedError(f"{str(error).removesuffix(CHECK_LOGIN)}{CHECK_ALL}") from error
    except LoginBlockedError as error:
        raise LoginBlockedError(f"{str(error).removesuffix(BLOCKED)}{TRY_LATER}") from error


def change_login(
    services: "Services", connection_id: str, wanted: MobiWorkLogin, *, by: str
) -> Connection:
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
    matches.compare_anew(connection_id)
    connections.revive(connection_id, now=datetime.now(UTC))
    activity.note(connection_id, by=by, what="Changed the MobiWork login.")
    after = connections.read(connection_id)
    if after.phase is Phase.CLOSED:
        services.secrets.forget_secret(connection_id, LOGIN)
    return after
