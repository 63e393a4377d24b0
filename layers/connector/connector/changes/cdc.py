"""All that changed in QuickBooks since the cursor, by one metered call."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.changes import (
    backfill,
    company,
    mended_totals,
    untold,
    voided_documents,
)
from connector.changes.backfill import DONE, TAXES
from connector.changes.documents import shown
from connector.changes.documents.parties import asking
from connector.changes.enqueue import as_text
from connector.changes.poll import Poll, shortly_before
from connector.entities.registry import DOCUMENTS
from connector.model.body import Json
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.pending import fingerprint
from connector.quickbooks.responses import ChangeData

LOOK_BACK = timedelta(days=29)
MOST_SEEN = 5000
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
    watched = DOCUMENTS if _posted(look) else ()
    asked = (*watched, *company.LISTS, *(pull.source for pull in pulls))
    before = {kind: max(begin, oldest) for kind, begin in look.cursor.untold.items()}
    told = untold.ask(look.quickbooks, tuple(dict.fromkeys(asked)), since, before)
    changes = told.changes
    whole = since == wanted and not changes.truncated
    begin_again = shortly_before(changes.time)
    if whole:
        _put(look, pulls, changes)
        company.learn(look.connection_id, changes.records, look.store)
    if not whole or any(name in told.untold for name in company.LISTS):
        company.let_age(look.connection_id, look.store)
    can_be_told = [name for name in watched if name not in told.untold]
    documents = _documents(look, changes, since, can_be_told) if changes.truncated else changes
    mended_totals.settle(look.connection_id, documents, look.store)
    exists = asking(look.quickbooks.query)
    shown.note(look.connection_id, documents, look.store, exists)
    reported = voided_documents.report(look.cursor, documents, now=look.now, store=look.store)
    truncated = documents.truncated
    problem = (
        voided_documents.missing(wanted=wanted, since=since, truncated=truncated)
        if watched
        else None
    )
    problem = " ".join(filter(None, (problem, untold.sentence(told.untold))))
    look.found[voided_documents.NAME] = replace(reported.found, problem=problem or None)
    behind = [pull for pull in pulls if not whole or pull.source in told.untold]
    after = replace(
        look.cursor,
        lease_until=look.until(),
        since=begin_again,
        read_at=look.now,
        seen=_shown_again(pulls, changes, begin_again) if whole else {},
        pulled=_progress(look, behind, wanted),
        untold=told.untold,
        reported=reported.reported,
        unreported=reported.unreported,
        problems={voided_documents.NAME: problem} if problem else {},
        failures=0,
    )
    look.keep(after)


def _posted(look: Poll) -> bool:
    return look.store.cursors.anything_posted(look.connection_id, DOCUMENTS)


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
        if _changed_at(row) >= since
    ]
    seen: dict[str, dict[str, str]] = {}
    for source, row in shown[:MOST_SEEN]:
        seen.setdefault(source, {})[str(row["Id"])] = _mark(row)
    return seen


def _documents(
    look: Poll, changes: ChangeData, since: datetime, watched: Sequence[str]
) -> ChangeData:
    """Ask for each kind of document alone, for all together are more than one answer holds."""
    told = [look.quickbooks.changes((one,), since) for one in watched]
    return untold.together(told) if told else replace(changes, records={}, deleted={})


def _progress(look: Poll, behind: Sequence[AnyPullFlow], wanted: datetime) -> dict[str, str]:
    """Return how far each pull has come, when some must read the time since `wanted` again."""
    told = backfill.progress(look.cursor, look.pulls)
    for pull in behind:
        already = told[pull.name]
        told[pull.name] = (
            wanted.isoformat() if already == DONE else min(already, wanted.isoformat())
        )
    return told


def _changed_at(row: Json) -> datetime:
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])


def _mark(row: Json) -> str:
    return fingerprint(as_text(row))[:MARK]
