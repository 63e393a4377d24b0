"""Matches page by page: of one grade, or those on which nobody has decided."""

from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.model.body import Body
from connector.model.ids import ConnectionId
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Match
from connector.store.packing import PackedAttribute
from connector.store.records.matches import (
    DecisionRow,
    MatchRow,
    all_certain,
    as_decided,
    said_of,
)
from connector.store.table import FILLS, RawValues, key, one_call, sk_of

SOME = 4
"""So many times a page are looked through at first."""


class BeforePage(DecisionRow):
    """What is read before a page, as one kind of row: a look, or what was said of all certain ones.

    decision: null, for a look has none; kept: the look.
    """

    decision = UnicodeAttribute(null=True)
    kept = PackedAttribute(null=True)


class MatchesRead(NamedTuple):
    """A page of matches, and how far the look at both sides had come before it was read.

    matches: in the order of their owners.
    next: after which the next page begins; None at the end.
    look: empty before the first.
    """

    matches: list[Match]
    next: str | None
    look: Body


def read_page(  # noqa: PLR0913 - all that a page is asked for
    connection_id: ConnectionId,
    target: str,
    *,
    after: str,
    limit: int,
    grade: Grade | None = None,
    undecided: bool = False,
) -> MatchesRead:
    """Return at most `limit` matches, of one grade or all, or those not decided yet.

    It takes three calls of the table, and where what is asked for is rare two more, of which one
    looks through as many matches as it holds: a page may be short, or empty, although there is a
    next one.
    """
    look, together = _before_page(connection_id)
    only = _wanted(grade, together if undecided else None)
    sizes = [limit] if only is None and not undecided else [SOME * limit, FILLS]
    for size in sizes:
        rows, read_to, said = _read(connection_id, target, after, only, size)
        if undecided:
            rows = [row for row in rows if sk_of(row) not in said]
        if len(rows) >= limit or read_to is None:
            break
    if len(rows) > limit:
        rows, read_to = rows[:limit], sk_of(rows[limit - 1])
    found = (MatchRow.from_raw_data(dict(row)).match for row in rows)
    decided = [as_decided(one, said.get(" ".join(one.owner)), together) for one in found]
    return MatchesRead(decided, read_to, look)


def _read(
    connection_id: ConnectionId, target: str, after: str, only: Condition | None, size: int
) -> tuple[list[RawValues], str | None, dict[str, DecisionRow]]:
    """Return some matches, the place up to which they were read, and what was said of them."""
    beyond = MatchRow.sk > after if after else None
    rows, read_to = one_call(MatchRow, key(connection_id, "match", target), beyond, only, size=size)
    if not rows:
        return [], read_to, {}
    span = DecisionRow.sk.between(sk_of(rows[0]), sk_of(rows[-1]))
    told, told_to = one_call(DecisionRow, said_of(connection_id, target), span)
    said = {sk_of(row): DecisionRow.from_raw_data(dict(row)) for row in told}
    if told_to is not None:
        rows, read_to = [row for row in rows if sk_of(row) <= told_to], told_to
    return rows, read_to, said


def _before_page(connection_id: ConnectionId) -> tuple[Body, DecisionRow | None]:
    """Return how far the look has come, and who decided on all certain ones; one call."""
    look, of_all = (key(connection_id, "match-look"), "look"), all_certain(connection_id)
    rows = {row.pk: row for row in BeforePage.batch_get([look, of_all], consistent_read=True)}
    kept, said = rows.get(look[0]), rows.get(of_all[0])
    return (dict(kept.kept) if kept else {}), said


def _wanted(grade: Grade | None, together: DecisionRow | None) -> Condition | None:
    """Hold for matches of a grade, if one is asked for, that were not decided with all certain."""
    of_grade = MatchRow.grade == grade.value if grade else None
    if together is None:
        return of_grade
    later: Condition = MatchRow.found_at > (together.until or together.at)
    still_open: Condition = later | (MatchRow.grade != Grade.CERTAIN.value)
    return still_open if of_grade is None else of_grade & still_open
