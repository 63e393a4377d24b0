"""Records below others: whom they belong to at the top, and who is concerned when one changes."""

from collections.abc import Sequence

from connector.engine.stores import DYNAMODB, Store
from connector.engine.three_way_merge import changed_fields, quickbooks_values
from connector.model.body import Json
from connector.model.flows.pull_flow import AnyPullFlow
from connector.model.links import Link


def note(
    connection_id: str,
    pull: AnyPullFlow,
    records: Sequence[Json],
    store: Store = DYNAMODB,
) -> None:
    """Remember which record each of these is right below."""
    if pull.hierarchy is None:
        return
    told = {str(one["Id"]): pull.hierarchy.parent(one) for one in records}
    store.parents.keep(connection_id, pull.source, {own: one for own, one in told.items() if one})


def below(
    connection_id: str,
    pull: AnyPullFlow,
    records: Sequence[Json],
    store: Store = DYNAMODB,
) -> list[str]:
    """Return the ids of the records below those of which something changed that shows in them.

    QuickBooks is not known to tell of a child when its parent is renamed or moved. Those that are
    told anyway are left out.
    """
    if pull.hierarchy is None:
        return []
    told = {str(one["Id"]): one for one in records}
    owners = store.links.owners_of(connection_id, pull.source, told)
    known = store.links.read_many(connection_id, owners.values())
    fields = [one for one in pull.fields if one.name in pull.hierarchy.shown_below]
    changed = [
        own
        for own, owner in owners.items()
        if isinstance(link := known.get(owner), Link)
        and changed_fields(fields, link.in_quickbooks, quickbooks_values(fields, told[own]))
    ]
    found = store.parents.below(connection_id, pull.source, changed) if changed else set()
    return sorted(found - told.keys())
