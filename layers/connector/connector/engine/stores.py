"""Where everything durable is kept that the engines use: DynamoDB unless a test says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.store import connections, doorbells, runs, settings
from connector.store.control import books, instructions, notes, typed
from connector.store.reading import answers, together
from connector.store.records import (
    additions,
    census,
    cursors,
    fingerprints,
    left_out,
    links,
    matches,
    merged_records,
    parents,
    pending,
    places,
    plans,
    totals,
)
from connector.store.tracking import tracked
from connector.store.undoing import again, images, undos
from connector.store.worklist import lists

if TYPE_CHECKING:
    from connector.engine import finding_ports, ports, review_ports
    from connector.engine.undoing import ports as undoing_ports


@dataclass(frozen=True)
class Store:
    """One attribute per port; the modules of the store fulfil them, loaded at their first use.

    Attributes:
        links: Which records are the same on both sides.
        additions: What is being added to MobiWork.
        pending: What is on its way to QuickBooks.
        left_out: What is not posted, with the reason.
        runs: Runs and their reports.
        connections: The connected companies.
        settings: What each company chose.
        fingerprints: What each record looked like when it was seen last.
        answers: Answers of MobiWork as they came, to tell unchanged ones.
        parents: Whom children of a tree stand under.
        census: Which words records use, and how often.
        totals: Totals in QuickBooks that differ from MobiWork's.
        cursors: How far each list was looked through.
        doorbells: What webhooks said has changed.
        merged_records: Which records were merged into which.
        places: Where flows wait in a list.
        plans: What the latest review planned.
        matches: Records of both sides that may be the same, and what was said of them.
        tracked: How each record stands, for views.
        books: Comparisons of both books.
        typed: What somebody typed in QuickBooks as a kind that is never posted.
        instructions: What people asked for single records.
        notes: What people wrote beside entries.
        worklist: What waits for a person.
        images: How records were before an update.
        undos: Runs that are being undone.
        again: Records that may be posted again.
        together: What a page shows of many records, of several of these.
    """

    links: ports.Links
    additions: ports.Additions
    pending: ports.PendingItems
    left_out: finding_ports.LeftOutItems
    runs: ports.Runs
    connections: finding_ports.KnownConnections
    settings: ports.KeptSettings
    fingerprints: finding_ports.KeptFingerprints
    answers: finding_ports.KeptAnswers
    parents: finding_ports.Parents
    census: finding_ports.KeptCensus
    totals: finding_ports.Totals
    cursors: finding_ports.Cursors
    doorbells: finding_ports.Doorbells
    merged_records: finding_ports.MergedRecords
    places: finding_ports.Places
    plans: review_ports.Plans
    matches: review_ports.Matches
    tracked: review_ports.TrackedRecords
    books: review_ports.BooksMatches
    typed: review_ports.TypedPages
    instructions: review_ports.Instructions
    notes: review_ports.Notes
    worklist: review_ports.Worklist
    images: undoing_ports.Images
    undos: undoing_ports.Undos
    again: undoing_ports.AskedAgain
    together: review_ports.ReadTogether


DYNAMODB = Store(
    links=links,
    additions=additions,
    pending=pending,
    left_out=left_out,
    runs=runs,
    connections=connections,
    settings=settings,
    fingerprints=fingerprints,
    answers=answers,
    parents=parents,
    census=census,
    totals=totals,
    cursors=cursors,
    doorbells=doorbells,
    merged_records=merged_records,
    places=places,
    plans=plans,
    matches=matches,
    tracked=tracked,
    books=books,
    typed=typed,
    instructions=instructions,
    notes=notes,
    worklist=lists,
    images=images,
    undos=undos,
    again=again,
    together=together,
)
"""The real store, on the table that `open_table` has opened."""
