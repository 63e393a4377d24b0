"""The secrets of this deployment, read from Secrets Manager and kept for some minutes."""

from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from aws_lambda_powertools.utilities.parameters.secrets import SecretsProvider

from connector.errors import RemoteDownError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class DeployedSecrets:
    """Reads secrets; `seconds` is how old one may be that was read before."""

    def __init__(self, client: "SecretsManagerClient", seconds: int) -> None:
        self._provider, self._seconds = SecretsProvider(boto3_client=client), seconds

    def read(self, name: str, *, newest: bool = False) -> str:
        """Return a secret; `newest` asks for it as it is now.

        Raises:
            RemoteDownError: it cannot be read now.
        """
        try:
            return str(self._provider.get(name, max_age=self._seconds, force_fetch=newest))
        except GetParameterError as error:
            raise RemoteDownError("A secret of this deployment cannot be read now.") from error
