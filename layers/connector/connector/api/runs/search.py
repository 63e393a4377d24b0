"""Finding records by what a person knows of them, and how many stand where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import quote, unquote

from connector.api.runs.history import check_flow
from connector.engine.stores import DYNAMODB, Store
from connector.entities.registry import NAMES, PULLED_LISTS, PULLS, PUSHED_LISTS, PUSHES
from connector.errors import RequestError
from connector.model.ids import ConnectionId, FlowName, QuickBooksId, RecordId
from connector.model.tracking.tracked import Sought, StandsAs, TrackedPage, TrackedRecord
from connector.store.records import links

MOST = 99
"""So many records on a page: one more is read to know whether there is another page."""

PART = "part:"
"""Begins what asks for more of those in whose numbers something occurs."""

OF_WHOM = "of:"
"""Begins what asks for more of those that are about the one whose name was given."""

LISTS = frozenset((*PULLED_LISTS, *PUSHED_LISTS))


@dataclass(frozen=True, kw_only=True)
class RecordsAsked:
    """What records are asked for by: what is known of them, or their id on one of the sides.

    oldest_first: whether the oldest days come first, else the latest.
    sought: What is known of them.
    mobiwork_id, quickbooks_id: The id on that side.
    """

    sought: Sought
    mobiwork_id: str | None = None
    quickbooks_id: str | None = None
    oldest_first: bool = False


@dataclass(frozen=True)
class StateCount:
    """How many records of a flow stand where, and what those come to that have an amount.

    flow, state: What is counted.
    count: Of records.
    amount: In dollars; null where none has one.
    """

    flow: FlowName
    state: StandsAs
    count: int
    amount: Decimal | None


@dataclass(frozen=True)
class ShownCounts:
    """Where all records stand that ever had an outcome, by flow and state; both in their order.

    counts: One for each flow and state that has any.
    """

    counts: tuple[StateCount, ...]


def find(
    connection_id: ConnectionId,
    asked: RecordsAsked,
    *,
    after: str | None,
    limit: int,
    store: Store = DYNAMODB,
) -> TrackedPage:
    """Return one page of the records that a person asks for.

    Where none bears the number, those are found in whose numbers it occurs; of one customer or
    vendor found so, what is about them, too; and where there is none, those of that amount.

    Raises:
        RequestError: there is no such flow, or nothing is asked for.
    """
    for flow in asked.sought.flows:
        check_flow(flow)
    if asked.mobiwork_id or asked.quickbooks_id:
        found = _by_id(store, connection_id, asked)
        return TrackedPage(tuple(filter(asked.sought.holds, found)), None)
    if asked.sought == Sought():
        raise RequestError(
            "Enter a number, a customer, an amount, a date, an ID, a state, or a flow."
        )
    undated = bool(asked.sought.flows) and asked.sought.flows <= LISTS
    sought = replace(asked.sought, undated=undated)
    search = _Search(store, connection_id, sought, limit, asked.oldest_first)
    page = search.numbered(after)
    return page if after else search.and_what_it_may_mean(page)


@dataclass(frozen=True)
class _Search:
    """One search for what a person typed as a number.

    Attributes:
        store: Where records are kept.
        connection_id: Whose.
        sought: What is known of them.
        limit: At most so many.
        oldest_first: In which order.
    """

    store: Store
    connection_id: ConnectionId
    sought: Sought
    limit: int
    oldest_first: bool

    def page(self, sought: Sought, after: str | None) -> TrackedPage:
        """Return a page of those that are known by something else."""
        return self.store.tracked.find(
            self.connection_id,
            sought,
            after=after,
            limit=self.limit,
            oldest_first=self.oldest_first,
        )

    def numbered(self, after: str | None) -> TrackedPage:
        """Return those that bear the number, else those in whose numbers it occurs."""
        told, by_part = after or "", (after or "").startswith(PART)
        if told.startswith(OF_WHOM):
            name, _, rest = told.removeprefix(OF_WHOM).partition("|")
            return self.about(unquote(name), rest)
        if not by_part:
            page = self.page(self.sought, after)
            if not self.sought.number or page.records or page.next:
                return page
        part = (self.sought.number or "").removeprefix("#").strip()
        alike = replace(self.sought, number=None, part=part)
        page = self.page(alike, told.removeprefix(PART) or None if by_part else None)
        return replace(page, next=f"{PART}{page.next}" if page.next else None)

    def and_what_it_may_mean(self, found: TrackedPage) -> TrackedPage:
        """Add what may be meant by a number that no document bears: a name, or an amount."""
        sought = self.sought
        if not sought.number or sought.customer or sought.amounts or found.next:
            return found
        if not found.records and (amount := _amount(sought.number)):
            meant = replace(sought, number=None, amounts=frozenset([amount]))
            return replace(self.page(meant, None), next=None)
        named = {one.number for one in found.records if one.number}
        if len(named) != 1 or any(one.flow not in LISTS for one in found.records):
            return found
        page = self.about(named.pop() or "", None)
        theirs = (one for one in page.records if one not in found.records)
        return TrackedPage((*found.records, *theirs), page.next)

    def about(self, name: str, after: str | None) -> TrackedPage:
        """Return what is about the customer or vendor of a name."""
        page = self.page(replace(self.sought, number=None, customer=name), after)
        following = f"{OF_WHOM}{quote(name, safe='')}|{page.next}" if page.next else None
        return replace(page, next=following)


def _amount(text: str) -> Decimal | None:
    """Return an amount as people type it, to the cent; None where a text is none."""
    plain = text.replace("$", "").replace(",", "").strip()
    return Decimal(plain) if re.fullmatch(r"-?\d+\.\d\d", plain) else None


def of_flow(
    connection_id: ConnectionId,
    flow: FlowName,
    record_ids: Iterable[RecordId],
    *,
    store: Store = DYNAMODB,
) -> Mapping[RecordId, TrackedRecord]:
    """Return where some records of a flow stand, by id; a hundred are one table call."""
    return store.tracked.read_many(connection_id, flow, record_ids)


def labels(
    connection_id: ConnectionId,
    wanted: Iterable[tuple[FlowName, RecordId]],
    *,
    store: Store = DYNAMODB,
) -> Mapping[tuple[FlowName, RecordId], str]:
    """Return what people know some records by; a hundred are one table call."""
    found = store.tracked.read_some(connection_id, wanted)
    return {(one.flow, one.record_id): one.label for one in found}


def _by_id(
    store: Store, connection_id: ConnectionId, asked: RecordsAsked
) -> Iterator[TrackedRecord]:
    """Yield the records of an id, of all flows that know one of that id."""
    wanted: set[tuple[FlowName, RecordId]] = set()
    if asked.mobiwork_id:
        wanted |= {(flow.name, asked.mobiwork_id) for flow in PUSHES}
    if asked.quickbooks_id:
        wanted |= {(flow.name, asked.quickbooks_id) for flow in PULLS}
        wanted |= _linked(connection_id, asked.quickbooks_id)
    yield from store.tracked.read_some(connection_id, wanted)


def _linked(
    connection_id: ConnectionId, quickbooks_id: QuickBooksId
) -> set[tuple[FlowName, RecordId]]:
    """Return the MobiWork records that records of that id in QuickBooks are linked to."""
    targets = {target for flow in PUSHES for target in flow.targets}
    owners = links.owners_across(connection_id, targets, quickbooks_id)
    return {
        (flow.name, flow.item_id(owner.mobiwork_id))
        for owner in owners
        for flow in PUSHES
        if owner.entity in flow.link_entities
    }


def counts(connection_id: ConnectionId, *, store: Store = DYNAMODB) -> ShownCounts:
    """Return how many records stand where, by flow and state; one table query."""
    found = store.tracked.counts(connection_id)
    return ShownCounts(
        tuple(
            StateCount(flow, state, found[flow][state].count, found[flow][state].worth)
            for flow in NAMES
            for state in StandsAs
            if state in found.get(flow, {})
        )
    )
