"""Planning a pull is pure: what to do with one QuickBooks record, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from connector.engine.three_way_merge import changed_fields, meant_values, there_values
from connector.errors import RETRY, SKIP, Fix
from connector.model.body import Body, capital
from connector.model.fingerprints import folded
from connector.model.plans import Reference, Refuse, Skip, Wait
from connector.model.pull_flow import Add, Known, Match, Merge, Part, Pull, PullPlan
from connector.model.push_flow import Linked
from connector.model.settings import Settings

MOST_OFFERED = 2


@dataclass(frozen=True)
class Names:
    """The MobiWork records that are not linked yet, by name and by the QuickBooks id they name.

    `why` says what is wrong where MobiWork's list could not be read to its end.
    """

    by_key: Mapping[str, Sequence[str]]
    by_native: Mapping[str, Sequence[str]]
    why: str = ""


@dataclass(frozen=True)
class Seen:
    """What is known of one record: its link, what it refers to, and whom it may be.

    One that `is_part` is kept in the MobiWork record of another one, which `mobiwork_id` names.
    """

    settings: Settings
    links: Mapping[tuple[str, str], str]
    names: Names
    mobiwork_id: str = ""
    link: Linked | None = None
    is_part: bool = False


def plan[R: BaseModel](flow: Pull[R], record: Body, own_id: str, seen: Seen) -> PullPlan:
    """Decide what to do with a record, from values alone: no I/O, no clock."""
    if reason := _not_for_mobiwork(flow, record, own_id, seen):
        return Skip(reason, left_out=True)
    if record.get("Active") is False:
        return _inactive(flow, record, seen)
    if missing := _missing(flow, record, seen):
        return _not_yet(flow, missing)
    return _possible(flow, record, own_id, seen)


def _possible[R: BaseModel](flow: Pull[R], record: Body, own_id: str, seen: Seen) -> PullPlan:
    if seen.is_part:
        return _kept_as_part(flow, record, seen)
    owner = flow.part_of(record, seen.settings)
    if owner and not seen.mobiwork_id:
        return Part(seen.links[flow.source, owner])
    if problem := flow.problem(record, seen.settings):
        return Refuse(problem, (RETRY, SKIP))
    return _linked(flow, record, seen) if seen.mobiwork_id else _first(flow, record, own_id, seen)


def _not_for_mobiwork[R: BaseModel](flow: Pull[R], record: Body, own_id: str, seen: Seen) -> str:
    reason = flow.why_not(record, seen.settings) or _posted(flow, record, own_id, seen)
    return reason or ("" if seen.mobiwork_id else flow.why_not_new(record))


def _posted[R: BaseModel](flow: Pull[R], record: Body, own_id: str, seen: Seen) -> str:
    """Say that a piece belongs to a record that came from MobiWork itself."""
    whole = str(record["Id"])
    if whole == own_id:
        return ""
    came = (flow.source, whole) in seen.links or whole in seen.names.by_native
    return "It came from MobiWork itself." if came else ""


def _missing[R: BaseModel](flow: Pull[R], record: Body, seen: Seen) -> tuple[Reference, ...]:
    references = flow.refers_to(record, seen.settings)
    return tuple(one for one in references if (one.entity, one.record_id) not in seen.links)


def _inactive[R: BaseModel](flow: Pull[R], record: Body, seen: Seen) -> Skip:
    label = flow.label(record)
    if seen.is_part:
        return Skip(
            f"{capital(label)} was made inactive in QuickBooks, but is an address of {flow.entity} "
            f"{seen.mobiwork_id} in MobiWork. Remove that address if nobody needs it any more; "
            "nothing was changed in MobiWork.",
            tell=True,
        )
    if not seen.mobiwork_id or not flow.adds:
        return Skip(f"{capital(label)} is inactive in QuickBooks.", left_out=True)
    return Skip(
        f"{capital(label)} was made inactive in QuickBooks, but is in use in MobiWork "
        f"({flow.entity} {seen.mobiwork_id}). Disable it there too if nobody needs it any more, or "
        "make it active again in QuickBooks; nothing was changed in MobiWork.",
        tell=True,
    )


def _kept_as_part[R: BaseModel](flow: Pull[R], record: Body, seen: Seen) -> PullPlan:
    """Keep a part where it is, whatever the settings say by now; it is never moved or doubled."""
    owner = seen.links.get((flow.source, flow.parent(record)), "")
    if owner == seen.mobiwork_id:
        return Part(owner)
    now = f"below {flow.entity} {owner}" if owner else f"a {flow.entity} of its own"
    return Refuse(
        f"{capital(flow.label(record))} is {now} in QuickBooks now, but MobiWork keeps it as an "
        f"address of {flow.entity} {seen.mobiwork_id}, where work orders may need it. Nothing was "
        "changed in MobiWork: enter it there in its new place by hand.",
        (RETRY, SKIP),
    )


def _not_yet[R: BaseModel](flow: Pull[R], missing: tuple[Reference, ...]) -> PullPlan:
    if flow.orphan:
        return Skip(flow.orphan, left_out=True)
    names = " and ".join(one.label for one in missing)
    are = "is" if len(missing) == 1 else "are"
    return Wait(missing, f"It waits for {names}, which {are} not in MobiWork yet.")


def _linked[R: BaseModel](flow: Pull[R], record: Body, seen: Seen) -> PullPlan:
    link = seen.link
    if link is None or not flow.fields:
        return Skip(f"It is in MobiWork already ({flow.entity} {seen.mobiwork_id}).")
    now = there_values(flow.fields, record)
    disputed = {one.name for one in flow.fields} & set(link.disputed)
    if not disputed and not changed_fields(flow.fields, link.there, now):
        return Skip("Nothing that MobiWork keeps has changed.")
    return Merge()


def _first[R: BaseModel](flow: Pull[R], record: Body, own_id: str, seen: Seen) -> PullPlan:
    native = seen.names.by_native.get(own_id, ())
    if len(native) == 1:
        return Match(native[0], native=True)
    key = folded(flow.there_key(record, seen.settings))
    same = native or (seen.names.by_key.get(key, ()) if key else ())
    if len(same) == 1:
        return Match(same[0])
    if same:
        return _ambiguous(flow, record, same)
    if seen.names.why:
        why = f"It is not known whether MobiWork has it already. {seen.names.why}"
        return Wait((), why)
    if not flow.adds:
        label = flow.label(record)
        return Wait((Reference(flow.source, own_id, label),), "It is not in MobiWork yet.")
    return Add(_changes_of_new(flow, record, seen))


def _changes_of_new[R: BaseModel](flow: Pull[R], record: Body, seen: Seen) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    meant = meant_values(flow.fields, record)
    for one in flow.fields:
        changes |= one.write(meant[one.name], None)
    return {**changes, **flow.new(record, Known(seen.settings, seen.links))}


def _ambiguous[R: BaseModel](flow: Pull[R], record: Body, same: Sequence[str]) -> Refuse:
    shown = ", ".join(same)
    offered = tuple(
        Fix(action="link", label=f"It is {flow.entity} {one} in MobiWork", target=one)
        for one in same[:MOST_OFFERED]
    )
    return Refuse(
        f"MobiWork has {len(same)} records that could be {flow.label(record)} ({flow.entity} "
        f"{shown}), and nobody knows which is meant. Give all but one another name in MobiWork, "
        "then try again.",
        (*offered, SKIP),
    )
