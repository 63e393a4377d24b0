"""What a MobiWork account holds, as far as looks have learnt it; no call is made."""

from collections.abc import Iterable, Mapping

from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES, PULL_OF
from connector.mobiwork.endpoints import registry
from connector.model.policy.account_values import IDS, AccountValues
from connector.model.policy.settings import Settings

LISTED_BY = {"product": "push_products", "customer": "push_customers"}
"""The flow that lists the records of an entity."""


def values_of(
    connection_id: str, settings: Iterable[Settings], store: Store = DYNAMODB
) -> AccountValues:
    """Return what the account holds; names of records only where one of the settings needs them."""
    wanted = {
        entity for chosen in settings for name, entity in IDS.items() if getattr(chosen, name, None)
    }
    return AccountValues(
        said=store.census.read_all(connection_id),
        names={entity: names_of(connection_id, entity, store) for entity in wanted},
        capabilities=tuple(sorted({row.switch for row in registry().values() if row.switch})),
        flows=NAMES,
    )


def names_of(connection_id: str, entity: str, store: Store = DYNAMODB) -> Mapping[str, str]:
    """Return the names of all records of an entity by their ids; those without one have ""."""
    flow = LISTED_BY[entity]
    ids = store.fingerprints.read(connection_id, flow).ids()
    names = store.fingerprints.read_names(connection_id, PULL_OF[flow].name).by_key()
    by_id = {own: name for name, owns in names.items() for own in owns}
    return {own: by_id.get(own, "") for own in sorted(ids)}
