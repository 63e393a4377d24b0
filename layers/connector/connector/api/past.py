"""What people changed in a connection, page by page: of somebody, of some words, of some days.

Apart from `activity`, which every handler loads that keeps a change: reading asks for settings.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from connector.model.control.activity import Deed, DeedsOf
from connector.model.policy import days
from connector.store.control import activity
from connector.store.reading import together

MOST = 500


@dataclass(frozen=True)
class DeedPage:
    """Some changes, the latest first; `next` is what asks for those after them, None at the end.

    activity: as kept.
    """

    activity: tuple[Deed, ...]
    next: str | None


class ActivityAsked(BaseModel):
    """Which changes a person asks for; None for all.

    by: who made them, or a part of that; what: some words of what was done.
    first, last: made on these days of the company, both included.
    """

    model_config = ConfigDict(frozen=True)

    by: str | None = Field(default=None, max_length=200)
    what: str | None = Field(default=None, max_length=200)
    first: date | None = None
    last: date | None = None


EVERYTHING = ActivityAsked()


def show(
    connection_id: str, asked: ActivityAsked = EVERYTHING, *, after: str | None, limit: int
) -> DeedPage:
    """Return one page of what people changed in a connection.

    Of what somebody did, or of some words, it may hold few, or none, although there is a next one.
    """
    since, until = span(connection_id, asked.first, asked.last)
    wanted = DeedsOf(by=asked.by, what=asked.what, since=since, until=until)
    found, following = activity.read_some(connection_id, wanted, after=after, limit=limit)
    return DeedPage(tuple(found), following)


def span(
    connection_id: str, first: date | None, last: date | None
) -> tuple[datetime | None, datetime | None]:
    """Return when some days of a company begin and are over; one call, where any is named."""
    if not (first or last):
        return None, None
    found = together.read(connection_id, together.ReadingOf(settings=True))
    return days.span_of(first, last, days.zone_of(found.settings, found.company))
