"""What a record that waits is told about those it waits for."""

from collections.abc import Iterable

from connector.entities.catalogue import BY_ENTITY
from connector.flow import Reference, Wait
from connector.run import Run
from connector.store import left_out, pending
from connector.store.pending import Pending, PendingState
from connector.sync.plan import SHOWN


def told(run: Run, waits: Iterable[Wait]) -> dict[Wait, str]:
    """Return for each wait its reason with what became of the records it waits for."""
    waiting = list(waits)
    fates = _fates(run, {reference for wait in waiting for reference in wait.references})
    return {
        wait: " ".join([wait.reason, *(fates[one] for one in wait.references[:SHOWN])]).rstrip()
        for wait in waiting
    }


def _fates(run: Run, references: set[Reference]) -> dict[Reference, str]:
    told: dict[Reference, str] = {}
    for entity in {reference.entity for reference in references}:
        wanted = [one for one in references if one.entity == entity]
        ids, flow = [one.mobiwork_id for one in wanted], BY_ENTITY[entity].name
        parents = pending.read_many(run.connection_id, flow, ids)
        others = left_out.read_many(run.connection_id, flow, set(ids) - set(parents))
        for one in wanted:
            other = others.get(one.mobiwork_id)
            if other is not None:
                told[one] = f"{_capital(one.label)} is left out: {other.reason}"
            else:
                told[one] = _fate(one, parents.get(one.mobiwork_id))
    return told


def _fate(reference: Reference, parent: Pending | None) -> str:
    if parent is None:
        return (
            f"MobiWork does not list {reference.label} as ready for QuickBooks: check that it "
            "exists there."
        )
    if parent.state == PendingState.REFUSED:
        return f"{_capital(reference.label)} was refused: {parent.reason}"
    return parent.reason


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
