"""Whose a posted document was and is: one whose customer was merged in QuickBooks has not moved.

Only a webhook names both of a merge, and it may come late or never; but whoever was merged is gone,
and nothing else takes a customer or vendor away (reference 4.1, 7.5).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from connector.engine.stores import Store
from connector.entities.books import SaidThere, party_in
from connector.entities.registry import PULLS
from connector.errors import RecordError
from connector.exact_json import decoded
from connector.model.body import MERGED_INTO, Json
from connector.model.links import Link
from connector.quickbooks.query import select

CUSTOMER, VENDOR = "Customer", "Vendor"

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
    was, kind = party_in(posted), _kind(posted)
    if not was or not said.party or was == said.party:
        return
    before, after = _chains(connection_id, kind, (was, said.party), store)
    if before[-1] == after[-1] or not exists(kind, was):
        return
    name = _name(connection_id, kind, was, store)
    now = said.name or _name(connection_id, kind, said.party, store)
    yield f"Its {kind.lower()} was {name} and is {now} now."


def _kind(document: Json) -> str:
    if "CustomerRef" in document:
        return CUSTOMER
    return str((document.get("EntityRef") or {}).get("type") or VENDOR)


def _chains(
    connection_id: str, kind: str, parties: tuple[str, str], store: Store
) -> tuple[list[str], list[str]]:
    """Return through whom each of two went by merges, followed or not, to where it is by now.

    Only what these went through is read, however many were merged. A circle ends where it began.
    """
    chains = [parties[0]], [parties[1]]
    going = list(chains)
    while going:
        ends = [chain[-1] for chain in going]
        led = _survivors(connection_id, kind, ends, store)
        going = [chain for chain in going if led.get(chain[-1], chain[-1]) not in chain]
        for chain in going:
            chain.append(led[chain[-1]])
    return chains


def _survivors(
    connection_id: str, kind: str, losers: Sequence[str], store: Store
) -> dict[str, str]:
    """Return where some went by merges, also by those that are pending items or left out."""
    found = dict(store.merged_records.survivors(connection_id, kind, losers))
    for pull in PULLS:
        if pull.source == kind:
            kept = store.left_out.read_many(connection_id, pull.name, losers)
            items = store.pending.read_many(connection_id, pull.name, losers)
            records = {own: one.record for own, one in kept.items()}
            records |= {own: one.record for own, one in items.items()}
            for own, record in records.items():
                if record and (survivor := decoded(record).get(MERGED_INTO)):
                    found[own] = str(survivor)
    return found


def _name(connection_id: str, kind: str, number: str, store: Store) -> str:
    """Return what a customer or vendor is called, as far as it is linked."""
    owner = store.links.owner_of(connection_id, kind, number)
    link = store.links.read(connection_id, *owner) if owner else None
    name = link.base.get("DisplayName") if isinstance(link, Link) else None
    return str(name or f"{kind} {number}")
