"""The first pull: all records page by page, so that a kill costs no more than the latest page.

Whatever a CDC answer was too short for is read the same way, from a point in time on. How far each
pull has come is kept on the cursor: nothing yet, a point in time from which it must read, or DONE.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from connector.changes.poll import Poll, shortly_before
from connector.changes.unread.walks import waited, walked
from connector.entities.registry import ADDED, PULLED_LISTS
from connector.errors import RecordError, RetriableError
from connector.model.cursor import NO_PLACE, Cursor, PageCursor
from connector.model.flows.pull_flow import AnyPullFlow
from connector.quickbooks.query import at_least, select
from connector.quickbooks.reading.next_page import PassedOver, next_page

TAXES = "TaxCode"
"""The list that is read as a whole, with the rates that its codes refer to."""
ORDER = tuple(one for one, pull in ADDED.items() if pull in PULLED_LISTS and one != TAXES)
"""All other lists: pulled from their beginning, in this order; of others only later changes are."""
DONE = "done"
CHANGED = "MetaData.LastUpdatedTime"


def statement(walk: PageCursor) -> str:
    """Return what a reading page by page asks, without paging."""
    listed = walk.source in ORDER
    if walk.since is None:
        return select(walk.source, include_inactive=listed, order_by="Id")
    changed = at_least(CHANGED, datetime.fromisoformat(walk.since))
    return select(walk.source, changed, include_inactive=listed, order_by=CHANGED)


def progress(cursor: Cursor, pulls: Sequence[AnyPullFlow]) -> dict[str, str]:
    """Return how far each pull has come, by its name; what is switched off is forgotten."""
    return {pull.name: cursor.pulled.get(pull.name, _beginning(pull)) for pull in pulls}


def behind(cursor: Cursor, pulls: Sequence[AnyPullFlow], now: datetime) -> Iterator[AnyPullFlow]:
    """Yield the pulls that have not read everything, in the order in which they must.

    Lists of which no page could be read are left alone for some hours.
    """
    told = progress(cursor, pulls)
    rest = {one.source for one in cursor.unread if one.is_list and not waited(one, now)}
    sources = [*ORDER, *(pull.source for pull in pulls if pull.source not in ORDER)]
    for source in dict.fromkeys(one for one in sources if one not in rest):
        yield from (pull for pull in pulls if pull.source == source and told[pull.name] != DONE)


def goes_on(look: Poll) -> bool:
    """Tell whether a pull has not read everything yet."""
    return any(behind(look.cursor, look.pulls, look.now))


def note_more(look: Poll) -> None:
    """Say of which pulls there is more to read, and that this look has no more time for it."""
    look.out_of_time = True
    for pull in behind(look.cursor, look.pulls, look.now):
        look.counts(pull.name).more = True


def read_page(look: Poll) -> None:
    """Read the next page of an entity; its records are stored before the cursor says so.

    Changes are told from before the first page on, by QuickBooks' clock as well as by ours.
    """
    pages, pulls = _page_cursor(look)
    page = next_page(look.quickbooks, statement(pages), pages)
    since = look.cursor.since
    if pages.start == 1 and page.time is not None:
        since = min(since, shortly_before(page.time))
    if isinstance(page, PassedOver):
        _pass_over(look, page, pulls, pages)
        after = replace(look.cursor, page_cursor=pages.beyond())
    elif not pages.joins(page.rows):
        after = replace(look.cursor, page_cursor=pages.stepped_back())
    else:
        look.put(pulls, pages.fresh(page.rows))
        if page.full:
            after = replace(look.cursor, page_cursor=pages.after(page.rows))
        else:
            walked(look, pulls, pages)
            done = progress(look.cursor, look.pulls) | {pull.name: DONE for pull in pulls}
            after = replace(look.cursor, page_cursor=None, pulled=done)
    look.keep(replace(after, since=since))


def leave_alone(look: Poll, error: RetriableError | RecordError) -> None:
    """Say that no page of the list in turn can be read; the others are, and it is in some hours."""
    _, pulls = _page_cursor(look)
    why = f"{pulls[0].source} records of QuickBooks cannot be read: {error} All else is read."
    for pull in pulls:
        look.tell(pull, why)
        look.note_unread(replace(look.unread(pull, why), place=NO_PLACE))


def _pass_over(
    look: Poll, page: PassedOver, pulls: Sequence[AnyPullFlow], pages: PageCursor
) -> None:
    """Say which record cannot be read; the reading goes on behind it."""
    place = pages.beyond().start - 1
    for pull in pulls:
        look.tell(pull, page.why)
    found = look.unread(pulls[0], page.told)
    look.note_unread(replace(found, place=place, since=pages.since))


def _page_cursor(look: Poll) -> tuple[PageCursor, list[AnyPullFlow]]:
    """Return the reading to go on with, and the pulls that it serves."""
    waiting = list(behind(look.cursor, look.pulls, look.now))
    pulls = [pull for pull in waiting if pull.source == waiting[0].source]
    told = progress(look.cursor, look.pulls)
    source, since = pulls[0].source, min(told[pull.name] for pull in pulls) or None
    kept = look.cursor.page_cursor
    if kept is not None and (kept.source, kept.since) == (source, since):
        return kept, pulls
    return PageCursor(source=source, since=since), pulls


def _beginning(pull: AnyPullFlow) -> str:
    return "" if pull.source in ORDER else DONE
