"""What a deployment decides: read from the environment once, at first use, never at import."""

import os
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from connector.errors import ConfigurationError
from connector.model.control.budget import LINE

LOOPBACK = {"127.0.0.1", "localhost"}
"""Hosts that are reached without encryption: nobody else hears what is said to them."""


class Config(BaseModel):
    """The environment of a function; members a function does not use are empty there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    table_name: str = Field(min_length=1)
    aws_region: str = Field(min_length=1)
    aws_endpoint_url: str = ""
    connection_queue_url: str = ""
    sync_state_machine_arn: str = ""
    payments_state_machine_arn: str = ""
    undo_state_machine_arn: str = ""
    books_state_machine_arn: str = ""
    app_secret_arn: str = ""
    app_secret_seconds: int = Field(default=300, ge=0)
    token_key_arn: str = ""
    quickbooks_api_url: str = ""
    quickbooks_authorize_url: str = ""
    quickbooks_token_url: str = ""
    quickbooks_revoke_url: str = ""
    quickbooks_requests_per_minute: int = Field(default=490, gt=0)
    metered_calls_per_month: int = Field(default=LINE, gt=0)
    mobiwork_url: str = ""
    api_url: str = ""
    console_admins: str = ""
    digest_sender: str = ""
    digest_topic_arn: str = ""
    console_secret_arn: str = ""
    console_issuer: str = ""
    console_client_parameter: str = ""
    webhook_dead_letters_url: str = ""
    outcomes_bucket: str = ""
    doorbell_seconds: int = Field(default=30, ge=0, le=900)
    claim_seconds: float = Field(default=130.0, ge=0)
    settle_seconds: float = Field(default=30.0, ge=0)
    table_restored: bool = False

    @field_validator(
        "console_issuer",
        "mobiwork_url",
        "quickbooks_api_url",
        "quickbooks_authorize_url",
        "quickbooks_revoke_url",
        "quickbooks_token_url",
    )
    @classmethod
    def _is_encrypted(cls, url: str) -> str:
        """Refuse an address that others on the way can read, but on this very machine."""
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError(f"{url} must begin with https://")
        return url


def config_from(environment: Mapping[str, str]) -> Config:
    """Read the configuration.

    Raises:
        ConfigurationError: a variable is missing or not legal; names each of them.
    """
    values = {name.lower(): text for name, text in environment.items()}
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        told = "; ".join(
            f"{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors()
        )
        raise ConfigurationError(f"The environment of this function is wrong: {told}.") from error


@cache
def config() -> Config:
    """Return the configuration of this process."""
    return config_from(os.environ)
