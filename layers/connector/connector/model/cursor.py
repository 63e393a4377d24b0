"""How far the reading of changes has come in one connection, and which side rang for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.model.body import Json
    from connector.model.links import RecordKey

STEPS_A_PAGE = 10
NO_PLACE = 0


@dataclass(frozen=True, kw_only=True)
class PageCursor:
    """Where the reading of one entity, page by page, stands.

    source: the QuickBooks entity.
    since: from which change on it is read, ISO 8601; None when all records are.
    start: the position of the row that the next page must begin with, the latest one read.
    rows: the marks of the latest page.
    back: how far the latest attempt stepped back.
    """

    source: str
    since: str | None
    start: int = 1
    back: int = 0
    rows: tuple[str, ...] = ()

    def joins(self, rows: Sequence[Json]) -> bool:
        """Tell whether a page follows what was read without a gap.

        A record that vanishes (by a merge, say) or changes moves all later ones one position up.
        So each page is asked from the latest row read; one that begins with a row not read yet
        has skipped some.
        """
        anew = self.start == 1 or not self.rows
        return anew or (bool(rows) and self.mark(rows[0]) in self.rows)

    def mark(self, row: Json) -> str:
        """Return what tells a row in its place: in the order of change, one that changed moves."""
        return f"{row['Id']} {row['MetaData']['LastUpdatedTime']}" if self.since else str(row["Id"])

    def fresh(self, rows: Sequence[Json]) -> list[Json]:
        """Return the rows that the latest page did not show."""
        shown = set(self.rows)
        return [row for row in rows if self.mark(row) not in shown]

    def stepped_back(self) -> PageCursor:
        """Return an earlier position: first a little before, then twice as far each time."""
        back = self.back * 2 or max(1, len(self.rows) // STEPS_A_PAGE)
        return replace(self, start=max(1, self.start - back), back=back)

    def beyond(self) -> PageCursor:
        """Return the position after a row that cannot be read; what follows it begins anew."""
        return replace(self, start=self.start + (2 if self.rows else 1), back=0, rows=())

    def after(self, rows: Sequence[Json]) -> PageCursor:
        """Return the position after a full page."""
        marks = tuple(self.mark(row) for row in rows)
        return replace(self, start=self.start + len(rows) - 1, back=0, rows=marks)


@dataclass(frozen=True, kw_only=True)
class UnreadRecord:
    """A record that nobody could read, and that is asked for again until somebody can.

    flow, source: the pull that it is missing in, and its QuickBooks entity.
    why: what names it, as a sentence.
    found_at: when it was met first; asked_at: when it was asked for last.
    own: its id; None where only its place is known.
    place: where it stands in the list by id, or by latest change since `since`, ISO 8601; None
        where the whole list is read again anyway; NO_PLACE where no page of it could be read.
    doubted: whether something could be read in that place since, so that the list is read again.
    """

    flow: str
    source: str
    why: str
    found_at: datetime
    asked_at: datetime
    own: str | None = None
    place: int | None = None
    since: str | None = None
    doubted: bool = False

    @property
    def is_list(self) -> bool:
        """Whether no page of the list could be read, and not only one record of it."""
        return self.place == NO_PLACE

    @property
    def key(self) -> tuple[str, str, str | None, int | None, str | None]:
        """What tells it from others that nobody can read."""
        return self.flow, self.source, self.own, self.place, self.since


@dataclass(frozen=True, kw_only=True)
class ByPages:
    """A kind of which QuickBooks cannot tell the changes, so that they are read by pages.

    begun: from when on its changes were not told.
    failed_at: when that was seen first; again_at: from when on it is asked for again.
    since: from which change on the next pages are read.
    told: what stands on the worklist about it.
    """

    begun: datetime
    failed_at: datetime
    again_at: datetime
    since: datetime
    told: str


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The point up to which changes were read, and what the latest reading left to remember.

    since: from when on the next reading asks, by QuickBooks' own clock.
    read_at: when changes were last read to the end.
    lease_until: until when the reading under way may live; None when nobody reads.
    rung_at: when a ring came that could not be answered at once or is being answered.
    failures: how often in a row QuickBooks failed.
    again_at: when it is asked again after that.
    problems: what could not be found out, as sentences by flow.
    reported: the documents that were reported as gone.
    unreported: those that could not be reported yet.
    seen: marks of the records that the overlap shows again, by entity and id.
    pulled: how far each pull has come, by name: a point in time from which it must read, or done.
    untold: the kinds that QuickBooks could not tell the changes of, and from when on.
    by_pages: how those are read instead, by kind.
    page_cursor: where the reading page by page stands that is under way, if one is.
    unread: the records that nobody could read.
    taxes_at: when taxes were last read.
    taxes_asked_at: when somebody last asked for that.
    connection_id: whose it is.
    """

    connection_id: str
    since: datetime
    read_at: datetime
    lease_until: datetime | None = None
    rung_at: datetime | None = None
    failures: int = 0
    again_at: datetime | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    reported: tuple[tuple[str, ...], ...] = ()
    unreported: tuple[tuple[str, ...], ...] = ()
    seen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pulled: Mapping[str, str] = field(default_factory=dict)
    untold: Mapping[str, datetime] = field(default_factory=dict)
    by_pages: Mapping[str, ByPages] = field(default_factory=dict)
    page_cursor: PageCursor | None = None
    unread: tuple[UnreadRecord, ...] = ()
    taxes_at: datetime | None = None
    taxes_asked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MergedRecord:
    """A merge in QuickBooks that is not followed yet: the survivor has the loser's documents.

    entity: the QuickBooks entity of both; loser, survivor: their ids.
    """

    entity: str
    loser: str
    survivor: str


@dataclass(frozen=True, kw_only=True)
class FollowedMerge:
    """A merge that was followed: where the record went, and which MobiWork record was linked to it.

    owner: None where none was.
    survivor: QuickBooks' id of the record that is left.
    """

    survivor: str
    owner: RecordKey | None = None


def last_survivor(record_id: str, merges: Mapping[str, FollowedMerge]) -> str:
    """Return where a record ended by now: its survivor may have been merged, too.

    `merges` are those that were followed, by the id of the loser. A circle ends where it began.
    """
    passed = [record_id]
    while (further := merges.get(passed[-1])) and further.survivor not in passed:
        passed.append(further.survivor)
    return passed[-1]


class LeaseLostError(Exception):
    """Another look holds the lease now; what this one wanted to store was not stored."""


class Side(StrEnum):
    """Who rings."""

    QUICKBOOKS = "quickbooks"
    MOBIWORK = "mobiwork"


type Rung = Mapping[Side, int | None]
"""The sides that rang, each with the mark of its ring; None where the message of the ring is still
hidden and brings its own look.
"""
