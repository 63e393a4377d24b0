"""Reading what undoing is about: records of QuickBooks as they are now, and their links."""

from collections.abc import Iterable, Mapping, Sequence

from connector.engine.run import Run
from connector.model.body import Json, if_there
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import RecordId, RunId
from connector.model.links import Link, Linking
from connector.model.outcomes import RecordOutcome
from connector.model.undoing.images import BeforeImage
from connector.quickbooks.query import select
from connector.undo.rules import LISTS


def in_quickbooks(run: Run, target: str, ids: Iterable[str]) -> Mapping[str, Json]:
    """Return records by their ids, inactive ones too: one metered call for all."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement = select(target, Id=wanted, include_inactive=target in LISTS)
    found = {str(one["Id"]): one for one in run.quickbooks.query(statement)}
    return {own: found[own] for own in wanted if own in found}


def read_one(run: Run, target: str, quickbooks_id: str) -> Json | None:
    """Return a record as it is at this moment (metered); None where it is gone.

    Reading by id shows a write at once, which a query may not (reference 3.5).
    """
    return if_there(run.quickbooks.read, target, quickbooks_id)


def changes_of(
    run: Run, run_id: RunId, told: Sequence[RecordOutcome]
) -> Mapping[RecordId, list[BeforeImage]]:
    """Return what a run changed of some records of one flow, in the order of their ids."""
    images: dict[RecordId, list[BeforeImage]] = {one.record_id: [] for one in told}
    first, last = min(images), max(images)
    kept = run.store.images.between
    for one in kept(run.connection_id, run_id, told[0].flow, first=first, last=last):
        if one.record_id in images:
            images[one.record_id].append(one)
    return images


def links_of(
    run: Run, flow: AnyPushFlow, record_ids: Iterable[RecordId]
) -> Mapping[RecordId, list[Link]]:
    """Return the links of all documents that some records of a flow became, by record."""
    standings = standings_of(run, flow, record_ids)
    return {own: [one for one in some if isinstance(one, Link)] for own, some in standings.items()}


def standings_of(
    run: Run, flow: AnyPushFlow, record_ids: Iterable[RecordId]
) -> Mapping[RecordId, list[Linking]]:
    """Return how far all documents have come that some records of a flow become, by record."""
    by_record: dict[RecordId, list[Linking]] = {one: [] for one in record_ids}
    for entity in flow.link_entities:
        if flow.piece_id is None:
            owns = [(entity, one) for one in by_record]
            found = run.store.links.read_many(run.connection_id, owns)
            for (_, own), one in found.items():
                by_record[own].append(one)
            continue
        for record_id, some in by_record.items():
            pieces = run.store.links.read_beginning(run.connection_id, entity, f"{record_id}-")
            some.extend(pieces.values())
    return by_record
