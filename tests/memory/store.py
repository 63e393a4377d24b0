"""A store in memory for tests of the engines; the contract tests hold it against the real one."""

from connector.engine.stores import Store
from tests.memory.kept import MemoryFingerprints, MemoryParents, MemorySettings
from tests.memory.pending import MemoryLeftOut, MemoryPending
from tests.memory.runs import MemoryRuns
from tests.memory.totals import MemoryTotals


def in_memory() -> Store:
    """Return an empty store."""
    pending = MemoryPending()
    return Store(
        pending=pending,
        left_out=MemoryLeftOut(pending),
        runs=MemoryRuns(),
        settings=MemorySettings(),
        fingerprints=MemoryFingerprints(),
        parents=MemoryParents(),
        totals=MemoryTotals(),
    )
