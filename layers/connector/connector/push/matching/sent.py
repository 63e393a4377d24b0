"""Looking in QuickBooks for a record that may have been sent: nobody knows whether it arrived."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from zlib import compress, decompress

from pydantic import BaseModel

from connector.engine.run import Run
from connector.errors import RecordError
from connector.exact_json import canonical, decoded
from connector.model.body import Json, if_there, spoken
from connector.model.links import Intent
from connector.model.markers import Marker, markers_in, same_marker
from connector.model.plans import Adopt, Create, Plan
from connector.model.worklist.causes import Kind
from connector.push.link import Work
from connector.quickbooks.query import at_least, select
from connector.quickbooks.words import legible

ARRIVES = 600
"""A call whose answer was lost is carried out within so many seconds, or never."""


CLOCKS_APART = timedelta(minutes=5)
"""How far our clock and that of QuickBooks may be apart."""

READING = Lock()
"""Held by the worker that reads what was made since a backup; the others of its run wait."""


def find[R: BaseModel](run: Run, work: Work[R], plan: Plan, intent: Intent) -> Json | None:
    """Return what was sent; where it is about to be sent again, wherever it may be by now.

    Raises:
        RecordError: QuickBooks has it more than once.
    """
    if run.restored_to is not None and intent.begun is None and is_marked(intent):
        twins = _found_again(run, run.restored_to, intent.target, run.marker(*work.key))
    else:
        twins = twins_of(run, work, intent)
    if not twins and isinstance(plan, Create):
        twins = _moved(run, work, plan, intent)
    if not twins and isinstance(plan, Adopt):
        twins = _named(run, work, plan, intent)
    if len(twins) > 1:
        raise _too_many(work, twins)
    return twins[0] if twins else None


def twins_of[R: BaseModel](run: Run, work: Work[R], intent: Intent) -> list[Json]:
    """Return what is what was sent, where that puts it."""
    found = run.quickbooks.query(intent.twin_query) if intent.twin_query else ()
    is_twin = work.flow.matching.is_twin or same_marker
    return [twin for twin in found if is_twin(intent.body, twin)]


def is_marked(intent: Intent) -> bool:
    """Tell whether what is sent carries a mark: documents do, for they have no unique name."""
    return any(markers_in(intent.body))


def has_mark[R: BaseModel](run: Run, work: Work[R], twin: Json) -> bool:
    """Tell whether a document carries the mark of a record."""
    return run.marker(*work.key) in markers_in(twin)


def _moved[R: BaseModel](run: Run, work: Work[R], plan: Create, intent: Intent) -> list[Json]:
    """Look where it would be by now, then among all that was made since it was begun.

    Its customer may have been merged or changed, or its date: the mark stays.
    """
    twins = _marked(run, work, plan.twin_query) if plan.twin_query != intent.twin_query else []
    if twins or intent.begun is None or not is_marked(intent):
        return twins
    since = datetime.fromtimestamp(intent.begun, UTC) - CLOCKS_APART
    made_since = at_least("MetaData.CreateTime", since)
    return _marked(run, work, select(intent.target, made_since))


def _named[R: BaseModel](run: Run, work: Work[R], plan: Adopt, intent: Intent) -> list[Json]:
    """Return the record that MobiWork names by now, where it is what was sent.

    A document bears the mark. Of a list, whose names people change, it was made since it was sent.
    """
    named = if_there(run.quickbooks.read, intent.target, plan.quickbooks_id)
    if named is None:
        return []
    if is_marked(intent):
        return [named] if has_mark(run, work, named) else []
    made = _made_at(named)
    since = datetime.fromtimestamp(intent.begun or run.now().timestamp(), UTC) - CLOCKS_APART
    return [named] if made and made >= since else []


def was_there(intent: Intent, found: Json) -> bool:
    """Tell whether a record of a list was there before it was sent: another one of that name."""
    made = _made_at(found)
    if is_marked(intent) or intent.begun is None or made is None:
        return False
    return made < datetime.fromtimestamp(intent.begun, UTC) - CLOCKS_APART


def _made_at(record: Json) -> datetime | None:
    """Return when a record was made; None where it does not say so, or in another form."""
    said, _ = legible(record)
    try:
        made = datetime.fromisoformat((said.get("MetaData") or {})["CreateTime"])
    except (KeyError, TypeError, ValueError):
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def is_over(run: Run, plan: Plan, intent: Intent, before: object) -> bool:
    """Tell whether what was sent is not to be waited for any more, although it was not found.

    That is a record of a list of which MobiWork names another one by now, once its call cannot be
    carried out any more: a name is there once, and nothing is sent in its place. `before` is its
    intent as another worker left it.
    """
    since = before.claimed if isinstance(before, Intent) else None
    named = isinstance(plan, Adopt) and not is_marked(intent)
    return named and since is not None and run.now().timestamp() - since >= ARRIVES


def _found_again(run: Run, backup: datetime, target: str, mark: Marker) -> list[Json]:
    """Return what bears a mark of what QuickBooks got since the backup, which is read once a run.

    The links to it are lost. It may be thousands of documents: each is kept as small as it can be.
    """
    with READING:
        if target not in run.found_again:
            found = defaultdict[Marker, list[bytes]](list)
            since = at_least("MetaData.CreateTime", backup - CLOCKS_APART)
            for document in run.quickbooks.query(select(target, since)):
                for one in {*markers_in(document)}:
                    if one.connection_id == run.connection_id:
                        found[one].append(compress(canonical(document).encode()))
            run.found_again[target] = found
    return [decoded(decompress(one)) for one in run.found_again[target].get(mark, ())]


def _marked[R: BaseModel](run: Run, work: Work[R], query: str) -> list[Json]:
    return [twin for twin in run.quickbooks.query(query) if has_mark(run, work, twin)]


def _too_many[R: BaseModel](work: Work[R], twins: Sequence[Json]) -> RecordError:
    """Say that QuickBooks has a record more than once, so that nobody knows which is meant."""
    ids = ", ".join(str(twin["Id"]) for twin in twins)
    return RecordError(
        f"QuickBooks has {len(twins)} records of this {work.flow.noun} ({spoken(work.target)} "
        f"{ids}). Delete or merge the duplicates in QuickBooks, then try again.",
        cause=Kind.TWICE,
    )
