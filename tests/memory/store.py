"""A store in memory for tests of the engines; the contract tests hold it against the real one."""

from copy import deepcopy
from dataclasses import fields, replace

from connector.engine.stores import DYNAMODB, Store
from tests.memory.books import MemoryBooks, MemoryTyped
from tests.memory.cursors import MemoryCursors, MemoryDoorbells
from tests.memory.kept import (
    MemoryCensus,
    MemoryConnections,
    MemoryFingerprints,
    MemoryMergedRecords,
    MemoryParents,
    MemoryPlaces,
    MemorySettings,
)
from tests.memory.links import MemoryAdditions, MemoryLinks
from tests.memory.matches import MemoryMatches
from tests.memory.pending import MemoryLeftOut, MemoryPending
from tests.memory.plans import MemoryPlans
from tests.memory.runs import MemoryRuns
from tests.memory.together import MemoryTogether
from tests.memory.totals import MemoryTotals
from tests.memory.tracked import MemoryTracked
from tests.memory.undoing import MemoryAskedAgain, MemoryImages, MemoryUndos
from tests.memory.worklist import MemoryInstructions, MemoryNotes, MemoryWorklist

ALWAYS_LIVE = replace(DYNAMODB, connections=MemoryConnections())
"""The real store, for connections that nobody connected: they are live."""


def in_memory() -> Store:
    """Return an empty store."""
    pending, runs, additions = MemoryPending(), MemoryRuns(), MemoryAdditions()
    totals = MemoryTotals(pending)
    links = MemoryLinks(additions, runs, pending)
    fingerprints = MemoryFingerprints()
    notes, tracked, settings = MemoryNotes(), MemoryTracked(), MemorySettings()
    return Store(
        links=links,
        additions=additions,
        pending=pending,
        left_out=MemoryLeftOut(pending, fingerprints),
        runs=runs,
        connections=MemoryConnections(),
        settings=settings,
        fingerprints=fingerprints,
        answers=fingerprints.answers,
        census=MemoryCensus(),
        parents=MemoryParents(),
        totals=totals,
        cursors=MemoryCursors(links),
        doorbells=MemoryDoorbells(),
        merged_records=MemoryMergedRecords(),
        places=MemoryPlaces(),
        plans=MemoryPlans(),
        matches=MemoryMatches(),
        tracked=tracked,
        books=MemoryBooks(),
        typed=MemoryTyped(),
        instructions=MemoryInstructions(),
        notes=notes,
        worklist=MemoryWorklist(pending, notes, tracked),
        images=MemoryImages(),
        undos=MemoryUndos(links),
        again=MemoryAskedAgain(),
        together=MemoryTogether(links, tracked, settings),
    )


def backup_of(store: Store) -> Store:
    """Return a copy of a store in memory as it is now; only the locks of its parts are shared."""
    parts = [getattr(store, one.name) for one in fields(store)]
    shared = {id(part.lock): part.lock for part in parts if hasattr(part, "lock")}
    return deepcopy(store, shared)
