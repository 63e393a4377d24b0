"""Records that MobiWork no longer lists: reported, never mirrored."""

from collections.abc import Iterator
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

    One that never got there is simply not pending any more. Only call it after a list was read to
    its end. Return how many are gone.
    """
    gone = known.ids() - seen
    for record_id, link in _posted(connection_id, flow, gone):
        pending.put_deleted(connection_id, flow.name, record_id, **_told(flow, link))
    for record_id in gone:
        pending.drop_unsent(connection_id, flow.name, record_id)
        known.forget(record_id)
    return len(gone)


def _posted(
    connection_id: str, flow: Flow[Any], gone: AbstractSet[str]
) -> Iterator[tuple[str, Link]]:
    """Yield which of the records that are gone are in QuickBooks, as which documents."""
    for entity in flow.link_entities:
        found = links.read_many(connection_id, [(entity, record_id) for record_id in gone])
        if flow.own_id is not None:
            for record_id in gone:
                found |= links.read_beginning(connection_id, entity, f"{record_id}-")
        for (_, own_id), link in found.items():
            if link.state == LinkState.LINKED:
                yield own_id, link


def _told(flow: Flow[Any], link: Link) -> dict[str, Any]:
    return {
        "label": f"{flow.source} {link.sk}",
        "reason": (
            f"It was deleted in MobiWork, but it is in QuickBooks as {link.target} "
            f"{link.quickbooks_id}. If it should not count, void or delete it there; nothing was "
            "changed in QuickBooks."
        ),
        "fixes": (SKIP,),
        "found_at": datetime.now(UTC).isoformat(),
    }
