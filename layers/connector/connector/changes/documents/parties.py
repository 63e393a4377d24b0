"""Whose a posted document was and is: one whose customer was merged in QuickBooks has not moved."""

from collections.abc import Iterator

from connector.engine.stores import Store
from connector.entities.books import SaidThere, party_in
from connector.entities.registry import PULLS
from connector.exact_json import decoded
from connector.model.body import MERGED_INTO, Json
from connector.model.cursor import FollowedMerge, last_survivor
from connector.model.links import Link

CUSTOMER, VENDOR = "Customer", "Vendor"


def moved(connection_id: str, posted: Json, said: SaidThere, store: Store) -> Iterator[str]:
    """Say whose a document was and is now, where that is somebody else.

    One that QuickBooks names nobody for is passed over: it drops payees by itself.
    """
    was, kind = party_in(posted), _kind(posted)
    if not was or not said.party or was == said.party:
        return
    merges = _merges(connection_id, kind, (was, said.party), store)
    if last_survivor(was, merges) == last_survivor(said.party, merges):
        return
    before = _name(connection_id, kind, was, store)
    now = said.name or _name(connection_id, kind, said.party, store)
    yield f"Its {kind.lower()} was {before} and is {now} now."


def _kind(document: Json) -> str:
    if "CustomerRef" in document:
        return CUSTOMER
    return str((document.get("EntityRef") or {}).get("type") or VENDOR)


def _merges(
    connection_id: str, kind: str, parties: tuple[str, str], store: Store
) -> dict[str, FollowedMerge]:
    """Return the merges that were followed, and those that wait to be."""
    merges = dict(store.merged_records.followed(connection_id, kind))
    for pull in PULLS:
        if pull.source == kind:
            for own, item in store.pending.read_many(connection_id, pull.name, parties).items():
                if item.record and (survivor := decoded(item.record).get(MERGED_INTO)):
                    merges[own] = FollowedMerge(survivor=str(survivor))
    return merges


def _name(connection_id: str, kind: str, number: str, store: Store) -> str:
    """Return what a customer or vendor is called, as far as it is linked."""
    owner = store.links.owner_of(connection_id, kind, number)
    link = store.links.read(connection_id, *owner) if owner else None
    name = link.base.get("DisplayName") if isinstance(link, Link) else None
    return str(name or f"{kind} {number}")
