"""The story of one record: where it is, and how it came there, from both sides and from people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from connector.api.runs.both_sides import Both
from connector.api.runs.history import check_flow, show
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import PULL_NAMED, PUSH_NAMED
from connector.errors import NotThereError
from connector.model.body import Body
from connector.model.control.activity import Deed
from connector.model.flows.push_flow import AnyPushFlow
from connector.model.ids import ConnectionId, FlowName, RecordId, in_words
from connector.model.links import Intent, Link, Linking
from connector.model.outcomes import WRITTEN, RecordOutcome
from connector.model.pending import PendingItem
from connector.model.review.planned import PlannedRecord
from connector.model.tracking.sides import SideRow
from connector.model.tracking.stands import OF_ITEM
from connector.model.tracking.tracked import StandsAs, TrackedRecord
from connector.quickbooks.web_pages import page_of
from connector.store.control import activity
from connector.store.tracking import history

if TYPE_CHECKING:
    from connector.services import Services


class Labelled(Protocol):
    """Whatever says what a person knows a record by."""

    @property
    def label(self) -> str:
        """What that is; empty where it is not known."""
        ...


@dataclass(frozen=True, kw_only=True)
class OnItsWay:
    """A reading of the record that is not done with.

    Attributes:
        state: Where it stands.
        read_at: When it was read, ISO 8601 in UTC.
        reason: Why it does not go on, if something holds it.
        again_at: When it is planned again by itself, if it is.
        content: The record as it was read: XML of MobiWork, JSON of QuickBooks.
    """

    state: StandsAs
    read_at: str
    reason: str | None
    again_at: str | None
    content: str


@dataclass(frozen=True, kw_only=True)
class OtherSide:
    """What the record is on the other side, or is being made to be.

    Attributes:
        entity, mobiwork_id: The MobiWork record that is linked, or a piece of it.
        target, quickbooks_id: The QuickBooks record; None while it is only being sent.
        how: created, linked, pulled; or being sent.
        sent: The body as it was sent, or as both sides last agreed on it.
        request_id: What QuickBooks knows the sending by, while it is not certain.
        total: What QuickBooks answered that it comes to.
        version: QuickBooks' version of it when it was last read or written.
        changed_since: How it differs from its record by now, or what was done with it there.
        page: Its page in QuickBooks.
        fields: What both sides say, thing by thing.
        read_now: Whether both sides were read for it just now; else it is as they are known.
    """

    entity: str
    mobiwork_id: str
    target: str
    quickbooks_id: str | None
    how: str
    sent: Body
    request_id: str | None = None
    total: Decimal | None = None
    version: str | None = None
    changed_since: tuple[str, ...] = ()
    page: str | None = None
    fields: tuple[SideRow, ...] = ()
    read_now: bool = False


@dataclass(frozen=True, kw_only=True)
class Story:
    """Where a record is, and how it came there.

    Attributes:
        flow, record_id: Whose story it is.
        label: What a person knows it by.
        stands: Where it stands after its latest outcome; None before the first.
        read_at: When it was last read with something new in it, ISO 8601 in UTC.
        on_its_way: The reading that is not done with; None where nothing is to be done.
        left_out: Why it is left out, if it is.
        planned: What is planned for a person to look at; None once it was carried out, or is past.
        other_side: What it is on the other side: several where it was split.
        outcomes: What runs told of it: the first one, then the latest.
        people: What people changed about it: who, when, what, before, after.
        cost: What the latest run that wrote it paid in calls for each record of its flow.
        mobiwork_page: Its page in MobiWork; None, because MobiWork documents no address.
    """

    flow: FlowName
    record_id: RecordId
    label: str
    stands: TrackedRecord | None
    read_at: str | None
    on_its_way: OnItsWay | None
    left_out: str | None
    planned: PlannedRecord | None
    other_side: tuple[OtherSide, ...]
    outcomes: tuple[RecordOutcome, ...]
    people: tuple[Deed, ...]
    cost: str | None = None
    mobiwork_page: None = None


def tell(  # noqa: PLR0913 - what is asked, and where it is kept
    services: "Services",
    connection_id: ConnectionId,
    flow: FlowName,
    record_id: RecordId,
    *,
    now: bool = False,
    store: Store = DYNAMODB,
) -> Story:
    """Return the story of one record; `now` reads both sides of it, one metered call for each.

    Raises:
        RequestError: there is no such flow.
        NotThereError: nothing is known of such a record.
    """
    check_flow(flow)
    stands = store.tracked.read_many(connection_id, flow, [record_id]).get(record_id)
    item = store.pending.read_many(connection_id, flow, [record_id]).get(record_id)
    left = store.left_out.read_many(connection_id, flow, [record_id]).get(record_id)
    sandbox = "sandbox" in services.config.quickbooks_api_url
    found = _found(store, connection_id, flow, record_id)
    both = Both(services, connection_id, flow, stands, item, now=now)
    there = [
        _link(key, one, both, sandbox=sandbox) if isinstance(one, Link) else _intent(key, one)
        for key, one in sorted(found.items())
        if isinstance(one, Link | Intent)
    ]
    if not (stands or item or left or there):
        raise NotThereError(f"Nothing is known of {record_id[:64]!r} among {in_words(flow)}.")
    is_done = bool(there) and item is None
    planned = None if is_done else _planned(store, connection_id, flow, record_id)
    told_in = stands.told_in if stands else ()
    outcomes = tuple(history.of_record(connection_id, flow, record_id, told_in))
    return Story(
        flow=flow,
        record_id=record_id,
        label=_label(flow, record_id, stands, item, left, planned),
        stands=stands,
        read_at=item.found_at if item else stands.read_at if stands else None,
        on_its_way=_on_its_way(item) if item else None,
        left_out=left.reason if left and _stands_so(stands, item) else None,
        planned=planned,
        other_side=tuple(there),
        outcomes=outcomes,
        people=tuple(activity.of_record(connection_id, flow, record_id)),
        cost=_cost(services, connection_id, outcomes),
    )


def _label(flow: FlowName, record_id: RecordId, *told: Labelled | None) -> str:
    """Return what the first that knows one calls a record; what only tells of it has no outcome."""
    known = PUSH_NAMED.get(flow) or PULL_NAMED[flow]
    return next((one.label for one in told if one and one.label), f"{known.noun} {record_id}")


def _stands_so(stands: TrackedRecord | None, item: PendingItem | None) -> bool:
    """Tell whether what was left out is the record as it stands, and no reading of before."""
    return item is None and (stands is None or stands.state is StandsAs.LEFT_OUT)


def _planned(
    store: Store, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
) -> PlannedRecord | None:
    scope = store.plans.scope(connection_id)
    return store.plans.read_many(connection_id, scope, flow, [record_id]).get(record_id)


def _cost(
    services: "Services", connection_id: ConnectionId, outcomes: Sequence[RecordOutcome]
) -> str | None:
    """Say what the latest run that wrote a record paid for it; None where none did, or is known."""
    written = [one for one in outcomes if one.outcome in WRITTEN]
    if not written:
        return None
    last = max(written, key=lambda one: one.run_id)
    try:
        flows = show(services, connection_id, last.run_id).flows
    except NotThereError:
        return None
    return next((one.cost for one in flows if one.flow == last.flow), None)


def _on_its_way(item: PendingItem) -> OnItsWay:
    return OnItsWay(
        state=OF_ITEM[item.state],
        read_at=item.found_at,
        reason=item.reason,
        again_at=item.not_before,
        content=item.record,
    )


def _found(
    store: Store, connection_id: ConnectionId, flow: FlowName, record_id: RecordId
) -> Mapping[tuple[str, str], Linking]:
    """Return how far a record has come on the other side, by what is linked of it."""
    if flow in PUSH_NAMED:
        return _sent(store, connection_id, PUSH_NAMED[flow], record_id)
    owner = store.links.owner_of(connection_id, PULL_NAMED[flow].source, record_id)
    return store.links.read_many(connection_id, [owner] if owner else [])


def _sent(
    store: Store, connection_id: ConnectionId, flow: AnyPushFlow, record_id: RecordId
) -> Mapping[tuple[str, str], Linking]:
    """Return how far the documents of a record have come: one, or one for each of its pieces."""
    if flow.piece_id is None:
        wanted = [(entity, record_id) for entity in flow.link_entities]
        return store.links.read_many(connection_id, wanted)
    pieces: dict[tuple[str, str], Linking] = {}
    for entity in flow.link_entities:
        pieces |= store.links.read_beginning(connection_id, entity, f"{record_id}-")
    return pieces


def _link(own: Iterable[str], link: Link, both: Both, *, sandbox: bool) -> OtherSide:
    entity, mobiwork_id = own
    fields = both.fields(entity, mobiwork_id, link)
    return OtherSide(
        entity=entity,
        mobiwork_id=mobiwork_id,
        target=link.target,
        quickbooks_id=link.quickbooks_id,
        how=link.origin.value,
        sent=link.base,
        total=link.total,
        version=link.sync_token,
        changed_since=tuple(filter(None, (link.drift, link.gone, *map(_disputed, link.disputed)))),
        page=page_of(link.target, link.quickbooks_id, sandbox=sandbox),
        fields=fields,
        read_now=both.now,
    )


def _disputed(name: str) -> str:
    return f"Both sides changed its {name}. Someone has to decide which one to keep."


def _intent(own: Iterable[str], intent: Intent) -> OtherSide:
    entity, mobiwork_id = own
    return OtherSide(
        entity=entity,
        mobiwork_id=mobiwork_id,
        target=intent.target,
        quickbooks_id=None,
        how="being sent",
        sent=intent.body,
        request_id=intent.request_id,
    )
