"""Two records that a person said are the same, looked at once more before they are linked."""

from dataclasses import replace

from connector.engine.run import Run
from connector.errors import RecordError
from connector.model.flows.recognition import AnyRecognition
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade, Pair, compare, grade_of
from connector.model.matching.evidence import Facts, Table
from connector.model.matching.matches import Match, MatchDecision, asked_again, candidate_of
from connector.model.matching.wording import WHERE, said
from connector.model.worklist.causes import Kind


def check_sides(
    run: Run, recognition: AnyRecognition, place: tuple[str, RecordKey], ours: Facts, theirs: Facts
) -> None:
    """Look at both sides; `place` is the QuickBooks entity and the MobiWork record of the match.

    Raises:
        RecordError: what both said alike when it was decided is said otherwise now, and tells
            records apart; the decision is open again.
    """
    if theirs.voided or theirs.inactive:
        return
    target, owner = place
    match = run.store.matches.read_many(run.connection_id, target, [owner]).get(owner)
    if match is None or match.decision is not MatchDecision.SAME:
        return
    pair = compare(ours, theirs, recognition.table)
    if not _differs_since(match, pair, recognition.table):
        return
    now = candidate_of(ours, theirs, pair)
    at = run.now().isoformat()
    grade = grade_of(pair, recognition.table)
    again = replace(asked_again(match, {}, at), grade=grade, candidates=(now,))
    run.store.matches.keep(run.connection_id, again)
    run.store.matches.decide_as_read(run.connection_id, [(match, again)])
    told = f"Since it was decided, this has changed: {said(now, target)}. {WHERE}"
    raise RecordError(told, cause=Kind.SAME)


def _differs_since(match: Match, pair: Pair, table: Table) -> bool:
    """Tell whether a fact was alike when it was decided, and now tells the two records apart."""
    shown = (one for one in match.candidates if one.quickbooks_id == pair.right)
    since = {fact for one in shown for fact in one.same} & pair.other
    contradicts = grade_of(pair, table) is Grade.CONTRADICTS
    return any(contradicts or table.rules[fact].strong for fact in since)
