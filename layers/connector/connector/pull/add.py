"""Additions of QuickBooks records to MobiWork, as `exactly_once` carries them out.

MobiWork has no idempotency key: a record is looked up by the external id it carries before it is
added again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from pydantic import BaseModel

from connector.engine import exactly_once
from connector.engine.loop import OutcomeUnknown, Settled, count_failure, is_current
from connector.engine.run import Run
from connector.engine.three_way_merge import (
    differing_fields,
    meant_values,
    mobiwork_values,
    quickbooks_values,
)
from connector.entities.registry import BY_ENTITY
from connector.errors import ConnectorError, RecordError
from connector.mobiwork.editing import edited
from connector.mobiwork.external_id import same_external_id
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.field import Values
from connector.model.flows.pull_flow import Add, PullFlow
from connector.model.ids import QuickBooksId
from connector.model.links import Addition, Link, Origin, RecordKey
from connector.model.outcomes import Outcome
from connector.model.pending import PendingItem
from connector.model.plans import Wait
from connector.model.worklist.causes import Kind
from connector.pull.merge import outcome_of, pushed_kind, save_link
from connector.pull.mobiwork_records import EchoGuard, parse

STEPS = (*exactly_once.STEPS, "item closed")
"""The durable steps of an addition; a crash after any of them must leave one record."""


def add[R: BaseModel](adding: "Adding[R]") -> Settled:
    """Add a record to MobiWork and link it; something when the answer was not heard.

    Raises:
        RecordError: MobiWork refused it, or has no call for it.
        RetriableError: nothing was sent.
    """
    flow = adding.flow
    if why := impossible(adding.run, flow):
        raise RecordError(why, cause=Kind.MOBIWORK_CALL)
    intent = Addition(source=flow.source, quickbooks_id=adding.quickbooks_id, claim="")
    return exactly_once.begin(adding.run, adding, intent)


def impossible[R: BaseModel](run: Run, flow: PullFlow[R]) -> str | None:
    """Say why a record cannot be added, where the MobiWork API does not support it; else None."""
    if run.mobiwork.supports(flow.entity, "add"):
        return None
    return (
        f"MobiWork documents no way to add {flow.words}; the assumed call {flow.entity}.add "
        "is switched off in the settings. Switch it on after a probe, or add it by hand."
    )


def settle[R: BaseModel](adding: "Adding[R]", watched: str) -> Settled | Wait:
    """Take over an addition whose claim `watched` shows no life, or our own, and end it.

    Raises:
        RecordError: MobiWork has several records of that external id, or refused it, or took it
            and does not show it.
        RetriableError: MobiWork does not answer.
    """
    begun = adding.under_way()
    if begun is None or begun.claim != watched:
        return adding.taken()
    return exactly_once.settle(adding.run, adding, begun)


@dataclass(frozen=True)
class Adding[R: BaseModel]:
    """One QuickBooks record that MobiWork is to get; a `Sending` of the protocol.

    run, flow: the run that it is added in, and the flow that pulls it.
    item: its pending item.
    in_quickbooks: the record, or its piece, as QuickBooks holds it.
    label: what a person knows it by.
    plan: the elements that MobiWork gets.
    echo_guard: remembers what was written, so that it is not pushed back.
    """

    run: Run
    flow: PullFlow[R]
    item: PendingItem
    in_quickbooks: Body
    label: str
    plan: Add
    echo_guard: EchoGuard

    @property
    def quickbooks_id(self) -> QuickBooksId:
        """The id of the QuickBooks record; of a piece, its own."""
        return self.item.record_id

    @property
    def number(self) -> QuickBooksId:
        """The id of the QuickBooks record, also of one of several pieces of it."""
        return str(self.in_quickbooks["Id"])

    def under_way(self) -> Addition | None:
        """Return the intent, if there is one."""
        found = self.run.store.additions.under_way(
            self.run.connection_id, self.flow.source, [self.quickbooks_id]
        )
        return found.get(self.quickbooks_id)

    def claim(self, intent: Addition, seen: Addition | None) -> Addition | None:
        """Write an intent under a new claim; nothing when it is another's, or linked meanwhile."""
        mine = replace(intent, claim=self.run.new_claim())
        claimed = self.run.store.additions.claim(self.run.connection_id, mine, before=seen)
        return mine if claimed else None

    def release(self, intent: Addition) -> None:
        """Remove an intent of which nothing came."""
        self.run.store.additions.release(self.run.connection_id, intent)

    def find(self, intent: Addition) -> RawRecord | None:
        """Return MobiWork's record that is this one; pieces share the external id of the whole.

        Raises:
            RecordError: there are several.
        """
        del intent
        found = self._not_linked(one for one in self._named() if one.id)
        if len(found) > 1:
            ids = ", ".join(one.own_id for one in found)
            raise RecordError(
                f"MobiWork has {len(found)} records of {self.label} ({self.flow.entity} {ids}). "
                "Delete or disable the duplicates in MobiWork, then try again.",
                cause=Kind.SEVERAL,
            )
        return found[0] if found else None

    def _not_linked(self, found: Iterable[RawRecord]) -> list[RawRecord]:
        """Leave out what is linked; one that is being sent to QuickBooks is this one all the same.

        To take it for another one would add it again.
        """
        flow, entity = self.flow, self.flow.entity
        pieces, twins = flow.splitting, list(found)
        if pieces is not None:
            changes = self.plan.changes
            twins = [one for one in twins if pieces.is_twin(parse(flow, one), changes)]
        known = self.run.store.links.read_many(
            self.run.connection_id, [(entity, one.own_id) for one in twins]
        )
        return [one for one in twins if not isinstance(known.get((entity, one.own_id)), Link)]

    def _named(self) -> list[RawRecord]:
        """Return the records that name the QuickBooks record.

        How MobiWork's filter of external ids works is not documented (reference 3.1): where it
        finds nothing, the whole list is read before anything is added again.
        """
        mobiwork, entity = self.run.mobiwork, self.flow.entity
        if found := mobiwork.find_by_external_id(entity, self.number):
            return found
        named = mobiwork.external_id(entity, self.number)
        wanted = {"externalid", *(name.lower() for name in named)}
        (text,) = named.values()
        return [
            raw
            for raw in mobiwork.records(entity, self.flow.records.filters)
            if any(same_external_id(_text(raw.fields.get(name)), text) for name in wanted)
        ]

    def repeat(self, intent: Addition) -> Addition:
        """Add it again, unless MobiWork took it for sure.

        Raises:
            RecordError: it did, so a person must look where it is.
        """
        if not intent.taken:
            return intent
        self.run.store.additions.note_taken(self.run.connection_id, intent, taken=False)
        (text,) = self.run.mobiwork.external_id(self.flow.entity, self.number).values()
        raise RecordError(
            f"MobiWork took {self.label} without returning its number, and does not show it under "
            f'the external id "{text}". Look for it in MobiWork: if it is there, give it that '
            "external id. Then try again; if it is still not found, it is added again.",
            cause=Kind.MOBIWORK_IGNORED,
        )

    def send(self, intent: Addition, hold: Callable[[bool], None]) -> RawRecord:
        """Add the record; MobiWork knows no idempotency key."""
        del intent
        mobiwork, entity = self.run.mobiwork, self.flow.entity
        changes = {**self.plan.changes, **mobiwork.external_id(entity, self.number)}
        return mobiwork.add(
            entity,
            edited(Element(entity), changes),
            before_sending=lambda: hold(is_current(self.run, self.item)),
        )

    def refused(self, intent: Addition, refusal: RecordError, *, again: bool) -> Settled:
        """Remove the intent; a person may try again.

        What may have been sent before keeps it, so that it is looked up before it is added.
        """
        if not again:
            self.release(intent)
        raise refusal

    def link(self, intent: Addition, answer: RawRecord) -> Settled:
        """Link the record to the new one in MobiWork, if it said which one that is."""
        if answer.id:
            return self._linked(intent, answer, {})
        self.run.store.additions.note_taken(self.run.connection_id, intent, taken=True)
        reason = "MobiWork accepted it but did not return its id."
        return OutcomeUnknown(intent.claim, self.run.settle_seconds, reason, sent=True)

    def link_found(self, intent: Addition, found: RawRecord) -> Settled:
        """Link the record to MobiWork's, which may be what an older reading of it said.

        What differs then counts as changed in QuickBooks since, and is merged at once.
        """
        flow = self.flow
        ours = mobiwork_values(flow.fields, parse(flow, found))
        older = differing_fields(flow.fields, ours, meant_values(flow.fields, self.in_quickbooks))
        self._linked(intent, found, {name: ours[name] for name in older})
        return OutcomeUnknown() if older else None

    def _linked(self, intent: Addition, found: RawRecord, older: Values) -> Settled:
        flow = self.flow
        record = parse(flow, found)
        link = Link(
            owner=RecordKey(flow.entity, found.own_id),
            target=flow.source,
            quickbooks_id=self.quickbooks_id,
            sync_token=str(self.in_quickbooks.get("SyncToken", "0")),
            content_hash=None,
            base=_members(flow, self.in_quickbooks),
            kind=pushed_kind(flow, record),
            in_mobiwork=mobiwork_values(flow.fields, record),
            in_quickbooks={**quickbooks_values(flow.fields, self.in_quickbooks), **older},
            origin=Origin.PULLED,
            made_in=self.run.run_id,
        )
        note = f"It is {flow.entity} {found.id} in MobiWork."
        told = outcome_of(self.run, flow, link, Outcome.CREATED, label=self.label, note=note)
        save_link(self.run, flow, link, told, ends=intent)
        self.echo_guard.remember(found.own_id, record, before=None)
        return None

    def taken(self) -> OutcomeUnknown:
        """Say that it was begun by another worker, whose claim is to be watched."""
        begun = self.under_way()
        reason = "It was being added to MobiWork, and it is not certain yet whether it is there."
        if begun is None:
            return OutcomeUnknown(reason=reason, sent=True)
        return OutcomeUnknown(begun.claim, self.run.claim_seconds, reason, sent=True)

    def count_failure(self, error: ConnectorError) -> None:
        """Count that MobiWork failed on the record again."""
        count_failure(self.run, self.item, str(error), remote="MobiWork", source="QuickBooks")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _members[R: BaseModel](flow: PullFlow[R], in_quickbooks: Body) -> Body:
    """Return what both sides may change, and what QuickBooks fixed when the record was made."""
    names = {member for one in flow.fields for member in one.members}
    if push := BY_ENTITY.get(flow.entity):
        names |= push.translation.create_only
    return {member: in_quickbooks[member] for member in sorted(names) if member in in_quickbooks}
