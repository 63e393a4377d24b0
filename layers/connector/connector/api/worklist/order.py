"""Which entries of the worklist are listed, in which order, and where the next page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from connector.api.worklist.reading import OpenEntries, OpenEntry
from connector.errors import RequestError

MOST = 100
"""So many entries are shown at most; fifty are one call of the table."""

NOT_TOLD = "`after` is what the page before told as `next`, in the same order."

type EntryPlace = tuple[str | Decimal, str]


class EntryOrder(StrEnum):
    """By what entries are listed; with a minus the latest or the largest come first."""

    OLDEST = "since"
    LATEST = "-since"
    SMALLEST = "amount"
    LARGEST = "-amount"

    @property
    def descends(self) -> bool:
        """Whether the latest or the largest come first."""
        return self.value.startswith("-")

    @property
    def by_amount(self) -> bool:
        """Whether it goes by amounts."""
        return self in {EntryOrder.SMALLEST, EntryOrder.LARGEST}


@dataclass(frozen=True, kw_only=True)
class EntriesAsked:
    """Which entries are asked for: of a cause or of all, or the one that an entry stands under.

    after: what the page before told; limit: at most so many; snoozed: also those put off.
    cause: Its key; None for all.
    entry: The id of the one that they stand under.
    order: In which they come.
    """

    cause: str | None = None
    entry: str | None = None
    after: str | None = None
    limit: int = MOST
    snoozed: bool = False
    order: EntryOrder = EntryOrder.OLDEST


def listed(
    found: OpenEntries, asked: EntriesAsked, today: date
) -> tuple[Sequence[OpenEntry], str | None]:
    """Return a page of entries, and what asks for those after them if there are any.

    Raises:
        RequestError: `after` is not what a page told.
    """
    order = asked.order
    named = _named(found, asked.cause, asked.entry)
    wanted = [one for one in named if asked.snoozed or not one.sleeps(today)]
    wanted.sort(key=lambda one: _place(one, order), reverse=order.descends)
    if asked.after:
        last = _after(asked.after, order)
        wanted = [one for one in wanted if _comes_after(_place(one, order), last, order)]
    page, rest = wanted[: asked.limit], wanted[asked.limit :]
    return page, " ".join(map(str, _place(page[-1], order))) if rest else None


def _named(found: OpenEntries, cause: str | None, entry: str | None) -> list[OpenEntry]:
    """Return the entries of a cause, or of all, or the one that an entry is or stands under."""
    own = {one.root for one in found.entries if entry in {None, one.id}}
    return [one for one in found.entries if one.id in own and cause in {None, one.cause.key}]


def _place(entry: OpenEntry, order: EntryOrder) -> EntryPlace:
    if order.by_amount:
        return entry.item.worth or Decimal(0), entry.id
    return entry.since.isoformat(), entry.id


def _comes_after(one: EntryPlace, last: EntryPlace, order: EntryOrder) -> bool:
    return one < last if order.descends else one > last


def _after(text: str, order: EntryOrder) -> EntryPlace:
    told, between, own = text.partition(" ")
    if between and not order.by_amount:
        return told, own
    try:
        amount = Decimal(told)
    except InvalidOperation as error:
        raise RequestError(NOT_TOLD) from error
    if not between or not amount.is_finite():
        raise RequestError(NOT_TOLD)
    return amount, own
