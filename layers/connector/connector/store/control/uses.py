"""How often something was done in a minute, counted for whoever may not do it without end."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from connector.store.table import Item, key

KEPT = timedelta(hours=1)


class UsesRow(Item):
    """How often in one minute; the row goes by itself afterwards."""

    times = NumberAttribute(default=0)
    expires_at = NumberAttribute()


def count(what: str, who: str, *, now: datetime) -> int:
    """Count one more use; return how many there were in this minute with it. One write."""
    row = UsesRow(key("uses", what), f"{who} {now:%Y-%m-%dT%H:%M}")
    expires = int((now + KEPT).timestamp())
    row.update(actions=[UsesRow.times.add(1), UsesRow.expires_at.set(expires)])
    return int(row.times)
