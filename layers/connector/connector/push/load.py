"""A page of pending items becomes planned work: parsed, its links read at once, planned purely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel

from connector.engine.loop import AGAIN_AFTER
from connector.engine.run import Run, SeenRecord
from connector.entities.registry import IN_PIECES
from connector.errors import ReadsStoppedError, RecordError
from connector.model.body import Body, Json, spoken
from connector.model.connection import Mode
from connector.model.control.budget import month_after
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.push_flow import PushFlow, Variant
from connector.model.links import Intent, Link, Linking, RecordKey, Released
from connector.model.matching.matches import Match, as_reviewed
from connector.model.pending import PendingItem
from connector.model.plans import Adopt, Create, Plan, Refuse, Skip, Wait
from connector.model.policy.days import day_of, zone_of
from connector.model.policy.postable import Standing
from connector.model.policy.requirements import needs
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import Instruction
from connector.push.invalid_records import read_page, wanted_by_people
from connector.push.kept import early, stand_ins
from connector.push.link import Work, day_in
from connector.push.matching import absent
from connector.push.money.list_entries import make_missing
from connector.push.money.together import taken
from connector.push.plan import plan
from connector.push.planning import held, once_deleted, still_undone
from connector.push.waiting import listed
from connector.push.waiting import told as reasons_of
from connector.quickbooks.reading import by_ids

type Linkings = Mapping[tuple[str, str], Linking]
"""How far records have come, by entity and MobiWork id."""


@dataclass(frozen=True)
class Prepared[R: BaseModel]:
    """One record with its plan and the link or intent it has so far.

    Attributes:
        work: The record with its pending item.
        plan: What is to be done with it.
        link: How far it has come: a link, an intent, or what an intent left behind.
        in_quickbooks: The record that an adoption is about, as QuickBooks answers it.
        match: What it may be in QuickBooks, and what was said of that.
    """

    work: Work[R]
    plan: Plan
    link: Linking | None
    in_quickbooks: Json | None = None
    match: Match | None = None

    @property
    def seen(self) -> SeenRecord:
        """What is known of the record whatever becomes of it."""
        other_id = self.link.quickbooks_id if isinstance(self.link, Link) else None
        about = self.work.about
        if isinstance(self.plan, Create):
            about = replace(about, day=day_in(self.plan.body) or about.day)
        return SeenRecord(replace(about, read_at=self.work.item.found_at), other_id)


@dataclass(frozen=True)
class PreparedPage[R: BaseModel]:
    """A page of pending items.

    Attributes:
        prepared: Those that could be read, each with its plan.
        unreadable: Those that could not, each with what is said of it.
    """

    prepared: list[Prepared[R]]
    unreadable: list[tuple[PendingItem, Refuse | Skip]]


def prepare[R: BaseModel](
    flow: PushFlow[R], run: Run, items: Sequence[PendingItem], moves: Mapping[str, Decimal]
) -> PreparedPage[R]:
    """Plan a page of items with one read of all links that they need.

    `moves` is what waiting documents will take out of stock, for flows that ask for it.
    """
    planned, unreadable = outlook(flow, run, items, moves)
    twins = stand_ins.twins_pulled(run, [one.work.key for one in planned])
    prepared = [_as_pulled(one, twins.get(one.work.key)) for one in planned]
    prepared = _without_absent(run, prepared, twins)
    return PreparedPage(_with_twins(run, _with_reasons(run, prepared)), unreadable)


def outlook[R: BaseModel](
    flow: PushFlow[R], run: Run, items: Sequence[PendingItem], moves: Mapping[str, Decimal]
) -> tuple[list[Prepared[R]], list[tuple[PendingItem, Refuse | Skip]]]:
    """Plan a page from what is stored alone, and tell what of it cannot be read."""
    wanted = wanted_by_people(flow.name, run, items)
    records, unreadable = read_page(flow, items, wanted)
    make_missing(flow, run, [record for _, record in records])
    found = dict(run.store.links.read_many(run.connection_id, _wanted(flow, run, records)))
    _drop_stand_ins(flow, run, records, found)
    found |= _siblings(flow, run, records)
    blocked = tuple(needs(flow.name, run.settings, run.company))
    standing = stand_ins.links_instead(flow, run, records, found)
    known = PushContext(
        settings=run.settings,
        company=run.company,
        links={**standing, **_linked(found)},
        unsettled={own for own, one in found.items() if isinstance(one, Intent)},
        marker="",
        blocked=blocked,
        today=day_of(run.now(), zone_of(run.settings, run.company)),
        moves=moves,
        places=_places(flow, run, [record for _, record in records]),
        connected_on=run.connected_on,
    )
    known = early.with_too_early(flow, run, [record for _, record in records], known)
    known = _with_further(flow, run, records, known)
    also = taken(flow, run, records, found)
    works = [
        _work(flow, item, record, replace(known, seen_on=_seen_on(run, item), taken=more), found)
        for item, record in records
        for more in [also.get(item.record_id, {})]
    ]
    matches = _matches(run, works, found)
    planned = [
        _planned(run, work, found, matches.get(work.key), wanted.get(work.item.record_id))
        for work in works
    ]
    return planned, unreadable


def _with_further[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[tuple[PendingItem, R]], known: PushContext
) -> PushContext:
    """Read what the records found so far refer to in their turn."""
    named = {one for _, record in records for one in flow.further(record, known)}
    wanted = {(one.entity, one.record_id) for one in named} - known.links.keys()
    found = run.store.links.read_many(run.connection_id, wanted) if wanted else {}
    return replace(known, links={**known.links, **_linked(found)})


def _places[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[R]
) -> Mapping[str, Mapping[str, Body]]:
    """Read the addresses of the customers of documents that name a place by its id."""
    customers = {own for record in records if (own := flow.references.place(record))}
    return run.store.places.read_many(run.connection_id, customers) if customers else {}


def _wanted[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[tuple[PendingItem, R]]
) -> set[tuple[str, str]]:
    wanted = set()
    for item, record in records:
        wanted |= {(entity, item.record_id) for entity in flow.link_entities}
        others = (
            *flow.references.needed(record, run.settings, run.company),
            *flow.references.mentioned(record),
        )
        wanted |= {(one.entity, one.record_id) for one in others if one.record_id}
    return wanted


def _drop_stand_ins[R: BaseModel](
    flow: PushFlow[R],
    run: Run,
    records: Sequence[tuple[PendingItem, R]],
    found: dict[tuple[str, str], Linking],
) -> None:
    """Forget links that would stand in for a record which MobiWork lists, too (see Reference)."""
    needed = flow.references.needed
    wanted = (needed(record, run.settings, run.company) for _, record in records)
    for reference in {one for some in wanted for one in some}:
        if reference.instead is None:
            continue
        first = (reference.entity, reference.record_id)
        other = (reference.instead, reference.record_id)
        linked = isinstance(found.get(first), Link)
        if other in found and not linked and listed(run, {first}):
            del found[other]


def _siblings[R: BaseModel](
    flow: PushFlow[R], run: Run, records: Sequence[tuple[PendingItem, R]]
) -> dict[tuple[str, str], Linking]:
    """Read the links of all documents made of a record, for flows that make several."""
    if flow.piece_id is None:
        return {}
    found: dict[tuple[str, str], Linking] = {}
    for item, record in records:
        entity = flow.variant_of(record, run.settings).entity
        found |= run.store.links.read_beginning(run.connection_id, entity, f"{item.record_id}-")
    return found


def _work[R: BaseModel](
    flow: PushFlow[R], item: PendingItem, record: R, known: PushContext, found: Linkings
) -> Work[R]:
    variant = flow.variant_of(record, known.settings)
    verdict = flow.eligibility.verdict(record, known.settings, known.company)
    if verdict.standing is not Standing.POSTED:
        variant = _linked_as(flow, item, found) or variant
    posted = found.get((variant.entity, item.record_id))
    if isinstance(posted, Link):
        variant = Variant(variant.entity, posted.target)
    earlier, label = _unknown_earlier(flow, item, variant, found), flow.wording.label(record)
    if earlier is not None:
        (entity, mobiwork_id), target = earlier.owner, earlier.target
        return Work(flow, item, record, label, entity, mobiwork_id, target, known, again=True)
    mobiwork_id = item.record_id
    if flow.piece_id is not None:
        begins = f"{item.record_id}-"
        made = {
            own: link
            for (entity, own), link in known.links.items()
            if entity == variant.entity and own.startswith(begins)
        }
        mobiwork_id = flow.piece_id(record, made)
    return Work(flow, item, record, label, variant.entity, mobiwork_id, variant.target, known)


def _linked_as[R: BaseModel](
    flow: PushFlow[R], item: PendingItem, found: Linkings
) -> Variant | None:
    """Return what a record is in QuickBooks by now, whatever it would become today."""
    for entity in flow.link_entities:
        link = found.get((entity, item.record_id))
        if isinstance(link, Link):
            return Variant(entity, link.target)
    return None


def _unknown_earlier[R: BaseModel](
    flow: PushFlow[R], item: PendingItem, variant: Variant, found: Linkings
) -> Intent | None:
    """Return the intent of what the record was before, if nobody knows yet what became of it."""
    others = (entity for entity in flow.link_entities if entity != variant.entity)
    intents = (found.get((entity, item.record_id)) for entity in others)
    return next((one for one in intents if isinstance(one, Intent)), None)


def _matches[R: BaseModel](
    run: Run, works: Sequence[Work[R]], found: Linkings
) -> dict[RecordKey, Match]:
    """Read what records may be in QuickBooks that were never sent and are not linked."""
    wanted: dict[str, list[RecordKey]] = {}
    for work in works:
        if not isinstance(found.get(work.key), Link | Intent):
            wanted.setdefault(work.target, []).append(work.key)
    matches: dict[RecordKey, Match] = {}
    for target, keys in wanted.items():
        matches |= run.store.matches.read_many(run.connection_id, target, keys)
    matches = early.settled(run, matches)
    if run.mode is not Mode.REVIEW:
        return matches
    return {own: as_reviewed(one) for own, one in matches.items()}


def _planned[R: BaseModel](
    run: Run, work: Work[R], found: Linkings, match: Match | None, wanted: Instruction | None
) -> Prepared[R]:
    own, known = work.key, work.known
    standing = found.get(own)
    if work.item.was_deleted:
        return Prepared(work, once_deleted(standing), standing)
    if work.again and isinstance(standing, Intent):
        return Prepared(work, _as_it_was_sent(work, standing, known), standing)
    marked = replace(known, marker=str(run.marker(*own)))
    if isinstance(standing, Released) and standing.undone is not None:
        return Prepared(work, still_undone(standing.undone), standing)
    link = standing if isinstance(standing, Link) else None
    decided = plan(work.flow, work.record, link, marked, match, wanted)
    return Prepared(work, decided, standing, match=match)


def _as_pulled[R: BaseModel](planned: Prepared[R], twin: str | None) -> Prepared[R]:
    """Link a new record to the twin that a pull before it is going to find, once it may."""
    plan = planned.plan
    if twin is None or not isinstance(plan, Create | Adopt):
        return planned
    return replace(planned, plan=Adopt(twin, plan.body, plan.content_hash))


def _without_absent[R: BaseModel](
    run: Run, prepared: list[Prepared[R]], twins: Mapping[tuple[str, str], str]
) -> list[Prepared[R]]:
    """Refuse in a review what names a record that QuickBooks is known not to have."""
    named = {
        one.work.key: (one.work.target, one.plan.quickbooks_id)
        for one in prepared
        if isinstance(one.plan, Adopt) and not one.plan.decided and one.work.key not in twins
    }
    refused = absent.refused(run, named)
    return [replace(one, plan=refused.get(one.work.key, one.plan)) for one in prepared]


def _as_it_was_sent[R: BaseModel](
    work: Work[R], intent: Intent, known: PushContext
) -> Create | Skip:
    """Plan to end what was sent of a record when it was something else; then it is planned anew.

    Only QuickBooks' answer to the same request tells whether the first one arrived. What is not to
    be posted any more is only looked for.
    """
    verdict = work.flow.eligibility.verdict(work.record, known.settings, known.company)
    if verdict.reason is not None:
        return Skip(verdict.reason)
    if intent.twin_query is None:
        return Skip("It was to be linked as something else before.")
    return Create(intent.body, intent.content_hash, intent.twin_query)


def _seen_on(run: Run, item: PendingItem) -> date:
    """Return the day on which a record was first seen as it is, for its company."""
    return day_of(datetime.fromisoformat(item.found_at), zone_of(run.settings, run.company))


def _with_twins[R: BaseModel](run: Run, prepared: list[Prepared[R]]) -> list[Prepared[R]]:
    """Read what is to be adopted, one metered call per page and entity; not where it is not yet."""
    prepared = [_unless_shown(run, one) for one in prepared]
    if run.only_plans:
        return prepared
    wanted: dict[str, set[str]] = {}
    for one in prepared:
        if isinstance(one.plan, Adopt):
            wanted.setdefault(one.work.target, set()).add(one.plan.quickbooks_id)
    found: dict[tuple[str, str], Json | RecordError | Wait] = {}
    for target, ids in wanted.items():
        found |= {(target, own): twin for own, twin in _by_id(run, target, sorted(ids)).items()}
    return [_with_twin(one, found) for one in prepared]


def _unless_shown[R: BaseModel](run: Run, one: Prepared[R]) -> Prepared[R]:
    """Let a record wait that MobiWork may have from us as a piece of what it names.

    Pieces bear the external id of the whole; taken for the whole, the others would never be shown.
    """
    if not isinstance(one.plan, Adopt) or one.work.target not in IN_PIECES:
        return one
    store, target, whole = run.store, one.work.target, one.plan.quickbooks_id
    if not (
        store.additions.pieces_under_way(run.connection_id, target, whole)
        or store.links.owners_of_pieces(run.connection_id, target, whole)
    ):
        return one
    reason = f"It shows a part of {spoken(target)} {whole}, and is linked once all parts are."
    return replace(one, plan=Wait((), reason, cause=Kind.BEING_SENT))


def _by_id(run: Run, target: str, ids: Sequence[str]) -> dict[str, Json | RecordError | Wait]:
    """Read records by their ids; one that QuickBooks refuses is refused.

    One that it fails on waits; where reads are stopped for the month all do, for a day at most.
    """
    again = min(run.now() + AGAIN_AFTER[0], month_after(run.now()))
    try:
        found = by_ids.read_by_ids(run.quickbooks.query, target, ids)
    except ReadsStoppedError as error:
        return dict.fromkeys(ids, Wait((), str(error), not_before=again, cause=Kind.OTHER))
    held: dict[str, Json | RecordError | Wait] = dict(found.rows)
    for own, why in found.unread.items():
        told = f"{spoken(target)} {own} cannot be read: {why}"
        waits = Wait((), told, not_before=again, cause=Kind.OTHER)
        held[own] = why if isinstance(why, RecordError) else waits
    return held


def _with_twin[R: BaseModel](
    one: Prepared[R], found: Mapping[tuple[str, str], Json | RecordError | Wait]
) -> Prepared[R]:
    if not isinstance(one.plan, Adopt):
        return one
    twin = found.get((one.work.target, one.plan.quickbooks_id))
    if isinstance(twin, Wait):
        return replace(one, plan=twin)
    if isinstance(twin, RecordError):
        return replace(one, plan=held(twin))
    return replace(one, in_quickbooks=twin)


def _linked(found: Linkings) -> dict[tuple[str, str], Linked]:
    return {own: link for own, link in found.items() if isinstance(link, Link)}


def _with_reasons[R: BaseModel](run: Run, prepared: Sequence[Prepared[R]]) -> list[Prepared[R]]:
    """Name on each waiting child what became of its parents."""
    reasons = reasons_of(run, [one.plan for one in prepared if isinstance(one.plan, Wait)])
    return [
        replace(one, plan=reasons[one.plan]) if isinstance(one.plan, Wait) else one
        for one in prepared
    ]
