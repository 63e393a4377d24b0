"""Keeping quiet connections alive: a refresh token that nobody uses dies after 100 days."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from connector.errors import ConfigurationError, ConnectionBrokenError, RetriableError
from connector.jobs.unconfirmed import give_back_unconfirmed
from connector.model.connection import ConnectionState, Phase
from connector.observability import logger
from connector.store import connections

if TYPE_CHECKING:
    from connector.services import Services

IDLE = timedelta(days=20)


def refresh_tokens(services: "Services") -> int:
    """Refresh every token older than twenty days; return how many connections were looked at.

    What was chosen and never confirmed is given back after that.

    A connection that Intuit no longer knows is marked; one that cannot be reached now is left for
    tomorrow, with eighty days to spare.

    Raises:
        ConfigurationError: our own store or app is wrong; said after all others were refreshed.
    """
    looked_at, wrong = 0, None
    for connection_id in connections.all_ids():
        known = connections.read(connection_id)
        if known.phase is Phase.CLOSED or known.state != ConnectionState.ACTIVE:
            continue
        looked_at += 1
        try:
            services.auth(connection_id).keep_alive(older_than=IDLE)
        except ConnectionBrokenError as error:
            connections.mark_broken(connection_id, str(error))
            logger.error("connection broken", connection_id=connection_id, reason=str(error))
        except RetriableError as error:
            logger.warning("token not refreshed", connection_id=connection_id, reason=str(error))
        except ConfigurationError as error:
            wrong = error
            logger.error("token not refreshed", connection_id=connection_id, reason=str(error))
    give_back_unconfirmed(services, now=datetime.now(UTC))
    if wrong is not None:
        raise wrong
    return looked_at
