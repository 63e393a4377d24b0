"""Activity: what people changed in a connection, who and when, and how it was before and after."""

from dataclasses import dataclass
from datetime import datetime

from connector.model.body import Body
from connector.model.ids import FlowName, RecordId


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One change that a person made.

    at: when, in UTC.
    by: who did it, as the caller is known.
    what: what was done, a sentence in the past tense.
    before, after: the values that changed, by name; None where there are none. No secrets.
    flow, record_id: the record that it was done to, None where it was not one record.
    """

    at: datetime
    by: str
    what: str
    before: Body | None = None
    after: Body | None = None
    flow: FlowName | None = None
    record_id: RecordId | None = None


@dataclass(frozen=True, kw_only=True)
class DeedsOf:
    """Which changes are asked for; None for all.

    by: who made them, or a part of that; what: some words of what was done.
    since, until: made in that time, without its end.
    """

    by: str | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL_DEEDS = DeedsOf()
