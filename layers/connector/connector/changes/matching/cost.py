"""What reading QuickBooks for a review costs: told before it is made, and after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.changes.matching.facts import pools
from connector.entities.recognitions import BESIDE
from connector.model.body import Json

CDC_REACHES = timedelta(days=25)
"""For so long what was read serves, with the changes since; then it is read again (reference 4.1:
change data reaches back 30 days)."""
JUST_READ = timedelta(minutes=10)
"""What was read serves a review as it is for so long."""
ROWS_A_CALL = 1000


@dataclass(frozen=True)
class ReviewCost:
    """The metered QuickBooks calls of a review: those to come, and those of the last reading.

    Attributes:
        calls_expected: How many making it (again) now will take, about; None while MobiWork's lists
            have not been read, from which that is known.
        calls_made: How many the last reading took.
        rows_read: How many documents that was.
        read_at: When that began, ISO 8601 in UTC; None before the first.
        sentence: All of it in words.
    """

    calls_expected: int | None
    calls_made: int
    rows_read: int
    read_at: str | None
    sentence: str


def cost_of(
    look: Json, found: Mapping[str, Json], now: datetime, *, live: bool = False
) -> ReviewCost:
    """Return the cost of a review from how far the last one has come and MobiWork's lists.

    Nothing is called for it, for a count costs as much as a page. How many documents QuickBooks
    held when it was read last is known; before that it is taken to hold as many of each kind as
    MobiWork does. Masters are read anyway, and another kind where one is like none there.
    """
    began: str | None = look.get("at")
    until = look.get("until") or began
    age = now - datetime.fromisoformat(until) if until else None
    serves = age is not None and age <= CDC_REACHES
    read = {*look.get("read", ())} if serves else set()
    changes = int(bool(read) and age is not None and (live or age >= JUST_READ))
    held: Mapping[str, int] = look.get("counts", {})
    due = [pool for pool in pools() if pool.pull is None and pool.target not in read]
    counts = {
        pool.target: sum(int(found.get(flow.name, {}).get("read", 0)) for flow in pool.flows)
        for pool in due
    }
    kinds = {target for target, count in counts.items() if count}
    beside = (each for one in kinds for each in BESIDE.get(one, ()) if not each.once_paid)
    others = {each.target for each in beside} - read
    rows = {one: held.get(one, counts.get(one, 0)) for one in kinds | others}
    expected = changes + sum(max(1, -(-count // ROWS_A_CALL)) for count in rows.values())
    made, told = int(look.get("calls", 0)), int(look.get("rows", 0))
    base = _base(sum(rows.values()), known=rows.keys() <= held.keys()) if rows else ""
    said = _said(expected if found else None, base, made, told, began)
    return ReviewCost(expected if found else None, made, told, began, said)


def _base(rows: int, *, known: bool) -> str:
    if known:
        return f"for the {rows:,} documents that QuickBooks held when it was read last"
    return (
        f"if QuickBooks holds about as many documents as MobiWork does ({rows:,}), which is known "
        "only once it was read; then what it took is told"
    )


def _said(expected: int | None, base: str, made: int, rows: int, began: str | None) -> str:
    told = (
        f"QuickBooks' documents were last read from {began[:16].replace('T', ' ')} UTC on: "
        f"{_calls(made)} for {rows:,} documents."
        if began
        else ""
    )
    if expected is None:
        return (
            "A review reads QuickBooks' documents once, about one read for 1,000 of them; "
            "how many there are is not known before MobiWork's lists have been read."
        )
    if not expected:
        return f"Making the review now takes no read of QuickBooks. {told}".rstrip()
    takes = f"Making the review now takes about {_calls(expected)}"
    return f"{takes}{f', {base}' if base else ''}. {told}".rstrip()


def _calls(count: int) -> str:
    return f"{count:,} read{'' if count == 1 else 's'} of QuickBooks"
