"""What is kept of this deployment at AWS: secrets and parameters, read and kept for some minutes.

Powertools' parameters would do the same, but load all of boto3 for it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from connector.errors import RemoteDownError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class DeployedTexts:
    """Reads texts by their names.

    fetch: reads one as it is now; seconds: how old one may be that was read before.
    what: what such a text is, for a person.
    """

    def __init__(self, fetch: Callable[[str], str], seconds: float, what: str) -> None:
        self._fetch, self._kept_for, self._what = fetch, timedelta(seconds=seconds), what
        self._kept: dict[str, tuple[datetime, str]] = {}

    def read(self, name: str, *, newest: bool = False) -> str:
        """Return a text; `newest` asks for it as it is now.

        Raises:
            RemoteDownError: it cannot be read now.
        """
        now = datetime.now(UTC)
        until, text = self._kept.get(name, (now, ""))
        if newest or until <= now:
            try:
                text = self._fetch(name)
            except (BotoCoreError, ClientError) as error:
                raise RemoteDownError(f"{self._what} cannot be read now.") from error
            self._kept[name] = (now + self._kept_for, text)
        return text


def deployed_secrets(client: "SecretsManagerClient", seconds: float) -> DeployedTexts:
    """Return the secrets of this deployment."""
    return DeployedTexts(
        lambda name: client.get_secret_value(SecretId=name)["SecretString"],
        seconds,
        "A secret of this deployment",
    )
