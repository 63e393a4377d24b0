"""What a deployment decides for the console, each read when it is first needed."""

from functools import cache

from connector import aws
from connector.console import signing_in
from connector.console.door import Admins
from connector.console.sessions import Sealer
from connector.services import services
from connector.store import deployed_secrets

KEPT_SECONDS = 3600


@cache
def issuer() -> "signing_in.Issuer":
    """Return the issuer of identities."""
    return signing_in.Issuer(services().config.console_issuer, _client_id)


def sealer() -> Sealer:
    """Return what signs cookies; another secret ends all sessions within minutes.

    Raises:
        RemoteDownError: the secret cannot be read now.
    """
    return Sealer(services().secret(services().config.console_secret_arn))


def admins() -> frozenset[str]:
    """Return the addresses of who is admin of every connection."""
    return Admins(services().config.console_admins).emails


@cache
def _parameters() -> "deployed_secrets.DeployedTexts":
    client = aws.client("ssm", services().config.aws_region)
    return deployed_secrets.parameters(client, KEPT_SECONDS)


def _client_id() -> str:
    """Return how the issuer knows this deployment."""
    return _parameters().read(services().config.console_client_parameter)
