"""Permits to call one QuickBooks company, shared by everything that calls it at the same time.

One item per realm holds the time of the next free slot (virtual scheduling). Whoever wants to call
moves it forward by as many slots as it takes, in one conditional update, and calls at those times.
"""

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from connector.errors import RateLimitedError
from connector.store.table import Item, key, lost_condition

ATTEMPTS = 20


class PermitItem(Item):
    """The next free slot of a realm, in milliseconds since 1970."""

    next_free = NumberAttribute(null=True)


def reserve(realm_id: str, *, slots: int, spacing: int, now: int) -> int:
    """Take the next slots, `spacing` apart, and return the time of the first; all milliseconds.

    Raises:
        RateLimitedError: so many others reserve that no turn came.
    """
    length = slots * spacing
    for _ in range(ATTEMPTS):
        free = PermitItem.next_free
        if after := _moved(realm_id, free.add(length), free >= now):
            return after - length
        if after := _moved(realm_id, free.set(now + length), free.does_not_exist() | (free < now)):
            return after - length
    raise RateLimitedError("Too many callers of one QuickBooks company.", retry_after=1)


def push_out(realm_id: str, *, until: int) -> None:
    """Let nobody reserve a slot before `until` (milliseconds since 1970)."""
    free = PermitItem.next_free
    _moved(realm_id, free.set(until), free.does_not_exist() | (free < until))


def _moved(realm_id: str, action: Action, condition: Condition) -> int | None:
    item = PermitItem(key("realm", realm_id), "permits")
    try:
        item.update(actions=[action], condition=condition)
    except UpdateError as error:
        if lost_condition(error):
            return None
        raise
    return int(item.next_free)
