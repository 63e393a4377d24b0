"""Why QuickBooks is likely to refuse what is planned, as far as that is known without asking it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from connector.engine.run import Run
from connector.entities.registry import BY_ENTITY, PULL_OF
from connector.model.body import capital
from connector.model.pending import PendingState
from connector.model.plans import Reference
from connector.model.review.planned import NEW, Decision, PlannedRecord
from connector.model.review.taken import takings, warning
from connector.push.load import Prepared


def warned[R: BaseModel](
    run: Run, prepared: Sequence[Prepared[R]], rows: Sequence[PlannedRecord], *, taking: bool = True
) -> list[PlannedRecord]:
    """Return plans with their warnings: a name or number that is taken, a reference not in use.

    `taking` is whether what they take is remembered, for the plans that are made after them.
    """
    if not run.only_plans:
        return list(rows)
    gone, doubtful = _not_in_use(run, prepared), _doubtful(run, prepared)
    taken = _taken(run, [row for row in rows if row.decision is Decision.CREATE], taking=taking)
    return [
        replace(
            row,
            warnings=(
                *taken.get(row.record_id, ()),
                *_inactive(one, gone),
                *_of_parents(one, doubtful),
            ),
        )
        if row.decision is Decision.CREATE
        else row
        for one, row in zip(prepared, rows, strict=True)
    ]


def _taken(run: Run, rows: Sequence[PlannedRecord], *, taking: bool) -> dict[str, list[str]]:
    """Let records take their names and numbers; say for each what another one has already."""
    found: dict[str, list[str]] = {}
    wanted = {row.record_id: takings(row.target, row.body or {}) for row in rows}
    labels = {row.record_id: f"{row.label} ({row.record_id}) of MobiWork" for row in rows}
    keys = {one for each in wanted.values() for one in each}
    owners = run.store.plans.takers(run.connection_id, run.scope, keys)
    new: dict[tuple[str, str], str] = {}
    for record_id, each in wanted.items():
        for one, words in each.items():
            owner = owners.get(one) or new.setdefault(one, labels[record_id])
            if owner != labels[record_id]:
                found.setdefault(record_id, []).append(warning(words, owner))
    if taking:
        run.store.plans.take(run.connection_id, run.scope, new)
    return found


def _linked_references[R: BaseModel](prepared: Prepared[R]) -> Iterator[tuple[Reference, str]]:
    """Yield what a record refers to with the id that it has in QuickBooks."""
    work = prepared.work
    known = work.known
    for one in work.flow.references.needed(work.record, known.settings, known.company):
        link = known.links.get((one.entity, one.record_id))
        link = link or known.links.get((one.instead or "", one.record_id))
        if link is not None:
            yield one, link.quickbooks_id


def _not_in_use[R: BaseModel](
    run: Run, prepared: Sequence[Prepared[R]]
) -> dict[tuple[str, str], str]:
    """Read which referred records are inactive, merged or gone in QuickBooks, as was told of."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    for one in prepared:
        for reference, own in _linked_references(one):
            pull = PULL_OF.get(BY_ENTITY[reference.entity].name)
            if pull is not None:
                wanted.setdefault(pull.name, set()).add((reference.entity, own))
    found: dict[tuple[str, str], str] = {}
    for pull_name, owns in wanted.items():
        told = run.store.pending.read_many(run.connection_id, pull_name, {own for _, own in owns})
        found |= {
            (entity, own): told[own].reason or ""
            for entity, own in owns
            if own in told and told[own].state is PendingState.DELETED
        }
    return found


def _doubtful[R: BaseModel](
    run: Run, prepared: Sequence[Prepared[R]]
) -> dict[tuple[str, str], str]:
    """Read why what is only planned and others refer to is itself likely to be refused."""
    wanted: dict[str, set[str]] = {}
    for one in prepared:
        for reference, own in _linked_references(one):
            if own.startswith(NEW):
                for entity in filter(None, (reference.entity, reference.instead)):
                    wanted.setdefault(entity, set()).add(reference.record_id)
    return {
        (entity, own): " ".join(plan.warnings)
        for entity, owns in wanted.items()
        for own, plan in run.store.plans.read_many(
            run.connection_id, run.scope, BY_ENTITY[entity].name, owns
        ).items()
        if plan.warnings
    }


def _of_parents[R: BaseModel](
    prepared: Prepared[R], doubtful: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    """Say that what a record refers to may not get there, and why."""
    for reference, _ in _linked_references(prepared):
        for entity in filter(None, (reference.entity, reference.instead)):
            if why := doubtful.get((entity, reference.record_id)):
                yield f"It waits if {reference.label} is refused. {why}"


def _inactive[R: BaseModel](
    prepared: Prepared[R], gone: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    for reference, own in _linked_references(prepared):
        if (reference.entity, own) in gone:
            yield f"{capital(reference.label)}: {gone[reference.entity, own]}"
