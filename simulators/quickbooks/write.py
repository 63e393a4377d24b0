"""Creates, updates, deletes and voids records: checks first, then commits all effects at once."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from simulators.quickbooks import effects
from simulators.quickbooks.company import Company
from simulators.quickbooks.draft import Draft, Effects
from simulators.quickbooks.faults import ApiError, fault, unsupported
from simulators.quickbooks.references import resolve
from simulators.quickbooks.rules import rule_of
from simulators.quickbooks.schema import ENTITIES, Entity
from simulators.quickbooks.schema.check import check_body, unknown_property
from simulators.quickbooks.schema.purchases import EXTENSION_BLOCKS
from simulators.quickbooks.schema.table import Shape
from simulators.quickbooks.switches import PLUS
from simulators.quickbooks.wire import Record

KEPT_IN_FULL_UPDATES = frozenset(
    {"Active", "CurrencyRef", "PrintStatus", "EmailStatus", "CustomField", "APAccountRef", "Type",
     "Taxable", "PreferredDeliveryMethod", "QtyOnHand", "InvStartDate", "PayType",
     "PaymentType", "TrackQtyOnHand"}
)  # fmt: skip
GONE = (
    "Object Not Found : Something you're trying to use has been made inactive."
    " Check the fields with accounts, customers, items, vendors or employees."
)


def create(
    company: Company,
    entity: Entity,
    body: Any,  # noqa: ANN401 - a request body
    include: Iterable[str] = (),
    *,
    by_hand: bool = False,
) -> Record:
    """Create a record from a request body.

    Raises:
        ApiError: the body is refused, with every reason.
    """
    _refuse_extensions(company, entity, body)
    _check_edition(company, entity)
    clean, errors = check_body(entity, body)
    new = {k: v for k, v in clean.items() if v is not None and k not in {"SyncToken"}}
    new["Id"] = "0"
    draft = Draft(company, entity, new, None, frozenset(clean), frozenset(include), errors, by_hand)
    _require(draft)
    return _save(draft)


def update(
    company: Company,
    entity: Entity,
    body: Any,  # noqa: ANN401 - a request body
    include: Iterable[str] = (),
    *,
    by_hand: bool = False,
) -> Record:
    """Update a record, sparse or full (section 7.1); an update that changes nothing is no change.

    Raises:
        ApiError: unknown id (610), stale token (5010), or the body is refused.
    """
    _refuse_extensions(company, entity, body)
    clean, errors = check_body(entity, body)
    old = current(company, entity, body)
    sparse = body.get("sparse") in (True, "true")
    new = _merge(company, entity, old, clean, sparse=sparse)
    draft = Draft(company, entity, new, old, frozenset(clean), frozenset(include), errors, by_hand)
    _require(draft)
    rule_of(entity).check_update(draft, sparse=sparse)
    return _save(draft)


def current(company: Company, entity: Entity, body: Record, *, versioned: bool = True) -> Record:
    """Return the stored record that a body means, if its SyncToken is the current one.

    It may go without a token where records are not `versioned`.
    """
    key = str(body.get("Id") or "")
    if not key:
        raise fault("2020", "Required parameter Id is missing in the request", "Id")
    old = company.get(entity.name, key)
    if old is None:
        if not key.isdigit() and entity.name != "TaxCode":
            raise fault("2030", f"Id should be a valid number. Supplied value:{key[:50]}", "Id")
        raise fault("610", GONE)
    token = body.get("SyncToken")
    if token is None or token == "":
        if not versioned:
            return old
        raise fault("2020", "Required parameter SyncToken is missing in the request", "SyncToken")
    if str(token) != old["SyncToken"]:
        raise fault(
            "5010",
            "Stale Object Error : You and another user were working on this at the same time."
            " The other user finished before you did, so your work was not saved.",
        )
    return old


def delete(
    company: Company,
    entity: Entity,
    body: Any,  # noqa: ANN401 - a request body
    *,
    by_hand: bool = False,
) -> Record:
    """Delete a transaction or attachment.

    Raises:
        ApiError: the entity has no delete (500), or this record may not be deleted.
    """
    if not entity.can("delete"):
        raise unsupported(f"delete {entity.name}")
    _refuse_extensions(company, entity, body)
    check_body(entity, body)
    old = current(company, entity, body, versioned=entity.name != "Attachable")
    draft = Draft(company, entity, dict(old), old, by_hand=by_hand)
    rule_of(entity).check_removal(draft)
    draft.stop_on_errors()
    effects.remove(company, entity, old)
    return {"status": "Deleted", "domain": "QBO", "Id": old["Id"]}


def void(
    company: Company,
    entity: Entity,
    body: Any,  # noqa: ANN401 - a request body
    *,
    by_hand: bool = False,
) -> Record:
    """Void a transaction: amounts become zero, links are released, the record stays.

    Raises:
        ApiError: the entity has no void (500), or this record may not be voided.
    """
    if not entity.can("void"):
        raise unsupported(f"void {entity.name}")
    check_body(entity, body)
    old = current(company, entity, body)
    draft = Draft(company, entity, dict(old), old, by_hand=by_hand)
    rule_of(entity).check_removal(draft)
    draft.stop_on_errors()
    record = ordered(entity, rule_of(entity).voided(draft))
    if _same(record, old):
        return old
    return effects.commit(company, entity, record, Effects(), "Void")


def _refuse_extensions(company: Company, entity: Entity, body: Any) -> None:  # noqa: ANN401
    """Refuse the read-only blocks of answers when they are sent back (section 1.3)."""
    if not company.switches.refuse_extension_blocks or not isinstance(body, dict):
        return
    if not EXTENSION_BLOCKS.isdisjoint(body):
        raise unknown_property(entity.shape, min(EXTENSION_BLOCKS.intersection(body)))


def _check_edition(company: Company, entity: Entity) -> None:
    """Refuse what the company's edition or preferences lack (5030)."""
    if not entity.edition:
        return
    switches = company.switches
    on = {"classes": switches.classes != "off", "departments": switches.departments,
          "inventory": switches.inventory}  # fmt: skip
    if not (on[entity.edition] and switches.edition in PLUS):
        raise fault("5030", f"{entity.name} is not available in this company")


def _merge(company: Company, entity: Entity, old: Record, clean: Record, *, sparse: bool) -> Record:
    shape = entity.shape.fields
    if sparse:
        new = dict(old)
    else:
        new = {k: v for k, v in old.items() if shape[k].readonly or k in KEPT_IN_FULL_UPDATES}
    for name, value in clean.items():
        if value is not None:
            new[name] = value
        elif not shape[name].keep and company.switches.clear_with_empty_text:
            new.pop(name, None)
        elif name in old:
            new[name] = old[name]
    new.update(Id=old["Id"], SyncToken=old["SyncToken"], MetaData=old["MetaData"])
    return new


def _require(draft: Draft) -> None:
    for name in draft.entity.shape.required:
        if draft.new.get(name) is None:
            draft.missing(name)


def _save(draft: Draft) -> Record:
    company, entity = draft.company, draft.entity
    rule = rule_of(entity)
    resolve(draft)
    draft.stop_on_errors()
    rule.prepare(draft)
    draft.stop_on_errors()
    if draft.old is None:
        draft.new["Id"] = company.next_id(entity)
        draft.new.update(SyncToken="0", MetaData={})
    draft.new.update(domain="QBO", sparse=False)
    record = ordered(entity, draft.new)
    if draft.old is not None and not draft.follow_ups and _same(record, draft.old):
        return draft.old
    draft.new = record
    operation = rule.operation(draft)
    stored = effects.commit(company, entity, record, rule.effects(draft), operation)
    rule.after(draft)
    for name, body in draft.follow_ups:
        create(company, ENTITIES[name], body, by_hand=True)
    return company.get(entity.name, stored["Id"]) or stored


def ordered(entity: Entity, record: Record) -> Record:
    """Put the properties in the order in which answers carry them."""
    names = _in_order(entity.shape, tuple(record))
    return {name: value for name in names if (value := record[name]) is not None}


@lru_cache(maxsize=4096)
def _in_order(shape: Shape, names: tuple[str, ...]) -> list[str]:
    """Sort the names of a record; most records of an entity have the same."""
    places = shape.places
    return sorted((name for name in names if name in places), key=places.__getitem__)


def _same(new: Record, old: Record) -> bool:
    system = {"SyncToken", "MetaData"}
    keys = (set(new) | set(old)) - system
    return all(new.get(key) == old.get(key) for key in keys)


__all__ = ["ApiError", "create", "current", "delete", "ordered", "update", "void"]
