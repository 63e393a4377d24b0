"""Records that MobiWork no longer lists: reported, never mirrored."""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from connector.errors import SKIP
from connector.flow import Flow
from connector.store import links, pending
from connector.store.fingerprints import Fingerprints
from connector.store.links import Link, LinkState

FEW = 20
SHARE = 5


def implausible(known: Fingerprints, seen: AbstractSet[str]) -> str:
    """Say why so many records missing from a list are a fault of the list, or nothing.

    More than twenty and more than a fifth of what was known do not vanish between two looks.
    """
    ids = known.ids()
    gone = len(ids - seen)
    if gone <= FEW or gone * SHARE <= len(ids):
        return ""
    return (
        f"MobiWork listed {len(ids) - gone} of {len(ids)} known records. So many cannot have been "
        "deleted at once; none was marked as deleted."
    )


def note_deleted(
    connection_id: str, flow: Flow[Any], known: Fingerprints, seen: AbstractSet[str]
) -> int:
    """Put records that were known and are gone on the worklist if they are in QuickBooks.

    One that never got there is simply not pending any more; one that was sent and may have got
    there stays until that is known. Only call it after a list was read to its end. Return how many
    are gone.
    """
    missing = known.ids() - seen
    found = _links(connection_id, flow, missing)
    unknown = {_record_of(flow, link) for link in found if link.state == LinkState.PENDING}
    gone = missing - unknown
    for link in found:
        if link.state == LinkState.LINKED:
            pending.put_deleted(connection_id, flow.name, link.sk, **_told(flow, link))
    for record_id in gone:
        pending.drop_unsent(connection_id, flow.name, record_id)
        known.forget(record_id)
    return len(gone)


def _links(connection_id: str, flow: Flow[Any], gone: AbstractSet[str]) -> list[Link]:
    """Return the links and intents of records that are gone, of all documents made of them."""
    found: dict[tuple[str, str], Link] = {}
    for entity in flow.link_entities:
        found |= links.read_many(connection_id, [(entity, record_id) for record_id in gone])
        if flow.own_id is not None:
            for record_id in gone:
                found |= links.read_beginning(connection_id, entity, f"{record_id}-")
    return list(found.values())


def _record_of(flow: Flow[Any], link: Link) -> str:
    return link.sk if flow.own_id is None else link.sk.rpartition("-")[0]


def _told(flow: Flow[Any], link: Link) -> dict[str, Any]:
    return {
        "label": f"{flow.noun} {link.sk}",
        "reason": (
            f"It was deleted in MobiWork, but it is in QuickBooks as {link.target} "
            f"{link.quickbooks_id}. If it should not count, void or delete it there; nothing was "
            "changed in QuickBooks."
        ),
        "fixes": (SKIP,),
        "found_at": datetime.now(UTC).isoformat(),
    }
