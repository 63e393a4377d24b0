"""Where everything durable is kept that the engines use: DynamoDB unless a test says otherwise."""

from dataclasses import dataclass

from connector.engine import ports
from connector.store import connections, runs, settings
from connector.store.records import (
    additions,
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


@dataclass(frozen=True)
class Store:
    """One attribute per port; the modules of the store fulfil them."""

    links: ports.Links = links
    additions: ports.Additions = additions
    pending: ports.PendingItems = pending
    left_out: ports.LeftOutItems = left_out
    runs: ports.Runs = runs
    connections: ports.KnownConnections = connections
    settings: ports.KeptSettings = settings
    fingerprints: ports.KeptFingerprints = fingerprints
    parents: ports.Parents = parents
    totals: ports.Totals = totals
    merged_records: ports.MergedRecords = merged_records
    places: ports.Places = places
    plans: ports.Plans = plans
    matches: ports.Matches = matches


DYNAMODB = Store()
"""The real store, on the table that `open_table` has opened."""
