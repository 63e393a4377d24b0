"""The activity of a connection: who changed what, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connector.model.body import Body
from connector.model.control.activity import Deed
from connector.model.ids import FlowName, RecordId
from connector.store.control import activity

MOST = 500


@dataclass(frozen=True)
class DeedPage:
    """Some changes, the latest first; `next` is what asks for those after them, None at the end.

    activity: as kept.
    """

    activity: tuple[Deed, ...]
    next: str | None


def show(connection_id: str, *, after: str | None, limit: int) -> DeedPage:
    """Return one page of what people changed in a connection."""
    found, following = activity.read_some(connection_id, after=after, limit=limit)
    return DeedPage(tuple(found), following)


def note(  # noqa: PLR0913 - all that is told of a change
    connection_id: str,
    *,
    by: str,
    what: str,
    before: Body | None = None,
    after: Body | None = None,
    records: Iterable[tuple[FlowName, RecordId]] = (),
) -> None:
    """Keep one change that a person has just made, once, and beside each record it was made to.

    what: what was done, a sentence in the past tense.
    """
    deed = Deed(at=datetime.now(UTC), by=by, what=what, before=before, after=after)
    each = [replace(deed, flow=flow, record_id=record_id) for flow, record_id in records]
    activity.note(connection_id, each or [deed])
