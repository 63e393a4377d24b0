"""Merges a linked QuickBooks record into MobiWork's, field by field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from pydantic import BaseModel

from connector.engine.run import Run
from connector.engine.three_way_merge import (
    MergeDecision,
    differing_fields,
    meant_values,
    merge,
    mobiwork_values,
    quickbooks_values,
)
from connector.entities.registry import BY_ENTITY
from connector.errors import SKIP, BeingSentError, Fix, RecordError
from connector.mobiwork.editing import texts_at
from connector.mobiwork.endpoints import twins_of
from connector.model.body import Body, spoken
from connector.model.flows.field import Changes, Value
from connector.model.flows.pull_flow import PullFlow
from connector.model.links import Addition, AlreadyLinkedError, Link, Origin, RecordKey
from connector.model.outcomes import NATIVE, Outcome, RecordOutcome
from connector.model.policy.choices import OnConflict
from connector.model.undoing.images import BeforeImage
from connector.model.worklist.causes import Kind
from connector.pull.mobiwork_records import EchoGuard, MobiWorkRecord

STEPS = ("answer received", "link saved", "item closed")
"""The durable steps of a merge that writes; whoever repeats it finds both sides the same."""

KEEP = (
    Fix(action="keep_quickbooks", label="Keep what QuickBooks says"),
    Fix(action="keep_mobiwork", label="Keep what MobiWork says"),
    SKIP,
)


def outcome_of[R: BaseModel](  # noqa: PLR0913 - what the outcome says
    run: Run, flow: PullFlow[R], link: Link, outcome: Outcome, *, label: str, note: str
) -> RecordOutcome:
    """Return the outcome of a record that is linked now."""
    return RecordOutcome(
        run_id=run.run_id,
        flow=flow.name,
        record_id=link.quickbooks_id,
        outcome=outcome,
        label=label,
        note=note or None,
        quickbooks_id=link.quickbooks_id,
    )


def save_link[R: BaseModel](  # noqa: PLR0913 - what a link ends
    run: Run,
    flow: PullFlow[R],
    link: Link,
    told: RecordOutcome,
    *,
    before: Link | None = None,
    ends: Addition | None = None,
) -> None:
    """Store a link both ways with its outcome, and end the addition that led to it.

    Raises:
        RecordError: the QuickBooks record belongs to another MobiWork record.
        BeingSentError: the MobiWork record is being sent to QuickBooks at this moment.
        OutdatedError: the link is not as it was read `before`.
    """
    try:
        told = run.complete(told)
        saved = run.store.links.save(run.connection_id, link, told, before=before, ends=ends)
    except AlreadyLinkedError as error:
        raise RecordError(
            f"{spoken(flow.source)} {link.quickbooks_id} in QuickBooks belongs to {flow.entity} "
            f"{error.mobiwork_id} of MobiWork already. Give one of the two another name.",
            cause=Kind.LINKED_ELSEWHERE,
        ) from error
    if not saved and before is not None:
        raise OutdatedError
    if not saved:
        raise BeingSentError(
            f"{flow.entity} {link.owner.mobiwork_id} of MobiWork is being sent right now; the "
            "next run checks it again."
        )
    run.told.append(told)
    run.checkpoint("link saved")


class OutdatedError(Exception):
    """A newer reading of the record was found, or agreed on, while this worker slept."""


@dataclass(frozen=True)
class LinkedPair[R: BaseModel]:
    """One QuickBooks record with the MobiWork record it is linked to, or is about to be.

    Attributes:
        flow: The flow that pulls it.
        quickbooks_id: The id of the QuickBooks record; of a piece, its own.
        in_quickbooks: The record as QuickBooks holds it.
        label: What a person knows it by.
        mobiwork_id: The id of the MobiWork record.
        link: The link as read; None when the two are joined only now.
        native: Whether the MobiWork record itself named the QuickBooks record.
        ends: The addition that joining them brings to its end, if any.
        wins: Who wins where both changed it, if a person said so of this reading.
        is_current: Asked at the last moment: whether no newer reading has taken its place.
    """

    flow: PullFlow[R]
    quickbooks_id: str
    in_quickbooks: Body
    label: str
    mobiwork_id: str
    link: Link | None
    native: bool = False
    ends: Addition | None = None
    wins: OnConflict | None = None
    is_current: Callable[[], bool] = lambda: True

    def last_look(self) -> None:
        """Let nothing be written from a reading that is not the newest one any more.

        Raises:
            OutdatedError: a newer one is there.
        """
        if not self.is_current():
            raise OutdatedError


def merge_record[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R], echo_guard: EchoGuard
) -> None:
    """Bring both sides of one record together.

    Raises:
        RecordError: a person must decide, or MobiWork did not take a value.
        RetriableError: MobiWork does not answer.
        OutdatedError: a newer reading was found meanwhile, or agreed on: both are compared anew.
        EditedMeanwhileError: somebody changed in MobiWork what would have been written over.
    """
    flow, decided = work.flow, _decided(run, work, in_mobiwork)
    after = _written(run, work, in_mobiwork, decided, echo_guard)
    if after is in_mobiwork:
        work.last_look()
    agreed = _agreed(work, decided, in_mobiwork, after)
    outcome, note = _outcome(work, decided), _note(work, decided)
    told = outcome_of(run, flow, agreed, outcome, label=work.label, note=note)
    gives = bool(decided.give) and _is_sent(run, flow, after)
    if gives:
        echo_guard.owes(after.raw.own_id)
    save_link(run, flow, agreed, told, before=work.link, ends=work.ends)
    if after is not in_mobiwork:
        echo_guard.remember(after.raw.own_id, after.record, before=in_mobiwork.record)
    if gives:
        echo_guard.push(after.raw, after.record, label=work.label)
    _complain(work, decided, after)


def _is_sent[R: BaseModel](run: Run, flow: PullFlow[R], in_mobiwork: MobiWorkRecord[R]) -> bool:
    """Tell whether QuickBooks gets changes of a record; pushing others would never settle them."""
    return not BY_ENTITY[flow.entity].eligibility.skip_reason(in_mobiwork.record, run.settings)


def pushed_kind[R: BaseModel](flow: PullFlow[R], record: R) -> str | None:
    """Return what of a MobiWork record may not change once it is linked, as pushing it has it."""
    pushed = BY_ENTITY.get(flow.entity)
    return pushed.kind_of(record) if pushed else None


def would_write[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R]
) -> bool:
    """Tell whether a merge would write to MobiWork, for which the record must be read afresh."""
    return bool(changes_of(run, work, in_mobiwork))


def changes_of[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R]
) -> dict[str, str | None]:
    """Return what a merge would write to MobiWork, by element."""
    return _changes(run, work, in_mobiwork, _decided(run, work, in_mobiwork))


def _decided[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R]
) -> MergeDecision:
    flow, link = work.flow, work.link
    return merge(
        flow.fields,
        base_in_mobiwork=link.in_mobiwork if link else {},
        base_in_quickbooks=link.in_quickbooks if link else {},
        in_mobiwork=mobiwork_values(flow.fields, in_mobiwork.record),
        in_quickbooks=quickbooks_values(flow.fields, work.in_quickbooks),
        meant=meant_values(flow.fields, work.in_quickbooks),
        on_conflict=work.wins or run.settings.on_conflict,
    )


def _written[R: BaseModel](
    run: Run,
    work: LinkedPair[R],
    in_mobiwork: MobiWorkRecord[R],
    decided: MergeDecision,
    echo_guard: EchoGuard,
) -> MobiWorkRecord[R]:
    """Write what MobiWork is to take over, and return the record as it stands afterwards."""
    changes = _changes(run, work, in_mobiwork, decided)
    if not changes:
        return in_mobiwork
    flow, mobiwork = work.flow, run.mobiwork
    if not all(mobiwork.supports(flow.entity, call) for call in ("view", "edit")):
        if not decided.take:
            return in_mobiwork
        raise RecordError(_cannot_edit(work, decided), cause=Kind.MOBIWORK_CALL)
    _keep_image(run, work, in_mobiwork, changes)
    work.last_look()
    raw = mobiwork.edit(flow.entity, work.mobiwork_id, changes, read=in_mobiwork.raw)
    if any(one.verify_after_write and one.name in decided.take for one in flow.fields):
        raw = mobiwork.find(flow.entity, work.mobiwork_id) or raw
    run.checkpoint("answer received")
    return echo_guard.edited(flow, in_mobiwork, raw, changes)


def _keep_image[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R], changes: Changes
) -> None:
    """Note what an edit of MobiWork's record writes over, before it is sent."""
    held = texts_at(in_mobiwork.raw.element(), changes, twins=twins_of(work.flow.entity))
    written = {path: text for path, text in changes.items() if held[path] != text}
    if not written:
        return
    image = BeforeImage(
        run_id=run.run_id,
        flow=work.flow.name,
        record_id=work.quickbooks_id,
        side="MobiWork",
        entity=work.flow.entity,
        own_id=work.mobiwork_id,
        label=work.label,
        before={path: held[path] for path in written},
        after=written,
        at=run.now().astimezone(UTC).isoformat(),
    )
    run.store.images.keep(run.connection_id, image)


def _changes[R: BaseModel](
    run: Run, work: LinkedPair[R], in_mobiwork: MobiWorkRecord[R], decided: MergeDecision
) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    for one in work.flow.fields:
        if one.name in decided.take:
            changes |= one.write(decided.take[one.name], in_mobiwork.record)
    if changes or (work.link is None and not work.native):
        number = str(work.in_quickbooks["Id"])
        changes |= run.mobiwork.external_id(work.flow.entity, number)
    return changes


def _agreed[R: BaseModel](
    work: LinkedPair[R],
    decided: MergeDecision,
    before: MobiWorkRecord[R],
    after: MobiWorkRecord[R],
) -> Link:
    """Return the link with what both sides agree on; what MobiWork is to give stays open.

    Of a field that was not written that is what was compared: what somebody typed in MobiWork
    while the others were written is still to be pushed.
    """
    link, settled = work.link or _joined(work, after), {*decided.take, *decided.agreed}
    compared = mobiwork_values(work.flow.fields, before.record)
    written = mobiwork_values(work.flow.fields, after.record)
    in_mobiwork = compared | {name: written[name] for name in decided.take}
    in_quickbooks = quickbooks_values(work.flow.fields, work.in_quickbooks)
    others = set(link.disputed) - {one.name for one in work.flow.fields}
    return replace(
        link,
        quickbooks_id=work.quickbooks_id,
        sync_token=str(work.in_quickbooks.get("SyncToken", "0")),
        content_hash=None,
        base=_base_body(work, link.base, settled),
        in_mobiwork={**link.in_mobiwork, **{name: in_mobiwork[name] for name in settled}},
        in_quickbooks={
            **link.in_quickbooks,
            **{name: in_quickbooks[name] for name in (*settled, *decided.give)},
        },
        disputed=tuple(sorted({*others, *decided.disputed})),
    )


def _joined[R: BaseModel](work: LinkedPair[R], after: MobiWorkRecord[R]) -> Link:
    """Return the link of two records that nothing is agreed of yet."""
    return Link(
        owner=RecordKey(work.flow.entity, work.mobiwork_id),
        target=work.flow.source,
        quickbooks_id=work.quickbooks_id,
        sync_token="0",  # noqa: S106 - no secret
        content_hash=None,
        base={},
        kind=pushed_kind(work.flow, after.record),
        origin=Origin.LINKED,
    )


def _base_body[R: BaseModel](work: LinkedPair[R], base: Body, settled: Iterable[str]) -> Body:
    """Return the push base with QuickBooks' own words for what is settled."""
    body = dict(base)
    for one in work.flow.fields:
        if one.name in settled:
            for member in one.members:
                body.pop(member, None)
                if member in work.in_quickbooks:
                    body[member] = work.in_quickbooks[member]
    return body


def _outcome[R: BaseModel](work: LinkedPair[R], decided: MergeDecision) -> Outcome:
    if work.link is None:
        return Outcome.LINKED
    return Outcome.UPDATED if decided.take else Outcome.UNCHANGED


def _note[R: BaseModel](work: LinkedPair[R], decided: MergeDecision) -> str:
    said = [NATIVE] if work.native else []
    if decided.take:
        said.append(f"MobiWork was updated with the {_listed(decided.take)} from QuickBooks.")
    if decided.give:
        said.append(f"QuickBooks will be updated with the {_listed(decided.give)} from MobiWork.")
    return " ".join(said)


def _complain[R: BaseModel](
    work: LinkedPair[R], decided: MergeDecision, after: MobiWorkRecord[R]
) -> None:
    """Say what a person must decide, and what MobiWork did not take over."""
    in_mobiwork = mobiwork_values(work.flow.fields, after.record)
    taken = [one for one in work.flow.fields if one.name in decided.take]
    ignored = differing_fields(taken, in_mobiwork, decided.take)
    said = [
        f"MobiWork did not save the {name}: it should be {shown(decided.take[name])} but is "
        f"{shown(in_mobiwork[name])}. Correct it in MobiWork."
        for name in ignored
    ]
    said += [
        f"The {name} was changed on both sides: MobiWork says {shown(ours)}, QuickBooks says "
        f"{shown(theirs)}. Make both say the same, or choose which one to keep; neither was "
        "changed."
        for name, (ours, theirs) in decided.disputed.items()
    ]
    said += [
        f"The {name} was {shown(before)} in QuickBooks and is {shown(after)} now."
        for name, (before, after) in decided.told.items()
    ]
    if decided.told and work.flow.splitting:
        said.append(work.flow.splitting.advice(work.in_quickbooks))
    if said:
        raise _asking(said, decided)


def _asking(said: list[str], decided: MergeDecision) -> RecordError:
    if decided.disputed:
        return RecordError(" ".join(said), fixes=KEEP, cause=Kind.BOTH_CHANGED)
    told = Kind.CHANGED_THERE if decided.told else Kind.MOBIWORK_IGNORED
    return RecordError(" ".join(said), cause=told)


def _cannot_edit[R: BaseModel](work: LinkedPair[R], decided: MergeDecision) -> str:
    changes = "; ".join(f"the {name} to {shown(value)}" for name, value in decided.take.items())
    return (
        f"It was changed in QuickBooks, but MobiWork documents no way to change its "
        f"{work.flow.words} from here. Change in MobiWork by hand: {changes}."
    )


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def shown(value: Value) -> str:
    """Write a value for a person."""
    if isinstance(value, Mapping):
        return shown(" ".join(str(part) for part in value.values() if part))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if value not in (None, "") else "nothing"
