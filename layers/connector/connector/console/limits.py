"""How often somebody may ask within a minute: forms by person, sign-ins by address.

Pages that only show are limited in front of the function, all together (template.yaml).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from connector.errors import ConnectorError
from connector.store.control import uses


class TooOftenError(ConnectorError):
    """Somebody asks for the same more often than a person does."""


@dataclass(frozen=True)
class Limit:
    """So many of something in a minute.

    what: is counted, such as signing in.
    most: so many.
    """

    what: str
    most: int

    def take(self, who: str, now: datetime | None = None) -> None:
        """Count one more.

        Raises:
            TooOftenError: there were too many in this minute.
        """
        if uses.count(self.what, who, now=now or datetime.now(UTC)) > self.most:
            raise TooOftenError("Too many requests. Wait a minute, then try again.")


FORMS = Limit("forms", 60)
SIGN_INS = Limit("sign-ins", 30)
"""An office shares its address."""
