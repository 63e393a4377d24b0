"""All that changed in QuickBooks since the cursor, by one metered call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from connector.changes import (
    backfill,
    company,
    mended_totals,
    voided_documents,
)
from connector.changes.backfill import DONE, TAXES
from connector.changes.documents import said_since, shown
from connector.changes.documents.parties import asking
from connector.changes.documents.readable import without_unreadable
from connector.changes.enqueue import as_text
from connector.changes.poll import Poll, shortly_before
from connector.changes.unread import by_kind, untold
from connector.entities.registry import DOCUMENTS
from connector.entities.typed.beside import TYPED_BESIDE
from connector.model.body import MISREAD, Json
from connector.model.cursor import PageCursor
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.pending import fingerprint
from connector.quickbooks.reading.whole_lists import WholeList, read_pages
from connector.quickbooks.responses import ChangeData

LOOK_BACK = timedelta(days=29)
AHEAD = timedelta(hours=2)
"""So far beyond its usual time, or ours, an answer is believed."""
MOST_SEEN = 5000
MOST_PAGES = 10
"""So many pages of one kind are read in one look; the rest is told to be missing."""
MARK = 12


def read_changes(look: Poll) -> None:
    """Read the changes since the cursor, store them all, and only then move the cursor.

    An answer that does not hold all (too much changed, or too long ago) is noted with the cursor,
    so that each pull reads the time since then page by page (reference 4.1). So do the pulls of
    kinds that QuickBooks cannot tell the changes of.
    """
    wanted = look.cursor.since
    oldest = shortly_before(look.now - LOOK_BACK)
    since = max(wanted, oldest)
    pulls = [pull for pull in look.pulls if pull.source != TAXES]
    watched = (*DOCUMENTS, *TYPED_BESIDE) if _is_watched(look) else ()
    kinds = (*watched, *company.LISTS, *(pull.source for pull in pulls))
    rest = by_kind.resting(look, kinds)
    asked = tuple(kind for kind in dict.fromkeys(kinds) if kind not in rest)
    known = look.cursor.untold
    before = {kind: max(begin, oldest) for kind, begin in known.items() if kind not in rest}
    told, alone = untold.ask_first(look.quickbooks, asked, since, before, apart=TYPED_BESIDE)
    changes = told.changes
    whole = since == wanted and not changes.truncated
    begin_again = _begin_again(look, changes)
    if whole:
        _put(look, pulls, changes)
        company.learn(look.connection_id, changes.records, look.store)
    if not whole or any(name in told.untold for name in company.LISTS):
        company.let_age(look.connection_id, look.store)
    documents = _documents(look, told, since, [kind for kind in watched if kind in asked], alone)
    mended_totals.settle(look.connection_id, documents.changes, look.store)
    exists = asking(look.quickbooks.query)
    shown.note(look.connection_id, documents.changes, look.store, exists)
    if watched and (named := look.store.matches.watched(look.connection_id)):
        said_since.ask_again(look.connection_id, named, documents.changes, look.store)
    reported = voided_documents.report(
        look.cursor, documents.changes, now=look.now, store=look.store
    )
    problem = (
        voided_documents.missing(
            wanted=wanted, since=since, truncated=documents.truncated, kinds=documents.undeleted
        )
        if watched
        else None
    )
    said = (problem, untold.sentence(documents.untold), *chain(*documents.unread.values()))
    look.found[voided_documents.NAME] = replace(
        reported.found, problem=" ".join(filter(None, said)) or None
    )
    behind = [pull for pull in pulls if not whole or pull.source in told.untold]
    pulled = _progress(look, behind, wanted)
    by_pages = by_kind.told(
        look,
        rest,
        documents.untold,
        read=dict.fromkeys({*documents.untold} - {*documents.cut}, begin_again),
        unread=documents.unread,
    )
    after = replace(
        look.cursor,
        since=begin_again,
        read_at=look.now,
        seen=_shown_again(pulls, changes, begin_again) if whole else {},
        pulled=pulled,
        untold={kind: known[kind] for kind in rest} | dict(documents.untold),
        by_pages=by_pages,
        reported=reported.reported,
        unreported=reported.unreported,
        problems={voided_documents.NAME: problem} if problem else {},
        failures=0,
    )
    look.keep(after)


def _begin_again(look: Poll, changes: ChangeData) -> datetime:
    """Return from when on the next reading asks, by QuickBooks' clock.

    One that ran far faster than ours since the latest reading is wrong: from its time on nothing
    would be told for years. What the overlap shows again is no news.
    """
    usual = look.cursor.since + (look.now - look.cursor.read_at)
    believed = changes.time <= max(usual, look.now) + AHEAD
    return shortly_before(changes.time) if believed else usual.replace(microsecond=0)


def _is_watched(look: Poll) -> bool:
    """Tell whether documents may be posted, or are: what is typed there may be the first of them.

    What was typed before the first comparison after the start is known by that.
    """
    store, own = look.store, look.connection_id
    compared = store.matches.look(own)
    return store.cursors.anything_posted(own, DOCUMENTS) or bool(
        compared.get("live") or compared.get("started")
    )


def _put(look: Poll, pulls: Sequence[AnyPullFlow], changes: ChangeData) -> None:
    """Store the records, but for those that the overlap merely shows again."""
    for pull in pulls:
        seen = look.cursor.seen.get(pull.source, {})
        rows = changes.records.get(pull.source, ())
        look.put([pull], [row for row in rows if seen.get(str(row["Id"])) != _mark(row)])


def _shown_again(
    pulls: Sequence[AnyPullFlow], changes: ChangeData, since: datetime
) -> dict[str, dict[str, str]]:
    """Return the marks of the records that the next reading will show again, by entity and id."""
    shown = [
        (source, row)
        for source in dict.fromkeys(pull.source for pull in pulls)
        for row in changes.records.get(source, ())
        if _may_come_again(row, since)
    ]
    seen: dict[str, dict[str, str]] = {}
    for source, row in shown[:MOST_SEEN]:
        seen.setdefault(source, {})[str(row["Id"])] = _mark(row)
    return seen


@dataclass(frozen=True, kw_only=True)
class _Documents:
    """The changes of the watched documents.

    changes: all that is known of them.
    untold: the kinds that change data did not tell, with when their changes begin; of all flows.
    undeleted: the kinds of which it told too little to know all that was deleted.
    cut: the kinds of which not even a query showed all that changed.
    unread: the documents that nobody can read, as sentences, by kind.
    """

    changes: ChangeData
    untold: Mapping[str, datetime]
    undeleted: tuple[str, ...]
    cut: tuple[str, ...]
    unread: Mapping[str, tuple[str, ...]]

    @property
    def truncated(self) -> bool:
        """Whether something that changed was shown by nothing."""
        return bool(self.cut)


def _documents(
    look: Poll,
    told: untold.Told,
    since: datetime,
    watched: Sequence[str],
    left_out: Sequence[str],
) -> _Documents:
    """Return what changed of documents, asked for by kind where all are more than an answer holds.

    So are those that were left out of it.

    What change data does not tell of a kind is read by pages: all but what was deleted.
    """
    left, changes, undeleted = dict(told.untold), told.changes, list[str]()
    if changes.truncated or left_out:
        kinds = left_out or [kind for kind in watched if kind not in left]
        begins = {kind: look.cursor.untold.get(kind, since) for kind in kinds}
        alone = dict(untold.ask_alone(look.quickbooks, begins))
        answers = [one for one in alone.values() if one is not None]
        answers += [] if changes.truncated else [changes]
        changes = untold.together(answers) if answers else replace(changes, records={}, deleted={})
        left |= {kind: begins[kind] for kind, one in alone.items() if one is None}
        undeleted = [kind for kind, one in alone.items() if one is not None and one.truncated]
    walked = {
        kind: _read_changed(look, kind, by_kind.read_from(look, kind, since))
        for kind in watched
        if kind in {*left, *undeleted}
    }
    told_of = {**changes.records, **{kind: found.rows for kind, found in walked.items()}}
    records, unread = without_unreadable(told_of, watched)
    for kind, found in walked.items():
        unread[kind] = (*(one.why for one in found.unread), *unread[kind])
    return _Documents(
        changes=replace(changes, records=records),
        untold=left,
        undeleted=tuple(undeleted),
        cut=tuple(kind for kind, found in walked.items() if not found.whole),
        unread=unread,
    )


def _read_changed(look: Poll, kind: str, since: datetime) -> WholeList:
    """Return the documents of a kind that changed since then (one metered call a page).

    A query shows what was changed and voided, but nothing of what was deleted (reference 3.5, 4.1).
    """
    walk = PageCursor(source=kind, since=since.isoformat())
    return read_pages(look.quickbooks, backfill.statement(walk), walk, most=MOST_PAGES)


def _progress(look: Poll, behind: Sequence[AnyPullFlow], wanted: datetime) -> dict[str, str]:
    """Return how far each pull has come, when some must read the time since `wanted` again.

    A kind that was left alone is read from where its pages were last.
    """
    told = backfill.progress(look.cursor, look.pulls)
    for pull in behind:
        already = told[pull.name]
        begin = by_kind.read_from(look, pull.source, wanted).isoformat()
        told[pull.name] = begin if already == DONE else min(already, begin)
    return told


def _may_come_again(row: Json, since: datetime) -> bool:
    """Tell whether a record changed since then; of one that does not say when it may be so."""
    try:
        return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"]) >= since
    except MISREAD:
        return True


def _mark(row: Json) -> str:
    return fingerprint(as_text(row))[:MARK]
