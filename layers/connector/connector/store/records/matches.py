"""Where matches are kept: what was found, what a person said of it, and how far the look has come.

What was found and what was said are rows of their own: finding again never touches a decision. All
certain matches found until a moment are decided by one row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import batched

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from connector.model.body import Body, Json
from connector.model.ids import ConnectionId, QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade
from connector.model.matching.matches import (
    DecidedTogether,
    Match,
    MatchDecision,
    decided_together,
)
from connector.store.matching import candidates
from connector.store.packing import PackedAttribute, PackedValueAttribute, in_parts, together
from connector.store.table import Item, attempt, key, read_row, read_rows, rows_after, transaction

_BETWEEN, _WATCHED = " ", "watched "
MOST_TOGETHER = 100
"""So many writes are made all or none (DynamoDB's limit)."""


class MatchRow(Item):
    """What one MobiWork record may be in QuickBooks."""

    match = PackedValueAttribute(Match)
    grade = UnicodeAttribute()
    found_at = UnicodeAttribute()


class DecisionRow(Item):
    """What a person said of one match, or of all certain ones together."""

    decision = UnicodeAttribute()
    chosen = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)


class MatchingRow(Item):
    """How far the look at both sides has come, or facts of QuickBooks that it has read."""

    kept = PackedAttribute()


def replace_all(connection_id: ConnectionId, target: str, found: Sequence[Match]) -> None:
    """Keep what was found for one QuickBooks entity in place of what was found before.

    What a person has decided on stays, found again or not; so does what a worker meets meanwhile.
    """
    partition, back = key(connection_id, "match", target), key(connection_id, "matched", target)
    new = {_sk(one.owner) for one in found}
    before = [one for one in read_all(connection_id, target) if _sk(one.owner) not in new]
    kept = [one for one in before if one.decision is not MatchDecision.UNDECIDED]
    gone = {_sk(one.owner) for one in before} - {_sk(one.owner) for one in kept}
    owners = candidates.owners_in([*found, *kept])
    rows = candidates.CandidateRow.query(back, consistent_read=True)
    versions = {row.sk: int(row.version or 0) for row in rows}
    with Item.batch_write() as batch:
        for own in gone:
            batch.delete(MatchRow(pk=partition, sk=own))
        for number in versions.keys() - owners.keys():
            batch.delete(candidates.CandidateRow(pk=back, sk=number))
        for one in found:
            batch.save(_row(connection_id, one))
        for number, some in owners.items():
            version = versions.get(number, 0) + 1
            batch.save(candidates.CandidateRow(pk=back, sk=number, owners=some, version=version))
    written = {_sk(one.owner) for one in (*found, *kept)}
    for one in [one for one in read_all(connection_id, target) if _sk(one.owner) not in written]:
        candidates.note(connection_id, one)


def keep(connection_id: ConnectionId, match: Match) -> None:
    """Keep one match that was met while records were synced, by several workers at once.

    Whose QuickBooks record it may be is noted before, and once more where somebody who had not
    seen it replaced all of them; whoever replaces them later finds the match.

    Raises:
        RetriableError: others met the same QuickBooks record all the time.
    """
    candidates.note(connection_id, match)
    _row(connection_id, match).save()
    candidates.note(connection_id, match)


def read_many(
    connection_id: ConnectionId, target: str, owners: Iterable[RecordKey]
) -> dict[RecordKey, Match]:
    """Return the matches of some MobiWork records, with what a person said of them."""
    partition = key(connection_id, "match", target)
    keys = [(partition, _sk(one)) for one in owners if one.mobiwork_id]
    found = [row.match for row in read_rows(MatchRow, keys)]
    return {one.owner: one for one in _with_decisions(connection_id, target, found)}


def of_quickbooks(
    connection_id: ConnectionId, target: str, quickbooks_ids: Iterable[QuickBooksId]
) -> dict[QuickBooksId, list[Match]]:
    """Return the matches in which some QuickBooks records may be meant."""
    partition = key(connection_id, "matched", target)
    keys = [(partition, one) for one in quickbooks_ids if one]
    rows = read_rows(candidates.CandidateRow, keys, many=2)
    owners = {row.sk: [RecordKey(*one) for one in row.owners] for row in rows}
    every = {one for some in owners.values() for one in some}
    found = read_many(connection_id, target, every)
    told = {
        number: [found[one] for one in some if one in found and number in found[one].told_of]
        for number, some in owners.items()
    }
    return {number: some for number, some in told.items() if some}


def read_some(connection_id: ConnectionId, target: str, *, after: str, limit: int) -> list[Match]:
    """Return at most `limit` matches of an entity, those after `after`."""
    rows = rows_after(MatchRow, key(connection_id, "match", target), after, limit=limit)
    return _with_decisions(connection_id, target, [row.match for row in rows])


def read_all(connection_id: ConnectionId, target: str) -> Iterator[Match]:
    """Yield all matches of an entity."""
    together = _together(connection_id)
    told = DecisionRow.query(said_of(connection_id, target), consistent_read=True)
    said = {row.sk: row for row in told}
    for row in MatchRow.query(key(connection_id, "match", target), consistent_read=True):
        yield as_decided(row.match, said.get(row.sk), together)


def certain_undecided(connection_id: ConnectionId, target: str) -> int:
    """Return how many certain matches of an entity are not decided yet."""
    partition, together = key(connection_id, "match", target), _together(connection_id)
    until = together.until or together.at if together else None
    certain = MatchRow.grade == Grade.CERTAIN.value
    wanted = certain & (MatchRow.found_at > until) if until else certain
    count = MatchRow.count(partition, filter_condition=wanted, consistent_read=True)
    told = DecisionRow.query(said_of(connection_id, target), consistent_read=True)
    rows = MatchRow.batch_get([(partition, row.sk) for row in told], consistent_read=True)
    known = (row for row in rows if row.grade == Grade.CERTAIN.value)
    return count - sum(not until or row.found_at > until for row in known)


def decide(connection_id: ConnectionId, decided: Match) -> None:
    """Keep what a person said of one match; undecided forgets it."""
    row = _decision_row(connection_id, decided)
    said = decided.decision is not MatchDecision.UNDECIDED
    row.save() if said else row.delete()


def _decision_row(connection_id: ConnectionId, decided: Match) -> DecisionRow:
    return DecisionRow(
        pk=said_of(connection_id, decided.target),
        sk=_sk(decided.owner),
        decision=decided.decision.value,
        chosen=decided.chosen,
        by=decided.decided_by,
        at=decided.decided_at,
    )


def decide_as_read(connection_id: ConnectionId, said: Sequence[tuple[Match, Match]]) -> bool:
    """Keep what a person said of some matches, as read and as decided; tell whether it was kept.

    Where somebody decided on one of them since, nothing is kept of the hundred that it is among.
    """
    for some in batched(said, MOST_TOGETHER, strict=False):
        with attempt() as made, transaction() as write:
            for before, decided in some:
                row, condition = _decision_row(connection_id, decided), _said_as(before)
                if decided.decision is MatchDecision.UNDECIDED:
                    write.delete(row, condition=condition)
                else:
                    write.save(row, condition=condition)
        if not made.took_effect:
            return False
    return True


def _said_as(before: Match) -> Condition:
    """Hold where nobody decided since a match was read, by itself or with all certain ones."""
    nobody: Condition = DecisionRow.pk.does_not_exist()
    if before.decision is MatchDecision.UNDECIDED:
        return nobody
    as_read: Condition = DecisionRow.at == before.decided_at
    by: Condition = DecisionRow.by == before.decided_by
    unchanged: Condition = nobody | (as_read & by)
    return unchanged


def decide_certain(
    connection_id: ConnectionId, *, by: str, at: str, until: str | None = None
) -> None:
    """Keep that a person takes all certain matches for the same that were found until a moment.

    None for those found until it was said.
    """
    (pk, sk), same = all_certain(connection_id), MatchDecision.SAME.value
    DecisionRow(pk=pk, sk=sk, decision=same, by=by, at=at, until=until or at).save()


def look(connection_id: ConnectionId) -> Body:
    """Return how far the look at both sides has come; empty before the first."""
    return _kept(connection_id, "look")


def _kept(connection_id: ConnectionId, what: str) -> Body:
    row = read_row(MatchingRow, key(connection_id, "match-look"), what)
    return {} if row is None else dict(row.kept)


def save_look(connection_id: ConnectionId, kept: Json) -> None:
    """Keep how far the look at both sides has come."""
    MatchingRow(pk=key(connection_id, "match-look"), sk="look", kept=dict(kept)).save()


def compare_anew(connection_id: ConnectionId) -> None:
    """Have both sides compared before anything is created, as after a start.

    Nothing is to be compared anew where nothing ever was.
    """
    if kept := look(connection_id):
        kept.pop("started", None)
        save_look(connection_id, kept | {"live": False})


def ask(connection_id: ConnectionId, at: str) -> None:
    """Have both sides compared once more, with what was decided until then."""
    MatchingRow(pk=key(connection_id, "match-look"), sk="asked", kept={"at": at}).save()


def asked(connection_id: ConnectionId) -> str | None:
    """Return until when what was decided is to be compared with, if anybody asked."""
    kept = _kept(connection_id, "asked")
    return str(kept["at"]) if kept else None


def watch(connection_id: ConnectionId, kind: str) -> None:
    """Have looks tell of one more kind of QuickBooks' documents: a record was said to be one."""
    MatchingRow(pk=key(connection_id, "match-look"), sk=f"{_WATCHED}{kind}", kept={}).save()


def watched(connection_id: ConnectionId) -> list[str]:
    """Return the kinds of documents that looks tell of because a record was said to be one."""
    place, begins = key(connection_id, "match-look"), MatchingRow.sk.startswith(_WATCHED)
    rows = MatchingRow.query(place, begins, consistent_read=True)
    return [row.sk.removeprefix(_WATCHED) for row in rows]


def save_facts(connection_id: ConnectionId, target: str, page: str, facts: Sequence[Json]) -> None:
    """Keep the facts of one page of QuickBooks; the same page again takes its place."""
    for name, kept in in_parts(page, facts):
        MatchingRow(pk=key(connection_id, "match-facts", target), sk=name, kept=kept).save()


def read_facts(connection_id: ConnectionId, target: str) -> Iterator[Body]:
    """Yield the facts of all pages."""
    rows = MatchingRow.query(key(connection_id, "match-facts", target), consistent_read=True)
    for _, facts in together((row.sk, row.kept) for row in rows):
        yield from facts


def drop_facts(connection_id: ConnectionId, target: str) -> None:
    """Forget the facts of all pages."""
    rows = list(MatchingRow.query(key(connection_id, "match-facts", target), consistent_read=True))
    with MatchingRow.batch_write() as batch:
        for row in rows:
            batch.delete(row)


def _sk(owner: RecordKey) -> str:
    return _BETWEEN.join(owner)


def said_of(connection_id: ConnectionId, target: str) -> str:
    """Return under which key it is kept what was said of the matches of an entity."""
    return key(connection_id, "match-said", target)


def _row(connection_id: ConnectionId, match: Match) -> MatchRow:
    pk = key(connection_id, "match", match.target)
    grade, found_at = match.grade.value, match.found_at
    undecided = replace(match, decision=MatchDecision.UNDECIDED, chosen=None)
    found = replace(undecided, decided_by=None, decided_at=None)
    return MatchRow(pk, _sk(match.owner), match=found, grade=grade, found_at=found_at)


def _with_decisions(
    connection_id: ConnectionId, target: str, found: Sequence[Match]
) -> list[Match]:
    if not found:
        return []
    own, of_all = said_of(connection_id, target), all_certain(connection_id)
    keys = [*((own, _sk(one.owner)) for one in found), of_all]
    rows = {(row.pk, row.sk): row for row in DecisionRow.batch_get(keys, consistent_read=True)}
    return [as_decided(one, rows.get((own, _sk(one.owner))), rows.get(of_all)) for one in found]


def _together(connection_id: ConnectionId) -> DecisionRow | None:
    """Return who took all certain matches for the same, and when; None where nobody did."""
    return next(
        iter(DecisionRow.batch_get([all_certain(connection_id)], consistent_read=True)), None
    )


def all_certain(connection_id: ConnectionId) -> tuple[str, str]:
    """Return where it is kept what was said of all certain matches."""
    return key(connection_id, "match-said-together"), "certain"


def as_decided(match: Match, said: DecisionRow | None, together: DecisionRow | None) -> Match:
    """Return a match with what was said of it, or of all certain ones."""
    if said is not None:
        return replace(
            match,
            decision=MatchDecision(said.decision),
            chosen=said.chosen,
            decided_by=said.by,
            decided_at=said.at,
        )
    if together is None:
        return match
    said_at = together.until or together.at
    return decided_together(match, DecidedTogether(together.by, together.at, said_at))
