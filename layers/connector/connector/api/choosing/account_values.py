"""What a MobiWork account holds, as far as looks have learnt it; no call is made."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from pydantic import ValidationError

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import BY_ENTITY, NAMES, PULL_OF
from connector.mobiwork.endpoints import registry
from connector.model.links import Link
from connector.model.policy.account_values import IDS, AccountValues
from connector.model.policy.settings import Settings
from connector.push.invalid_records import read_record
from connector.store.control import probes

LISTED_BY = {"product": "push_products", "customer": "push_customers"}
"""The flow that lists the records of an entity."""


def values_of(
    connection_id: str,
    settings: Iterable[Settings],
    store: Store = DYNAMODB,
    *,
    with_probe: bool = True,
) -> AccountValues:
    """Return what the account holds; names of records only where one of the settings needs them.

    `with_probe` reads what the latest probe found, which the choice of undocumented calls tells.
    """
    wanted = {
        entity for chosen in settings for name, entity in IDS.items() if getattr(chosen, name, None)
    }
    return AccountValues(
        said=store.census.read_all(connection_id),
        names={entity: names_of(connection_id, entity, store) for entity in wanted},
        capabilities=tuple(sorted({row.switch for row in registry().values() if row.switch})),
        probed=probes.latest(connection_id) if with_probe else None,
        flows=NAMES,
        spelled=partial(spelled, connection_id, store),
    )


def names_of(connection_id: str, entity: str, store: Store = DYNAMODB) -> Mapping[str, str]:
    """Return the names of all records of an entity by their ids; those without one have ""."""
    flow = LISTED_BY[entity]
    ids = store.fingerprints.read(connection_id, flow).ids()
    names = store.fingerprints.read_names(connection_id, PULL_OF[flow].name).by_key()
    by_id = {own: name for name, owns in names.items() for own in owns}
    return {own: by_id.get(own, "") for own in sorted(ids)}


def spelled(connection_id: str, store: Store, entity: str, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the names of some records as MobiWork writes them, as far as they are kept.

    Those of linked records are as QuickBooks has them, which is the same text.
    """
    flow = BY_ENTITY[entity]
    names: dict[str, str] = {}
    for own, item in store.pending.read_many(connection_id, flow.name, ids).items():
        with suppress(ValidationError):
            record = read_record(flow, own, item.record)
            names[own] = PULL_OF[flow.name].mobiwork_key(record) or ""
    wanted = [(entity, own) for own in ids if own not in names]
    for (_, own), link in store.links.read_many(connection_id, wanted).items():
        if isinstance(link, Link):
            names[own] = str(link.base.get("DisplayName") or link.base.get("Name") or "")
    return {own: name for own, name in names.items() if name}
