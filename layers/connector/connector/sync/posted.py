"""Posted documents that were voided or deleted in QuickBooks: reported, never mirrored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from connector.entities.catalogue import BY_ENTITY
from connector.errors import SKIP, RecordError, RetriableError
from connector.flow import Flow
from connector.observability import logger
from connector.quickbooks.answers import Changes
from connector.store import cursors, links, pending
from connector.store import settings as saved
from connector.store.cursors import Cursor
from connector.store.fingerprints import Fingerprints
from connector.sync.find import Found

NAME = "posted"
DOCUMENTS = ("Invoice", "Payment", "Estimate", "PurchaseOrder", "Bill", "Purchase")
LISTS = ("Account", "PaymentMethod", "Term")
"""What settings name: the same call tells when the accountant renamed or closed one of them."""
EVERY = timedelta(hours=24)
OVERLAP = timedelta(minutes=5)
LOOK_BACK = timedelta(days=29)
AT_STAKE = "documents that were voided or deleted in QuickBooks"


class QuickBooksChanges(Protocol):
    """What looking for voided and deleted documents asks of QuickBooks."""

    def changes(self, entities: Sequence[str], since: datetime) -> Changes:
        """Return what changed (one metered call)."""


@dataclass(frozen=True)
class Gone:
    """A document that does not count in QuickBooks any more; `version` tells two voids apart."""

    target: str
    quickbooks_id: str
    how: str
    version: str = ""


def find_gone(
    connection_id: str, open_quickbooks: Callable[[], QuickBooksChanges], *, now: datetime
) -> dict[str, Found]:
    """Put documents voided or deleted in QuickBooks on the worklist; one metered call a day.

    Nothing is asked while nothing was ever posted. Between two calls, what the latest could not
    find out is told again.

    Raises:
        ConnectionBrokenError: QuickBooks does not accept the authorisation any more.
    """
    cursor = cursors.read(connection_id)
    if cursor is None:
        cursors.begin(connection_id, since=now - OVERLAP, now=now)
        return {}
    if now - datetime.fromisoformat(cursor.looked_at) < EVERY:
        return _remembered(cursor)
    if not cursors.anything_posted(connection_id, DOCUMENTS):
        cursors.begin(connection_id, since=now - OVERLAP, now=now)
        return {}
    if not cursors.take_turn(cursor, now=now):
        return {}
    try:
        return {NAME: _look(connection_id, cursor, open_quickbooks(), now)}
    except (RetriableError, RecordError) as error:
        logger.warning("posted documents not looked at", error=type(error).__name__)
        problem = f"QuickBooks did not tell of {AT_STAKE}; it is asked again in a day: {error}"
        cursors.note_problem(cursor, problem)
        return {NAME: Found(problem=problem)}


def _remembered(cursor: Cursor) -> dict[str, Found]:
    return {NAME: Found(problem=cursor.problem)} if cursor.problem else {}


def _look(
    connection_id: str, cursor: Cursor, quickbooks: QuickBooksChanges, now: datetime
) -> Found:
    """Read the changes since the cursor, report, and only then move the cursor."""
    wanted = datetime.fromisoformat(cursor.since)
    since = max(wanted, now - LOOK_BACK)
    changes = quickbooks.changes((*DOCUMENTS, *LISTS), since)
    if any(changes.records.get(name) for name in LISTS):
        saved.age_company(connection_id)
    shown = list(_gone(changes))
    told = [Gone(*one) for one in cursor.told or ()]
    due = dict.fromkeys(Gone(*one) for one in cursor.later or ())
    due |= dict.fromkeys(one for one in shown if one not in told)
    reported, later = _report(connection_id, list(due), now)
    problem = " ".join(_missing(changes, wanted, since))
    cursors.advance(
        cursor,
        since=changes.time - OVERLAP,
        told=[astuple(one) for one in shown if one not in later],
        later=[astuple(one) for one in later],
        problem=problem,
    )
    documents = (changes.records.get(name, ()) for name in DOCUMENTS)
    read = sum(len(rows) for rows in (*documents, *changes.deleted.values()))
    return Found(read=read, deleted=reported, problem=problem)


def _gone(changes: Changes) -> Iterator[Gone]:
    for target, ids in changes.deleted.items():
        yield from (Gone(target, quickbooks_id, "deleted") for quickbooks_id in ids)
    for target, rows in changes.records.items():
        for row in rows:
            if _is_voided(row):
                yield Gone(target, str(row["Id"]), "voided", str(row.get("SyncToken", "")))


def _is_voided(row: dict[str, Any]) -> bool:
    """Tell a voided document: zero amounts and a memo that begins with "Voided" (reference 3.3)."""
    return row.get("TotalAmt") == 0 and str(row.get("PrivateNote") or "").startswith("Voided")


def _report(connection_id: str, due: list[Gone], now: datetime) -> tuple[int, list[Gone]]:
    """Put what is linked on the worklist; return how many, and what must wait.

    A record with a newer reading waits: the run that works on that reading comes first.
    """
    reported, later = 0, []
    for target in dict.fromkeys(one.target for one in due):
        gone = {one.quickbooks_id: one for one in due if one.target == target}
        for quickbooks_id, owner in links.owners_of(connection_id, target, gone).items():
            flow, record_id = BY_ENTITY[owner[0]], owner[1]
            if not _stands(connection_id, flow, record_id):
                continue
            told = _told(flow, record_id, gone[quickbooks_id], now)
            if pending.put_deleted_unless_newer(connection_id, flow.name, record_id, **told):
                reported += 1
            else:
                later.append(gone[quickbooks_id])
    return reported, later


def _stands(connection_id: str, flow: Flow[Any], record_id: str) -> bool:
    """Tell whether MobiWork still lists a record; one that is gone on both sides is no news."""
    own = record_id.rpartition("-")[0] if flow.own_id is not None else record_id
    return bool(Fingerprints(connection_id, flow.name).known(own))


def _told(flow: Flow[Any], record_id: str, gone: Gone, now: datetime) -> dict[str, Any]:
    again = " and nothing is posted again by itself" if gone.how == "deleted" else ""
    return {
        "label": f"{flow.source} {record_id}",
        "reason": (
            f"It was {gone.how} in QuickBooks ({gone.target} {gone.quickbooks_id}), but it still "
            "stands in MobiWork. Cancel it there too if it should not count; nothing was changed "
            f"in MobiWork{again}."
        ),
        "fixes": (SKIP,),
        "found_at": now.astimezone(UTC).isoformat(),
    }


def _missing(changes: Changes, wanted: datetime, since: datetime) -> Iterator[str]:
    """Say what this reading cannot know."""
    if since > wanted:
        yield (
            f"QuickBooks remembers 30 days only: {AT_STAKE} between {wanted:%Y-%m-%d} and "
            f"{since:%Y-%m-%d} are not reported."
        )
    if changes.truncated:
        yield (
            f"QuickBooks told only 1,000 of the changes since {since:%Y-%m-%d}: some {AT_STAKE} "
            "since then may not be reported."
        )
