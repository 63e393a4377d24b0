"""Matches as they are shown: both sides' facts, and what was said of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.model.matching.comparison import Grade
from connector.model.matching.matches import Candidate, Match, MatchDecision
from connector.model.matching.wording import question


@dataclass(frozen=True)
class ShownFact:
    """A fact with what each side says of it.

    Attributes:
        fact: Its name, such as `total`; where an entry may be linked, in words.
        mobiwork: What MobiWork says, in words; empty for nothing.
        quickbooks: What QuickBooks says, in words; empty for nothing.
        same: Whether both say the same.
    """

    fact: str
    mobiwork: str
    quickbooks: str
    same: bool


@dataclass(frozen=True)
class ShownCandidate:
    """A QuickBooks record that may be the same, with both sides' facts.

    Attributes:
        quickbooks_id: Its id in QuickBooks.
        label: What a person knows it by.
        facts: What was compared.
    """

    quickbooks_id: str
    label: str
    facts: tuple[ShownFact, ...]


@dataclass(frozen=True)
class ShownMatch:
    """A MobiWork record and what it may be in QuickBooks.

    Attributes:
        entity: The MobiWork entity, such as `invoice`.
        mobiwork_id: The id of the MobiWork record.
        target: The QuickBooks entity.
        label: What a person knows the MobiWork record by.
        grade: How sure the match is.
        decision: What was said of it.
        chosen: The QuickBooks id that was said to be the same; None if none was.
        decided_by: Who said it; None before somebody did.
        decided_at: When; ISO 8601, UTC.
        sentence: What is to be decided, in words.
        version: Names what is shown and what was said of it; a decision may name it, too.
        candidates: What it may be in QuickBooks, the likeliest first.
    """

    entity: str
    mobiwork_id: str
    target: str
    label: str
    grade: Grade
    decision: MatchDecision
    chosen: str | None
    decided_by: str | None
    decided_at: str | None
    sentence: str
    version: str
    candidates: tuple[ShownCandidate, ...]


@dataclass(frozen=True)
class MatchPage:
    """Some matches of one QuickBooks entity.

    Attributes:
        matches: The matches of this page.
        next: Asks for those after them, if there are.
        compared_at: When both sides were compared last (ISO 8601, UTC); None before that. Whoever
            decides on all certain ones names it.
    """

    matches: tuple[ShownMatch, ...]
    next: str | None
    compared_at: str | None


def as_shown(match: Match) -> ShownMatch:
    """Return a match as it is shown."""
    candidates = (
        ShownCandidate(one.quickbooks_id, one.label, tuple(facts_of(one)))
        for one in match.candidates
    )
    return ShownMatch(
        *match.owner,
        target=match.target,
        label=match.label,
        grade=match.grade,
        decision=match.decision,
        chosen=match.chosen,
        decided_by=match.decided_by,
        decided_at=match.decided_at,
        sentence=question(match),
        version=match.version,
        candidates=tuple(candidates),
    )


def facts_of(one: Candidate) -> Iterator[ShownFact]:
    """Yield what both sides say of a record that may be the same, what they share first."""
    for fact, text in one.same.items():
        yield ShownFact(fact, one.spelled.get(fact, text), text, same=True)
    for fact, (ours, theirs) in one.other.items():
        yield ShownFact(fact, ours, theirs, same=False)
