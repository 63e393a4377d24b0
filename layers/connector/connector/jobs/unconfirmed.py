"""Giving back the access to companies that somebody chose and nobody confirmed in time."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connector.errors import RetriableError
from connector.observability import logger
from connector.store import connections
from connector.store.life import consents

GRACE = timedelta(minutes=5)
"""Whoever confirmed it in the last moment is done by then."""

if TYPE_CHECKING:
    from connector.services import Services


def give_back_unconfirmed(services: "Services", *, now: datetime) -> None:
    """Revoke and forget it, soon after the last moment at which it could be confirmed.

    What Intuit does not take back now stays for the next turn. Where whoever confirmed it died
    before that was noted, the access is that of a connection by now, and stays.
    """
    for chosen in consents.unconfirmed(now - GRACE):
        connection_id, realm_id = chosen.consent.connection_id, chosen.company.realm_id
        if connections.exists(connection_id):
            consents.forget_chosen(chosen.consent.confirmation)
            continue
        try:
            if stored := services.tokens.get(connection_id):
                services.give_back(realm_id, stored.tokens)
                services.tokens.forget(connection_id, seen=stored)
        except RetriableError as error:
            logger.warning("access not given back", realm_id=realm_id, reason=str(error))
            continue
        consents.forget_chosen(chosen.consent.confirmation)
        logger.info("access given back", realm_id=realm_id)
