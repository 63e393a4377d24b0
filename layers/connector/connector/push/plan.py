"""Planning is pure: what to do with one record, with the exact body and the reason."""

from dataclasses import replace
from datetime import date

from pydantic import BaseModel

from connector.engine.three_way_merge import changed_fields, mobiwork_values, sendable
from connector.entities.shared.documents import ON_NEITHER_SIDE, RECALLED
from connector.errors import OPEN_SETTINGS, RETRY, SKIP, Fix, RecordError, cause_among, sentences_of
from connector.mobiwork.external_id import native_id
from connector.model.body import MISREAD, Body, spoken
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.exclusion import excluded, switched_off
from connector.model.flows.push_flow import PushFlow
from connector.model.flows.start_date import pays_later, told_since, too_early, without_document
from connector.model.matching.matches import Match, is_ruled_out
from connector.model.plans import Adopt, Ask, Create, Plan, Reference, Refuse, Skip, Update, Wait
from connector.model.policy.days import FIRST_DAY, begin_of, zone_of
from connector.model.policy.postable import Verdict
from connector.model.worklist.causes import Kind
from connector.model.worklist.instructions import Instruction, SaidThen, Wish
from connector.observability import logger
from connector.push.body_diff import changed_members
from connector.push.later_changes import changes_after_posting, facts_changed
from connector.push.matching.decided import decided, instructed, named_as, undecided
from connector.push.planning import content_hash, held, lasting, missing_of, waiting_for

DATE = "TxnDate"
NOT_FORESEEN = (
    "It could not be planned: this program did not foresee something that it says. Nothing was "
    "written, and all others go on. Have whoever runs this program look at its log, and enter it "
    "by hand if it cannot wait."
)
AGAIN = "If it counts after all, enter it in MobiWork once more: the new record is posted."


def plan[R: BaseModel](  # noqa: PLR0913, PLR0917 - all that a plan is made of
    flow: PushFlow[R],
    record: R,
    link: Linked | None,
    known: PushContext,
    match: Match | None = None,
    wanted: Instruction | None = None,
) -> Plan:
    """Decide what to do with a record, from values alone: no I/O, no clock.

    `match` is what it may be in QuickBooks, while it is not linked; `wanted` what a person said is
    to become of it. One of which this program did not foresee something is refused, and logged; all
    others go on.
    """
    try:
        return _decide(flow, record, link, known, match, wanted)
    except (*MISREAD, LookupError):
        logger.exception("a record could not be planned", flow=flow.name)
        return Refuse(NOT_FORESEEN, (RETRY, SKIP), Kind.RECORD)


def _decide[R: BaseModel](  # noqa: PLR0913, PLR0917 - all that a plan is made of
    flow: PushFlow[R],
    record: R,
    link: Linked | None,
    known: PushContext,
    match: Match | None,
    wanted: Instruction | None,
) -> Plan:
    settled: Adopt | Skip | Wait | Refuse | None = None
    if link is None and (out := excluded(flow, record, known.settings)):
        return Skip(out, left_out=True)
    try:
        if link is None and wanted:
            settled = instructed(flow, record, wanted, known)
        if link is None and match and not settled:
            settled = decided(flow, record, match, known)
    except RecordError as error:
        return held(error)
    return settled or _plan(flow, record, link, known, match, wanted)


def _plan[R: BaseModel](  # noqa: PLR0913, PLR0917 - all that a plan is made of
    flow: PushFlow[R],
    record: R,
    link: Linked | None,
    known: PushContext,
    match: Match | None,
    wanted: Instruction | None,
) -> Plan:
    if link is not None and not (flow.updates(known.settings) or _may_update(flow, link, wanted)):
        return _after_the_push(flow, record, link, known, wanted)
    if obstacle := _obstacle(flow, record, link, known):
        asked = _is_booked(obstacle) and link is None
        return (undecided(match) if asked else None) or obstacle
    try:
        body = named_as(flow.translation.body(record, known), wanted, link)
    except RecordError as error:
        return held(error)
    if link is None:
        return undecided(match) or _first(flow, record, body, known, match)
    if link.kind and link.kind != flow.kind_of(record):
        return Refuse(_changed_kind(flow, record, link), (SKIP,), Kind.KIND_CHANGED)
    return _change(flow, record, body, link, known)


def _is_booked(plan: Plan) -> bool:
    """Tell whether a person is to look for it in QuickBooks: what it may be comes before that."""
    return isinstance(plan, Refuse) and plan.cause == Kind.BOOKED


def _may_update[R: BaseModel](flow: PushFlow[R], link: Linked, wanted: Instruction | None) -> bool:
    """Tell whether a person wants a posted document changed that can be."""
    asked = wanted is not None and wanted.wish is Wish.UPDATE
    return asked and flow.updating is not None and not link.gone


def _first[R: BaseModel](
    flow: PushFlow[R], record: R, body: Body, known: PushContext, match: Match | None
) -> Plan:
    known_as = content_hash(lasting(flow, body))
    native = native_id(flow.records.external_id(record), known.settings.external_id_format)
    if native and not is_ruled_out(match, native):
        return Adopt(native, body, known_as)
    if wrong := _of_wrong_day(body, known):
        return wrong
    return Create(body, known_as, flow.matching.twin_query(body))


def _of_wrong_day(body: Body, known: PushContext) -> Refuse | Wait | None:
    """Let a document of a later day wait for it: what has not happened is not in the books yet.

    A day that a program writes for no date (1970-01-01, 0001-01-01) is in nobody's books.
    """
    if not body.get(DATE):
        return None
    day = date.fromisoformat(str(body[DATE]))
    if day < FIRST_DAY:
        return Refuse(
            f"It is dated {day}, which cannot be the day on which it happened. Correct its date "
            "in MobiWork.",
            (RETRY, SKIP),
            Kind.RECORD,
        )
    if day <= known.today:
        return None
    reason = (
        f"It is dated {day}, which is in the future. It is posted on that date, or as soon as it "
        "has an earlier date in MobiWork."
    )
    begins = begin_of(day, zone_of(known.settings, known.company))
    return Wait((), reason, begins, Kind.FUTURE)


def _changed_kind[R: BaseModel](flow: PushFlow[R], record: R, link: Linked) -> str:
    target = link.target or flow.target
    return (
        f"It was a {link.kind} when it was linked to {spoken(target)} {link.quickbooks_id} and "
        f"is a {flow.kind_of(record)} now, and QuickBooks does not change the type of a "
        f"{spoken(target).lower()}. "
        f"Make a new {flow.noun} in MobiWork instead and disable this one."
    )


def _obstacle[R: BaseModel](
    flow: PushFlow[R], record: R, link: Linked | None, known: PushContext
) -> Skip | Refuse | Wait | Ask | None:
    """Return what keeps a record from being sent, the most basic reason first."""
    if reason := _kept_as_it_is(flow, record, known):
        return Skip(reason, left_out=True)
    needed = flow.references.needed(record, known.settings, known.company)
    if skip := _kept_out(flow, record, link, known, needed):
        return skip
    missing, problems = missing_of(needed, known), flow.eligibility.problems(record)
    if known.blocked or problems:
        return _with_all(flow, record, known, problems, complete=not missing)
    if missing:
        return Wait(missing, waiting_for(missing))
    return None


def _kept_as_it_is[R: BaseModel](flow: PushFlow[R], record: R, known: PushContext) -> str | None:
    """Return why the settings have nothing written of a record, linked or not."""
    return switched_off(flow.name, known.settings) or excluded(flow, record, known.settings)


def _with_all[R: BaseModel](
    flow: PushFlow[R], record: R, known: PushContext, problems: list[str], *, complete: bool
) -> Refuse:
    """Refuse a record with all that is known to be wrong, so that it is mended in one pass.

    Where it is `complete`, what it refers to is there, and the books can be asked about.
    """
    found: list[str] = [*known.blocked, *problems]
    with_settings: tuple[Fix, ...] = (OPEN_SETTINGS, RETRY, SKIP)
    fixes = with_settings if known.blocked else (RETRY, SKIP)
    try:
        if complete:
            flow.translation.check(record, known)
    except RecordError as error:
        found += sentences_of(error)
        fixes = error.fixes if OPEN_SETTINGS in error.fixes else fixes
    told = list(dict.fromkeys(found))
    return Refuse(" ".join(told), fixes, cause_among(told) or (Kind.RECORD if problems else None))


def _change[R: BaseModel](
    flow: PushFlow[R], record: R, whole: Body, link: Linked, known: PushContext
) -> Plan:
    body = lasting(flow, whole)
    if content_hash(body) == link.content_hash:
        return Skip("Nothing that QuickBooks keeps has changed.")
    if flow.fields and link.in_mobiwork:
        changed = sendable(flow, record, link, body)
    else:
        changed = changed_members(link.base, body)
    if not changed:
        return Skip("Nothing that QuickBooks keeps has changed.")
    if DATE in changed and (wrong := _of_wrong_day(body, known)):
        return wrong
    required = flow.updating.required if flow.updating else frozenset()
    needed = {name: value for name, value in body.items() if name in required}
    return Update({**link.base, **changed}, needed | changed, content_hash(body))


def _kept_out[R: BaseModel](
    flow: PushFlow[R],
    record: R,
    link: Linked | None,
    known: PushContext,
    needed: tuple[Reference, ...] = (),
) -> Skip | Ask | Refuse | None:
    """Return why a record is not for QuickBooks, or not any more.

    `needed` is what must be there before a record that is not linked.
    """
    if link is not None and link.merged_into:
        return Skip(
            f"It was merged in QuickBooks into what belongs to {flow.noun} {link.merged_into} of "
            "MobiWork, so its changes are not sent any more."
        )
    if link is None and (out := _not_wanted(flow, record, known, needed)):
        return out
    verdict = flow.eligibility.verdict(record, known.settings, known.company)
    changed = [] if link is None else facts_changed(flow, record, link.facts, known)
    if held := _held(verdict, link, " ".join(changed)):
        return held
    if reason := flow.eligibility.skip_reason(record, known.settings):
        return Skip(reason, drift=_unsent(flow, record, link, reason), left_out=link is None)
    if link is None and (reason := flow.eligibility.skip_create_reason(record, known.company)):
        return Skip(reason, left_out=True)
    return None


def _not_wanted[R: BaseModel](
    flow: PushFlow[R], record: R, known: PushContext, needed: tuple[Reference, ...]
) -> Skip | Refuse | None:
    """Leave out what the books of before the start date have.

    That comes before anything is asked of a record or wrong with it.
    """
    if reason := too_early(flow, record, known):
        judged = flow.eligibility.verdict(record, known.settings, known.company)
        later = None if judged.reason else pays_later(flow, needed, known, reason)
        return later or Skip(reason, left_out=True)
    day = flow.eligibility.day(record, known)
    out = without_document(missing_of(needed, known), needed, known, day)
    return told_since(flow, record, known, out) if isinstance(out, Skip) else out


def _unsent[R: BaseModel](
    flow: PushFlow[R], record: R, link: Linked | None, reason: str
) -> str | None:
    """Say what was changed in MobiWork of a record that came from QuickBooks and stays there."""
    if link is None or not link.in_mobiwork:
        return None
    now = mobiwork_values(flow.fields, record)
    names = ", ".join(changed_fields(flow.fields, link.in_mobiwork, now))
    return f"Changed in MobiWork only: {names}. {reason}" if names else None


def _held(verdict: Verdict, link: Linked | None, changed: str) -> Skip | Ask | None:
    """Leave out what may not be posted, or ask; tell a person of what is in QuickBooks already.

    `changed` says what else it says otherwise since it was posted, with both figures.
    """
    reason = verdict.reason
    if reason is None:
        return None
    if link is not None and verdict.posted_later:
        reason = reason.removesuffix(verdict.posted_later).rstrip()
    if verdict.question is not None:
        return Ask(replace(verdict.question, posted=link is not None), reason)
    if link is None:
        return Skip(reason, left_out=True)
    return Skip(
        f"{reason} It is in QuickBooks already (Id {link.quickbooks_id}) and stays there as it is: "
        f"{verdict.advice}. {changed}".rstrip(),
        drift=reason,
        tell=True,
        cause=Kind.CALLED_OFF,
    )


def _gone_there[R: BaseModel](
    flow: PushFlow[R], record: R, link: Linked, known: PushContext, how: str
) -> Skip:
    """Tell a person of what is gone there, unless one took it out or it does not count here."""
    if how.startswith(RECALLED):
        return Skip(f"{how} {AGAIN}", away=True)
    kept = _kept_out(flow, record, link, known)
    if isinstance(kept, Skip) and kept.cause is Kind.CALLED_OFF:
        return Skip(ON_NEITHER_SIDE, away=True)
    return Skip(f"{how} {AGAIN}", tell=True, cause=Kind.GONE_THERE)


def _after_the_push[R: BaseModel](
    flow: PushFlow[R], record: R, link: Linked, known: PushContext, wanted: Instruction | None
) -> Plan:
    """Leave what was posted once as it is, and say how it differs by now.

    Told is how it differs from what a person who saw to it has seen, where one did.
    A status that nobody has decided on may say that it does not count any more: that is asked.
    """
    if link.gone:
        return _gone_there(flow, record, link, known, link.gone)
    followed = flow.follows(record, known.settings, link.base)
    kept = _kept_out(flow, record, link, known) if followed is None else None
    if isinstance(kept, Skip) and kept.tell:
        return kept
    posted_as = link.target or flow.variant_of(record, known.settings).target
    target = f"{spoken(posted_as)} {link.quickbooks_id}"
    drift, heavy = changes_after_posting(flow, record, link, known)
    told, since, stays = drift, "it was posted", "as it was posted"
    if wanted is not None and wanted.seen:
        told = _since_seen(flow, record, wanted.seen, known, counts=kept is None)
        heavy = bool(told)
        since, stays = ("somebody saw to it", "as it is") if told else (since, stays)
    already = f"It is in QuickBooks already ({target})"
    if followed and not heavy:
        off = _kept_as_it_is(flow, record, known)
        return Skip(off, left_out=True) if off else _following(flow, link, followed)
    if isinstance(kept, Ask) and not heavy:
        return Ask(kept.question, f"{kept.reason} {already} and stays there as it is.")
    if not drift and not heavy:
        return Skip(f"{already}.")
    correct = f" Correct one of the two by hand. {flow.stays or ''}".rstrip() if heavy else ""
    return Skip(
        f"It was changed in MobiWork after {since}; {target} in QuickBooks stays {stays}. "
        f"{' '.join(told or drift)}{correct}",
        drift=" ".join(drift) or None,
        tell=heavy,
        cause=Kind.CHANGED_HERE,
    )


def _since_seen[R: BaseModel](
    flow: PushFlow[R], record: R, seen: SaidThen, known: PushContext, *, counts: bool
) -> list[str]:
    """Say what of a posted document is otherwise than somebody saw it who saw to it."""
    told = facts_changed(flow, record, seen.facts, known)
    if seen.standing and counts:
        told.insert(0, f"It counts in MobiWork again, which it did not: {seen.standing}")
    return told


def _following[R: BaseModel](flow: PushFlow[R], link: Linked, followed: Body) -> Update:
    body = {**link.base, **followed}
    return Update(body, followed, content_hash(lasting(flow, body)), only_as_posted=True)
