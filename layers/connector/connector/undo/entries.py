"""What an undo says of one record, on either side, and in which order flows are undone."""

from connector.entities.registry import NAMES, PUSH_NAMED
from connector.model.links import Link
from connector.model.outcomes import RecordOutcome
from connector.model.undoing.images import Restoration
from connector.model.undoing.undo import UndoEntry, UndoWay

ORDER = NAMES[::-1]
"""What refers to others before what it refers to: payments before invoices, pushes before pulls."""
PLACE = {name: place for place, name in enumerate(ORDER)}


def entry_of(
    told: RecordOutcome, link: Link, way: UndoWay, why: str, change: Restoration | None = None
) -> UndoEntry:
    """Say what is done about a record that a run wrote; a piece of it is worth what it came to."""
    change, pushed = change or Restoration(), PUSH_NAMED.get(told.flow)
    return UndoEntry(
        place=PLACE[told.flow],
        flow=told.flow,
        record_id=told.record_id,
        label=told.label,
        entity=link.owner.entity,
        mobiwork_id=link.owner.mobiwork_id,
        target=link.target,
        quickbooks_id=link.quickbooks_id,
        way=way,
        why=why,
        worth=link.total if pushed and pushed.piece_id else told.worth,
        before=change.before,
        after=change.after,
    )
