"""What a deployment decides: read from the environment once, at first use, never at import."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, ValidationError, convert

from connector.errors import ConfigurationError
from connector.model.control.budget import LINE

LOOPBACK = {"127.0.0.1", "localhost"}
"""Hosts that are reached without encryption: nobody else hears what is said to them."""


type NonEmpty = Annotated[str, Meta(min_length=1)]
type Url = str
"""Begins with https://, but for this very machine."""
type Positive = Annotated[int, Meta(gt=0)]
type Seconds = Annotated[float, Meta(ge=0)]
type Moment = Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$")]


@dataclass(frozen=True)
class Config:
    """The environment of a function; members a function does not use are empty there.

    Attributes:
        table_name: The DynamoDB table.
        aws_region: Where it and the other services are, such as `us-east-1`.
        aws_endpoint_url: Address of an emulator of AWS; empty for AWS itself.
        connection_queue_url: The queue of connections that are to be looked at.
        sync_state_machine_arn: The machine of a run.
        payments_state_machine_arn: The machine of payments pushed by hand.
        undo_state_machine_arn: The machine that takes a run back.
        books_state_machine_arn: The machine of Books Match.
        app_secret_arn: The secret of the app as registered with Intuit.
        app_secret_seconds: How old a secret may be that was read before, so that a rotated one is
            picked up.
        token_key_arn: The KMS key that seals tokens and logins.
        quickbooks_api_url: Where QuickBooks' API is.
        quickbooks_authorize_url: Intuit's page on which a person consents.
        quickbooks_token_url: Where tokens are exchanged and refreshed.
        quickbooks_revoke_url: Where tokens are revoked.
        quickbooks_requests_per_minute: Calls to one company at most, of all its workers together.
        metered_calls_per_month: After how many metered calls Intuit blocks the app, all companies
            together.
        mobiwork_url: Where MobiWork's API is.
        api_url: Where this connector's own API is, as people and webhooks reach it.
        console_admins: E-mail addresses, with commas between, of who is admin of all companies.
        digest_sender: The e-mail address that digests come from; empty for none by e-mail.
        digest_topic_arn: The SNS topic that digests are published to.
        console_secret_arn: The secret that seals sessions of the console.
        console_issuer: Who signs people in: the issuer of OpenID Connect.
        console_client_parameter: The parameter that holds the console's client with that issuer.
        webhook_dead_letters_url: Where webhooks end that could not be worked on.
        outcomes_bucket: Where outcomes are written as files; empty for nowhere.
        doorbell_seconds: How long after a webhook its connection is looked at; what comes meanwhile
            is looked at with it.
        claim_seconds: How long a claim must show no life before another worker may go on.
        settle_seconds: How long after a write QuickBooks' queries may still miss the record.
        table_restored: The moment that the table was brought back to from a backup, in UTC, so
            that what was created since is looked for; empty where it was not.
    """

    table_name: NonEmpty
    aws_region: NonEmpty
    aws_endpoint_url: str = ""
    connection_queue_url: str = ""
    sync_state_machine_arn: str = ""
    payments_state_machine_arn: str = ""
    undo_state_machine_arn: str = ""
    books_state_machine_arn: str = ""
    app_secret_arn: str = ""
    app_secret_seconds: Annotated[int, Meta(ge=0)] = 300
    token_key_arn: str = ""
    quickbooks_api_url: Url = ""
    quickbooks_authorize_url: Url = ""
    quickbooks_token_url: Url = ""
    quickbooks_revoke_url: Url = ""
    quickbooks_requests_per_minute: Positive = 490
    metered_calls_per_month: Positive = LINE
    mobiwork_url: Url = ""
    api_url: str = ""
    console_admins: str = ""
    digest_sender: str = ""
    digest_topic_arn: str = ""
    console_secret_arn: str = ""
    console_issuer: Url = ""
    console_client_parameter: str = ""
    webhook_dead_letters_url: str = ""
    outcomes_bucket: str = ""
    doorbell_seconds: Annotated[int, Meta(ge=0, le=900)] = 30
    claim_seconds: Seconds = 130.0
    settle_seconds: Seconds = 30.0
    table_restored: Moment = ""

    @property
    def restored_to(self) -> datetime | None:
        """The moment that the table was brought back to; None where it was not restored."""
        return datetime.fromisoformat(self.table_restored) if self.table_restored else None


def config_from(environment: Mapping[str, str]) -> Config:
    """Read the configuration.

    Raises:
        ConfigurationError: a variable is missing or not legal; names each of them.
    """
    texts = {name.lower(): text for name, text in environment.items()}
    wrong = []
    for field in fields(Config):
        problem = _problem(field, texts.get(field.name))
        wrong += [f"{field.name.upper()}: {problem}"] if problem else []
    if wrong:
        raise ConfigurationError(f"The environment of this function is wrong: {'; '.join(wrong)}.")
    return convert(texts, Config, strict=False)


def _problem(field: Field[object], text: str | None) -> str | None:
    """Say what is wrong with a variable, an address that others on the way can read among it."""
    if text is None:
        return "it is missing" if field.default is MISSING else None
    parts = urlsplit(text)
    if field.type is Url and text and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        return f"{text} must begin with https://"
    try:
        convert(text, field.type, strict=False)
    except ValidationError as error:
        return str(error)
    return None


@cache
def config() -> Config:
    """Return the configuration of this process."""
    return config_from(os.environ)
