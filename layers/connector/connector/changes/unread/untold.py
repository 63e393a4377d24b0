"""Asking what changed where QuickBooks cannot tell it of every kind of record.

One record that QuickBooks itself cannot read makes the whole answer a fault (4002), which names no
kind; and all kinds together may be more than there is memory for. So the kinds are halved until
those are found, and are then asked for one by one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.engine.remotes import QuickBooksPages
from connector.errors import UNREADABLE, QueryFailedError
from connector.quickbooks.responses import ChangeData


@dataclass(frozen=True, kw_only=True)
class Told:
    """The changes of all kinds but the untold ones; those with when their changes begin.

    changes: of the kinds that QuickBooks told.
    untold: from when on, in UTC, by entity.
    calls: how many answers that took.
    """

    changes: ChangeData
    untold: Mapping[str, datetime]
    calls: int = 1


def ask(
    quickbooks: QuickBooksPages,
    kinds: Sequence[str],
    since: datetime,
    untold: Mapping[str, datetime],
) -> Told:
    """Ask for the changes of some kinds; those untold so far are asked each from its own time on.

    One metered call, one more for each kind untold so far, and a few where a kind newly fails.

    Raises:
        QueryFailedError: QuickBooks tells the changes of no kind at all.
    """
    answers: list[ChangeData] = []
    left: dict[str, datetime] = {}
    groups = [(tuple(kind for kind in kinds if kind not in untold), since)]
    groups += [((kind,), untold[kind]) for kind in kinds if kind in untold]
    for group, begin in groups:
        for answer in _halved(quickbooks, group, begin):
            if isinstance(answer, ChangeData):
                answers.append(answer)
            else:
                left[answer] = begin
    if not answers:
        raise QueryFailedError("QuickBooks cannot tell what changed in any of its records.")
    return Told(changes=together(answers), untold=left, calls=len(answers))


def ask_first(
    quickbooks: QuickBooksPages,
    kinds: Sequence[str],
    since: datetime,
    untold: Mapping[str, datetime],
    *,
    apart: Collection[str],
) -> tuple[Told, tuple[str, ...]]:
    """Ask so; return also which kinds the answer leaves out, each to be asked for alone.

    An answer holds so many records of all kinds together. Where it was cut short, those `apart` are
    left out, which may be all that is too much: one metered call more.

    Raises:
        QueryFailedError: QuickBooks tells the changes of no kind at all.
    """
    told = ask(quickbooks, kinds, since, untold)
    known = [kind for kind in kinds if kind not in told.untold]
    left_out = tuple(kind for kind in known if kind in apart)
    fewer = [kind for kind in known if kind not in apart]
    if told.changes.truncated and left_out and fewer:
        own = {kind: at for kind, at in untold.items() if kind in fewer}
        again = ask(quickbooks, fewer, since, own)
        calls, failed = told.calls + again.calls, {**told.untold, **again.untold}
        if not again.changes.truncated:
            return Told(changes=again.changes, untold=failed, calls=calls), left_out
    return told, ()


def ask_alone(
    quickbooks: QuickBooksPages, begins: Mapping[str, datetime]
) -> Mapping[str, ChangeData | None]:
    """Ask for the changes of each kind by itself (a metered call); None of one that has no answer.

    For when all together are more than one answer holds. `begins` is since when, by kind.
    """
    answers = ((kind, next(_halved(quickbooks, (kind,), at))) for kind, at in begins.items())
    return {kind: one if isinstance(one, ChangeData) else None for kind, one in answers}


def together(answers: Sequence[ChangeData]) -> ChangeData:
    """Return several answers of different kinds as one, with the earliest time."""
    return ChangeData(
        records={name: rows for one in answers for name, rows in one.records.items()},
        deleted={name: ids for one in answers for name, ids in one.deleted.items()},
        time=min(one.time for one in answers),
        truncated=any(one.truncated for one in answers),
    )


def sentence(untold: Mapping[str, datetime]) -> str | None:
    """Say which kinds QuickBooks could not tell the changes of, or None."""
    if not untold:
        return None
    names = ", ".join(f"{kind} (since {begin:%Y-%m-%d})" for kind, begin in untold.items())
    return f"{_FAILS} {names}{_READ_BY_PAGES}"


def of_kind(kind: str, begun: datetime) -> str:
    """Say the same of one kind, on the worklist."""
    return str(sentence({kind: begun}))


_FAILS = (
    "QuickBooks fails (4002, 10000, or with an answer that cannot be read) when it is asked what "
    "changed in"
)
_READ_BY_PAGES = (
    ", or so much changed there that it cannot be read at once. What was deleted of these is not "
    "reported until it answers. What was changed or voided of these is read by pages, once a day "
    "at least; all others are read as ever. If it stays so, ask QuickBooks' support."
)


def _halved(
    quickbooks: QuickBooksPages, kinds: Sequence[str], since: datetime
) -> Iterator[ChangeData | str]:
    """Yield the answers for some kinds, and the name of each that has none."""
    if not kinds:
        return
    try:
        yield quickbooks.changes(kinds, since)
    except UNREADABLE:
        if len(kinds) == 1:
            yield kinds[0]
            return
        half = len(kinds) // 2
        yield from _halved(quickbooks, kinds[:half], since)
        yield from _halved(quickbooks, kinds[half:], since)
