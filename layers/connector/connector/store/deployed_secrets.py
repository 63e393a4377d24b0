"""What is kept of this deployment at AWS: secrets and parameters, read and kept for some minutes.

Powertools' parameters load boto3, so that this module is loaded by whoever reads one, and then.
"""

from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters.base import BaseProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_lambda_powertools.utilities.parameters.secrets import SecretsProvider
from aws_lambda_powertools.utilities.parameters.ssm import SSMProvider

from connector.errors import RemoteDownError

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


class DeployedTexts:
    """Reads texts by their names; `seconds` is how old one may be that was read before.

    `what` says what such a text is, for a person.
    """

    def __init__(self, provider: BaseProvider, seconds: int, what: str) -> None:
        self._provider, self._seconds, self._what = provider, seconds, what

    def read(self, name: str, *, newest: bool = False) -> str:
        """Return a text; `newest` asks for it as it is now.

        Raises:
            RemoteDownError: it cannot be read now.
        """
        try:
            return str(self._provider.get(name, max_age=self._seconds, force_fetch=newest))
        except GetParameterError as error:
            raise RemoteDownError(f"{self._what} cannot be read now.") from error


def secrets(client: "SecretsManagerClient", seconds: int) -> DeployedTexts:
    """Return the secrets of this deployment."""
    provider = SecretsProvider(boto3_client=client)
    return DeployedTexts(provider, seconds, "A secret of this deployment")


def parameters(client: "BaseClient", seconds: int) -> DeployedTexts:
    """Return the parameters of this deployment."""
    provider = SSMProvider(boto3_client=client)
    return DeployedTexts(provider, seconds, "A parameter of this deployment")
