"""Three-way merge of a record that goes both ways: what was agreed, and what each side holds now.

Each side is compared with its own snapshot of the last agreement, so a translation that loses
something on the way can never look like a change. A field without a snapshot was never agreed:
each side that holds something counts as changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from connector.model.body import Body, Json
from connector.model.flows.context import Linked
from connector.model.flows.field import AnyField, Value, Values
from connector.model.flows.filling import fill
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.policy.choices import OnConflict

type Resolution = Literal["take", "give", "ask"]

DECIDED_BY: Mapping[OnConflict, Resolution] = {
    "ask": "ask",
    "QuickBooks wins": "take",
    "MobiWork wins": "give",
}
"""What the setting makes of a field that changed on both sides."""


@dataclass(frozen=True)
class MergeDecision:
    """What to do with each field, by its name.

    take: QuickBooks' values to write into MobiWork; give: fields whose MobiWork value QuickBooks
    is to get; agreed: fields that are the same on both sides; disputed: both values, of fields
    that a person must decide; told: what they were and are in QuickBooks, of fields that a person
    must correct in MobiWork.
    """

    take: Mapping[str, Value] = field(default_factory=dict)
    give: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    disputed: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    told: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)


def mobiwork_values(fields: Iterable[AnyField], record: BaseModel) -> dict[str, Value]:
    """Return the value of each field in MobiWork's record."""
    return {one.name: one.mobiwork(record) for one in fields}


def quickbooks_values(fields: Iterable[AnyField], record: Json) -> dict[str, Value]:
    """Return the value of each field in QuickBooks' record."""
    return {one.name: one.quickbooks(record) for one in fields}


def meant_values(fields: Iterable[AnyField], record: Json) -> dict[str, Value]:
    """Return the value of each field in QuickBooks' record in MobiWork's words."""
    return {one.name: (one.in_mobiwork_terms or one.quickbooks)(record) for one in fields}


def changed_fields(fields: Iterable[AnyField], base: Values, now: Values) -> tuple[str, ...]:
    """Name the fields whose value is not what was agreed; those never agreed count as changed."""
    return tuple(
        one.name
        for one in fields
        if one.name not in base or not _same(one, base[one.name], now[one.name])
    )


def differing_fields(
    fields: Iterable[AnyField], in_mobiwork: Values, in_quickbooks: Values
) -> tuple[str, ...]:
    """Name the fields that the two sides hold different values of."""
    return tuple(
        one.name for one in fields if not _same(one, in_mobiwork[one.name], in_quickbooks[one.name])
    )


def merge(  # noqa: PLR0913 - two sides with two snapshots, and who wins
    fields: Iterable[AnyField],
    *,
    base_in_mobiwork: Values,
    base_in_quickbooks: Values,
    in_mobiwork: Values,
    in_quickbooks: Values,
    on_conflict: OnConflict,
    meant: Values | None = None,
) -> MergeDecision:
    """Decide field by field; deterministic, and every field is in one of the five at most once.

    `meant` is what QuickBooks' values are in MobiWork's words: only these can be compared with
    MobiWork's own, and only these are taken over.
    """
    take: dict[str, Value] = {}
    give: list[str] = []
    agreed: list[str] = []
    disputed: dict[str, tuple[Value, Value]] = {}
    told: dict[str, tuple[Value, Value]] = {}
    for one in fields:
        name = one.name
        ours, theirs = in_mobiwork[name], (meant or in_quickbooks)[name]
        if _same(one, ours, theirs):
            agreed.append(name)
            continue
        never = name not in base_in_mobiwork or name not in base_in_quickbooks
        filled = fill(one, ours, theirs) if never and not one.one_way else None
        if filled is not None:
            take |= {name: filled.value} if filled.way == "take" else {}
            give += [name] if filled.way == "give" else []
            agreed += [name] if filled.way == "agree" else []
            continue
        match _decide(
            one, base_in_mobiwork, base_in_quickbooks, ours, in_quickbooks[name], on_conflict
        ):
            case "take" if one.report_only:
                told[name] = (base_in_quickbooks.get(name, ours), theirs)
            case "take":
                take[name] = theirs
            case "give":
                give.append(name)
            case "ask":
                disputed[name] = (ours, theirs)
    return MergeDecision(take, tuple(give), tuple(agreed), disputed, told)


def sendable(flow: AnyPushFlow, record: BaseModel, link: Linked, body: Body) -> Body:
    """Return the members of an update: those of fields that changed here and nobody disputes.

    What is in no field (an account, say) goes along only where we set it before, or what it
    belongs to. A field that was
    emptied here is emptied in QuickBooks, too.
    """
    now = mobiwork_values(flow.fields, record)
    moved = set(changed_fields(flow.fields, link.in_mobiwork, now)) - set(link.disputed)
    ours = {member for one in flow.fields if one.name in moved for member in one.members}
    two_way = {member for one in flow.fields for member in one.members}
    along = flow.updating.along if flow.updating else {}
    changed = {
        member: value
        for member, value in body.items()
        if link.base.get(member) != value
        and (member in ours if member in two_way else along.get(member, member) in link.base)
    }
    for one in flow.fields:
        emptied = (one.clears.keys() & link.base.keys()) - body.keys()
        if one.name in moved:
            changed |= {member: one.clears[member] for member in sorted(emptied)}
    return changed


def _decide(  # noqa: PLR0913, PLR0917 - as merge
    one: AnyField,
    base_in_mobiwork: Values,
    base_in_quickbooks: Values,
    ours: Value,
    theirs: Value,
    on_conflict: OnConflict,
) -> Resolution | None:
    """Return take, give or ask for a field that differs; None when both agreed to differ."""
    known = one.name in base_in_mobiwork and one.name in base_in_quickbooks
    moved_in_mobiwork = not known or not _same(one, base_in_mobiwork[one.name], ours)
    moved_in_quickbooks = not known or not _same(one, base_in_quickbooks[one.name], theirs)
    if one.one_way:
        return "take" if moved_in_quickbooks else None
    if not known:
        moved_in_mobiwork, moved_in_quickbooks = plain(ours) is not None, plain(theirs) is not None
    if moved_in_mobiwork and moved_in_quickbooks:
        return DECIDED_BY[on_conflict]
    return "take" if moved_in_quickbooks else "give" if moved_in_mobiwork else None


def _same(one: AnyField, first: Value, second: Value) -> bool:
    return bool(plain(one.compared(first)) == plain(one.compared(second)))


def plain(value: Value) -> Value:
    """Return a value so that equal ones are the same: trimmed, numbers by value, empty as nothing.

    False is a value; an empty text, an empty object and an object of empty ones are nothing.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | Decimal):
        return Decimal(value).normalize()
    if isinstance(value, Mapping):
        parts = {name: plain(part) for name, part in value.items()}
        return {name: part for name, part in sorted(parts.items()) if part is not None} or None
    return value
