"""Asking four times a day for each record that nobody could read: a metered call for each."""

from dataclasses import replace
from datetime import datetime

from connector.changes import backfill
from connector.changes.poll import Poll
from connector.changes.unread.walks import doubt, waited
from connector.errors import UNREADABLE, RecordError
from connector.model.cursor import Cursor, PageCursor, UnreadRecord
from connector.model.flows.pull_flow import AnyPullFlow
from connector.quickbooks.reading.by_ids import read_by_ids


def is_due(cursor: Cursor, now: datetime) -> bool:
    """Tell whether some record is to be asked for again."""
    return any(waited(one, now) for one in cursor.unread)


def ask_again(look: Poll) -> None:
    """Ask for what nobody could read; what can be read by now is stored, and its entry ends."""
    pulls = {pull.name: pull for pull in look.pulls}
    for key in [one.key for one in look.cursor.unread if waited(one, look.now)]:
        one = next(one for one in look.cursor.unread if one.key == key)
        pull = pulls.get(one.flow)
        if pull is None:
            _let_go(look, one)
        elif one.own is not None:
            _ask_by_id(look, pull, one.own, one)
        elif one.place is not None and not one.is_list and not one.doubted:
            _ask_by_place(look, pull, one.place, one)


def _ask_by_id(look: Poll, pull: AnyPullFlow, own: str, one: UnreadRecord) -> None:
    query = look.quickbooks.query
    found = read_by_ids(query, one.source, [own], include_inactive=True)
    if found.unread:
        look.note_unread(replace(one, asked_at=look.now))
        return
    look.put([pull], list(found.rows.values()))
    if own not in found.rows:
        _let_go(look, one)


def _ask_by_place(look: Poll, pull: AnyPullFlow, place: int, one: UnreadRecord) -> None:
    """Ask for the record in a place; where one can be read, that need not be the same one.

    What was merged or changed since has moved all later ones, so the list is read once more.
    """
    walk = PageCursor(source=one.source, since=one.since)
    try:
        look.quickbooks.page(backfill.statement(walk), start=place, size=1)
    except (RecordError, *UNREADABLE):
        look.note_unread(replace(one, asked_at=look.now))
        return
    doubt(look, pull, one.since)
    told, begin = backfill.progress(look.cursor, look.pulls), one.since or ""
    for name in (other.name for other in look.pulls if other.source == one.source):
        told[name] = begin if told[name] == backfill.DONE else min(told[name], begin)
    look.keep(replace(look.cursor, pulled=told))


def _let_go(look: Poll, one: UnreadRecord) -> None:
    kept = [other for other in look.cursor.unread if other.key[:2] == one.key[:2]]
    look.keep_unread(one.flow, one.source, [other for other in kept if other.key != one.key])
