"""Arrivals: records read from QuickBooks become pending items, unless they bring nothing new."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from connector.engine.stores import DYNAMODB, Store
from connector.engine.three_way_merge import changed_fields, quickbooks_values
from connector.exact_json import canonical
from connector.model.body import MERGED_INTO, Body, Json
from connector.model.cursor import MergedRecord
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.links import Link
from connector.model.pending import NewItem, fingerprint
from connector.model.policy.settings import Settings


def enqueue_changed(
    connection_id: str,
    pull: AnyPullFlow,
    records: Sequence[Json],
    *,
    now: datetime,
    store: Store = DYNAMODB,
) -> int:
    """Store records of a pull as pending items and return how many.

    One whose fields are what both sides last agreed on is no news: it is our own write, or its
    time stamp moved because a document was posted for it (reference 1.5).
    """
    found = _former(connection_id, pull, records, store) | pieces(pull, records)
    news = found.keys() - _agreed(connection_id, pull, found, store)
    new = {own: found[own] for own in found if own in news}
    put(connection_id, pull, new, now=now, store=store)
    return len(news)


def pieces(pull: AnyPullFlow, records: Iterable[Json]) -> dict[str, Body]:
    """Return what becomes MobiWork records of its own, by its own id.

    A pull that only adds to records of another one says nothing of those that it is not about.
    """
    found = {own: piece for record in records for own, piece in pull.pieces(dict(record)).items()}
    if pull.adds:
        return found
    settings, reason = Settings(), pull.eligibility.skip_reason
    return {own: piece for own, piece in found.items() if not reason(piece, settings)}


def _former(
    connection_id: str, pull: AnyPullFlow, records: Iterable[Json], store: Store
) -> dict[str, Body]:
    """Return the pieces that are linked, as they stand in their records by now."""
    if pull.splitting is None:
        return {}
    linked = (
        (own, dict(record))
        for record in records
        for own in store.links.owners_of_pieces(connection_id, pull.source, str(record["Id"]))
    )
    now = {own: pull.splitting.former(record, own) for own, record in linked}
    return {own: piece for own, piece in now.items() if piece is not None}


def put(
    connection_id: str,
    pull: AnyPullFlow,
    found: Mapping[str, Body],
    *,
    now: datetime,
    store: Store = DYNAMODB,
) -> None:
    """Store records as pending items, by their own id, in the place of older readings."""
    items = [
        item_of(piece, pull.label(piece), record_id=own, now=now) for own, piece in found.items()
    ]
    store.pending.put_all(connection_id, pull.name, items)
    store.left_out.forget(connection_id, pull.name, found)


def item_of(
    record: Json, label: str, *, record_id: str | None = None, now: datetime | None = None
) -> NewItem:
    """Describe a record as a pending item; its id is QuickBooks' own unless it is a piece."""
    text = as_text(record)
    return NewItem(
        record_id=record_id or str(record["Id"]),
        record=text,
        fingerprint=fingerprint(text),
        found_at=(now or datetime.now(UTC)).astimezone(UTC).isoformat(),
        label=label,
    )


def as_text(record: Json) -> str:
    """Return a record as it is stored: canonical, its numbers exact."""
    return canonical(record)


def _agreed(
    connection_id: str, pull: AnyPullFlow, found: Mapping[str, Body], store: Store
) -> set[str]:
    """Return the ids of records that are linked and hold what was agreed.

    Not those that QuickBooks made inactive, which is told, nor those with an item: what an older
    reading left there must be replaced.
    """
    owners = store.links.owners_of(connection_id, pull.source, found) if pull.fields else {}
    linked = store.links.read_many(
        connection_id, [owner for owner in owners.values() if owner.entity == pull.entity]
    )
    same = {
        own
        for own, owner in owners.items()
        if isinstance(link := linked.get(owner), Link)
        and found[own].get("Active", True)
        and not changed_fields(
            pull.fields,
            link.in_quickbooks,
            quickbooks_values(pull.fields, found[own]),
        )
    }
    return same - store.pending.read_many(connection_id, pull.name, same).keys()


def put_merges(connection_id: str, pulls: Sequence[AnyPullFlow], store: Store = DYNAMODB) -> None:
    """Store the merges that webhooks told of as items of the pulls that add these records.

    Those of a pull that is off wait until it is on.
    """
    told = store.merged_records.noted(connection_id)
    for pull in pulls:
        lost = [one for one in told if one.entity == pull.source and pull.adds]
        store.pending.put_all(connection_id, pull.name, [_item(pull, one) for one in lost])
        if lost:
            store.merged_records.forget(connection_id, lost)


def _item(pull: AnyPullFlow, merge: MergedRecord) -> NewItem:
    record = {"Id": merge.loser, MERGED_INTO: merge.survivor}
    return item_of(record, f"{pull.entity} {merge.loser} of QuickBooks")
