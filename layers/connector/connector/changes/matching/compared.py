"""Comparing the two sides of a pool: what a person said of earlier matches is not asked again.

How records are looked for is a matter of both sides and of daily life alike (`model/matching`).
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property

from connector.changes.matching.credits import credits_of, paid_of
from connector.changes.matching.facts import Here, Pool, key_of, unlinked
from connector.changes.matching.parties import PartiesOf, with_parents, with_parties
from connector.engine.run import Run
from connector.entities import registry
from connector.entities.recognitions import ADDED_UP, ENTERED_AS, Beside
from connector.model.matching.alike import Resemblance
from connector.model.matching.assignment import Matched
from connector.model.matching.comparison import Grade
from connector.model.matching.dated_apart import given
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import (
    NOBODY,
    VOIDED,
    Candidate,
    Match,
    MatchDecision,
    elsewhere,
    figures,
    is_part,
    shown,
    stands_for,
)
from connector.model.matching.scoring import DAY, PAID_INVOICE, PARTY, TOTAL


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
        apart = {
            (" ".join(own), one.quickbooks_id)
            for own, some in self._ruled_out.items()
            for one in some
        }
        self._left = {one.facts.id: one for one in ours if one.owner not in settled}
        parts = {one.owner for one in self._said if _is_part(one)} & settled
        said_parts = [one.facts for one in ours if one.owner in parts and not one.called_off]
        strangers = {
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
        self._opened = {
            one.owner: one
            for one in before
            if one.opened_again and one.decision is MatchDecision.UNDECIDED
        }
        self._split = _split(pool.target, chosen)
        self._parties: PartiesOf = {}
        self._alike = Resemblance(
            pool.target,
            pool.recognition.table,
            {own: one.facts for own, one in self._left.items()},
            adds_up=pool.target in ADDED_UP,
            apart=apart,
            called_off={own for own, one in self._left.items() if one.called_off},
            strangers=strangers,
            others=said_parts,
            whose=lambda some: with_parties(run, some, self._parties),
            less=self._off,
        )
        self._compare(with_parents(run, pool, [*unlinked(run, pool.target, theirs)]))

    def _compare(self, theirs: Iterable[Facts]) -> None:
        """Compare records with documents of their kind that are not said to be other records."""
        wholes, free = list[Facts](), list[Facts]()
        for one in theirs:
            if one.id in self._split and not one.voided:
                wholes.append(one)
            elif one.id not in self._taken:
                free.append(one)
        self._alike.of_its_kind(free, wholes)

    def _off(self, asked: AbstractSet[str]) -> Sequence[Facts]:
        """Return what may have been taken off invoices: credits, and what was paid of them."""
        return self._less if self._pool.target == registry.INVOICE and asked else ()

    @cached_property
    def _less(self) -> Sequence[Facts]:
        unsettled = {own: self._left[own] for own in self._alike.unsettled()}
        return [*credits_of(self._run, self._left), *paid_of(self._run, unsettled)]

    def like_nothing_there(self) -> list[Here]:
        """Return what counts in MobiWork, or may, and is nothing that stands there, of any day."""
        return [self._left[own] for own in self._alike.like_nothing_there()]

    def paid_here(self, some: Iterable[Here]) -> list[Here]:
        """Return which of some invoices were paid in MobiWork, in full or in part."""
        known = {one.facts.id: one for one in some}
        paid = {own for one in paid_of(self._run, known) for own in one.refers[PAID_INVOICE]}
        return [one for own, one in known.items() if own in paid]

    def nobodys(self, since: str) -> list[Facts]:
        """Return what stands in QuickBooks, is dated since a day and may be anybody's."""
        taken = given(self._alike.found.values())
        return [
            one
            for one in self._alike.standing
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
        self._alike.of_another(
            [one.facts.id for one in rest],
            [one for one in free if one.id not in self._taken],
            [one for one in free if one.id in self._split],
            of_any_day=beside.of_any_day,
            banked=beside.banked,
        )

    def matches(self, at: str) -> list[Match]:
        """Return all that is the same or may be, found at a moment.

        What was decided otherwise is opened again.
        """
        self._alike.added_up(whole=True)
        matched = self._alike.all_found()
        found = [self._match(self._left[own], one, at) for own, one in matched.items()]
        found += [one for one in self._asked_before if self._still_stands(one, matched)]
        met = {one.owner for one in found}
        found += [one for own, one in self._opened.items() if own not in met]
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
        known = self._alike.there
        there = [known[one] for one in parts if one in known]
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
        before = self._ruled_out.get(one.owner, ())
        return Match(
            owner=one.owner,
            target=self._pool.target,
            label=one.facts.label,
            grade=Grade.SEVERAL if before else self._alike.grade(found),
            candidates=(*self._alike.candidates(found), *before),
            flow=one.flow,
            item=one.item,
            found_at=at,
            opened_again=one.owner in self._opened,
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
