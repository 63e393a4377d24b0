"""Kinds of which QuickBooks cannot tell the changes: how often they are asked for, and told once.

One record that QuickBooks cannot read spoils the change data of its kind for as long as it is among
what changed, a month at most. Such a kind is left alone between two readings by pages: as long as
it has been so already, at least as long as any reading is apart, and a day at most.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from connector.changes import company, unread_entries
from connector.changes.poll import Poll
from connector.changes.unread import untold
from connector.changes.unread.walks import EVERY, ON_TIME
from connector.entities.registry import ADDED, INVOICE, POSTED_BY
from connector.model.cursor import ByPages

LONGEST = timedelta(days=1)


def resting(look: Poll, kinds: Collection[str]) -> frozenset[str]:
    """Return the kinds that are left alone in this reading; never all of them."""
    known = look.cursor.by_pages
    rest = {kind for kind in kinds if kind in known and known[kind].again_at > look.now}
    return frozenset(rest) if rest != {*kinds} else frozenset()


def read_from(look: Poll, kind: str, wanted: datetime) -> datetime:
    """Return from when on the pages of a kind are read."""
    known = look.cursor.by_pages.get(kind)
    return known.since if known else wanted


def told(
    look: Poll,
    rest: Collection[str],
    left: Mapping[str, datetime],
    *,
    read: Mapping[str, datetime],
    unread: Mapping[str, tuple[str, ...]],
) -> dict[str, ByPages]:
    """Return how kinds are read by pages from here on, told on the worklist before.

    rest: the kinds that were left alone; left: those that QuickBooks did not tell, with when their
        changes begin. All others were told, or nobody wants to know of them any more.
    read: until when their pages were read, by kind; unread: what nobody can read of them.
    """
    known = look.cursor.by_pages
    for kind in known.keys() - {*rest, *left}:
        _tell(look, kind, ())
    again = {
        kind: _again(look, kind, begin, read, unread.get(kind, ())) for kind, begin in left.items()
    }
    return {kind: known[kind] for kind in rest} | again


def _again(
    look: Poll,
    kind: str,
    begin: datetime,
    read: Mapping[str, datetime],
    unread: tuple[str, ...],
) -> ByPages:
    known = look.cursor.by_pages.get(kind)
    begun, failed_at = (known.begun, known.failed_at) if known else (begin, look.now)
    pause = min(max(look.now - failed_at, EVERY), LONGEST)
    sentences = (untold.of_kind(kind, begun), *unread)
    one = ByPages(
        begun=begun,
        failed_at=failed_at,
        again_at=look.now + pause - ON_TIME,
        since=read.get(kind, known.since if known else begin),
        told=" ".join(sentences),
    )
    if known is None or known.told != one.told:
        _tell(look, kind, sentences, since=failed_at)
    return one


def _tell(
    look: Poll, kind: str, sentences: tuple[str, ...], *, since: datetime | None = None
) -> None:
    pulled = {**company.TOLD_IN, **ADDED}
    flow = POSTED_BY.get(kind) or pulled.get(kind, POSTED_BY[INVOICE])
    what, store, moment = f"{unread_entries.CHANGES}{kind}", look.store, since or look.now
    unread_entries.tell(look.connection_id, flow, what, sentences, since=moment, store=store)
