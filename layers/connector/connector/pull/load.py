"""A page of pulled items becomes planned work: its links are read at once, planning is pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.stores import DYNAMODB, Store
from connector.entities.stock_moves import waiting_moves
from connector.errors import RETRY, SKIP, RecordError
from connector.exact_json import decoded
from connector.mobiwork.external_id import native_id
from connector.model.body import MERGED_INTO, Body, capital, each_read, passed_over
from connector.model.connection import Mode
from connector.model.flows.context import PullContext
from connector.model.flows.exclusion import excluded_customer
from connector.model.flows.hierarchy import TOP
from connector.model.flows.misread import misread
from connector.model.flows.pull_flow import AnyPullFlow, Follow, PullFlow, PullPlan
from connector.model.links import Link, Released
from connector.model.matching.matches import Match, as_reviewed
from connector.model.pending import LeftOut, PendingItem, PendingState
from connector.model.plans import Refuse, Skip, Wait
from connector.model.worklist.causes import Kind, cause
from connector.model.worklist.instructions import Instruction
from connector.pull.mobiwork_records import parse
from connector.pull.plan import MatchContext, Names, plan

EMBEDDED = "Part"
"""How the links of records end that are kept in another one."""


@dataclass(frozen=True)
class Planned:
    """One pulled record with its plan.

    Attributes:
        item: The pending item.
        in_quickbooks: The record, or its piece, as QuickBooks holds it.
        label: What a person knows it by.
        plan: What is to be done with it.
        mobiwork_id: The MobiWork record that it is linked to, if any.
        link: That link as read.
        wanted: What a person said is to become of it.
        matches: Those in which it may be meant, while it is not linked.
    """

    item: PendingItem
    in_quickbooks: Body
    label: str
    plan: PullPlan
    mobiwork_id: str | None = None
    link: Link | None = None
    wanted: Instruction | None = None
    matches: tuple[Match, ...] = ()


def plan_page[R: BaseModel](
    flow: PullFlow[R], run: Run, items: Sequence[PendingItem], known: Names
) -> list[Planned]:
    """Plan a page of items with one read of all links that they need."""
    kept = {item.record_id: decoded(item.record) for item in items}
    wrong = misread(flow, kept.items())
    all_of_them = {own: one for own, one in kept.items() if own not in wrong}
    read = {item.record_id: item.fingerprint for item in items}
    said = run.store.instructions.read_many(run.connection_id, flow.name, read)
    instructed = {own: one for own, one in said.items() if one.holds_for(read[own])}
    living = {own: one for own, one in all_of_them.items() if MERGED_INTO not in one}
    merged = [one for one in all_of_them.values() if MERGED_INTO in one]
    kept_out = _kept_out(flow, run, merged)
    records = with_tops(run.connection_id, flow, living, run.store)
    wanted = _wanted(flow, run, records)
    owned, parts = _owners(run, wanted)
    own = {one: owned.get((flow.source, one)) for one in records}
    found = run.store.links.read_many(
        run.connection_id, {(flow.entity, one) for one in own.values() if one}
    )
    referred_to = owned if not run.only_plans else _standing(run, wanted, owned) | owned
    free = _free(run, flow, records, known)
    matches = _matches(flow, run, [one for number, one in records.items() if not own[number]])
    moves = waiting_moves(run) if flow.less else {}
    planned = []
    for item in items:
        if why := wrong.get(item.record_id):
            planned.append(Planned(item, {}, item.label, _unreadable(flow, item.record_id, why)))
            continue
        in_quickbooks = all_of_them[item.record_id]
        if MERGED_INTO in in_quickbooks:
            out = kept_out.get(item.record_id)
            follow = Skip(out, left_out=True) if out else Follow(in_quickbooks[MERGED_INTO])
            planned.append(Planned(item, in_quickbooks, item.label, follow))
            continue
        linked_to = own[item.record_id]
        standing = found.get((flow.entity, linked_to)) if linked_to else None
        link = standing if isinstance(standing, Link) else None
        referred = PullContext(run.settings, referred_to, link.in_mobiwork if link else {})
        in_quickbooks = records[item.record_id]
        if flow.less and linked_to and linked_to in moves:
            in_quickbooks = flow.less(in_quickbooks, moves[linked_to])
        if flow.hierarchy is not None:
            in_quickbooks = flow.hierarchy.located(in_quickbooks, referred)
        seen = MatchContext(
            settings=run.settings,
            links=referred_to,
            names=free,
            mobiwork_id=linked_to,
            is_embedded=item.record_id in parts,
            link=link,
            connected_on=run.connected_on,
            matches=tuple(matches.get(str(in_quickbooks["Id"]), ())),
            wanted=instructed.get(item.record_id),
        )
        decided = _planned(flow, in_quickbooks, item.record_id, seen)
        if isinstance(standing, Released) and standing.undone is not None:
            decided = Skip(standing.undone.reason, left_out=True)
        planned.append(
            Planned(
                item,
                in_quickbooks,
                flow.label(in_quickbooks),
                decided,
                linked_to,
                link,
                instructed.get(item.record_id),
                seen.matches,
            )
        )
    return _with_fates(flow, run, planned)


def _planned[R: BaseModel](
    flow: PullFlow[R], record: Body, own: str, seen: MatchContext
) -> PullPlan:
    """Plan a record; one that turns out to be unreadable is refused."""
    decided, wrong = each_read([(own, record)], lambda one: plan(flow, dict(one), own, seen))
    return decided[own] if own in decided else _unreadable(flow, own, wrong[own])


def _unreadable[R: BaseModel](flow: PullFlow[R], own: str, why: str) -> Refuse:
    """Refuse what was kept and cannot be read, until QuickBooks tells it anew."""
    told = passed_over(flow.source, own, why)
    return Refuse(told, (RETRY, SKIP), cause(Kind.UNREADABLE_THERE, flow.source))


def names_of[R: BaseModel](flow: PullFlow[R], run: Run) -> Names:
    """Return by what MobiWork's records are recognised; what is missing of them is said.

    Raises:
        RetriableError: MobiWork does not answer.
    """
    if not flow.push:
        return _listed(flow, run)
    known = run.store.fingerprints.read_names(run.connection_id, flow.name)
    told = run.store.runs.found(run.connection_id, run.run_id).get(flow.push, {})
    why = told.get("problem") or told.get("off")
    by_key: dict[str, list[str]] = {}
    for name, some in known.by_key().items():
        by_key.setdefault(flow.name_of(name), []).extend(some)
    there, off = cache(partial(_there, flow, run)), bool(told.get("off"))
    return Names(by_key, known.by_native(), why, there, off=off)


def _kept_out[R: BaseModel](
    flow: PullFlow[R], run: Run, merged: Iterable[Body]
) -> Mapping[str, str]:
    """Return why links of merged records stay: those of customers to leave out."""
    if not run.settings.excluded_customers:
        return {}
    whose = filter(None, map(flow.eligibility.whose, merged))
    ids = [one.record_id for one in whose if one.entity == flow.source]
    owners = run.store.links.owners_of(run.connection_id, flow.source, ids) if ids else {}
    told = {
        own: excluded_customer(owner.mobiwork_id, run.settings) for own, owner in owners.items()
    }
    return {own: why for own, why in told.items() if why}


def _there[R: BaseModel](flow: PullFlow[R], run: Run) -> Mapping[str, Sequence[str]]:
    """Return the ids of QuickBooks' records that are to be pulled and not linked, by name."""
    found: dict[str, str] = {}
    for item in run.store.pending.read_all(run.connection_id, flow.name):
        record = decoded(item.record) if item.record else {}
        if not record or misread(flow, [(item.record_id, record)]):
            continue
        if MERGED_INTO not in record and record.get("Active") is not False:
            found[item.record_id] = flow.name_of(flow.quickbooks_key(record, run.settings))
    linked = run.store.links.owners_of(run.connection_id, flow.source, found)
    by_key: dict[str, list[str]] = {}
    for own, key in found.items():
        if key and own not in linked:
            by_key.setdefault(key, []).append(own)
    return by_key


def _matches[R: BaseModel](
    flow: PullFlow[R], run: Run, unlinked: Iterable[Body]
) -> Mapping[str, Sequence[Match]]:
    """Return the matches in which records may be meant that are not linked."""
    ids = {str(one["Id"]) for one in unlinked} if flow.push else set()
    if not ids:
        return {}
    found = run.store.matches.of_quickbooks(run.connection_id, flow.source, ids)
    if run.mode is not Mode.REVIEW:
        return found
    return {number: [as_reviewed(one) for one in some] for number, some in found.items()}


def _listed[R: BaseModel](flow: PullFlow[R], run: Run) -> Names:
    """Read the names from MobiWork's own list, for entities that are only pulled."""
    by_key: dict[str, list[str]] = {}
    by_native: dict[str, list[str]] = {}
    if not run.mobiwork.supports(flow.entity, "list"):
        why = (
            f"MobiWork documents no list of its {flow.words}; the assumed call "
            f"{flow.entity}.list is switched off in the settings."
        )
        return Names(by_key, by_native, why, off=True)
    for raw in run.mobiwork.records(flow.entity, flow.records.filters):
        try:
            record = parse(flow, raw)
        except RecordError as error:
            return Names(by_key, by_native, str(error))
        if raw.id is None:
            continue
        by_key.setdefault(flow.name_of(flow.mobiwork_key(record)), []).append(raw.id)
        external_id = flow.records.external_id(record)
        if native := native_id(external_id, run.settings.external_id_format):
            by_native.setdefault(native, []).append(raw.id)
    return Names(by_key, by_native)


def _wanted[R: BaseModel](
    flow: PullFlow[R], run: Run, records: Mapping[str, Body]
) -> dict[str, set[str]]:
    """Return which QuickBooks ids are to be looked up, by entity."""
    wanted: dict[str, set[str]] = {flow.source: set(records)}
    for in_quickbooks in records.values():
        wanted[flow.source].add(str(in_quickbooks["Id"]))
        if flow.hierarchy and (owner := flow.hierarchy.embed_in(in_quickbooks, run.settings)):
            wanted[flow.source].add(owner)
        if whose := flow.eligibility.whose(in_quickbooks):
            wanted.setdefault(whose.entity, set()).add(whose.record_id)
        for one in flow.eligibility.needed(in_quickbooks, run.settings):
            wanted.setdefault(one.entity, set()).add(one.record_id)
    return wanted


def _owners(
    run: Run, wanted: Mapping[str, Iterable[str]]
) -> tuple[dict[tuple[str, str], str], set[str]]:
    """Return the MobiWork ids, and which of all are parts: theirs is of what they are a part."""
    owned: dict[tuple[str, str], str] = {}
    parts: set[str] = set()
    for target, numbers in wanted.items():
        for number, (entity, own) in run.store.links.owners_of(
            run.connection_id, target, numbers
        ).items():
            is_part = entity.endswith(EMBEDDED)
            parts |= {number} if is_part else set()
            owned[target, number] = own.partition("-")[0] if is_part else own
    return owned, parts


def _standing(
    run: Run, wanted: Mapping[str, Iterable[str]], owned: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Return what stands for records that are themselves only planned to be in MobiWork."""
    missing = {(target, one) for target, ids in wanted.items() for one in ids} - owned.keys()
    found = run.store.plans.stand_ins(run.connection_id, run.scope, missing)
    return {own: one.other_id for own, one in found.items()}


def _with_fates[R: BaseModel](flow: PullFlow[R], run: Run, planned: list[Planned]) -> list[Planned]:
    """Name on each waiting child what became of its parents; leave it out where they are.

    Not where a parent is only inactive: QuickBooks tells when it is active again, but not of its
    children.
    """
    ids = {
        one.record_id
        for each in planned
        if isinstance(each.plan, Wait)
        for one in each.plan.references
        if one.entity == flow.source
    }
    out = run.store.left_out.read_many(run.connection_id, flow.name, ids)
    held = run.store.pending.read_many(run.connection_id, flow.name, ids - set(out))
    return [_with_fate(each, out, held) for each in planned]


def _with_fate(
    planned: Planned, out: Mapping[str, LeftOut], held: Mapping[str, PendingItem]
) -> Planned:
    decided = planned.plan
    if not isinstance(decided, Wait):
        return planned
    for one in decided.references:
        label = capital(one.label)
        if one.record_id in out:
            parent = out[one.record_id]
            reason = f"{label} is left out: {parent.reason}"
            if parent.record and not decoded(parent.record).get("Active", True):
                return replace(planned, plan=replace(decided, reason=f"{decided.reason} {reason}"))
            return replace(planned, plan=Skip(reason, left_out=True))
        kept = held.get(one.record_id)
        if kept is not None and kept.state == PendingState.REFUSED:
            reason = f"{decided.reason} {label} was refused: {kept.reason}"
            return replace(planned, plan=replace(decided, reason=reason))
    return planned


def _free[R: BaseModel](
    run: Run, flow: PullFlow[R], records: Mapping[str, Body], known: Names
) -> Names:
    """Leave out the candidates of this page that are linked already."""
    names = (flow.quickbooks_key(one, run.settings) for one in records.values())
    keys = set(map(flow.name_of, names)) - {""}
    by_key = {key: known.by_key[key] for key in keys if key in known.by_key}
    wholes = {str(one["Id"]) for one in records.values()} & known.by_native.keys()
    native = {*records} | _finished(run, flow, wholes - {*records})
    by_native = {one: known.by_native[one] for one in native if one in known.by_native}
    ids = {one for some in (*by_key.values(), *by_native.values()) for one in some}
    found = run.store.links.read_many(run.connection_id, {(flow.entity, one) for one in ids})
    taken = {one for (_, one), link in found.items() if isinstance(link, Link)}

    def without(index: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        free = {name: [one for one in some if one not in taken] for name, some in index.items()}
        return {name: some for name, some in free.items() if some}

    return replace(known, by_key=without(by_key), by_native=without(by_native))


def _finished[R: BaseModel](run: Run, flow: PullFlow[R], wholes: Iterable[str]) -> set[str]:
    """Leave out the records of which a piece is being added: MobiWork may have it from us."""
    additions, source = run.store.additions, flow.source
    return {one for one in wholes if not additions.pieces_under_way(run.connection_id, source, one)}


def with_tops(
    connection_id: str, pull: AnyPullFlow, records: Mapping[str, Body], store: Store = DYNAMODB
) -> dict[str, Body]:
    """Name in each record the highest one above it, as far as that is known."""
    hierarchy = pull.hierarchy
    if hierarchy is None:
        return dict(records)
    tops = {one: up for one, record in records.items() if (up := hierarchy.parent(record))}
    known = dict(tops)
    depths = {one: hierarchy.depth(records[one]) for one in tops}
    for step in range(1, max(depths.values(), default=0)):
        going = [one for one, depth in depths.items() if depth > step and tops[one]]
        higher = {tops[one] for one in going} - known.keys()
        known |= store.parents.above(connection_id, pull.source, higher)
        tops |= {one: known.get(tops[one], "") for one in going}
    named = {one: {TOP: top} for one, top in tops.items() if top}
    return {one: record | named.get(one, {}) for one, record in records.items()}
