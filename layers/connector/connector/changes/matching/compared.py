"""Comparing the two sides of a pool: what stands in QuickBooks, what was voided, what is beside it.

A record of MobiWork that is like nothing that stands there may be a document that was voided, or
one of another kind: an invoice with its payment is a sales receipt, a payment a line of a deposit.
Or several are one there, or one is several.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property

from connector.changes.matching.credits import credits_of, paid_of
from connector.changes.matching.facts import Here, Pool, key_of, unlinked
from connector.changes.matching.parties import PartiesOf, with_parents, with_parties
from connector.engine.run import Run
from connector.entities.recognitions import ADDED_UP, ENTERED_AS, Beside
from connector.model.matching.assignment import Matched, match
from connector.model.matching.beside import match_beside
from connector.model.matching.comparison import Grade
from connector.model.matching.dated_apart import given, match_dated_apart
from connector.model.matching.evidence import LIKELY_REFERENCE, Facts
from connector.model.matching.fees import match_less_fee
from connector.model.matching.matches import (
    NOBODY,
    VOIDED,
    Candidate,
    Match,
    MatchDecision,
    candidate_of,
    elsewhere,
    figures,
    is_part,
    shown,
    stands_for,
)
from connector.model.matching.nearly import match_nearly
from connector.model.matching.scoring import DAY, NUMBER, PARTY, REFERENCE, TOTAL
from connector.model.matching.together import (
    A_YEAR,
    ABOUT,
    ANY_DAY,
    APART,
    Reach,
    found_together,
)
from connector.model.matching.unnamed import found_unnamed
from connector.model.matching.voided import match_inactive, match_voided

INVOICED = "Invoice"


class Comparison:
    """Both sides of a pool; what a person said of earlier matches is not asked again."""

    def __init__(self, run: Run, pool: Pool, ours: Sequence[Here], theirs: Iterable[Facts]) -> None:
        self._run, self._pool = run, pool
        before = [*run.store.matches.read_all(run.connection_id, pool.target)]
        self._said = [one for one in before if one.decision is not MatchDecision.UNDECIDED]
        settled = {one.owner for one in self._said if one.decision is not MatchDecision.DIFFERENT}
        chosen = [one.chosen for one in self._said if one.chosen]
        self._taken = {each for one in chosen for each in (one, *stands_for(pool.target, one))}
        self._other = {
            one.owner: one for one in self._said if one.decision is MatchDecision.DIFFERENT
        }
        self._ruled_out = {one.owner: out for one in before if (out := [*_ruled_out(one)])}
        self._apart = {
            (" ".join(own), one.quickbooks_id)
            for own, some in self._ruled_out.items()
            for one in some
        }
        self._left = {one.facts.id: one for one in ours if one.owner not in settled}
        parts = {one.owner for one in self._said if _is_part(one)} & settled
        self._said_parts = [one.facts for one in ours if one.owner in parts and not one.called_off]
        self._strangers = {
            one.facts.id: one.stranger
            for one in ours
            if one.stranger and {NOBODY}.issuperset(one.facts.refers.get(PARTY, ()))
        }
        lost = {one.owner for one in ours if one.stranger and not one.called_off} - settled
        self._asked_before = [
            one
            for one in before
            if one.decision is MatchDecision.UNDECIDED and one.owner in lost and one.candidates
        ]
        self._right: dict[str, Facts] = {}
        standing, voided, inactive = list[Facts](), list[Facts](), list[Facts]()
        self._standing, self._wholes = standing, list[Facts]()
        self._split = _split(pool.target, chosen)
        for one in with_parents(run, pool, [*unlinked(run, pool.target, theirs)]):
            if one.id in self._split and not one.voided:
                self._wholes.append(one)
            elif one.id not in self._taken:
                self._right[one.id] = one
                some = voided if one.voided else inactive if one.inactive else standing
                some.append(one)
        all_ours = [one.facts for one in self._left.values()]
        table = pool.recognition.table
        found = match(all_ours, standing, table, apart=self._apart)
        self._found = {one.left: self._as_it_counts(one) for one in found}
        self._maybe: dict[str, Matched] = {}
        self._beside = set[str]()
        self._parties: PartiesOf = {}
        self._together: dict[str, list[Candidate]] = {}
        rest = with_parties(run, [one.facts for one in self.like_nothing_there()], self._parties)
        self._ask_about(match_dated_apart(rest, standing, found, table, apart=self._apart))
        rest = [one for one in rest if one.id not in self._maybe]
        self._ask_about(match_nearly(rest, standing, found, table, apart=self._apart))
        if inactive:
            self._ask_about(match_inactive(all_ours, inactive, table, apart=self._apart))
        if voided:
            all_ours = self._as_renamed(with_parties(run, all_ours, self._parties))
            apart, strangers = self._apart, self._strangers.keys()
            self._ask_about(match_voided(all_ours, voided, table, apart=apart, strangers=strangers))

    @cached_property
    def _unsettled(self) -> AbstractSet[str]:
        """What counts in MobiWork, or may, and has nothing of its very amount there."""
        settled = {
            own
            for own, found in self._found.items()
            if TOTAL in found.pairs[0].same
            and not (own in self._strangers and found.grade is Grade.CONTRADICTS)
        }
        return {own for own, one in self._left.items() if not one.called_off} - settled

    @cached_property
    def _less(self) -> Sequence[Facts]:
        """What may have been taken off invoices: credits, and what was paid of them."""
        unsettled = {own: self._left[own] for own in self._unsettled}
        return [*credits_of(self._run, self._left), *paid_of(self._run, unsettled)]

    def _add_up(self) -> None:
        """Find what is several documents on one side and one on the other.

        What has one of its very amount is that, or is asked about; it may still be a part of one,
        with another, unless it is certain. Those that a person has said are a part of one are
        still parts of it, for the others.
        """
        certain = [one for one in self._found.values() if one.grade is Grade.CERTAIN]
        theirs = {one.pairs[0].right for one in certain}
        if asked := self._unsettled:
            free = [*self._wholes, *(one for one in self._standing if one.id not in theirs)]
            self._ask_about_sums(asked, free, ABOUT)
            likely = [one for one in self._found.values() if one.grade is Grade.LIKELY]
            theirs = {one.pairs[0].right for one in likely if TOTAL in one.pairs[0].same}
            free = [one for one in free if one.id not in theirs]
            self._ask_about_the_rest(asked, free, ABOUT)

    def _ask_about_the_rest(
        self, asked: AbstractSet[str], theirs: Sequence[Facts], reach: Reach
    ) -> None:
        """Ask about rows of a year, and then about what may be less than it is in MobiWork."""
        self._ask_about_sums(asked - self._together.keys(), theirs, A_YEAR)
        left = asked - self._together.keys()
        if self._pool.target == INVOICED and left:
            self._ask_about_sums(left, theirs, reach, self._less)

    def _ask_about_sums(
        self,
        asked: AbstractSet[str],
        theirs: Sequence[Facts],
        reach: Reach,
        less: Sequence[Facts] = (),
    ) -> None:
        """Ask about records that are several of QuickBooks, or with others one of them.

        Far from its day only what is asked about is a part: what has one of its very amount there
        is that.
        """
        certain = {own for own, found in self._found.items() if found.grade is Grade.CERTAIN}
        counting = [
            one.facts
            for own, one in self._left.items()
            if (own in asked if reach.rows else not one.called_off and own not in certain)
        ]
        mine = with_parties(self._run, [*counting, *self._said_parts], self._parties)
        sides, table = (self._as_renamed(mine), theirs), self._pool.recognition.table
        target, apart = self._pool.target, self._apart
        found = found_together(
            sides, table, target, asked=asked, apart=apart, reach=reach, less=less
        )
        for own, some in found.items():
            self._together[own] = [*some, *self._together.get(own, ())]

    def _as_renamed(self, ours: Sequence[Facts]) -> list[Facts]:
        """Return facts that name whoever a stranger may be there: what else he has is like theirs.

        That is of one total or number, and about one day.
        """
        renamed = dict[str, dict[str, None]]()
        for own, found in (*self._found.items(), *self._maybe.items()):
            first = found.pairs[0]
            if own not in self._strangers:
                continue
            if DAY in first.same | first.near and {TOTAL, NUMBER, REFERENCE} & first.same:
                theirs = self._right[first.right].refers.get(PARTY, ())[:1]
                renamed.setdefault(self._strangers[own], {}).update(dict.fromkeys(theirs))
        whose = {
            one.id: tuple(f"{LIKELY_REFERENCE}{own}" for own in renamed.get(stranger, ()))
            for one in ours
            if (stranger := self._strangers.get(one.id))
        }
        return [
            replace(one, refers={**one.refers, PARTY: named})
            if (named := whose.get(one.id))
            else one
            for one in ours
        ]

    def _as_it_counts(self, found: Matched) -> Matched:
        """Let what is called off in MobiWork and stands in QuickBooks be looked at by a person."""
        sure = found.grade is Grade.CERTAIN and self._left[found.left].called_off
        return replace(found, grade=Grade.LIKELY) if sure else found

    def like_nothing_there(self) -> list[Here]:
        """Return what counts in MobiWork, or may, and is nothing that stands there, of any day.

        A start date may be moved back, and nothing is compared again for that. What is one of
        another kind is not looked for among the next ones.
        """
        found = self._found.keys() | self._beside
        return [one for own, one in self._left.items() if own not in found and not one.called_off]

    def nobodys(self, since: str) -> list[Facts]:
        """Return what stands in QuickBooks, is dated since a day and may be anybody's."""
        taken = given(self._found.values())
        return [
            one
            for one in self._standing
            if one.id not in taken and any(day >= since for day in one.said.get(DAY, ()))
        ]

    def with_others(self, rest: Sequence[Here], beside: Beside, others: Iterable[Facts]) -> None:
        """Compare what is left with records of another entity that count, and are nobody's yet."""
        target, wanted = beside.target, beside.entered_as
        others = [one for one in others if wanted in {None, *one.said.get(ENTERED_AS, ())}]
        theirs = self._run.store.matches.read_all(self._run.connection_id, target)
        nobodys = with_parents(self._run, self._pool, [*unlinked(self._run, target, others)])
        taken = {
            number for one in theirs for own in _claimed(one) for number in stands_for(target, own)
        }
        free = [
            replace(one, id=elsewhere(target, one.id))
            for one in nobodys
            if not one.voided and one.id not in taken
        ]
        wholes = [one for one in free if one.id in self._split]
        free = [one for one in free if one.id not in self._taken]
        self._right |= {one.id: one for one in free}
        ours = self._as_renamed(with_parties(self._run, [one.facts for one in rest], self._parties))
        table = self._pool.recognition.table
        strangers = self._strangers.keys()
        within = None if beside.of_any_day else APART
        apart = self._apart
        found = match_beside(ours, free, table, apart=apart, strangers=strangers, within=within)
        self._beside |= {one.left for one in found}
        self._ask_about(found)
        others = [one for one in ours if one.id not in self._beside]
        self._ask_about(match_nearly(others, free, found, table, apart=apart))
        if beside.banked:
            rest = [one for one in rest if one.facts.id not in self._beside]
            sure = {one.pairs[0].right for one in found if TOTAL in one.pairs[0].same}
            lines = [one for one in free if one.id not in sure]
            self._look_in_the_bank(rest, lines, wholes)
        if self._pool.target in ADDED_UP and (
            left := {one.facts.id for one in rest} - self._beside
        ):
            reach = ANY_DAY if beside.of_any_day else ABOUT
            self._ask_about_sums(left, [*wholes, *free], reach)
            self._ask_about_the_rest(left, [*wholes, *free], reach)

    def _look_in_the_bank(
        self, rest: Sequence[Here], lines: Sequence[Facts], wholes: Sequence[Facts]
    ) -> None:
        """Ask about what came to the bank less a fee, or with others under no name."""
        ours = with_parties(self._run, [one.facts for one in rest], self._parties)
        table, apart = self._pool.recognition.table, self._apart
        self._ask_about(match_less_fee(ours, lines, table, apart=apart))
        sides, asked = ([*ours, *self._said_parts], [*wholes, *lines]), {one.id for one in ours}
        found = found_unnamed(*sides, table, self._pool.target, asked=asked, apart=apart)
        for own, some in found.items():
            self._together[own] = [*self._together.get(own, ()), *some]

    def _ask_about(self, some: Iterable[Matched]) -> None:
        """Have a person asked about what counts in MobiWork, or may, and is nothing there."""
        for one in some:
            if one.left in self._found or self._left[one.left].called_off:
                continue
            before = self._maybe.get(one.left)
            both = Matched(one.left, Grade.SEVERAL, (*one.pairs, *before.pairs)) if before else one
            self._maybe[one.left] = both

    def matches(self, at: str) -> list[Match]:
        """Return all that is the same or may be, found at a moment.

        What was decided otherwise is opened again.
        """
        if self._pool.target in ADDED_UP:
            self._add_up()
        matched = {own: Matched(own, Grade.SEVERAL, ()) for own in self._together}
        matched |= self._maybe | self._found
        found = [self._match(self._left[own], one, at) for own, one in matched.items()]
        found += [one for one in self._asked_before if self._still_stands(one, matched)]
        self._ask_again(found)
        before = {" ".join(one.owner) for one in self._said}
        before |= {key_of(one.owner) for one in found}
        missing = sorted(self._left.keys() - matched.keys() - before)
        return [*found, *self._not_there((self._left[own] for own in missing), at)]

    def _still_stands(self, before: Match, matched: Container[str]) -> bool:
        """Tell whether an open question stays one, although nothing says any more who is meant.

        Its customer was made there since, or what told who he is was decided on.
        """
        there = [one for one in before.candidates if not one.ruled_out and self._is_as_told(one)]
        return bool(there) and key_of(before.owner) not in matched

    def _is_as_told(self, candidate: Candidate) -> bool:
        """Tell whether what may be meant is there, and says what it did when it was asked about."""
        parts = stands_for(self._pool.target, candidate.quickbooks_id)
        there = [self._right[one] for one in parts if one in self._right]
        if len(parts) != 1 or not there:
            return bool(there)
        told = [(figures(candidate, fact)[1], shown(there[0], fact)) for fact in (TOTAL, DAY)]
        return all(before in {now, "", VOIDED} for before, now in told)

    def _ask_again(self, found: Iterable[Match]) -> None:
        """Open what was decided to be none of those found then, where another one is found now."""
        for one in found:
            if before := self._other.get(one.owner):
                matches = self._run.store.matches
                matches.decide_as_read(self._run.connection_id, [(before, one)])

    def _not_there(self, records: Iterable[Here], at: str) -> Iterator[Match]:
        """Yield what MobiWork says its own connector has posted, and nothing in QuickBooks is."""
        for one in records:
            if one.synced:
                yield self._match(one, Matched(one.facts.id, Grade.CONTRADICTS, ()), at)

    def _match(self, one: Here, found: Matched, at: str) -> Match:
        """Return a match; those that it was said not to be come last, to be told with the new."""
        together = self._together.get(one.facts.id, ())
        candidates = tuple(
            candidate_of(one.facts, self._right[pair.right], pair, called_off=one.called_off)
            for pair in found.pairs
        )
        before = self._ruled_out.get(one.owner, ())
        return Match(
            owner=one.owner,
            target=self._pool.target,
            label=one.facts.label,
            grade=Grade.SEVERAL if together or before else found.grade,
            candidates=(*together, *candidates, *before),
            flow=one.flow,
            item=one.item,
            found_at=at,
        )


def _claimed(match: Match) -> Sequence[str]:
    """Return what a match keeps from being looked at for another kind: what it may well be.

    What contradicts it may still be that other one: a weak candidate takes nothing away.
    """
    if match.chosen is not None:
        return [match.chosen] if match.decision is MatchDecision.SAME else ()
    if match.decision is not MatchDecision.UNDECIDED or match.grade is Grade.CONTRADICTS:
        return ()
    return match.open_ids[: None if match.grade is Grade.SEVERAL else 1]


def _ruled_out(match: Match) -> Iterator[Candidate]:
    """Yield what a person said that a record is not, also where it is asked about others since."""
    for one in match.candidates:
        if match.decision is MatchDecision.DIFFERENT or one.ruled_out:
            yield replace(one, ruled_out=True)


def _split(target: str, chosen: Iterable[str]) -> set[str]:
    """Return which records of QuickBooks a person said that several of MobiWork are parts of."""
    parts = (one for one in chosen if is_part(target, one))
    return {number for one in parts for number in stands_for(target, one)}


def _is_part(match: Match) -> bool:
    """Tell whether a person was asked whether a record is a part of one in QuickBooks."""
    return any(is_part(match.target, one) for one in match.quickbooks_ids)
