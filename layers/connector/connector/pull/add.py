"""Adding QuickBooks records to MobiWork, once: intent -> add -> link, each durable before the next.

MobiWork has no idempotency key. Whoever finds an intent that is not its own, or never heard the
answer, looks the record up by the external id it carries before anything is added again.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pydantic import BaseModel

from connector.engine.lease import ClaimLostError, Lease
from connector.engine.loop import Settled, Unsettled
from connector.engine.run import Run
from connector.engine.three_way_merge import here_values, there_values
from connector.errors import (
    ConnectorError,
    RecordError,
    RemoteDownError,
    UnreadableAnswerError,
)
from connector.mobiwork.editing import edited
from connector.mobiwork.external_id import same_external_id
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.outcomes import Outcome
from connector.model.pull_flow import Add, PullFlow
from connector.pull.merge import kind_of, save_link
from connector.pull.mobiwork_records import EchoGuard, parse
from connector.store import additions, links
from connector.store.links import Link
from connector.store.table import key

STEPS = ("addition begun", "answer received", "link saved", "item closed")
"""The durable steps of an addition; a crash after any of them must leave one record."""


@dataclass(frozen=True)
class Addition[R: BaseModel]:
    """One QuickBooks record that MobiWork is to get."""

    flow: PullFlow[R]
    own_id: str
    there: Body
    label: str
    plan: Add


def add[R: BaseModel](run: Run, work: Addition[R], echo_guard: EchoGuard) -> Settled:
    """Add a record to MobiWork and link it; something when the answer was not heard.

    Raises:
        RecordError: MobiWork refused it, or has no call for it.
        RetriableError: nothing was sent.
    """
    flow = work.flow
    if not run.mobiwork.supports(flow.entity, "add"):
        raise RecordError(
            f"MobiWork documents no way to add {flow.words}; the assumed call {flow.entity}.add "
            "is switched off in the settings. Switch it on after a probe, or add it by hand."
        )
    since = run.clock()
    begun = additions.begin(run.connection_id, flow.entity, work.own_id, run.new_claim())
    if begun is None:
        return _begun_by_another(run, work)
    run.checkpoint("addition begun")
    if _linked_meanwhile(run, work, begun):
        return _begun_by_another(run, work)
    return _send(run, work, _lease(run, begun, since), echo_guard)


def settle[R: BaseModel](run: Run, work: Addition[R], seen: str, echo_guard: EchoGuard) -> Settled:
    """Take over an addition whose worker shows no life, or our own unheard one, and end it.

    Raises:
        RecordError: MobiWork has several records of that external id, or refused it, or took it
            and does not show it.
        RetriableError: MobiWork does not answer.
    """
    since = run.clock()
    begun = additions.take_over(
        run.connection_id, work.flow.entity, work.own_id, run.new_claim(), before=seen
    )
    if begun is None or _linked_meanwhile(run, work, begun):
        return _begun_by_another(run, work)
    found = _not_linked(run, work)
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise RecordError(
            f"MobiWork has {len(found)} records of {work.label} ({work.flow.entity} {ids}). Delete "
            "or disable the ones that are too many in MobiWork, then try again."
        )
    if found:
        _link(run, work, found[0], begun, echo_guard)
        return None
    if begun.taken:
        additions.note_taken(begun, taken=False)
        raise RecordError(_hidden(run, work))
    return _send(run, work, _lease(run, begun, since), echo_guard)


def _linked_meanwhile[R: BaseModel](run: Run, work: Addition[R], begun: additions.Addition) -> bool:
    """Tell whether somebody linked the record since it was planned; then nothing is added."""
    if links.owner_of(run.connection_id, work.flow.source, work.own_id) is None:
        return False
    additions.give_up(begun)
    return True


def _hidden[R: BaseModel](run: Run, work: Addition[R]) -> str:
    (text,) = run.mobiwork.external_id(work.flow.entity, _number(work)).values()
    return (
        f"MobiWork took {work.label} without telling its number, and does not show it under the "
        f'external id "{text}". Look for it in MobiWork: if it is there, give it that external '
        "id. Then try again; what is not found then is added once more."
    )


def _not_linked[R: BaseModel](run: Run, work: Addition[R]) -> list[RawRecord]:
    """Return MobiWork's records that are this one; pieces share the external id of the whole."""
    flow, entity = work.flow, work.flow.entity
    found = [one for one in _looked_up(run, work) if one.id]
    there = links.read_many(run.connection_id, [(entity, one.id) for one in found])
    free = [one for one in found if (entity, one.id) not in there]
    if flow.splitting is None:
        return free
    return [one for one in free if flow.splitting.is_twin(parse(flow, one), work.plan.changes)]


def _looked_up[R: BaseModel](run: Run, work: Addition[R]) -> list[RawRecord]:
    """Return the records that name the QuickBooks record.

    How MobiWork's filter of external ids works is not documented (reference 3.1): where it finds
    nothing, the whole list is read before anything is added again.
    """
    entity, number = work.flow.entity, _number(work)
    if found := run.mobiwork.find_by_external_id(entity, number):
        return found
    named = run.mobiwork.external_id(entity, number)
    wanted = {"externalid", *(name.lower() for name in named)}
    (text,) = named.values()
    return [
        raw
        for raw in run.mobiwork.records(entity, work.flow.records.filters)
        if any(same_external_id(_text(raw.fields.get(name)), text) for name in wanted)
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _begun_by_another[R: BaseModel](run: Run, work: Addition[R]) -> Unsettled:
    begun = additions.under_way(run.connection_id, work.flow.entity, [work.own_id])
    reason = "It was being added to MobiWork before, and it is not certain yet that it is there."
    claim = begun.get(work.own_id, "")
    return Unsettled(claim, run.claim_seconds if claim else 0.0, reason)


def _lease(run: Run, begun: additions.Addition, since: float) -> Lease[additions.Addition]:
    return Lease(run, begun, since, lambda: additions.renew(begun, run.new_claim()))


def _send[R: BaseModel](
    run: Run, work: Addition[R], lease: Lease[additions.Addition], echo_guard: EchoGuard
) -> Settled:
    flow, begun = work.flow, lease.intent
    changes = {**work.plan.changes, **run.mobiwork.external_id(flow.entity, _number(work))}
    try:
        raw = run.mobiwork.add(
            flow.entity,
            edited(Element(flow.entity), changes),
            before_sending=lease.hold,
        )
    except ClaimLostError:
        return _begun_by_another(run, work)
    except (RemoteDownError, UnreadableAnswerError) as error:
        if not error.unknown_outcome:
            additions.give_up(begun)
            raise
        return Unsettled(begun.claim, run.settle_seconds, str(error), unanswered=True)
    except ConnectorError:
        additions.give_up(begun)
        raise
    run.checkpoint("answer received")
    if not raw.id:
        additions.note_taken(begun, taken=True)
        reason = "MobiWork took it, but did not tell its number."
        return Unsettled(begun.claim, run.settle_seconds, reason)
    _link(run, work, raw, begun, echo_guard)
    return None


def _link[R: BaseModel](
    run: Run, work: Addition[R], raw: RawRecord, begun: additions.Addition, echo_guard: EchoGuard
) -> None:
    flow = work.flow
    record = parse(flow, raw)
    there = there_values(flow.fields, work.there)
    link = Link(
        pk=key(run.connection_id, "link", flow.entity),
        sk=raw.id,
        target=flow.source,
        quickbooks_id=work.own_id,
        sync_token=str(work.there.get("SyncToken", "0")),
        origin="pulled",
        kind=kind_of(flow, record),
        run_id=run.run_id,
        body=_members(flow, work.there),
        here=here_values(flow.fields, record),
        there=there,
    )
    note = f"It is {flow.entity} {raw.id} in MobiWork."
    save_link(run, flow, link, Outcome.CREATED, label=work.label, note=note, claim=begun.claim)
    echo_guard.wrote(raw, record, before=None)


def _members[R: BaseModel](flow: PullFlow[R], there: Body) -> Body:
    names = {member for one in flow.fields for member in one.members}
    return {member: there[member] for member in sorted(names) if member in there}


def _number[R: BaseModel](work: Addition[R]) -> str:
    """Return the id of the QuickBooks record, also of one of several pieces of it."""
    return str(work.there["Id"])
