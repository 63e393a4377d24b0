"""Three-way comparison of a record: what we last agreed on, what we want now, what is there."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connector.model.body import Body, Json
from connector.model.markers import NOTE, without_markers
from connector.quickbooks.words import name_of_member

TAX, CODE = "TxnTaxDetail", "TxnTaxCodeRef"
SUBTOTAL = "SubTotalLineDetail"
OF_PROGRAMS = frozenset({"DefinitionId", "DetailType", "LineNum", "TxnType", "Type"})
"""Members that say what others are, and nothing to a person."""
BY_SETTING = {"CustomerMemo", "Memo"}
"""What goes along only by setting: that it is not sent any more is no change of the record."""


def changed_members(base: Json, wanted: Json) -> Body:
    """Return the members of `wanted` that differ from the agreed `base`, both in our own words.

    A member that is gone is not cleared: leaving it out of a sparse update keeps it (rule 5).
    """
    return {name: value for name, value in wanted.items() if differs(name, base.get(name), value)}


def agreed(wanted: Json, in_quickbooks: Json) -> Body:
    """Return the base of a record adopted as it stands: our words where both sides agree.

    What QuickBooks does not have was never agreed on.
    """
    return {
        name: value if same(value, in_quickbooks.get(name)) else in_quickbooks[name]
        for name, value in wanted.items()
        if in_quickbooks.get(name) is not None or same(value, None)
    }


def conflicts(base: Json, wanted: Json, in_quickbooks: Json) -> list[str]:
    """Name the members changed on both sides, and not to the same value."""
    return [
        name
        for name, value in wanted.items()
        if not same(in_quickbooks.get(name), base.get(name))
        and not same(in_quickbooks.get(name), value)
    ]


def same(one: object, other: object) -> bool:
    """Compare two JSON values; of an object only what our side knows of counts, numbers by value.

    QuickBooks adds members of its own (an address gets an Id, a reference a name), so an object
    is the same when every member of the smaller one is the same in the larger.
    """
    if isinstance(one, list) and isinstance(other, list):
        ours, theirs = _entered(one), _entered(other)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        small, large = sorted((one, other), key=len)
        return all(same(value, large.get(name)) for name, value in small.items())
    if _is_number(one) and _is_number(other):
        return Decimal(str(one)) == Decimal(str(other))
    return bool((one or None) == (other or None))


def _entered(lines: Sequence[object]) -> list[object]:
    """Return the lines that somebody entered; QuickBooks appends a subtotal of its own."""
    return [
        line
        for line in lines
        if not (isinstance(line, Mapping) and line.get("DetailType") == SUBTOTAL)
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def differences(base: Json, wanted: Json) -> list[str]:
    """Say member by member how what is wanted now differs from what was agreed."""
    names = sorted(base.keys() | wanted.keys())
    return [
        told
        for name in names
        for told in _difference(name, base.get(name), wanted.get(name))
        if differs(name, base.get(name), wanted.get(name))
        and (name in wanted or name not in BY_SETTING)
    ]


def differs(name: str, was: object, now: object) -> bool:
    """Tell whether a member is another one by now.

    The wording of our own marker is no change of the record. Nor is the form in which a tax is
    sent: documents of before have the total of their tax without a code.
    """
    if name == NOTE and was and now:
        return without_markers(str(was)) != without_markers(str(now))
    if name == TAX and isinstance(was, Mapping) and isinstance(now, Mapping) and CODE not in was:
        return was != {member: value for member, value in now.items() if member != CODE}
    return was != now


def _difference(name: str, was: object, now: object) -> list[str]:
    if isinstance(was, list) or isinstance(now, list):
        return _line_differences(name, _lines(was), _lines(now))
    return [f"The {name_of_member(name)} was {shown(was)} and is {shown(now)} now."]


def _lines(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _line_differences(name: str, was: list[object], now: list[object]) -> list[str]:
    found = [
        f"The {name_of_member(name)} {position} was {before} and is {after} now."
        for position, (old, new) in enumerate(zip(was, now, strict=False), start=1)
        for before, after in [_both_shown(old, new)]
        if old != new
    ]
    if len(was) != len(now):
        found.append(f"It had {_counted(was, name)} and has {_counted(now, name)} now.")
    return found


def _both_shown(was: object, now: object) -> tuple[str, str]:
    """Show two lines as a person writes them, unless they differ in what that leaves out."""
    both = _line(was), _line(now)
    return both if both[0] != both[1] else _apart(_members(was), _members(now))


def _apart(was: Json, now: Json) -> tuple[str, str]:
    """Show of two lines only the members that differ, each by its word."""
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    before, after = (
        ", ".join(f"{name_of_member(name)} {shown(some.get(name))}" for name in names)
        for some in (was, now)
    )
    return before, after


def _members(line: object) -> Body:
    """Return what a line says, its details beside the rest."""
    if not isinstance(line, Mapping):
        return {"Line": line}
    found: Body = {}
    for name, value in line.items():
        inner = name == line.get("DetailType") and isinstance(value, Mapping)
        found |= value if inner else {name: value} if name not in OF_PROGRAMS else {}
    return found


def _line(value: object) -> str:
    """Write a line of a document: quantity and price, amount, description."""
    if not isinstance(value, Mapping) or value.get("DetailType") not in value:
        return shown(value)
    detail: Json = value[value["DetailType"]]
    amount = value.get("Amount")
    if "Qty" in detail and "UnitPrice" in detail:
        amount = f"{detail['Qty']} x {detail['UnitPrice']} = {amount}"
    text = value.get("Description")
    return f"{amount} ({text})" if text else f"{amount}"


def _counted(items: list[object], name: str) -> str:
    return f"{len(items) or 'no'} {name_of_member(name)}{'' if len(items) == 1 else 's'}"


def shown(value: object) -> str:
    """Write a value of a body for a person, without what only programs say of it."""
    if isinstance(value, Mapping):
        inner = (
            shown(item)
            for name, item in value.items()
            if not isinstance(item, bool) and name not in OF_PROGRAMS
        )
        return " ".join(text for text in inner if text)
    if isinstance(value, list) and value:
        return " ".join(map(shown, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return "nothing" if value in (None, "", []) else str(value)
