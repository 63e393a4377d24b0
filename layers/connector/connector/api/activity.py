"""The activity of a connection: every change of a person is kept, with who made it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from connector.model.body import Body
from connector.model.control.activity import Deed
from connector.model.ids import FlowName, RecordId
from connector.store.control import activity


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
