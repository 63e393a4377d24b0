"""The entries of the worklist that tell which records nobody can read.

There is one for each list: a place in it moves whenever a record before it is merged or changed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from connector.engine.stores import DYNAMODB, Store
from connector.errors import SKIP
from connector.model.body import spoken
from connector.model.pending import Deletion
from connector.model.worklist.causes import Kind, cause

CHANGES = "changes of "
"""How the name begins of what is told instead of a list: that a kind's changes are not told."""
MOST_SHOWN = 5
"""So many records are told one by one."""
MOST_KEPT = 50
"""So many of one list of QuickBooks are kept; where there are more, nobody counts them."""


def entry_id(source: str) -> str:
    """Return under which id the entry of a list stands."""
    return f"unread-{source}"


def tell(  # noqa: PLR0913 - whose entry it is, and what it says
    connection_id: str,
    flow: str,
    source: str,
    told: Sequence[str],
    *,
    since: datetime,
    here: bool = False,
    store: Store = DYNAMODB,
) -> None:
    """Put what cannot be read of a list on the worklist; where that is nothing, take it off.

    `since` is when the first of them was met; `here`, whether it is a list of MobiWork.
    """
    if not told:
        kept = store.pending.read_many(connection_id, flow, [entry_id(source)])
        for before in kept.values():
            store.pending.close(before)
        return
    more = len(told) - MOST_SHOWN
    count = f"At least {more}" if len(told) >= MOST_KEPT else str(more)
    rest = (f"{count} more records of this list cannot be read either.",) if more > 0 else ()
    entry = Deletion(
        record_id=entry_id(source),
        label=f"{spoken(source)} of {'MobiWork' if here else 'QuickBooks'}",
        reason=" ".join((*told[:MOST_SHOWN], *rest)),
        fixes=(SKIP,),
        found_at=since.astimezone(UTC).isoformat(),
        cause=Kind.UNREADABLE.value if here else cause(Kind.UNREADABLE_THERE, source),
    )
    store.pending.put_deleted(connection_id, flow, entry)
