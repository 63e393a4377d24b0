"""The first pull: all records page by page, so that a kill costs no more than the latest page.

Whatever a CDC answer was too short for is read the same way, from a point in time on. How far each
pull has come is kept on the cursor: nothing yet, a point in time from which it must read, or DONE.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from connector.changes.poll import Look, shortly_before
from connector.model.pull_flow import PullFlow
from connector.quickbooks.query import at_least, select
from connector.store import cursors
from connector.store.cursors import Cursor

ORDER = ("Term", "Vendor", "Customer", "Item")
"""Lists that are pulled from their beginning, in this order; of others only later changes are."""
TAXES = "TaxCode"
DONE = "done"
STEPS_A_PAGE = 10
CHANGED = "MetaData.LastUpdatedTime"


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Where the reading of one entity stands.

    start: the position of the row that the next page must begin with, the latest one read.
    rows: the marks of the latest page; back: how far the latest attempt stepped back.
    """

    source: str
    since: str
    start: int = 1
    back: int = 0
    rows: Sequence[str] = field(default_factory=list)

    @property
    def statement(self) -> str:
        """What it asks, without paging."""
        listed = self.source in ORDER
        if not self.since:
            return select(self.source, include_inactive=listed, order_by="Id")
        changed = at_least(CHANGED, datetime.fromisoformat(self.since))
        return select(self.source, changed, include_inactive=listed, order_by=CHANGED)

    def joins(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Tell whether a page follows what was read without a gap.

        A record that vanishes (by a merge, say) or changes moves all later ones one position up.
        So each page is asked from the latest row read; one that begins with a row not read yet
        has skipped some.
        """
        return self.start == 1 or (bool(rows) and self.mark(rows[0]) in self.rows)

    def mark(self, row: Mapping[str, Any]) -> str:
        """Return what tells a row in its place: in the order of change, one that changed moves."""
        return f"{row['Id']} {row['MetaData']['LastUpdatedTime']}" if self.since else str(row["Id"])

    def fresh(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the rows that the latest page did not show."""
        shown = set(self.rows)
        return [row for row in rows if self.mark(row) not in shown]

    def stepped_back(self) -> "Walk":
        """Return the walk from an earlier position: first a little, then twice as far each time."""
        back = self.back * 2 or max(1, len(self.rows) // STEPS_A_PAGE)
        told = asdict(self) | {"start": max(1, self.start - back), "back": back}
        return Walk(**told)

    def after(self, rows: Sequence[Mapping[str, Any]]) -> "Walk":
        """Return the walk after a full page."""
        return Walk(
            source=self.source,
            since=self.since,
            start=self.start + len(rows) - 1,
            rows=[self.mark(row) for row in rows],
        )


def progress(cursor: Cursor, pulls: Sequence[PullFlow[Any]]) -> dict[str, str]:
    """Return how far each pull has come, by its name; what is switched off is forgotten."""
    known = cursor.pulled or {}
    return {pull.name: known.get(pull.name, _beginning(pull)) for pull in pulls}


def behind(cursor: Cursor, pulls: Sequence[PullFlow[Any]]) -> Iterator[PullFlow[Any]]:
    """Yield the pulls that have not read everything, in the order in which they must."""
    told = progress(cursor, pulls)
    sources = [*ORDER, *(pull.source for pull in pulls if pull.source not in ORDER)]
    for source in dict.fromkeys(sources):
        yield from (pull for pull in pulls if pull.source == source and told[pull.name] != DONE)


def goes_on(look: Look) -> bool:
    """Tell whether a pull has not read everything yet."""
    return any(behind(look.cursor, look.pulls))


def note_more(look: Look) -> None:
    """Say of which pulls there is more to read, and that this look has no more time for it."""
    look.out_of_time = True
    for pull in behind(look.cursor, look.pulls):
        look.counts(pull.name).more = True


def read_page(look: Look) -> None:
    """Read the next page of an entity; its records are stored before the cursor says so.

    Changes are told from before the first page on, by QuickBooks' clock as well as by ours.
    """
    walk, pulls = _walk(look)
    page = look.quickbooks.page(walk.statement, start=walk.start)
    kept: dict[str, Any] = {"turn": look.until()}
    if walk.start == 1:
        begun = min(datetime.fromisoformat(look.cursor.since), shortly_before(page.time))
        kept["since"] = begun.isoformat()
    if not walk.joins(page.rows):
        kept["walk"] = asdict(walk.stepped_back())
    else:
        look.put(pulls, walk.fresh(page.rows))
        if not page.full:
            done = dict.fromkeys((pull.name for pull in pulls), DONE)
            kept |= {"walk": {}, "pulled": progress(look.cursor, look.pulls) | done}
        else:
            kept["walk"] = asdict(walk.after(page.rows))
    cursors.keep(look.cursor, **kept)


def _walk(look: Look) -> tuple[Walk, list[PullFlow[Any]]]:
    """Return the walk to go on with, and the pulls that it serves."""
    waiting = list(behind(look.cursor, look.pulls))
    pulls = [pull for pull in waiting if pull.source == waiting[0].source]
    told = progress(look.cursor, look.pulls)
    source, since = pulls[0].source, min(told[pull.name] for pull in pulls)
    kept = look.cursor.walk or {}
    if (kept.get("source"), kept.get("since")) == (source, since):
        return Walk(**kept), pulls
    return Walk(source=source, since=since), pulls


def _beginning(pull: PullFlow[Any]) -> str:
    return "" if pull.source in ORDER else DONE
