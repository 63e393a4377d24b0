"""Under what tracked records are found: rows that list, for one bucket, the records of one batch.

DynamoDB bills by rows, so an index entry for each record would cost more than the record itself.
Records of one batch lie close together: their numbers follow each other, they stand alike, and
they are of the same days. What they have in common is one row with all of them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition

from connector.model.fingerprints import folded
from connector.model.ids import ConnectionId, FlowName, RecordId, RunId
from connector.model.outcomes import Outcome
from connector.model.tracking.tracked import Sought, StandsAs, TrackedRecord, within
from connector.store.packing import PackedAttribute
from connector.store.runs import KEPT
from connector.store.table import SEPARATOR, Item, key, one_call

NUMBER, CUSTOMER, VIEW, MONTH, RUN = "number", "customer", "view", "month", "run"
APART = frozenset({StandsAs.CHANGED, StandsAs.WAITING, StandsAs.REFUSED})
"""Where few records stand that are asked for most: a view has them by themselves, too."""
PASSES = frozenset({RUN})
"""Where a record stays listed although it is listed elsewhere by now: a run is history."""
SHARED = frozenset({NUMBER, VIEW, MONTH})
"""Of these, small changes share one row as large as that of a large change: pages read them all."""
WIDE = frozenset({CUSTOMER})
"""These have a row for each letter, so that many changes share them, large ones, too."""
NO_DAY = ""
WITHIN = "  "
"""Stands between the place of a row and that of a record in it; names are kept without such."""
AFTER_SEPARATOR = chr(ord(SEPARATOR) + 1)
LAST = "~"
"""Sorts after every day and every batch."""
TO_MONTH = len("2026-11")
NO_AMOUNT = "-"
"""What a list says of a record that comes to nothing."""
ALIKE = 2
"""So many last characters of a number do not count for its bucket."""
GRAM = 3
"""So many characters of a number that stand together mark its list."""
MOST_MARKED = 60
"""So many marks are asked for at most; where there are more, what is read is looked through."""
MARKS = 4096
"""So many marks of amounts there are: one of a hundred lists of fifty has that of another one."""


class PostingRow(Item):
    """The records of one batch in one bucket, each with what it is sorted and looked for by.

    By `marks` the table itself passes over most lists in which none of what is sought is: parts of
    their numbers, or what their amounts are shortened to.
    """

    entries = PackedAttribute()
    marks = UnicodeSetAttribute(null=True)
    expires_at = NumberAttribute(null=True)


@dataclass(frozen=True, order=True)
class Posting:
    """One record in a bucket: its day, the flow it is of, its id, and what it is looked for by.

    text: its number or whom it is about; amount: what it comes to, as a text.
    flow, record_id: the record.
    state: where it stands; empty where the list does not say it.
    """

    day: str
    flow: FlowName
    record_id: RecordId
    text: str
    amount: str
    state: str

    @property
    def place(self) -> str:
        """Where it stands in what is read page by page; texts sort as entries do."""
        return SEPARATOR.join((self.day, self.flow, self.record_id))

    @property
    def dated(self) -> date | None:
        """The day, if it has one."""
        return date.fromisoformat(self.day) if self.day else None


def is_of(where: str, batch: int) -> bool:
    """Tell whether the row at a place bears the number of a change, which nobody wrote before."""
    return where.endswith(f"{SEPARATOR}{batch:09d}")


def _day(one: TrackedRecord) -> str:
    return one.day.isoformat() if one.day else NO_DAY


class Listed(NamedTuple):
    """Where a record is listed, and how.

    bucket: the name of the list.
    entry: how it stands there.
    """

    bucket: str
    entry: Posting

    def sort_key(self, kind: str, batch: int) -> str:
        """Return under which key it lies together with others of its batch."""
        return SEPARATOR.join((kind, self.bucket, self.entry.flow, f"{batch:09d}"))


def listed(one: TrackedRecord) -> dict[str, Listed]:
    """Return where a record is listed, by what it is found by."""
    plain = Posting(_day(one), one.flow, one.record_id, "", "", "")
    number, name = folded(one.number or ""), folded(one.customer or "")
    amount, month = NO_AMOUNT if one.amount is None else str(one.amount), plain.day[:TO_MONTH]
    worth = replace(plain, amount=amount)
    stands = replace(worth, state=one.state.value)
    found = {
        MONTH: Listed(month, stands),
        RUN: Listed(SEPARATOR.join((one.run_id, one.outcome)), replace(plain, day="")),
        CUSTOMER: Listed(name[:1], replace(stands, text=name)),
    }
    if one.state in APART:
        found[VIEW] = Listed(SEPARATOR.join((one.state, one.flow, month)), worth)
    if number:
        found[NUMBER] = Listed(_of_number(number), replace(plain, text=number))
    return found


def _of_number(number: str) -> str:
    return number[:-ALIKE] or number[0]


def packed(entries: Iterable[Posting]) -> list[list[str]]:
    """Return entries as they are stored; their flow stands in the key."""
    return [
        [one.record_id, one.day, one.text, one.amount, *([one.state] if one.state else [])]
        for one in sorted(entries)
    ]


def unpacked(flow: FlowName, stored: Iterable[list[str]]) -> list[Posting]:
    """Return entries as they were."""
    return [
        Posting(day, flow, own, text, amount, "".join(state))
        for own, day, text, amount, *state in stored
    ]


def row_of(connection_id: ConnectionId, where: str, stored: list[list[str]]) -> PostingRow:
    """Build the row of a bucket for one batch."""
    row = PostingRow(pk=key(connection_id, "found-by"), sk=where, entries=stored)
    kind = where.partition(SEPARATOR)[0]
    if kind in PASSES:
        row.expires_at = int((datetime.now(UTC) + KEPT).timestamp())
    if kind == NUMBER:
        row.marks = {gram for entry in stored for gram in _grams(entry[2])} or None
    if kind == MONTH:
        row.marks = {_mark(entry[3]) for entry in stored} or None
    return row


def _mark(amount: str) -> str:
    """Return what an amount is shortened to, the same however it is written."""
    return amount if amount == NO_AMOUNT else f"{int(Decimal(amount) * 100) % MARKS:x}"


def _grams(number: str) -> set[str]:
    return {number[place : place + GRAM] for place in range(len(number) - GRAM + 1)}


def of_amounts(amounts: Iterable[Decimal]) -> Condition | None:
    """Return the condition that a list by month may hold one of some amounts; None for all."""
    return _marked({_mark(str(one))} for one in amounts)


def of_part(part: str) -> Condition | None:
    """Return the condition that a list of numbers may hold one with a part; None for all."""
    return _marked([_grams(part)] if len(part) >= GRAM else ())


def _marked(some: Iterable[set[str]]) -> Condition | None:
    """Return the condition that a list has all marks of one of some sets.

    None for all where that says more than DynamoDB takes: 4 KB of text, 300 operators.
    """
    sets = {frozenset(one) for one in some}
    if not sets or sum(map(len, sets)) > MOST_MARKED:
        return None
    each = [reduce(and_, map(PostingRow.marks.contains, sorted(one))) for one in sets]
    return reduce(or_, each)


def read_rows(connection_id: ConnectionId, places: Iterable[str]) -> Mapping[str, list[list[str]]]:
    """Return what some rows hold, as it is stored, by their keys."""
    keys = [(key(connection_id, "found-by"), one) for one in places]
    found = PostingRow.batch_get(keys, consistent_read=True)
    return {row.sk: row.entries for row in found}


def of_number(connection_id: ConnectionId, number: str) -> list[Posting]:
    """Return the records that bear a number; one table query."""
    wanted = folded(number)
    found = _under(connection_id, NUMBER, _of_number(wanted)) if wanted else ()
    return [one for one in found if one.text == wanted]


@dataclass
class NumbersWith:
    """The records whose numbers a part may occur in, about in the order of these.

    Each comes with its place there: that of a row, and of the record in it.

    connection_id, part: whose they are, and the part.
    after: the place that a page goes on after, None for the first.
    goes_on_after: after what place the next page goes on; None where all were looked through.
    """

    connection_id: ConnectionId
    part: str
    after: str | None
    goes_on_after: str | None = None

    def __iter__(self) -> Iterator[tuple[str, Posting]]:
        """Yield those that one call of the table tells of."""
        own, _, place = (self.after or "").partition(WITHIN)
        first, end = f"{NUMBER}{SEPARATOR}", f"{NUMBER}{AFTER_SEPARATOR}"
        begins = f"{own}{WITHIN}" if place == LAST else own
        these = PostingRow.sk.between(begins if own.startswith(first) else first, end)
        partition = key(self.connection_id, "found-by")
        rows, looked_to = one_call(PostingRow, partition, these, of_part(self.part))
        self.goes_on_after = f"{looked_to}{WITHIN}{LAST}" if looked_to else None
        for raw in rows:
            row = PostingRow.from_raw_data(dict(raw))
            for one in sorted(postings_in(row)):
                if self.part in one.text and (row.sk != own or one.place > place):
                    yield f"{row.sk}{WITHIN}{one.place}", one


def of_customer(connection_id: ConnectionId, name: str, sought: Sought) -> list[Posting]:
    """Return the records about those whose names begin so that may be sought."""
    wanted = folded(name)
    found = _under(connection_id, CUSTOMER, wanted[0]) if wanted else ()
    return [one for one in found if one.text.startswith(wanted) and may_be(one, sought)]


def may_come_to(one: Posting, amounts: Container[Decimal]) -> bool:
    """Tell whether a record of a list that says amounts comes to one of some."""
    return one.amount != NO_AMOUNT and Decimal(one.amount) in amounts


def may_be(one: Posting, sought: Sought) -> bool:
    """Tell whether a record may be one of those, by what its list says."""
    return (
        (not sought.flows or one.flow in sought.flows)
        and (not one.state or sought.state in (None, one.state))
        and (not sought.amounts or may_come_to(one, sought.amounts))
        and within(one.dated, sought.first, sought.last)
    )


def postings_of_run(
    connection_id: ConnectionId, run_id: RunId, outcome: Outcome, flow: FlowName | None
) -> list[Posting]:
    """Return the records that ended so in a run, by flow and id."""
    return sorted(_under(connection_id, RUN, run_id, outcome.value, *([flow] if flow else [])))


def _under(connection_id: ConnectionId, *bucket: str) -> Iterator[Posting]:
    begins = SEPARATOR.join((*bucket, ""))
    these = PostingRow.sk.startswith(begins)
    for row in PostingRow.query(key(connection_id, "found-by"), these, consistent_read=True):
        yield from postings_in(row)


def postings_in(row: PostingRow) -> list[Posting]:
    """Return the records that a row lists."""
    return unpacked(_flow_in(row), row.entries)


def _flow_in(row: PostingRow) -> FlowName:
    return str(row.sk.rsplit(SEPARATOR, 2)[1])


def of_state(connection_id: ConnectionId, state: StandsAs, sought: Sought) -> list[Posting]:
    """Return the records that stand apart in a state; one table query up to a megabyte."""
    of = sought.flows if len(sought.flows) == 1 else ()
    found = _under(connection_id, VIEW, state, *of)
    return [one for one in found if may_be(one, sought)]
