"""What becomes of the records that nobody could read when their list was read to its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.changes import unread_entries
from connector.changes.poll import Poll
from connector.model.cursor import PageCursor, UnreadRecord
from connector.model.flows.pull_flow import AnyPullFlow

EVERY, SOONEST = timedelta(hours=6), timedelta(minutes=15)
ON_TIME = timedelta(minutes=10)
"""So much earlier is asked as well, for looks come when they come."""


def waited(one: UnreadRecord, now: datetime) -> bool:
    """Tell whether it is time to ask for a record again, or for a list that cannot be read.

    That is left alone for as long as it could not be read.
    """
    if one.is_list:
        return now - one.asked_at >= min(max(one.asked_at - one.found_at, SOONEST), EVERY)
    return now - one.asked_at >= EVERY - ON_TIME


def walked(look: Poll, pulls: Sequence[AnyPullFlow], pages: PageCursor) -> None:
    """Let go of those that a reading to the end met no more; a look that died may have told one."""
    for pull in pulls:
        known = [one for one in look.cursor.unread if (one.flow, one.source) == _of(pull)]
        kept = [one for one in known if not one.is_list]
        left = [one for one in kept if not (one.doubted and _covers(pages, one))]
        if left:
            look.keep_unread(*_of(pull), left)
        else:
            since, store = look.now, look.store
            unread_entries.tell(look.connection_id, *_of(pull), (), since=since, store=store)
            look.keep_unread(*_of(pull), ())


def doubt(look: Poll, pull: AnyPullFlow, since: str | None) -> None:
    """Doubt what could not be read of a list, until it is read once more."""

    def doubted(one: UnreadRecord) -> UnreadRecord:
        concerned = (one.flow, one.source, one.since) == (*_of(pull), since)
        return replace(one, doubted=True) if concerned and one.place is not None else one

    unread = tuple(map(doubted, look.cursor.unread))
    look.keep(replace(look.cursor, unread=unread))


def _covers(pages: PageCursor, one: UnreadRecord) -> bool:
    """Tell whether a reading came to where a record was met."""
    if pages.since is None or one.since is None:
        return pages.since is None
    return pages.since <= one.since


def _of(pull: AnyPullFlow) -> tuple[str, str]:
    return pull.name, pull.source
