"""The worklist as a person reads it: by cause with sums, and entry by entry."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from connector.api.worklist.fixes import same
from connector.api.worklist.offers import fits, offers
from connector.api.worklist.order import EntriesAsked, listed
from connector.api.worklist.reading import OpenEntries, OpenEntry, as_kept, place_of, read_open
from connector.api.worklist.words import title_of
from connector.engine.stores import DYNAMODB, Store
from connector.model.outcomes import Sum, SumOfKind, by_kind, over_kinds
from connector.model.pending import PendingState
from connector.model.tracking.stands import OF_ITEM
from connector.model.tracking.tracked import StandsAs, TrackedRecord
from connector.model.worklist import causes
from connector.model.worklist.causes import Kind
from connector.model.worklist.facts import Place
from connector.model.worklist.fixes import ELSEWHERE, SAME, FixKind, Offered, for_all, is_answer

CHILDREN_SHOWN = 5
STANDS = {
    **dict.fromkeys((Kind.TO_FINISH, Kind.OWED, Kind.TOTAL), StandsAs.POSTED),
    Kind.SINCE_START: StandsAs.LEFT_OUT,
}
"""Where records stand of which an entry tells although nobody changed them."""
AGAIN = "It is being tried again. Until now: "
LOOKED_AT = 50
"""Of so many records it is found out whether they may be said to be the same at once."""


@dataclass(frozen=True)
class ShownCause:
    """All entries of one cause.

    Attributes:
        cause: Its key; entries and fixes are asked for by it.
        title: What they share.
        entries: How many there are, and what they come to; no sum where kinds are mixed.
        kinds: The same by kind, the most money first.
        children, children_kinds: How many more wait for these, likewise.
        oldest: Since when the first of them does not go on, ISO 8601.
        days: For how many days that is.
        snoozed: How many of the entries are put off to a later day.
        tried_again: How many of them are planned again by the next run.
        fixes: What can be done about all of them at once.
    """

    cause: str
    title: str
    entries: Sum
    kinds: tuple[SumOfKind, ...]
    children: Sum
    children_kinds: tuple[SumOfKind, ...]
    oldest: str
    days: int
    snoozed: int
    tried_again: int
    fixes: tuple[Offered, ...]

    @property
    def is_answered_here(self) -> bool:
        """Whether one of its fixes ends it."""
        return any(is_answer(one.fix) for one in self.fixes)

    @property
    def elsewhere(self) -> str | None:
        """Where it is to be ended, in words; None where that is not known, or is here."""
        return None if self.is_answered_here else ELSEWHERE.get(causes.read(self.cause).kind)


@dataclass(frozen=True)
class ShownWorklist:
    """What does not go on: by cause, in order; `all` counts every record once.

    causes: Those that can be answered here, then the others; of each the most money first.
    kinds: All of them by kind; sums of several kinds are not added up.
    to_look_at: How many of them are held up by nothing: posted, and changed or to be ended; or left
        out, and for a person to enter.
    """

    causes: tuple[ShownCause, ...]
    all: Sum
    kinds: tuple[SumOfKind, ...]
    to_look_at: int = 0


@dataclass(frozen=True)
class Child:
    """A record that waits for an entry.

    id: What it is named by: flow and record id.
    label: What a person knows it by.
    amount: In dollars; null where it has none.
    """

    id: str
    label: str
    amount: Decimal | None


@dataclass(frozen=True)
class ShownEntry:
    """One record that does not go on.

    Attributes:
        id: What it is named by when it is fixed: flow and record id.
        label: What a person knows it by.
        customer, number, day, amount: Who and what it is about, as far as that is known.
        what: Where it stands.
        why: The reason, in sentences.
        since, days: From when on, ISO 8601, and for how many days.
        fixes: Up to three things that can be done about it.
        note, assignee, snoozed_until: What people wrote beside it.
        children: Some of those that wait for it; waiting_for_it: how many, and what they come to.
        cause: The key of its cause.
        record_id: Its id in the source of its flow.
        quickbooks_id: The QuickBooks record; null where there is none.
    """

    id: str
    cause: str
    flow: str
    record_id: str
    label: str
    customer: str | None
    number: str | None
    day: date | None
    amount: Decimal | None
    quickbooks_id: str | None
    what: StandsAs
    why: str
    since: str
    days: int
    fixes: tuple[Offered, ...]
    note: str | None
    assignee: str | None
    snoozed_until: date | None
    children: tuple[Child, ...]
    waiting_for_it: Sum


@dataclass(frozen=True)
class EntryPage:
    """Some entries of a cause in their order; `next` asks for those after them, if any.

    entries: In the order that was asked for.
    """

    entries: tuple[ShownEntry, ...]
    next: str | None


def show(
    connection_id: str, *, store: Store = DYNAMODB, now: datetime | None = None
) -> ShownWorklist:
    """Return all causes of a connection with their sums; fifty of them are one call more."""
    found, at = read_open(connection_id, store), now or datetime.now(UTC)
    by_cause = defaultdict[str, list[OpenEntry]](list)
    for one in found.entries:
        if not one.is_child:
            by_cause[one.cause.key].append(one)
    firsts = [min(some, key=_tells_most) for some in by_cause.values()]
    facts = store.worklist.facts(connection_id, map(place_of, firsts))
    kept = {one.id: one for one in as_kept(firsts, facts)}
    shown = [
        _cause((connection_id, store), kept.get(first.id, first), some, found, at)
        for first, some in zip(firsts, by_cause.values(), strict=True)
    ]
    shown.sort(key=_place)
    kinds = _kinds(found.entries)
    told = sum(one.item.state is PendingState.DELETED for one in found.entries)
    return ShownWorklist(tuple(shown), over_kinds(kinds), kinds, told)


def _place(one: ShownCause) -> tuple[bool, Decimal, int, str]:
    """Sort what can be answered here before what cannot, then the most money first."""
    worth = one.kinds[0].worth or Decimal(0)
    return not one.is_answered_here, -worth, -one.entries.count, one.cause


def _tells_most(one: OpenEntry) -> tuple[bool, bool, datetime, str]:
    """Sort the oldest first, of those that are held and whose flow has all fixes of their cause."""
    return one.item.is_tried_again, not fits(FixKind.UPDATE, one), one.since, one.id


def _cause(
    known: tuple[str, Store],
    first: OpenEntry,
    some: Sequence[OpenEntry],
    found: OpenEntries,
    now: datetime,
) -> ShownCause:
    oldest, kinds = min(one.since for one in some), _kinds(some)
    below = _kinds(found.below({one.id for one in some}))
    return ShownCause(
        cause=first.cause.key,
        title=title_of(first.cause),
        entries=over_kinds(kinds),
        kinds=kinds,
        children=over_kinds(below),
        children_kinds=below,
        oldest=oldest.isoformat(),
        days=(now - oldest).days,
        snoozed=sum(one.sleeps(now.date()) for one in some),
        tried_again=sum(one.item.is_tried_again for one in some),
        fixes=offers(first) if len(some) == 1 else _for_all(first, some, known),
    )


def _for_all(
    first: OpenEntry, some: Sequence[OpenEntry], known: tuple[str, Store]
) -> tuple[Offered, ...]:
    """Return what can be done about all of a cause: that they are what they may be, if some fit."""
    fixes = for_all(offers(first))
    if first.cause.kind is not Kind.SAME:
        return fixes
    return (SAME, *fixes) if any(same.alike(*known, some[:LOOKED_AT])) else fixes


def list_entries(
    connection_id: str,
    asked: EntriesAsked,
    *,
    store: Store = DYNAMODB,
    now: datetime | None = None,
) -> EntryPage:
    """Return one page of the entries of a cause, of all causes where none is named.

    Those that are put off to a later day only where they are asked for. What has no amount of its
    own counts as nothing. Of one `entry` it is that one, or the one that it stands under.

    Raises:
        RequestError: `after` is not what a page told.
    """
    found = read_open(connection_id, store)
    return _listed(connection_id, found, asked, store, now or datetime.now(UTC))


@dataclass(frozen=True)
class CausePage:
    """One cause with a page of its entries, or with the one that was asked for.

    cause: With its sums.
    page: Some of its entries.
    """

    cause: ShownCause
    page: EntryPage


def show_cause(
    connection_id: str,
    asked: EntriesAsked,
    *,
    store: Store = DYNAMODB,
    now: datetime | None = None,
) -> CausePage | None:
    """Return a cause with a page of its entries, as `list_entries` does; None where it has none.

    Of one `entry` it is the cause that this stands under.

    Raises:
        RequestError: `after` is not what a page told.
    """
    found, at = read_open(connection_id, store), now or datetime.now(UTC)
    page = _listed(connection_id, found, asked, store, at)
    key = page.entries[0].cause if page.entries else asked.cause
    some = found.of_cause(key) if key else []
    if not some:
        return None
    first = min(some, key=lambda one: (one.item.is_tried_again, one.since, one.id))
    kept = as_kept([first], store.worklist.facts(connection_id, [place_of(first)]))
    shown = _cause((connection_id, store), next(iter(kept), first), some, found, at)
    return CausePage(shown, page)


def _listed(
    connection_id: str, found: OpenEntries, asked: EntriesAsked, store: Store, now: datetime
) -> EntryPage:
    page, following = listed(found, asked, now.date())
    facts = store.worklist.facts(connection_id, map(place_of, page))
    kept = as_kept(page, facts)
    return EntryPage(tuple(_entry(one, found, facts.tracked, now) for one in kept), following)


def _entry(
    entry: OpenEntry, found: OpenEntries, known: Mapping[Place, TrackedRecord], now: datetime
) -> ShownEntry:
    item, record, note = entry.item, known.get(place_of(entry)), entry.note
    children = found.below({entry.id})
    amount = item.worth if item.worth is not None or record is None else record.amount
    return ShownEntry(
        id=entry.id,
        cause=entry.cause.key,
        flow=item.flow,
        record_id=item.record_id,
        label=item.label,
        customer=(record.customer or None) if record else None,
        number=(record.number or None) if record else None,
        day=record.day if record else None,
        amount=amount,
        quickbooks_id=record.quickbooks_id if record else None,
        what=STANDS.get(entry.cause.kind, OF_ITEM[item.state]),
        why=AGAIN * item.is_tried_again + (item.reason or f"{title_of(entry.cause)}."),
        since=entry.since.isoformat(),
        days=(now - entry.since).days,
        fixes=offers(entry),
        note=note.text if note else None,
        assignee=note.assignee if note else None,
        snoozed_until=note.snoozed_until if note else None,
        children=tuple(_child(one) for one in children[:CHILDREN_SHOWN]),
        waiting_for_it=_sum(children),
    )


def _child(entry: OpenEntry) -> Child:
    return Child(entry.id, entry.item.label, entry.item.worth)


def _sum(entries: Iterable[OpenEntry]) -> Sum:
    return over_kinds(_kinds(entries))


def _kinds(entries: Iterable[OpenEntry]) -> tuple[SumOfKind, ...]:
    """Add up entries of each flow; a value for each of thousands is what takes the time."""
    worths = defaultdict[str, list[Decimal | None]](list)
    for one in entries:
        worths[one.item.flow].append(one.item.worth)
    return by_kind((flow, _of_kind(some)) for flow, some in worths.items())


def _of_kind(worths: Sequence[Decimal | None]) -> Sum:
    known = [one for one in worths if one is not None]
    return Sum(len(worths), sum(known, Decimal(0)) if known else None)
