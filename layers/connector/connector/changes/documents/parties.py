"""Whose a posted document was and is: one whose customer was merged in QuickBooks has not moved.

Only a webhook names both of a merge, and it may come late or never; but whoever was merged is gone,
and nothing else takes a customer or vendor away (reference 4.1, 7.5).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from connector.engine.stores import Store
from connector.entities.books import SaidThere, party_in
from connector.entities.parties.merged import led, party_kind
from connector.errors import RecordError
from connector.model.body import Json
from connector.model.links import Link
from connector.quickbooks.query import select

type Exists = Callable[[str, str], bool]
"""Whether QuickBooks still has a customer, vendor or employee, by kind and id."""


def taken_to_exist(_kind: str, _number: str) -> bool:
    """Take anybody to be there still, where QuickBooks is not asked."""
    return True


def asking(query: Callable[[str], Iterable[Json]]) -> Exists:
    """Return how QuickBooks is asked, once for each (a metered call).

    Whom it does not let be asked about is taken to exist, so that the change is told.
    """

    @cache
    def exists(kind: str, number: str) -> bool:
        try:
            return any(True for _ in query(select(kind, include_inactive=True, Id=[number])))
        except RecordError:
            return True

    return exists


def moved(
    connection_id: str, posted: Json, said: SaidThere, store: Store, exists: Exists
) -> Iterator[str]:
    """Say whose a document was and is now, where that is somebody else.

    One that QuickBooks names nobody for is passed over: it drops payees by itself.
    """
    was, kind = party_in(posted), party_kind(posted)
    if not was or not said.party or was == said.party:
        return
    lines = led(connection_id, kind, (was, said.party), store)
    if lines[was][-1] == lines[said.party][-1] or not exists(kind, was):
        return
    name = _name(connection_id, kind, was, store)
    now = said.name or _name(connection_id, kind, said.party, store)
    yield f"Its {kind.lower()} was {name} and is {now} now."


def _name(connection_id: str, kind: str, number: str, store: Store) -> str:
    """Return what a customer or vendor is called, as far as it is linked."""
    owner = store.links.owner_of(connection_id, kind, number)
    link = store.links.read(connection_id, *owner) if owner else None
    name = link.base.get("DisplayName") if isinstance(link, Link) else None
    return str(name or f"{kind} {number}")
