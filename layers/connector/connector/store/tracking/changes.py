"""Following outcomes: the rows of records and the counts of their flow change together.

A batch is one change: its new rows and the new counts are written into the head of the flow at
once, by whoever read the head as it is; then the rows are put where they belong. Who finds a head
whose rows were not put for sure puts them again. So counts and rows agree whenever a worker dies,
and without a transaction, which costs twice as much. What no worker came to note is noted when the
run is finished, from its outcomes.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from itertools import batched, product

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.errors import RetriableError
from connector.model.body import Body
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome, RecordOutcome, Sum
from connector.model.tracking.tracked import Counts, FlowSoFar, StandsAs, TrackedRecord, latest
from connector.store.packing import PackedAttribute
from connector.store.table import Item, attempt, key, read_row
from connector.store.tracking import postings
from connector.store.tracking.lists import Before, change_of
from connector.store.tracking.rows import put, read
from connector.store.tracking.sharing import TOGETHER, WIDELY, ListPlaces, SharedLists

TRIES = 100
ALIVE = timedelta(minutes=2)
"""A worker that began a change may still be putting its rows for so long, and nobody else does."""

PAUSES = tuple(0.1 * 2**one for one in range(7))
"""Seconds until a flow is tried again that another worker is at: its change takes tenths of one."""


class HeadRow(Item):
    """What one flow comes to: the counts by state, and the latest change while it is made.

    `batch` counts the changes, the latest of which is of `run_id` and was begun at `begun_at`; the
    first of that run was at `first_at`. `told` counts the outcomes of that run, `digest` tells
    which of them are followed. `change` is what is to be put, and nothing once that is done.
    Small changes share their lists: `shared` is the first change of those that do, and `listed`
    counts their records; so do `wide` and `widely` for the lists that many changes share.
    """

    batch = NumberAttribute()
    shared = NumberAttribute(default=0)
    listed = NumberAttribute(default=TOGETHER)
    wide = NumberAttribute(default=0)
    widely = NumberAttribute(default=WIDELY)
    counts = PackedAttribute()
    run_id = UnicodeAttribute(null=True)
    digest = NumberAttribute(default=0)
    told = PackedAttribute(null=True)
    first_at = UnicodeAttribute(null=True)
    begun_at = UnicodeAttribute(null=True)
    change = PackedAttribute(null=True)


def note(
    connection_id: ConnectionId,
    flow: FlowName,
    told: Iterable[RecordOutcome],
    *,
    now: datetime,
) -> None:
    """Follow outcomes of a flow, and count along; the same ones again change nothing.

    Where another worker is at it, that is left to `catch_up`.
    """
    for some in batched(told, TOGETHER, strict=False):
        if not _noted_if_free(connection_id, flow, some, now):
            return


def insist(
    connection_id: ConnectionId,
    flow: FlowName,
    told: Iterable[RecordOutcome],
    *,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Follow outcomes that are told once only, as no run tells them: wait for who is at the flow.

    Raises:
        RetriableError: others are at it all the time.
    """
    for some in batched(told, TOGETHER, strict=False):
        pauses = iter(PAUSES)
        while not _noted_if_free(connection_id, flow, some, now):
            if (pause := next(pauses, None)) is None:
                raise RetriableError("Where records stand is being changed all the time.")
            sleep(pause)
            now += timedelta(seconds=pause)


def _noted_if_free(
    connection_id: ConnectionId, flow: FlowName, some: Sequence[RecordOutcome], now: datetime
) -> bool:
    """Follow one batch; False where another worker is at the flow."""
    head = _head(connection_id, flow)
    if head.change and now - datetime.fromisoformat(str(head.begun_at)) < ALIVE:
        return False
    return _noted(connection_id, head, some, now)


def catch_up(
    connection_id: ConnectionId,
    flow: FlowName,
    told: Sequence[RecordOutcome],
    *,
    now: datetime,
) -> None:
    """Follow what of a run's outcomes of a flow nobody followed; no worker is at it any more.

    Raises:
        RetriableError: others change it all the time.
    """
    head = _head(connection_id, flow)
    if head.change:
        _take_over(connection_id, head)
    if told and (head.run_id, int(head.digest)) == (told[0].run_id, sum(map(_of_outcome, told))):
        return
    for some in batched(told, TOGETHER, strict=False):
        if not any(
            _noted(connection_id, _head(connection_id, flow), some, now) for _ in range(TRIES)
        ):
            raise RetriableError("Where records stand is being changed all the time.")


def counts(connection_id: ConnectionId) -> Counts:
    """Return how many records of each flow stand where, and what those come to; one query."""
    return _by_flow(_heads(connection_id))


def counts_of_many(
    connection_ids: Iterable[ConnectionId], flows: Iterable[FlowName]
) -> dict[ConnectionId, Counts]:
    """Return the same of several connections; a hundred of their flows are one table call."""
    owners = {key(one, "tracking"): one for one in connection_ids}
    keys = list(product(owners, flows))
    found: dict[ConnectionId, list[HeadRow]] = {one: [] for one in owners.values()}
    for head in HeadRow.batch_get(keys, consistent_read=True):
        found[owners[head.pk]].append(head)
    return {own: _by_flow(heads) for own, heads in found.items()}


def _by_flow(heads: Iterable[HeadRow]) -> Counts:
    found = {head.sk: _sums(head.counts) for head in heads}
    return {
        flow: {StandsAs(state): one for state, one in sums.items()}
        for flow, sums in found.items()
        if sums
    }


def followed(
    connection_id: ConnectionId, run_ids: Collection[RunId]
) -> dict[RunId, dict[FlowName, FlowSoFar]]:
    """Return how far the flows of some runs have come that each is the latest of; one query."""
    so_far: dict[RunId, dict[FlowName, FlowSoFar]] = {one: {} for one in run_ids}
    for head in _heads(connection_id):
        if head.run_id in so_far:
            so_far[head.run_id][head.sk] = FlowSoFar(
                outcomes={Outcome(name): one for name, one in _sums(head.told or {}).items()},
                first_at=datetime.fromisoformat(str(head.first_at)),
                last_at=datetime.fromisoformat(str(head.begun_at)),
            )
    return so_far


def _heads(connection_id: ConnectionId) -> Iterable[HeadRow]:
    return HeadRow.query(key(connection_id, "tracking"), consistent_read=True)


def _sums(counted: Body) -> dict[str, Sum]:
    return {
        name: Sum(int(one[0]), Decimal(one[2]) if one[1] else None) for name, one in counted.items()
    }


def _head(connection_id: ConnectionId, flow: FlowName) -> HeadRow:
    partition = key(connection_id, "tracking")
    known = read_row(HeadRow, partition, flow)
    return known or HeadRow(pk=partition, sk=flow, batch=0, counts={})


def _noted(
    connection_id: ConnectionId, head: HeadRow, told: Sequence[RecordOutcome], now: datetime
) -> bool:
    """Follow one batch; False when somebody was faster."""
    if head.change:
        _take_over(connection_id, head)
    before = read(connection_id, [(head.sk, one.record_id) for one in told])
    changed = _folded(before, told, now)
    if not changed:
        return True
    batch, run_id, at = int(head.batch) + 1, changed[0].run_id, now.isoformat()
    places = _places(head, batch, len(changed))
    goes_on = head.run_id == run_id
    earlier = {own: kept for own, kept in before.items() if kept.record.run_id == run_id}
    after = HeadRow(
        pk=head.pk,
        sk=head.sk,
        batch=batch,
        shared=places.few.first,
        listed=places.few.records,
        wide=places.many.first,
        widely=places.many.records,
        counts=_counted(head.counts, before, changed, by=_by_state),
        run_id=run_id,
        told=_counted(head.told or {} if goes_on else {}, earlier, changed, by=_by_outcome),
        digest=(int(head.digest) if goes_on else 0) + _told_anew(earlier, changed),
        first_at=head.first_at if goes_on else at,
        begun_at=at,
        change=change_of(connection_id, before, changed, places),
    )
    if not _saved(after, HeadRow.pk.does_not_exist() | (HeadRow.batch == head.batch)):
        return False
    _end(connection_id, after)
    return True


def _places(head: HeadRow, batch: int, records: int) -> ListPlaces:
    """Return where a change of so many records is listed: as long as it fits, with those before."""
    few = SharedLists(int(head.shared), int(head.listed)).and_then(batch, records, TOGETHER)
    many = SharedLists(int(head.wide), int(head.widely)).and_then(batch, records, WIDELY)
    return ListPlaces(batch, few, many)


def _saved(head: HeadRow, condition: Condition) -> bool:
    with attempt() as made:
        head.save(condition=condition)
    return made.took_effect


def _folded(before: Before, told: Iterable[RecordOutcome], now: datetime) -> list[TrackedRecord]:
    """Return the records that stand otherwise after some outcomes."""
    known = {own: one.record for own, one in before.items()}
    after = dict(known)
    for one in told:
        own = (one.flow, one.record_id)
        after[own] = latest(after.get(own), one, now)
    return [one for own, one in after.items() if one is not known.get(own)]


def _by_state(one: TrackedRecord) -> str:
    return one.state.value


def _by_outcome(one: TrackedRecord) -> str:
    return one.outcome.value


def _counted(
    counted: Body,
    before: Before,
    changed: Iterable[TrackedRecord],
    by: Callable[[TrackedRecord], str],
) -> Body:
    """Return the counts once records stand otherwise: how many, how many with an amount, sum."""
    found = {name: [one[0], one[1], Decimal(one[2])] for name, one in counted.items()}

    def change(one: TrackedRecord, times: int) -> None:
        sums = found.setdefault(by(one), [0, 0, Decimal(0)])
        sums[0] += times
        sums[1] += times * (one.amount is not None)
        sums[2] += times * (one.amount or Decimal(0))

    for one in changed:
        if kept := before.get((one.flow, one.record_id)):
            change(kept.record, -1)
        change(one, 1)
    return {name: [one[0], one[1], str(one[2])] for name, one in found.items() if one[0]}


def _told_anew(earlier: Before, changed: Iterable[TrackedRecord]) -> int:
    """Return by how much the digest of a run's outcomes grows."""
    grown = sum(map(_of_record, changed))
    again = (earlier.get((one.flow, one.record_id)) for one in changed)
    return grown - sum(_of_record(kept.record) for kept in again if kept)


def _of_record(one: TrackedRecord) -> int:
    return _digest(one.record_id, one.outcome, one.amount)


def _of_outcome(one: RecordOutcome) -> int:
    return _digest(one.record_id, one.outcome, one.worth)


def _digest(record_id: RecordId, outcome: str, amount: Decimal | None) -> int:
    text = "\n".join((record_id, outcome, str(amount)))
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest())


def _take_over(connection_id: ConnectionId, head: HeadRow) -> None:
    """Put what somebody else began; no later change shares its lists, for it may put them late."""
    head.listed, head.widely = TOGETHER, WIDELY
    _end(connection_id, head)


def _end(connection_id: ConnectionId, head: HeadRow) -> None:
    """Put what a head says is to be put, and note that it was."""
    put(connection_id, head.sk, head.change["rows"], batch=int(head.batch))
    with Item.batch_write() as batch:
        for where, stored in head.change["lists"].items():
            listing = postings.row_of(connection_id, where, stored)
            if stored:
                batch.save(listing)
            else:
                batch.delete(listing)
    head.change = None
    _saved(head, HeadRow.batch == head.batch)
