"""The simulated MobiWork account: its credentials, records, switches and clocks."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulators.mobiwork.billing import Rounding
from simulators.mobiwork.failures import NOT_FOUND, Failure
from simulators.mobiwork.faults import Fault
from simulators.mobiwork.store import Store
from simulators.mobiwork.switches import Switches
from simulators.mobiwork.tokens import Tokens

CLIENT_ID = "40321"
LOGIN_ID = "SIMLOGIN12345678"
PASSWORD = "SIMPASSWORD12345"  # noqa: S105 - the documented default of a simulator
ADMINISTRATOR = ("31", "Office Admin")


@dataclass(slots=True)
class Account:
    """One company with MobiWork, as the server holds it in memory.

    `replica` holds the records as they were when a stale read was scripted.
    """

    client_id: str = CLIENT_ID
    login_id: str = LOGIN_ID
    password: str = PASSWORD
    store: Store = field(default_factory=Store)
    replica: Store | None = None
    switches: Switches = field(default_factory=Switches)
    now: Callable[[], datetime] = datetime.now
    tokens: Tokens = field(default_factory=lambda: Tokens(time.monotonic))

    def user(self, user_id: str) -> tuple[str, str]:
        """Id and name of the user to act as; without one, the administrator (reference 1.2).

        Raises:
            Failure: There is no such user.
        """
        if user_id in {"", ADMINISTRATOR[0]}:
            return ADMINISTRATOR
        user = self.store.get("user", user_id)
        if user is None:
            raise Failure(NOT_FOUND, f"user {user_id}")
        return user_id, f"{user.get('firstName')} {user.get('lastName')}"

    @property
    def rounding(self) -> Rounding:
        """Where this account rounds to cents."""
        return Rounding(
            lines=self.switches.rounding == "line", taxes=self.switches.tax_rounding == "line"
        )

    def stamp(self) -> str:
        """The time that new records get, in the account's own time zone."""
        return self.now().replace(microsecond=0).isoformat()


@dataclass(frozen=True, slots=True)
class Call:
    """One request as an operation sees it."""

    entity: str
    record_id: str
    external_id: str
    user_id: str
    body: bytes
    fault: Fault | None = None
