"""Where everything durable is kept that the engines use: DynamoDB unless a test says otherwise."""

from dataclasses import dataclass

from connector.engine import finding_ports, ports, review_ports
from connector.engine.undoing import ports as undoing_ports
from connector.store import connections, doorbells, runs, settings
from connector.store.control import books, instructions, notes
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


@dataclass(frozen=True)
class Store:
    """One attribute per port; the modules of the store fulfil them."""

    links: ports.Links = links
    additions: ports.Additions = additions
    pending: ports.PendingItems = pending
    left_out: finding_ports.LeftOutItems = left_out
    runs: ports.Runs = runs
    connections: ports.KnownConnections = connections
    settings: ports.KeptSettings = settings
    fingerprints: finding_ports.KeptFingerprints = fingerprints
    parents: finding_ports.Parents = parents
    census: finding_ports.KeptCensus = census
    totals: ports.Totals = totals
    cursors: finding_ports.Cursors = cursors
    doorbells: finding_ports.Doorbells = doorbells
    merged_records: finding_ports.MergedRecords = merged_records
    places: finding_ports.Places = places
    plans: review_ports.Plans = plans
    matches: review_ports.Matches = matches
    tracked: review_ports.TrackedRecords = tracked
    books: review_ports.BooksMatches = books
    instructions: review_ports.Instructions = instructions
    notes: review_ports.Notes = notes
    worklist: review_ports.Worklist = lists
    images: undoing_ports.Images = images
    undos: undoing_ports.Undos = undos
    again: undoing_ports.AskedAgain = again


DYNAMODB = Store()
"""The real store, on the table that `open_table` has opened."""
