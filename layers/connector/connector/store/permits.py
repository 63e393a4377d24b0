"""Permits to call one QuickBooks company, shared by everything that calls it at the same time.

One item per realm holds what `quickbooks/pacing` makes of it, and its version: whoever changes it
has read what it replaces.
"""

from collections.abc import Callable

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from connector.errors import RateLimitedError
from connector.store.table import Item, attempt, key

ATTEMPTS = 20


class PermitItem(Item):
    """The turns, places and pace of a company."""

    shared = UnicodeAttribute(default="")
    version = NumberAttribute(default=0)


def change(realm_id: str, step: Callable[[str], str]) -> None:
    """Put what `step` makes of the text that is kept in its place, and nobody's in between.

    Raises:
        RateLimitedError: so many others change it that no turn came.
    """
    for _ in range(ATTEMPTS):
        if _changed(realm_id, step):
            return
    raise RateLimitedError("Too many callers of one QuickBooks company.", retry_after=1)


def _changed(realm_id: str, step: Callable[[str], str]) -> bool:
    place = key("realm", realm_id), "permits"
    found = next(PermitItem.batch_get([place], consistent_read=True), None)
    item = found or PermitItem(*place)
    seen, item.shared = item.version, step(item.shared)
    item.version = seen + 1
    version = PermitItem.version
    with attempt() as made:
        item.save(condition=version == seen if seen else version.does_not_exist())
    return made.took_effect
