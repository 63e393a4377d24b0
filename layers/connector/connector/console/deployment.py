"""What a deployment decides for the console, each read when it is first needed."""

from functools import cache

from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_lambda_powertools.utilities.parameters.ssm import SSMProvider

from connector import aws
from connector.console.door import Admins
from connector.console.sessions import Sealer
from connector.console.signing_in import Issuer
from connector.errors import RemoteDownError
from connector.services import services

KEPT_SECONDS = 3600


@cache
def issuer() -> Issuer:
    """Return the issuer of identities."""
    return Issuer(services().config.console_issuer, _client_id)


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
def _parameters() -> SSMProvider:
    return SSMProvider(boto3_client=aws.client("ssm", services().config.aws_region))


def _client_id() -> str:
    """Return how the issuer knows this deployment.

    Raises:
        RemoteDownError: it cannot be read now.
    """
    name = services().config.console_client_parameter
    try:
        return str(_parameters().get(name, max_age=KEPT_SECONDS))
    except GetParameterError as error:
        raise RemoteDownError("The console's client id cannot be read now.") from error
