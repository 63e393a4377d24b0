"""What a record that waits is told about those it waits for."""

from collections.abc import Iterable

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY
from connector.model.body import capital
from connector.model.pending import PendingItem, PendingState
from connector.model.plans import Reference, Wait
from connector.push.planning import SHOWN

type Own = tuple[str, str]
"""An entity and the MobiWork id of one of its records."""


def told(run: Run, waits: Iterable[Wait]) -> dict[Wait, str]:
    """Return for each wait its reason with what became of the records it waits for."""
    waiting = list(waits)
    fates = _fates(run, {reference for wait in waiting for reference in wait.references})
    return {
        wait: " ".join([wait.reason, *(fates[one] for one in wait.references[:SHOWN])]).rstrip()
        for wait in waiting
    }


def is_listed(run: Run, entity: str, record_id: str) -> bool:
    """Tell whether MobiWork lists a record that is not in QuickBooks."""
    return bool(_kept(run, {(entity, record_id)}))


def _fates(run: Run, references: set[Reference]) -> dict[Reference, str]:
    named = {one: [(one.entity, one.record_id)] for one in references}
    for one, owns in named.items():
        if one.instead:
            owns.append((one.instead, one.record_id))
    kept = _kept(run, {own for owns in named.values() for own in owns})
    return {
        one: next((_fate(one, kept[own]) for own in owns if own in kept), _unknown(one))
        for one, owns in named.items()
    }


def _kept(run: Run, owns: set[Own]) -> dict[Own, PendingItem | str]:
    """Return what is kept of records that are not in QuickBooks: an item, or why not at all."""
    found: dict[Own, PendingItem | str] = {}
    for entity in {entity for entity, _ in owns}:
        flow, ids = BY_ENTITY[entity].name, {one for its, one in owns if its == entity}
        items = run.store.pending.read_many(run.connection_id, flow, ids)
        others = run.store.left_out.read_many(run.connection_id, flow, ids - set(items))
        found |= {(entity, one): other.reason for one, other in others.items()}
        found |= {(entity, one): item for one, item in items.items()}
    return found


def _unknown(reference: Reference) -> str:
    return (
        f"MobiWork does not list {reference.label} as ready for QuickBooks: check that it exists "
        "there."
    )


def _fate(reference: Reference, kept: PendingItem | str) -> str:
    label = capital(reference.label)
    if isinstance(kept, str):
        return f"{label} is left out: {kept}"
    if kept.state == PendingState.REFUSED:
        return f"{label} was refused: {kept.reason}"
    return f"About {reference.label}: {kept.reason}" if kept.reason else ""
