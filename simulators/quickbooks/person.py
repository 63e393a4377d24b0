"""What a person does in QuickBooks itself: edits, voids, merges, bundles, closed books."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from simulators.quickbooks import effects, write
from simulators.quickbooks.clock import day_of
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError, FaultError, business, fault
from simulators.quickbooks.references import references
from simulators.quickbooks.rules import customfields
from simulators.quickbooks.schema import ENTITIES, Entity
from simulators.quickbooks.schema.check import check_body
from simulators.quickbooks.wire import Record

MERGEABLE = frozenset(
    {"Customer", "Vendor", "Employee", "Account", "Item", "Class", "Department", "PaymentMethod"}
)
FAMILIES = ("sales", "purchase", "enhanced_sales", "enhanced_purchase")
ALIKE = {"Account": ("AccountType", "AccountSubType"), "Item": ("Type",)}


def act(company: Company, action: str, body: Record) -> Record:
    """Do one thing that a person may do.

    Raises:
        ApiError: QuickBooks would not let a person do it either.
    """
    if action == "close_books":
        company.switches.close_date = _day(body.get("date"))
        company.switches.close_password = bool(body.get("password"))
        return {"BookCloseDate": company.switches.close_date}
    if action == "custom_fields":
        return _define_fields(company, str(body.get("family", "sales")), _inner(body, "fields"))
    entity = ENTITIES.get(str(body.get("entity", "")))
    if entity is None:
        raise fault("2000", f"Invalid object name {body.get('entity')}")
    if action == "merge":
        return _merge_all(company, entity, body)
    if action == "create":
        return _create(company, entity, _inner(body, "body"))
    return _change(company, entity, action, body)


def _inner(body: Record, name: str) -> Record:
    inner = body.get(name) or {}
    if not isinstance(inner, dict):
        raise fault("2010", f"Property Name:{name} must be an object")
    return inner


def _day(value: Any) -> str:  # noqa: ANN401 - any JSON value
    try:
        return day_of(str(value)) if value else ""
    except ValueError as error:
        raise fault("2060", f"Supplied value:{value}", "date") from error


def _define_fields(company: Company, family: str, labels: Record) -> Record:
    if family not in FAMILIES or not all(isinstance(label, str) for label in labels.values()):
        raise fault("2010", f"Property Name:family or fields; families: {', '.join(FAMILIES)}")
    types = {str(label).partition(" ")[0] for label in labels.values()}
    if family.startswith("enhanced_") and not types <= customfields.VALUES.keys():
        raise fault(
            "2170", f"A label begins with one of {', '.join(customfields.VALUES)}", "fields"
        )
    company.fields[family] = dict(labels)
    return {"fields": company.fields}


def _change(company: Company, entity: Entity, action: str, body: Record) -> Record:
    key = str(body.get("id", ""))
    record = company.get(entity.name, key)
    if record is None:
        raise fault("610", write.GONE)
    head = {"Id": key, "SyncToken": record["SyncToken"]}
    if action == "edit":
        needed = {n: record[n] for n in ("VendorRef", "PaymentType") if n in record}
        refs = {n: {"value": v["value"]} if isinstance(v, dict) else v for n, v in needed.items()}
        change: Any = refs | _inner(body, "body")
        return write.update(company, entity, {**change, **head, "sparse": True}, by_hand=True)
    if action == "deactivate":
        return write.update(
            company, entity, {**head, "sparse": True, "Active": False}, by_hand=True
        )
    if action == "delete":
        return write.delete(company, entity, head, by_hand=True)
    if action == "void":
        return write.void(company, entity, head, by_hand=True)
    raise fault("500", f"Operation {action} is not supported.")


def _create(company: Company, entity: Entity, body: Record) -> Record:
    if entity.name == "Item" and body.get("Type") == "Group":
        lines = _components(company, body.pop("components", []))
        record = write.create(company, entity, body, by_hand=True)
        grouped = record | {"ItemGroupDetail": {"ItemGroupLine": lines}, "PrintGroupedItems": True}
        return company.put(entity, write.ordered(entity, grouped), operation="Update")
    if entity.name in {"Budget", "CustomerType", "JournalCode", "ReimburseCharge"}:
        clean, errors = check_body(entity, body)
        missing = [name for name in entity.shape.required if not clean.get(name)]
        if errors or missing:
            wanted = [FaultError("2020", f"Required parameter {n} is missing", n) for n in missing]
            raise ApiError(errors + wanted)
        record = clean | {
            "Id": company.next_id(entity),
            "Active": True,
            "domain": "QBO",
            "sparse": False,
        }
        return company.put(
            entity, write.ordered(entity, record | {"MetaData": {}}), operation="Create"
        )
    return write.create(company, entity, body, by_hand=True)


def _components(company: Company, parts: Any) -> list[Record]:  # noqa: ANN401 - any JSON value
    lines = []
    for part in parts if isinstance(parts, list) else [parts]:
        key = str(part.get("item")) if isinstance(part, dict) else ""
        if company.get("Item", key) is None:
            raise fault("2500", f"Invalid Reference Id : Items element id {key} not found", "item")
        quantity = part.get("quantity", 1)
        if not isinstance(quantity, (int, Decimal)):
            raise fault("2160", f"Supplied value:{quantity}", "quantity")
        lines.append({"ItemRef": company.ref("Item", key), "Qty": quantity})
    return lines


def _merge_all(company: Company, entity: Entity, body: Record) -> Record:
    """Merge a loser into a survivor, or each record of a chain into the next one."""
    chain = body.get("chain") or [body.get("loser", ""), body.get("survivor", "")]
    if not isinstance(chain, list) or len(chain) < 2:  # noqa: PLR2004 - a loser and a survivor
        raise fault("2010", "Property Name:chain must list two records or more")
    merged: Record = {}
    for loser, survivor in pairwise(map(str, chain)):
        merged = merge(company, entity, loser, survivor)
    return merged


def merge(company: Company, entity: Entity, loser: str, survivor: str) -> Record:
    """Merge two names: everything of the loser moves to the survivor and the loser's id dies.

    Raises:
        ApiError: the two cannot be merged.
    """
    lost, kept = company.get(entity.name, loser), company.get(entity.name, survivor)
    if entity.name not in MERGEABLE or lost is None or kept is None or loser == survivor:
        raise business("these records cannot be merged")
    if company.children[entity.name].get(loser):
        raise business("a record with sub-records cannot be merged")
    _check_alike(entity, lost, kept)
    _point_to(company, entity, loser, survivor)
    old, new = f"{entity.name}:{loser}", f"{entity.name}:{survivor}"
    if entity.name == "Account":
        company.ledger.move_account(loser, survivor)
        effects.refresh_accounts(company, {survivor})
    else:
        company.ledger.move_name(old, new)
    parent = (lost.get("ParentRef") or {}).get("value", "")
    company.set_parent(entity.name, loser, parent, "")
    company.stores[entity.name].drop(loser)
    for space in company.names.values():
        for name in [name for name, key in space.items() if key == old]:
            del space[name]
    if "Balance" in entity.shape.fields:
        effects.refresh_name(company, new)
    company.touch(entity.name, survivor, token=False)
    company.tell(entity.name, survivor, "Merge", loser)
    return company.get(entity.name, survivor) or {}


def _check_alike(entity: Entity, lost: Record, kept: Record) -> None:
    if any(lost.get(name) != kept.get(name) for name in ALIKE.get(entity.name, ())):
        raise business("records of two types cannot be merged")
    if entity.name == "Item" and lost["Type"] in {"Inventory", "Group"}:
        raise business(f"items of type {lost['Type']} cannot be merged")


def _point_to(company: Company, entity: Entity, loser: str, survivor: str) -> None:
    label = company.ref(entity.name, survivor)
    for other in ENTITIES.values():
        store = company.stores[other.name]
        for record in list(store):
            copy = _copied(record)
            found = [
                reference
                for field, reference in references(other.shape, copy)
                if entity.name in field.choices and reference.get("value") == loser
            ]
            found += [
                reference
                for reference in _payees(copy)
                if str(reference["type"]).lower() == entity.path and reference["value"] == loser
            ]
            for reference in found:
                reference.update({name: label[name] for name in label if name in reference})
            if found:
                store.put(record["Id"], copy)


def _payees(value: Any) -> Iterator[Record]:  # noqa: ANN401 - any JSON value
    """Walk over the references that name the kind of their target (EntityRef, Entity)."""
    if isinstance(value, list):
        for row in value:
            yield from _payees(row)
    elif isinstance(value, dict):
        if "type" in value and "value" in value:
            yield value
        for member in value.values():
            yield from _payees(member)


def _copied(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _copied(member) for key, member in value.items()}
    return [_copied(member) for member in value] if isinstance(value, list) else value
