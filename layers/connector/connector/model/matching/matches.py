"""What was found to be the same on both sides, as it is kept until and after a person decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from connector.model.body import spoken
from connector.model.ids import MobiWorkId, QuickBooksId
from connector.model.links import RecordKey
from connector.model.matching.comparison import Grade, Pair
from connector.model.matching.evidence import LIKELY_REFERENCE, READ_FROM, Facts, amount_key
from connector.model.matching.scoring import TOTAL

VOIDED, DELETED = "voided", "deleted"
"""What is shown for the total of a document that was voided, or is not there any more."""
ACTIVE = "active"
"""The fact in which a record that is not in use in QuickBooks differs."""
STANDING = {"standing": ("does not count", "counts")}
"""In what a record that is called off in MobiWork differs from one that stands in QuickBooks."""
VERSION_LENGTH = 12
SUM, LESS = " + ", " - "
"""Between the amounts of documents that add up, and before one that is taken off."""
BOTH = ", "
"""Between several texts of one fact, such as the days of a quote."""
_OF, _AND, _LINE = ":", "+", "/"


class MatchDecision(StrEnum):
    """What a person said of a match.

    SAME: both are the same record; DIFFERENT: none of those found is; LEFT_OUT: it is none of the
    connector's business.
    """

    UNDECIDED = "undecided"
    SAME = "same"
    DIFFERENT = "different"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A QuickBooks record that may be the one, with what speaks for and against it.

    Attributes:
        quickbooks_id: Its id; of the QuickBooks entity that the match names, or as `elsewhere`.
        label: What a person calls it.
        same: The facts that both sides share, as QuickBooks writes them.
        other: The facts in which they differ: what MobiWork says, what QuickBooks says.
        spelled: How MobiWork writes those shared facts that it writes otherwise.
        ruled_out: Whether a person said before that it is another one; it is told with the others.
    """

    quickbooks_id: QuickBooksId
    label: str
    same: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)
    ruled_out: bool = False


OF_MOBIWORK = " of MobiWork"
"""How the label of a candidate ends that another record of MobiWork was posted as."""


NOBODY = f"{LIKELY_REFERENCE}nobody"
"""What a record refers to where it is open, or said, that QuickBooks has no such record."""


def elsewhere(target: str, quickbooks_id: str) -> QuickBooksId:
    """Return the id of a record of another entity than that of its match: `SalesReceipt:77`."""
    return f"{target}{_OF}{quickbooks_id}"


def is_elsewhere(quickbooks_id: str) -> bool:
    """Tell whether an id is none that can be linked: it is shown and decided on.

    It is of another entity, or says that one record is several on the other side (`whole_of`).
    """
    return _OF in quickbooks_id


def whole_of(target: str, quickbooks_ids: Sequence[QuickBooksId]) -> QuickBooksId:
    """Return the id of what a record is several of, or a part of: `Invoice:77+78`, `Invoice:77`.

    Of another entity than that of its match (then the ids are as `elsewhere`) a part ends with a
    sign, for without it the record is that one as a whole: `SalesReceipt:77+`.
    """
    kind, own = _parts_of(target, quickbooks_ids[0])
    if len(quickbooks_ids) > 1:
        return elsewhere(kind, _AND.join(_parts_of(target, one)[1] for one in quickbooks_ids))
    return elsewhere(kind, own if kind == target else f"{own}{_AND}")


def is_part(target: str, quickbooks_id: str) -> bool:
    """Tell whether an id says that a record is one of several which are one in QuickBooks."""
    of_its_kind = quickbooks_id.startswith(elsewhere(target, "")) and _AND not in quickbooks_id
    return of_its_kind or quickbooks_id.endswith(_AND)


def stands_for(target: str, quickbooks_id: str) -> tuple[QuickBooksId, ...]:
    """Return which records an id stands for, those of another entity as `elsewhere`."""
    kind, own = _parts_of(target, quickbooks_id)
    some = tuple(filter(None, own.split(_AND)))
    return some if kind == target else tuple(elsewhere(kind, one) for one in some)


def _parts_of(target: str, quickbooks_id: str) -> tuple[str, str]:
    """Return the entity that an id is of, that of its match if it names none, and its own part."""
    kind, of, own = quickbooks_id.partition(_OF)
    return (kind, own) if of else (target, quickbooks_id)


def document_of(quickbooks_id: str) -> QuickBooksId:
    """Return the id of the document of which an id may name a line: `Deposit:12` of its first."""
    return quickbooks_id.partition(_LINE)[0]


def told_as(quickbooks_id: str) -> str:
    """Return what a person reads of an id that cannot be linked: `Deposit 12 line 1`."""
    target, _, own = quickbooks_id.removesuffix(_AND).partition(_OF)
    return f"{spoken(target)} {own.replace(_AND, ' and ').replace(_LINE, ' line ')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What a MobiWork record may be in QuickBooks, and what a person said of it.

    Attributes:
        owner: The MobiWork record, as its link will name it.
        target: The QuickBooks entity.
        label: What a person calls the MobiWork record.
        grade: How sure it is.
        candidates: The QuickBooks records that may be meant, the best first.
        flow: The push flow that the record waits in; item: its pending item there.
        found_at: When it was found (ISO 8601, UTC).
        decision: What a person said; decided_by, decided_at: who, and when (ISO 8601).
        chosen: The QuickBooks record that is the same, where one is.
        opened_again: Whether a person had decided on it, and something changed since: nothing but
            their word ends that.
    """

    owner: RecordKey
    target: str
    label: str
    grade: Grade
    candidates: tuple[Candidate, ...]
    flow: str
    item: MobiWorkId
    found_at: str | None = None
    decision: MatchDecision = MatchDecision.UNDECIDED
    chosen: QuickBooksId | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    opened_again: bool = False

    @property
    def quickbooks_ids(self) -> tuple[QuickBooksId, ...]:
        """The QuickBooks records that may be meant."""
        return tuple(one.quickbooks_id for one in self.candidates)

    @property
    def open_ids(self) -> tuple[QuickBooksId, ...]:
        """Those of them of which nobody said before that it is another one."""
        return tuple(one.quickbooks_id for one in self.candidates if not one.ruled_out)

    @property
    def told_of(self) -> tuple[QuickBooksId, ...]:
        """The ids under which it is found: those that may be meant, and what they stand for.

        Also the documents that those are lines of.
        """
        ids = [one for own in self.quickbooks_ids for one in (own, *stands_for(self.target, own))]
        return tuple(dict.fromkeys((*ids, *map(document_of, ids))))

    @property
    def said_to_be(self) -> str | None:
        """The kind of document that a person said it is, or is in, where nothing links the two."""
        same = self.decision is MatchDecision.SAME and is_elsewhere(self.chosen or "")
        return _parts_of(self.target, self.chosen or "")[0] if same else None

    @property
    def version(self) -> str:
        """What tells whether a match is still as it was shown: its records, and what was said."""
        shown = [
            (one.quickbooks_id, sorted(one.same.items()), sorted(one.other.items()))
            for one in self.candidates
        ]
        said = (self.decision.value, self.chosen, self.decided_by, self.decided_at, shown)
        return sha256(repr(said).encode()).hexdigest()[:VERSION_LENGTH]


def is_listed_twice(match: Match) -> bool:
    """Tell whether a match asks if another record of MobiWork, which is posted, is the same."""
    return any(one.label.endswith(OF_MOBIWORK) for one in match.candidates)


def as_listed(match: Match, chosen: str, at: str) -> Match:
    """Return such a match as the settings decide it, by the choice that they hold.

    Not where both come to something else by now: that is for a person.
    """
    listed = [one for one in match.candidates if one.label.endswith(OF_MOBIWORK)]
    alike = bool(listed) and all(TOTAL in one.same for one in listed)
    if match.decision is not MatchDecision.UNDECIDED or not alike:
        return match
    decision = {"one sale": MatchDecision.SAME, "two sales": MatchDecision.DIFFERENT}.get(chosen)
    if decision is None:
        return match
    same = listed[0].quickbooks_id if decision is MatchDecision.SAME else None
    return replace(match, decision=decision, chosen=same, decided_by="the settings", decided_at=at)


def is_ruled_out(match: Match | None, quickbooks_id: QuickBooksId) -> bool:
    """Tell whether a person said that a record is none of those found, and that this was one."""
    if match is None or match.decision is not MatchDecision.DIFFERENT:
        return False
    return quickbooks_id in match.quickbooks_ids


def figures(candidate: Candidate, fact: str) -> tuple[str, str]:
    """Return what both sides said of a fact when they were compared; nothing where it is none."""
    same = candidate.same.get(fact, "")
    return candidate.other.get(fact, (candidate.spelled.get(fact, same), same))


def amount_of(text: str) -> str:
    """Return an amount as a person reads it (1,234.50) so that equal ones are the same text.

    One that is taken off in a sum is the same as one that is added.
    """
    return amount_key(text.replace(",", "").removeprefix("-")) or text


def first_of(text: str) -> tuple[str, str]:
    """Return the first amount of a sum, and the rest of it: nothing where it is one amount."""
    own = re.split(r" [+-] ", text, maxsplit=1)[0]
    return own, text[len(own) :]


def asked_again(match: Match, now: Mapping[str, tuple[str, str]], at: str) -> Match:
    """Return a match that is open again, as both sides say of what was chosen now, by the fact."""
    candidates = tuple(
        saying(one, now) if one.quickbooks_id == match.chosen else one for one in match.candidates
    )
    again = replace(match, candidates=candidates, found_at=at, decision=MatchDecision.UNDECIDED)
    return replace(again, chosen=None, decided_by=None, decided_at=None, opened_again=True)


def saying(candidate: Candidate, now: Mapping[str, tuple[str, str]]) -> Candidate:
    """Return a candidate as both sides say of some facts now."""

    def rest[T](facts: Mapping[str, T]) -> dict[str, T]:
        return {fact: one for fact, one in facts.items() if fact not in now}

    same = {fact: theirs for fact, (ours, theirs) in now.items() if ours == theirs}
    other = {fact: two for fact, two in now.items() if fact not in same}
    return replace(
        candidate,
        same=rest(candidate.same) | same,
        other=rest(candidate.other) | other,
        spelled=rest(candidate.spelled),
    )


def taken_together(match: Match, by: str | None = None, at: str | None = None) -> Match:
    """Return a match as one decision on all certain ones makes it."""
    if match.grade is not Grade.CERTAIN:
        return match
    chosen = match.quickbooks_ids[0]
    return replace(match, decision=MatchDecision.SAME, chosen=chosen, decided_by=by, decided_at=at)


def as_reviewed(match: Match) -> Match:
    """Return a match as a review plans with it: certain ones are linked by one decision."""
    return taken_together(match) if match.decision is MatchDecision.UNDECIDED else match


@dataclass(frozen=True)
class DecidedTogether:
    """That a person takes all certain matches for the same that were found until a moment.

    Attributes:
        by: Who.
        at: When that was said (ISO 8601).
        until: When the last one of what they saw was found (ISO 8601).
    """

    by: str
    at: str
    until: str


def decided_together(match: Match, said: DecidedTogether) -> Match:
    """Return a match as one decision leaves it; one that was found later is still open."""
    if (match.found_at or said.until) > said.until:
        return match
    return taken_together(match, said.by, said.at)


def candidate_of(ours: Facts, theirs: Facts, pair: Pair, *, called_off: bool = False) -> Candidate:
    """Return a record that may be the same, with both sides' facts for a person.

    `called_off` tells whether MobiWork's is void, say, though it was posted.
    """
    gone = {TOTAL: (shown(ours, TOTAL), VOIDED)} if theirs.voided else {}
    gone |= {ACTIVE: ("yes", "no")} if theirs.inactive else {}
    gone |= STANDING if called_off and not theirs.voided else {}
    same = {fact: shown(theirs, fact) or theirs.id for fact in sorted(pair.same)}
    told = {fact: _text(ours, fact) for fact in same}
    return Candidate(
        theirs.id,
        theirs.label,
        same,
        {fact: (shown(ours, fact), shown(theirs, fact)) for fact in sorted(pair.near | pair.other)}
        | gone,
        {fact: text for fact, text in told.items() if text and text != same[fact]},
    )


def shown(facts: Facts, fact: str) -> str:
    """Return what a side says of a fact, for a person."""
    referred = (text for text in facts.refers.get(fact, ()) if text != NOBODY)
    return _text(facts, fact) or ", ".join(referred)


def _text(facts: Facts, fact: str) -> str:
    texts = facts.said.get(READ_FROM.get(fact, fact), ())
    return BOTH.join(" ".join(text.split()) for text in texts)
