"""Keeping quiet connections alive: a refresh token that nobody uses dies after 100 days."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from connector.errors import ConfigurationError, ConnectionBrokenError, RetriableError
from connector.jobs.unconfirmed import give_back_unconfirmed
from connector.model.connection import ConnectionState, Phase
from connector.observability import logger, measure
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services

IDLE = timedelta(days=20)


def refresh_tokens(services: "Services") -> int:
    """Refresh every token older than twenty days; return how many connections were looked at.

    What was chosen and never confirmed is given back after that.

    A connection that Intuit no longer knows is marked; one that cannot be reached now is left for
    the next hour, with eighty days to spare.

    Raises:
        ConfigurationError: our own store or app is wrong; said after all others were refreshed.
        RetriableError: some could not be looked at; said after that, too.
    """
    found = _Found()

    def one(connection_id: str) -> None:
        known = connections.read(connection_id)
        if known.phase is not Phase.CLOSED and known.state == ConnectionState.ACTIVE:
            _keep_alive(services, connection_id, found)
        elif known.phase is not Phase.CLOSED:
            found.broken += 1

    failed = connections.each(one)
    found.not_refreshed += failed
    found.measure()
    give_back_unconfirmed(services, now=datetime.now(UTC))
    if found.wrong is not None:
        raise found.wrong
    if failed:
        raise RetriableError(f"{failed} connections could not be looked at; the log says why.")
    return found.looked_at


@dataclass
class _Found:
    """How the connections of a deployment stand: measured once an hour.

    looked_at, broken, not_refreshed: how many connections.
    days_left: of the refresh token, for each.
    wrong: what is not configured, which stops all; None where nothing.
    """

    looked_at: int = 0
    broken: int = 0
    not_refreshed: int = 0
    days_left: list[float] = field(default_factory=list)
    wrong: ConfigurationError | None = None

    def note(self, ends_at: datetime) -> None:
        self.days_left.append((ends_at - datetime.now(UTC)) / timedelta(days=1))

    def measure(self) -> None:
        values = {"ConnectionsBroken": self.broken, "TokensNotRefreshed": self.not_refreshed}
        ends = {"TokenDaysLeft": min(self.days_left)} if self.days_left else {}
        measure(values | ends)


def _keep_alive(services: "Services", connection_id: str, found: _Found) -> None:
    """Refresh the token of one connection if it is old, and note how it stands."""
    found.looked_at += 1
    age = services.tokens.age(connection_id)
    if age is not None and age.obtained_at > datetime.now(UTC) - IDLE:
        found.note(age.ends_at)
        return
    try:
        found.note(services.auth(connection_id).keep_alive(older_than=IDLE).ends_at)
    except ConnectionBrokenError as error:
        connections.mark_broken(connection_id, str(error))
        logger.error("connection broken", connection_id=connection_id, reason=str(error))
        found.broken += 1
    except RetriableError as error:
        logger.warning("token not refreshed", connection_id=connection_id, reason=str(error))
        found.not_refreshed += 1
    except ConfigurationError as error:
        logger.error("token not refreshed", connection_id=connection_id, reason=str(error))
        found.not_refreshed += 1
        found.wrong = error
