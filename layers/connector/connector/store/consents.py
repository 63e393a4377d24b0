"""Where consents are kept that a person was asked for: each works once, for an hour."""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist

from connector.model.connection import Consent
from connector.store.packing import PackedAttribute
from connector.store.table import Item, key, lost_condition

LASTS = timedelta(hours=1)
SORT_KEY = "consent"


class ConsentRow(Item):
    """The row of one consent asked for; its key is the OAuth `state`, which works once."""

    connection_id = UnicodeAttribute()
    mobiwork_client_id = UnicodeAttribute()
    mobiwork_version = UnicodeAttribute()
    settings = PackedAttribute()
    expires_at = NumberAttribute()


def save(state: str, consent: Consent) -> None:
    """Remember a consent under its state."""
    ConsentRow(
        pk=key("consent", state),
        sk=SORT_KEY,
        connection_id=consent.connection_id,
        mobiwork_client_id=consent.mobiwork_client_id,
        mobiwork_version=consent.mobiwork_version,
        settings=dict(consent.settings),
        expires_at=int((datetime.now(UTC) + LASTS).timestamp()),
    ).save()


def take(state: str) -> Consent | None:
    """Return a consent and use it up; nothing when it is unknown, used or an hour old."""
    if not state or "#" in state:
        return None
    try:
        row = ConsentRow.get(key("consent", state), SORT_KEY, consistent_read=True)
        row.delete(condition=ConsentRow.pk.exists())
    except DoesNotExist:
        return None
    except DeleteError as error:
        if lost_condition(error):
            return None
        raise
    if int(row.expires_at) < datetime.now(UTC).timestamp():
        return None
    return Consent(
        connection_id=row.connection_id,
        mobiwork_client_id=row.mobiwork_client_id,
        mobiwork_version=row.mobiwork_version,
        settings=row.settings,
    )
