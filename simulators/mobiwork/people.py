"""What a person does in MobiWork's own screens, and bulk loading: records as plain JSON."""

from typing import Any

from simulators.mobiwork import changes
from simulators.mobiwork.account import ADMINISTRATOR, Account
from simulators.mobiwork.entities import ENTITIES
from simulators.mobiwork.entities.shared import ADJUSTMENTS
from simulators.mobiwork.model import Node, Record
from simulators.mobiwork.settling import settle_all

_TOTALS = frozenset({"subTotal", "taxAmount", "total"})
_CHANGE_TOTALS = frozenset(
    {"lineItems", "locationId", "shippingCost", "rebate", "rebatePercent"}
) | {field.name for field in ADJUSTMENTS}
_TAX_OF_ORDER = "taxAmount"  # of a purchase order: entered, never computed


def kept(account: Account, entity: str) -> dict[str, Record]:
    """The records of an entity by id.

    Raises:
        LookupError: There is no such entity.
    """
    if entity not in ENTITIES:
        raise LookupError(f"no such entity: {entity}")
    return account.store.records[entity]


def one(account: Account, entity: str, record_id: str) -> Record:
    """One record.

    Raises:
        LookupError: There is no such record.
    """
    record = kept(account, entity).get(record_id)
    if record is None:
        raise LookupError(f"no such {entity}: {record_id}")
    return record


def add(account: Account, entity: str, given: Any) -> Record:  # noqa: ANN401 - JSON
    """Add a record; what is left out is filled in as the screens do.

    Raises:
        LookupError: There is no such entity.
        ValueError: What is given is no record.
    """
    kept(account, entity)
    record = as_record(given)
    changes.prepare(account, ENTITIES[entity], record, ADMINISTRATOR)
    if not _given_totals(entity, record):
        changes.compute(account, entity, record)
    changes.stored(account.store, entity, record)
    return record


def edit(account: Account, entity: str, record_id: str, given: Any) -> Record:  # noqa: ANN401
    """Change the elements that are given; groups are merged, lists are replaced.

    Raises:
        LookupError: There is no such record.
        ValueError: What is given is no record.
    """
    old = one(account, entity, record_id)
    changed = as_record(given)
    identity = ENTITIES[entity].identity
    if changed.get(identity, record_id) != record_id:
        raise ValueError(f"{identity} cannot be changed")
    record = _merged(old, changed)
    entered = entity == "purchaseOrder" and _TAX_OF_ORDER in changed
    if (entered or _CHANGE_TOTALS & set(changed)) and not _given_totals(entity, changed):
        changes.compute(account, entity, record)
    changes.approve(account, ENTITIES[entity], record)
    changes.stored(account.store, entity, record)
    if entity == "payment":
        settle_all(account.store, old)
    return record


def _given_totals(entity: str, given: Record) -> bool:
    """Whether a person typed totals, so that they stay as they are."""
    computed = _TOTALS - {_TAX_OF_ORDER} if entity == "purchaseOrder" else _TOTALS
    return bool(computed & set(given))


def _merged(old: Record, changed: Record) -> Record:
    result = dict(old)
    for name, value in changed.items():
        before = old.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        result[name] = _merged(before, value) if both else value  # type: ignore[arg-type]
    return result


def delete(account: Account, entity: str, record_id: str) -> None:
    """Delete a record.

    Raises:
        LookupError: There is no such record.
    """
    record = one(account, entity, record_id)
    account.store.delete(entity, record_id)
    changes.after(account.store, entity, record)


def load(account: Account, given: Any) -> dict[str, int]:  # noqa: ANN401 - JSON
    """Load records as they are, nothing computed; records with a known id are replaced.

    Raises:
        LookupError: There is no such entity.
        ValueError: What is given is no object of lists of records.
    """
    batches = {
        name: [as_record(item) for item in items] for name, items in as_object(given).items()
    }
    for name in batches:
        kept(account, name)
    for name, records in batches.items():
        for record in records:
            account.store.put(name, record)
    return {name: len(records) for name, records in batches.items()}


def as_record(given: Any) -> Record:  # noqa: ANN401 - JSON
    """A JSON object as a record: numbers and booleans become text.

    Raises:
        ValueError: It is no object.
    """
    return {name: _node(value) for name, value in as_object(given).items()}


def as_object(given: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A JSON object.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(given, dict):
        raise ValueError("send a JSON object")  # noqa: TRY004 - the value is at fault, not a type
    return given


def _node(value: object) -> Node:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return as_record(value)
    if isinstance(value, list):
        return [_node(item) for item in value]
    return None if value is None else str(value)
