"""Connections being made: what a person entered before going to Intuit's consent page."""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist

from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition

LASTS = timedelta(hours=1)
SORT_KEY = "consent"


class Consent(Item):
    """One consent asked for; its key is the OAuth `state`, which works once."""

    connection_id = UnicodeAttribute()
    mobiwork_client_id = UnicodeAttribute()
    mobiwork_version = UnicodeAttribute()
    settings = PackedAttribute()
    expires_at = NumberAttribute()


def save(state: str, consent: Consent) -> None:
    """Remember a consent under its state."""
    consent.pk, consent.sk = key("consent", state), SORT_KEY
    consent.expires_at = int((datetime.now(UTC) + LASTS).timestamp())
    consent.save()


def take(state: str) -> Consent | None:
    """Return a consent and use it up; nothing when it is unknown, used or an hour old."""
    if not state or "#" in state:
        return None
    try:
        consent = Consent.get(key("consent", state), SORT_KEY, consistent_read=True)
        consent.delete(condition=Consent.pk.exists())
    except DoesNotExist:
        return None
    except DeleteError as error:
        if lost_condition(error):
            return None
        raise
    too_old = int(consent.expires_at) < datetime.now(UTC).timestamp()
    return None if too_old else consent
