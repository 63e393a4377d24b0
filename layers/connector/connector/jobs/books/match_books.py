"""Books Match: what both sides hold of a period, compared document by document; nothing is written.

Each step is durable before the next begins. The comparison itself is one step: killed in it, it is
made again from what was read, and says the same.
"""

from dataclasses import dataclass
from datetime import date
from itertools import batched

from connector.changes import voided_documents
from connector.engine.run import Run
from connector.entities.books import money_lists
from connector.entities.registry import DOCUMENTS
from connector.errors import ConfigurationError
from connector.jobs.books.reading import HERE, MISSING, THERE, BooksReading
from connector.jobs.books.rows import balance_rows, difference_row, parties, result_of
from connector.jobs.books.sides import BothSides
from connector.jobs.books.walk import DocumentWalk
from connector.model.body import Body, spoken
from connector.model.books.documents import BooksComparison, BooksPeriod
from connector.model.books.heads import BALANCES, DIFFERENCES, DONE, FAILED
from connector.model.books.kinds import OF_TARGET
from connector.model.cursor import ByPages, Cursor
from connector.model.flows.misread import told_unread
from connector.observability import logger

PAGE = 100


@dataclass(frozen=True)
class BooksMatched:
    """What one call did: whether there is more to do, and what it cost so far.

    more: whether to call again.
    calls: metered ones.
    unexplained: how many differences have no cause.
    """

    more: bool
    calls: int
    unexplained: int = 0

    def as_json(self) -> Body:
        """Return it as the answer of the task."""
        return {"more": self.more, "calls": self.calls, "unexplained": self.unexplained}


def match_books(run: Run) -> BooksMatched:
    """Read and compare both sides of the match that the run is named after, or ask to be called on.

    Raises:
        ConfigurationError: nobody has asked for it.
        RetriableError: a side does not answer.
        ConnectionBrokenError: the authorisation is gone.
    """
    held = run.store.books.head(run.connection_id, run.run_id)
    if held is None:
        raise ConfigurationError(f"There is no match {run.run_id}.")
    if run.failures:
        return _note_failed(run, held)
    period = period_of(held)
    if held["state"] == DONE:
        return BooksMatched(more=False, calls=int(held["calls"]))
    reading = BooksReading(run, run.run_id, period, held)
    if held["proven"]:
        while not run.out_of_time():
            if not reading.step():
                break
        else:
            return BooksMatched(more=True, calls=int(held["calls"]))
    sides = reading.sides() if held["proven"] else BothSides(run, period)
    return _compare(run, held, sides)


def period_of(held: Body) -> BooksPeriod:
    """Return the days that a match is of."""
    first = date.fromisoformat(held["from"]) if held["from"] else None
    return BooksPeriod(first, date.fromisoformat(held["to"]))


def _note_failed(run: Run, held: Body) -> BooksMatched:
    """Note that a match could not be brought to its end, and why."""
    why = " ".join(run.failures)
    run.store.books.save_head(run.connection_id, run.run_id, held | {"state": FAILED, "why": why})
    return BooksMatched(more=False, calls=int(held["calls"]))


def _compare(run: Run, held: Body, sides: BothSides) -> BooksMatched:
    """Compare all documents, keep each difference, and then what they add up to."""
    store, connection_id, match_id = run.store.books, run.connection_id, run.run_id
    comparison, walk = BooksComparison(sides.period), DocumentWalk(sides)
    for part in (DIFFERENCES, BALANCES):
        store.drop_part(connection_id, match_id, part)
    found = (one for document in walk.documents() for one in comparison.add(document))
    for page, some in enumerate(batched(found, PAGE, strict=False)):
        sides.learn_names(party for one in some for party in parties(one))
        named = [
            difference_row(one, sides.names) | {"customer": sides.names.get(one.party or "")}
            for one in some
        ]
        store.save_page(connection_id, match_id, DIFFERENCES, f"{page:06d}", named)
    sides.learn_names(comparison.balances)
    balances = balance_rows(comparison, sides.names)
    for page, owed in enumerate(batched(balances, PAGE, strict=False)):
        store.save_page(connection_id, match_id, BALANCES, f"{page:06d}", owed)
    result = result_of(comparison, walk.apart) | {"remarks": _remarks(run, held)}
    done = held | {"state": DONE, "result": result, "ended_at": run.now().isoformat()}
    store.save_head(connection_id, match_id, done)
    _forget_what_was_read(run, held)
    logger.info("books matched", calls=held["calls"], unexplained=comparison.unexplained)
    return BooksMatched(more=False, calls=int(held["calls"]), unexplained=comparison.unexplained)


def _remarks(run: Run, held: Body) -> list[str]:
    """Say what could not be known: what is off, cannot be read, or was not told by change data."""
    off = [
        f"MobiWork's list of {spoken(entity)} records is not switched on." for entity in held["off"]
    ]
    off += told_unread(held)
    cursor = None if held["proven"] else run.store.cursors.read(run.connection_id)
    if cursor is None:
        return off
    told = (cursor.problems.get(voided_documents.NAME), *(one.told for one in _untold(cursor)))
    return [*off, *filter(None, told)]


def _untold(cursor: Cursor) -> list[ByPages]:
    """Return the kinds of document of which QuickBooks does not tell the changes."""
    return [one for kind, one in cursor.by_pages.items() if kind in DOCUMENTS]


def _forget_what_was_read(run: Run, held: Body) -> None:
    """Drop the figures of single documents; the differences stay."""
    if not held["proven"]:
        return
    parts = [f"{side}-{target}" for side in (THERE, MISSING) for target in OF_TARGET]
    for part in (*parts, *(f"{HERE}-{entity}" for entity in money_lists())):
        run.store.books.drop_part(run.connection_id, run.run_id, part)
