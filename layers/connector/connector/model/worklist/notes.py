"""What people write beside the worklist: a note, who sees to it, until when it is not shown."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a person wrote of one entry, or of all entries of a cause.

    about: `flow/record id` of an entry, or the key of a cause.
    text: what was noted; assignee: who sees to it; each None where nothing was said.
    snoozed_until: it is not shown before this day; None where it always is.
    by, at: who wrote it, and when, ISO 8601 in UTC.
    """

    about: str
    text: str | None = None
    assignee: str | None = None
    snoozed_until: date | None = None
    by: str
    at: str

    def sleeps(self, today: date) -> bool:
        """Tell whether it is not shown today."""
        return self.snoozed_until is not None and today < self.snoozed_until
