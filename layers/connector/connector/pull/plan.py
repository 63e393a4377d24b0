"""Planning a pull is pure: what to do with one QuickBooks record, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from connector.engine.three_way_merge import changed_fields, meant_values, quickbooks_values
from connector.errors import RETRY, SKIP, Fix
from connector.model.body import Body, capital, spoken
from connector.model.flows.context import Linked, PullContext
from connector.model.flows.exclusion import excluded_customer, switched_off
from connector.model.flows.hierarchy import Hierarchy
from connector.model.flows.pull_flow import Add, Embed, Join, Merge, PullFlow, PullPlan
from connector.model.flows.start_date import start_for
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Match, MatchDecision
from connector.model.matching.wording import LEFT_OUT, asked_there
from connector.model.plans import Reference, Refuse, Skip, Wait
from connector.model.policy.settings import Settings
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import Instruction, Wish

MOST_OFFERED = 2


@dataclass(frozen=True)
class Names:
    """The MobiWork records that are not linked yet, by name and by the QuickBooks id they name.

    by_key, by_native: the ids of MobiWork's records, by name and by the QuickBooks id they name.
    why: what is wrong where MobiWork's list could not be read to its end; None where it could.
    off: whether that is because there is no call for it.
    there: the ids of QuickBooks' records that are not linked yet, by name, once they are asked for.
    """

    by_key: Mapping[str, Sequence[str]]
    by_native: Mapping[str, Sequence[str]]
    why: str | None = None
    there: Callable[[], Mapping[str, Sequence[str]]] = dict
    off: bool = False


@dataclass(frozen=True)
class MatchContext:
    """What is known of one record: its link, what it refers to, and whom it may be.

    Attributes:
        settings: The settings of the connection.
        links: The MobiWork ids of what it refers to, by QuickBooks entity and id.
        names: The records that are not linked, on both sides.
        mobiwork_id: The MobiWork record that it is linked to or kept in, if any.
        link: The link of that record, as read.
        is_embedded: Whether it is kept in the MobiWork record of another one.
        matches: Those in which it may be meant.
        connected_on: The company's day on which it was connected, where it was noted.
        wanted: What a person said is to become of it.
    """

    settings: Settings
    links: Mapping[tuple[str, str], str]
    names: Names
    mobiwork_id: str | None = None
    link: Linked | None = None
    is_embedded: bool = False
    matches: tuple[Match, ...] = ()
    connected_on: date | None = None
    wanted: Instruction | None = None


def plan[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> PullPlan:
    """Decide what to do with a record, from values alone: no I/O, no clock."""
    if reason := _not_for_mobiwork(flow, record, quickbooks_id, seen):
        return Skip(reason, left_out=True)
    if record.get("Active") is False:
        return _inactive(flow, record, seen)
    if missing := _missing(flow, record, seen):
        return _not_yet(flow, missing)
    return _possible(flow, record, quickbooks_id, seen)


def _possible[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> PullPlan:
    if flow.hierarchy and (placed := _placed(flow, flow.hierarchy, record, seen)):
        return placed
    return (
        _linked(flow, record, seen.mobiwork_id, seen.link)
        if seen.mobiwork_id
        else _first(flow, record, quickbooks_id, seen)
    )


def _placed[R: BaseModel](
    flow: PullFlow[R], hierarchy: Hierarchy[R], record: Body, seen: MatchContext
) -> Embed | Refuse | None:
    """Return what becomes of a record for its place among others, if that decides."""
    if seen.is_embedded:
        return _kept_embedded(flow, hierarchy, record, seen)
    owner = hierarchy.embed_in(record, seen.settings)
    if owner and not seen.mobiwork_id:
        return Embed(seen.links[flow.source, owner], hierarchy)
    problem = hierarchy.problem(record, seen.settings)
    return Refuse(problem, (RETRY, SKIP), Kind.RECORD) if problem else None


def _not_for_mobiwork[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> str | None:
    reason = (
        switched_off(flow.name, seen.settings)
        or _excluded(flow, record, quickbooks_id, seen)
        or flow.eligibility.skip_reason(record, seen.settings)
        or _posted(flow, record, quickbooks_id, seen)
    )
    if reason or seen.mobiwork_id:
        return reason
    if seen.wanted and seen.wanted.wish is Wish.LEAVE_OUT:
        return seen.wanted.sentence
    if early := _too_early(flow, record, seen):
        return early
    return flow.splitting.skip_create_reason(record) if flow.splitting else None


def _excluded[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> str | None:
    """Return why a record of an excluded customer stays as it is: who it is, or who it is of.

    Who is not linked is whom a match, an external id or the name says, as far as that is certain.
    """
    whose = flow.eligibility.whose(record)
    if whose is None or not seen.settings.excluded_customers:
        return None
    whom = {seen.links.get((whose.entity, whose.record_id))}
    if whose.entity == flow.source:
        owner = flow.hierarchy.embed_in(record, seen.settings) if flow.hierarchy else None
        whom |= {seen.mobiwork_id, seen.links.get((flow.source, owner or ""))}
        whom |= set() if seen.mobiwork_id else _meant(flow, record, quickbooks_id, seen)
    told = (excluded_customer(own, seen.settings) for own in whom - {None})
    return next(filter(None, told), None)


def _meant[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> set[str | None]:
    """Return the MobiWork records that one which is not linked may be joined to unasked."""
    sure = [
        one
        for one in seen.matches
        if one.decision is MatchDecision.SAME
        or (one.decision is MatchDecision.UNDECIDED and one.grade is Grade.CERTAIN)
    ]
    key = flow.name_of(flow.quickbooks_key(record, seen.settings))
    return {
        *(one.owner.mobiwork_id for one in sure),
        *_others(seen, seen.names.by_native.get(quickbooks_id, ())),
        *(_others(seen, seen.names.by_key.get(key, ())) if key else ()),
    }


def _too_early[R: BaseModel](flow: PullFlow[R], record: Body, seen: MatchContext) -> str | None:
    """Say that a document is of before the start date; MobiWork has it, in whatever form."""
    start = start_for(flow.entity, seen.settings, seen.connected_on)
    day = record.get("TxnDate")
    if start is None or not day or date.fromisoformat(str(day)) >= start:
        return None
    return f"It is dated before the start date {start}."


def _posted[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> str | None:
    """Say that a piece belongs to a record that came from MobiWork itself."""
    whole = str(record["Id"])
    if whole == quickbooks_id:
        return None
    came = (flow.source, whole) in seen.links or whole in seen.names.by_native
    return "It came from MobiWork itself." if came else None


def _missing[R: BaseModel](
    flow: PullFlow[R], record: Body, seen: MatchContext
) -> tuple[Reference, ...]:
    references = flow.eligibility.needed(record, seen.settings)
    return tuple(one for one in references if (one.entity, one.record_id) not in seen.links)


def _inactive[R: BaseModel](flow: PullFlow[R], record: Body, seen: MatchContext) -> Skip:
    label = flow.label(record)
    if seen.is_embedded:
        return Skip(
            f"{capital(label)} was made inactive in QuickBooks, but is an address of {flow.entity} "
            f"{seen.mobiwork_id} in MobiWork. Remove that address if it is no longer needed; "
            "nothing was changed in MobiWork.",
            tell=True,
            cause=Kind.INACTIVE_THERE,
        )
    if not seen.mobiwork_id or not flow.adds:
        return Skip(f"{capital(label)} is inactive in QuickBooks.", left_out=True)
    return Skip(
        f"{capital(label)} was made inactive in QuickBooks, but is in use in MobiWork "
        f"({flow.entity} {seen.mobiwork_id}). Disable it there too if it is no longer needed, or "
        "make it active again in QuickBooks; nothing was changed in MobiWork.",
        tell=True,
        cause=Kind.INACTIVE_THERE,
    )


def _kept_embedded[R: BaseModel](
    flow: PullFlow[R], hierarchy: Hierarchy[R], record: Body, seen: MatchContext
) -> Embed | Refuse:
    """Keep an embedded record where it is, whatever the settings say; it is never doubled."""
    owner = seen.links.get((flow.source, hierarchy.parent(record) or ""))
    if owner is not None and owner == seen.mobiwork_id:
        return Embed(owner, hierarchy)
    now = f"below {flow.entity} {owner}" if owner else f"a {flow.entity} of its own"
    return Refuse(
        f"{capital(flow.label(record))} is {now} in QuickBooks now, but MobiWork keeps it as an "
        f"address of {flow.entity} {seen.mobiwork_id}, where work orders may need it. Nothing was "
        "changed in MobiWork: enter it there in its new place by hand.",
        (RETRY, SKIP),
        Kind.MOVED,
    )


def _not_yet[R: BaseModel](flow: PullFlow[R], missing: tuple[Reference, ...]) -> PullPlan:
    if flow.splitting:
        return Skip(flow.splitting.orphan, left_out=True)
    names = " and ".join(one.label for one in missing)
    are = "is" if len(missing) == 1 else "are"
    return Wait(missing, f"It is waiting for {names}, which {are} not in MobiWork yet.")


def _linked[R: BaseModel](
    flow: PullFlow[R], record: Body, mobiwork_id: str, link: Linked | None
) -> PullPlan:
    if link is None or not flow.fields:
        return Skip(f"It is in MobiWork already ({flow.entity} {mobiwork_id}).")
    now = quickbooks_values(flow.fields, record)
    disputed = {one.name for one in flow.fields} & set(link.disputed)
    if not disputed and not changed_fields(flow.fields, link.in_quickbooks, now):
        return Skip("Nothing that MobiWork keeps has changed.")
    return Merge(mobiwork_id)


def _first[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> PullPlan:
    if settled := _matched(flow, record, quickbooks_id, seen):
        return settled
    native = _others(seen, seen.names.by_native.get(quickbooks_id, ()))
    if len(native) == 1:
        return Join(native[0], native=True)
    key = flow.name_of(flow.quickbooks_key(record, seen.settings))
    same = native or (_others(seen, seen.names.by_key.get(key, ())) if key else ())
    if same:
        return _of_one_name(flow, record, same, seen.names.there().get(key, ()))
    if seen.names.why:
        why = f"It is not known whether MobiWork has it already. {seen.names.why}"
        return Wait((), why, cause=Kind.MOBIWORK_CALL if seen.names.off else Kind.REMOTE_FAILED)
    if flow.matching is None:
        label = flow.label(record)
        return Wait((Reference(flow.source, quickbooks_id, label),), "It is not in MobiWork yet.")
    return Add(_changes_of_new(flow, record, seen))


def _matched[R: BaseModel](
    flow: PullFlow[R], record: Body, quickbooks_id: str, seen: MatchContext
) -> Join | Skip | Wait | None:
    """Return what matching both sides makes of a record, if that decides."""
    if seen.wanted and seen.wanted.wish is Wish.LINK:
        return Join(seen.wanted.value or "", decided=True)
    whole = str(record["Id"])
    decisions = {one.decision: one for one in seen.matches if one.chosen in {None, whole}}
    if same := decisions.get(MatchDecision.SAME):
        if flow.splitting:
            return Skip("It came from MobiWork itself.")
        return Join(same.owner.mobiwork_id, decided=True)
    undecided = [one for one in seen.matches if one.decision is MatchDecision.UNDECIDED]
    if undecided:
        own = Reference(flow.source, quickbooks_id, flow.label(record))
        return Wait((own,), asked_there(undecided, whole), cause=Kind.SAME)
    return Skip(LEFT_OUT, left_out=True) if MatchDecision.LEFT_OUT in decisions else None


def _others(seen: MatchContext, candidates: Sequence[str]) -> Sequence[str]:
    """Leave out those of which a person said that they are another record."""
    said = {one.owner.mobiwork_id for one in seen.matches}
    return [one for one in candidates if one not in said]


def _of_one_name[R: BaseModel](
    flow: PullFlow[R], record: Body, here: Sequence[str], there: Sequence[str]
) -> Join | Refuse:
    """Match a record by its name where both sides have only one of it."""
    if len(here) > 1:
        return _ambiguous(flow, record, here)
    if len(there) <= 1:
        return Join(here[0])
    return Refuse(
        f"QuickBooks has {len(there)} records ({spoken(flow.source)} {', '.join(there)}) that "
        f"could be {flow.entity} {here[0]} of MobiWork, and it is not clear which one is meant. "
        "Give all but one another name in QuickBooks, then try again.",
        (_it_is(flow, here[0]), SKIP),
        Kind.SEVERAL,
    )


def _it_is[R: BaseModel](flow: PullFlow[R], mobiwork_id: str) -> Fix:
    label = f"It is {flow.entity} {mobiwork_id} in MobiWork"
    return Fix(action="link", label=label, target=mobiwork_id)


def _changes_of_new[R: BaseModel](
    flow: PullFlow[R], record: Body, seen: MatchContext
) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    meant = meant_values(flow.fields, record)
    for one in flow.fields:
        changes |= one.write(meant[one.name], None)
    return {**changes, **flow.translation.new(record, PullContext(seen.settings, seen.links))}


def _ambiguous[R: BaseModel](flow: PullFlow[R], record: Body, same: Sequence[str]) -> Refuse:
    shown = ", ".join(same)
    offered = tuple(_it_is(flow, one) for one in same[:MOST_OFFERED])
    return Refuse(
        f"MobiWork has {len(same)} records that could be {flow.label(record)} ({flow.entity} "
        f"{shown}), and it is not clear which one is meant. Give all but "
        "one another name in MobiWork, then try again.",
        (*offered, SKIP),
        Kind.SEVERAL,
    )
