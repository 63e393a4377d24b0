"""Finding changes in QuickBooks: one reading serves all pulls, posted documents and settings.

A metered call is made only when it is due: page by page while a pull has not read everything, one
for all changes after a ring or every six hours, two for taxes and two for the company every week.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connector.changes import backfill, company, tax_codes, voided_documents
from connector.changes.cdc import read_changes
from connector.changes.lists.found import Found
from connector.changes.poll import Poll, PolledQuickBooks, shortly_before
from connector.changes.unread import asking
from connector.engine.finding_ports import Cursors
from connector.engine.run import LONGEST
from connector.engine.stores import DYNAMODB, Store
from connector.errors import UNREADABLE, RecordError, RetriableError
from connector.model.cursor import Cursor, LeaseLostError
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.policy.settings import Settings
from connector.observability import logger

EVERY = timedelta(hours=6)
BACK_OFF = timedelta(minutes=15)
MOST_DOUBLINGS = 5


def poll(  # noqa: PLR0913 - all but three by keyword
    connection_id: str,
    pulls: Sequence[AnyPullFlow],
    open_quickbooks: Callable[[], PolledQuickBooks],
    *,
    settings: Settings,
    now: datetime,
    rang: bool = False,
    at_most_every: timedelta = timedelta(0),
    out_of_time: Callable[[], bool] = lambda: False,
    store: Store = DYNAMODB,
) -> dict[str, Found]:
    """Read what changed in QuickBooks, if that is due, and store it as pending items.

    Between two readings, what the latest could not find out is told again. A failure of QuickBooks
    is told too; then it is asked again after a while, and nothing is lost. A ring that comes within
    `at_most_every` of the latest reading is answered after it.

    Raises:
        ConnectionBrokenError: QuickBooks does not accept the authorisation any more.
        LeaseLostError: another look has taken over, long after this one should have ended.
    """
    on = [pull for pull in pulls if pull.wanted(settings)]
    cursor = store.cursors.read(connection_id)
    if cursor is None:
        since = min(now, company.told_until(connection_id, now=now, store=store))
        cursor = store.cursors.begin(connection_id, since=shortly_before(since), now=now)
    if now - cursor.read_at < at_most_every:
        if rang:
            store.cursors.note_ring(connection_id, now=now)
        return _remembered(cursor)
    due = rang or _is_due(cursor, on, now)
    taken = _take_lease(store.cursors, cursor, now=now, rang=rang) if due else None
    if taken is None:
        return _remembered(cursor)
    look = Poll(connection_id, taken, open_quickbooks(), on, now, store)
    try:
        _read(look, out_of_time)
    except Exception:
        with suppress(LeaseLostError):  # who took over has it
            look.keep(replace(look.cursor, lease_until=None))
        raise
    return look.found


def _is_due(cursor: Cursor, on: Sequence[AnyPullFlow], now: datetime) -> bool:
    return (
        any(backfill.behind(cursor, on, now))
        or _changes_due(cursor, now)
        or asking.is_due(cursor, now)
        or tax_codes.are_due(cursor, on, now)
    )


def _changes_due(cursor: Cursor, now: datetime) -> bool:
    """Tell whether all changes are to be read: after a ring, or when they were not for long."""
    rung = cursor.rung_at is not None and cursor.rung_at > cursor.read_at
    return rung or now - cursor.read_at >= EVERY


def _take_lease(kept: Cursors, cursor: Cursor, *, now: datetime, rang: bool) -> Cursor | None:
    """Take the lease, unless another look has it or QuickBooks is left alone after a failure.

    One that did not give it back has it for as long as it may live: whoever takes over from it is
    alone, so that nothing is written any more of an answer that is older than its own.
    """
    busy = cursor.lease_until is not None and cursor.lease_until > now
    resting = cursor.failures and cursor.again_at is not None and cursor.again_at > now
    if busy or resting:
        if rang:
            kept.note_ring(cursor.connection_id, now=now)
        return None
    rung_at = now if rang else cursor.rung_at
    try:
        return kept.keep(cursor, replace(cursor, lease_until=now + LONGEST, rung_at=rung_at))
    except LeaseLostError:
        return None


def _remembered(cursor: Cursor) -> dict[str, Found]:
    return {name: Found(problem=told) for name, told in cursor.problems.items()}


def _read(look: Poll, out_of_time: Callable[[], bool]) -> None:
    """Read what is due, step by step; what a step has read is durable before the next begins.

    A refusal spares the other steps, for it may concern one list only; without an answer none of
    them would get one.
    """
    failure: RetriableError | RecordError | None = None
    walk = _walk(out_of_time)
    for step in (walk, asking.ask_again, _changes, walk, _taxes, _company):
        try:
            step(look)
        except RecordError as error:
            failure = error
        except RetriableError as error:
            failure = error
            break
        if look.out_of_time:
            break
    if failure is not None:
        _note_failure(look, failure)
    elif look.out_of_time:
        look.keep(replace(look.cursor, lease_until=None))
    elif look.cursor.failures:
        look.keep(replace(look.cursor, lease_until=None, failures=0, problems={}))
    else:
        look.keep(replace(look.cursor, lease_until=None))


def _walk(out_of_time: Callable[[], bool]) -> Callable[[Poll], None]:
    """Return the step that reads page by page; a list that cannot be read is left alone.

    Not where QuickBooks itself does not work: then none of them would be read.
    """

    def walk(look: Poll) -> None:
        while backfill.goes_on(look):
            if out_of_time():
                backfill.note_more(look)
                return
            try:
                backfill.read_page(look)
            except (RecordError, *UNREADABLE) as error:
                _check_works(look, error)
                backfill.leave_alone(look, error)

    return walk


def _check_works(look: Poll, error: RetriableError | RecordError) -> None:
    """See that QuickBooks answers at all, by one metered call."""
    try:
        look.quickbooks.company_info()
    except (RetriableError, RecordError):
        raise error from None


def _changes(look: Poll) -> None:
    if _changes_due(look.cursor, look.now):
        read_changes(look)


def _taxes(look: Poll) -> None:
    if tax_codes.are_due(look.cursor, look.pulls, look.now):
        tax_codes.read_taxes(look)


def _company(look: Poll) -> None:
    company.read_preferences(look.connection_id, look.quickbooks, now=look.now, store=look.store)


def _note_failure(look: Poll, error: RetriableError | RecordError) -> None:
    """Remember that QuickBooks failed; it is asked again later, after twice the time each time."""
    failures = look.cursor.failures + 1
    again = look.now + min(BACK_OFF * 2 ** min(failures - 1, MOST_DOUBLINGS), EVERY)
    logger.warning("changes in QuickBooks not read", error=type(error).__name__)
    problem = (
        "QuickBooks did not tell what changed there; it is asked again after "
        f"{again.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {error}"
    )
    names = [*(pull.name for pull in look.pulls), voided_documents.NAME]
    after = replace(
        look.cursor,
        lease_until=None,
        failures=failures,
        again_at=again,
        problems=dict.fromkeys(names, problem),
    )
    look.keep(after)
    for name in names:
        look.counts(name).problem = problem
