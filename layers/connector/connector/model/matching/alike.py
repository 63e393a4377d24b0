"""What records of MobiWork may be among documents of QuickBooks: every way of looking, in order.

The comparison of both sides looks so, and so does daily life, before a document is posted and after
it was: what the one asks about, the other does. A record that is like nothing that stands there may
be a document that was voided, or one of another kind: an invoice with its payment is a sales
receipt, a payment a line of a deposit. Or several are one there, or one is several.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from connector.model.matching.assignment import Matched, match
from connector.model.matching.banked import found_on_statements, found_unnamed, match_less_fee
from connector.model.matching.beside import match_beside
from connector.model.matching.comparison import Grade, Pair, compare
from connector.model.matching.dated_apart import (
    given,
    match_by_amount,
    match_dated_apart,
    match_numbered,
    match_paying,
)
from connector.model.matching.evidence import APART, LIKELY_REFERENCE, Facts, Table
from connector.model.matching.matches import Candidate, candidate_of
from connector.model.matching.nearly import differing, match_nearly, only_ones, with_doubles
from connector.model.matching.scoring import DAY, NUMBER, PAID_INVOICE, PARTY, REFERENCE, TOTAL
from connector.model.matching.together import (
    A_YEAR,
    ABOUT,
    ANY_DAY,
    Reach,
    found_together,
)
from connector.model.matching.voided import match_inactive, match_voided

SPENT = "Purchase"
MOST_OFF: Mapping[str, int] = defaultdict(lambda: 15, {"Bill": 50})
"""So many per cent the only one that is left may differ: a vendor gives back more of a bill."""


def as_they_are(some: Sequence[Facts]) -> Sequence[Facts]:
    """Return records as they are: those that name their party themselves."""
    return some


def nothing(_asked: AbstractSet[str]) -> Sequence[Facts]:
    """Return nothing that may have been taken off some records."""
    return ()


def _likely(found: Iterable[Matched]) -> dict[str, Pair]:
    """Return by record what it is likely, where no number says so."""
    return {
        one.left: one.pairs[0]
        for one in found
        if one.grade is Grade.LIKELY and not {NUMBER, REFERENCE, PAID_INVOICE} & one.pairs[0].same
    }


@dataclass
class Resemblance:
    """What some records may be; looked for in their own kind first, then in others, then in sums.

    Attributes:
        target: The QuickBooks entity that they become.
        table: How they are compared.
        ours: The records that are asked about, by id.
        adds_up: Whether several may be one there, and one several.
        apart: The pairs of ids of which a person said that they are not the same.
        called_off: The ids of those that do not count in MobiWork.
        strangers: By id the party that a record names, where nobody there is known to be that.
        others: Records that nobody is asked about, and that may be in a sum with some that are.
        whose: What tells the customers of records by the invoices that they name.
        less: What tells what may have been taken off some records, by their ids.
        there: The documents of QuickBooks that may be meant, by id.
        found: What each record may be of its own kind, one to one.
        maybe: What else each may be.
        beside: The ids of those that may be a document of another kind.
        together: What each may be a part of, or be several of.
        standing: The documents of their own kind that count.
        wholes: Those of which some records are said to be parts.
        only: Those of which nothing but that they alone are left says what they may be.
    """

    target: str
    table: Table
    ours: Mapping[str, Facts]
    adds_up: bool
    apart: AbstractSet[tuple[str, str]] = frozenset()
    called_off: AbstractSet[str] = frozenset()
    strangers: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[Facts] = ()
    whose: Callable[[Sequence[Facts]], Sequence[Facts]] = as_they_are
    less: Callable[[AbstractSet[str]], Sequence[Facts]] = nothing
    there: dict[str, Facts] = field(default_factory=dict)
    found: dict[str, Matched] = field(default_factory=dict)
    maybe: dict[str, Matched] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    together: dict[str, list[Candidate]] = field(default_factory=dict)
    standing: Sequence[Facts] = ()
    wholes: Sequence[Facts] = ()
    only: AbstractSet[str] = frozenset()

    def of_its_kind(self, theirs: Iterable[Facts], wholes: Sequence[Facts] = ()) -> None:
        """Look among documents of their own kind; `wholes` are parts of sums already."""
        standing, voided, inactive = list[Facts](), list[Facts](), list[Facts]()
        for one in theirs:
            self.there[one.id] = one
            some = voided if one.voided else inactive if one.inactive else standing
            some.append(one)
        self.standing, self.wholes = standing, wholes
        ours, table, apart = [*self.ours.values()], self.table, self.apart
        found = self._of_no_stranger(match(ours, standing, table, apart=apart))
        found = with_doubles(found, self.ours, standing, table, apart=apart)
        self.found = {one.left: self._as_it_counts(one) for one in found}
        left = self.like_nothing_there()
        likely = _likely(found) if left else {}
        named = self.whose([self.ours[own] for own in (*left, *likely)])
        rest = named[: len(left)]
        self._ask_about(match_dated_apart(rest, standing, found, table, apart=apart))
        rest = [one for one in rest if one.id not in self.maybe]
        self._ask_about_likely_ones(rest, likely, named[len(left) :], found)
        rest = [one for one in rest if one.id not in self.maybe]
        self._ask_about(match_nearly(rest, standing, found, table, apart=apart))
        if inactive:
            self._ask_about(match_inactive(ours, inactive, table, apart=apart))
        if voided:
            named, strangers = self._as_renamed(self.whose(ours)), self.strangers.keys()
            self._ask_about(match_voided(named, voided, table, apart=apart, strangers=strangers))

    def _of_no_stranger(self, found: Sequence[Matched]) -> list[Matched]:
        """Let a person look at what is certain by all but its party, where that is another one.

        A payment may tell its party by its invoice only, which is asked for where it matters.
        """
        silent = {
            one.left: one
            for one in found
            if one.grade is Grade.CERTAIN and not {PARTY, PAID_INVOICE} & one.pairs[0].same
        }
        for ours in self.whose([self.ours[own] for own in silent]):
            theirs = self.there[silent[ours.id].pairs[0].right]
            pair = compare(ours, theirs, self.table)
            if PARTY in pair.other:
                silent[ours.id] = Matched(ours.id, Grade.LIKELY, (pair,))
        return [silent.get(one.left, one) for one in found]

    def _ask_about_likely_ones(
        self,
        rest: Sequence[Facts],
        likely: Mapping[str, Pair],
        ours: Sequence[Facts],
        found: Sequence[Matched],
    ) -> None:
        """Ask about documents that are likely another record's, which may be one of nobody as well.

        The nearest day is no proof: of each visit the office may have typed the later one. Both are
        asked about then.
        """
        table, apart = self.table, self.apart
        others = match_dated_apart(ours, self.standing, found, table, apart=apart)
        whose = {likely[one.left].right: one for one in others}
        movable = [one for one in self.standing if one.id in whose]
        asked = match_dated_apart(rest, movable, (), table, apart=apart)
        self._ask_about(asked)
        for own in {pair.right for one in asked for pair in one.pairs}:
            left, more = whose[own].left, whose[own].pairs
            self.found[left] = Matched(left, Grade.SEVERAL, (likely[left], *more))

    def of_another(
        self,
        some: Iterable[str],
        free: Sequence[Facts],
        wholes: Sequence[Facts] = (),
        *,
        of_any_day: bool = False,
        banked: bool = False,
    ) -> None:
        """Look for some that are left among documents of another kind that are nobody's yet.

        `of_any_day` says that these may be dated whenever, `banked` that they may be less by a fee
        and name nobody.
        """
        rest = [self.ours[own] for own in some]
        self.there |= {one.id: one for one in free}
        ours = self._as_renamed(self.whose(rest))
        table, apart, strangers = self.table, self.apart, self.strangers.keys()
        within = None if of_any_day else APART
        found = match_beside(ours, free, table, apart=apart, strangers=strangers, within=within)
        self.beside |= {one.left for one in found}
        self._ask_about(found)
        left = [one for one in ours if one.id not in self.beside]
        self._ask_about(match_nearly(left, free, found, table, apart=apart))
        if banked:
            sure = {one.pairs[0].right for one in found if TOTAL in one.pairs[0].same}
            left = [one for one in rest if one.id not in self.beside]
            self._look_in_the_bank(left, [one for one in free if one.id not in sure], wholes)
        if self.adds_up and (asked := {one.id for one in rest} - self.beside):
            reach = ANY_DAY if of_any_day else ABOUT
            self._ask_about_sums(asked, [*wholes, *free], reach)
            self._ask_about_the_rest(asked, [*wholes, *free], reach)

    def added_up(self, *, whole: bool = False) -> None:
        """Look for what is several documents on one side and one on the other, of their own kind.

        What has one of its very amount is that, or is asked about; it may still be a part of one,
        with another, unless it is certain. Those that a person has said are a part of one are
        still parts of it, for the others. What has nothing there bears perhaps the number of one.
        `whole` says that all of both sides is here.
        """
        self._ask_about_numbers()
        asked = self.unsettled() if self.adds_up else frozenset[str]()
        certain = [one for one in self.found.values() if one.grade is Grade.CERTAIN]
        theirs = {one.pairs[0].right for one in certain}
        if asked:
            free = [*self.wholes, *(one for one in self.standing if one.id not in theirs)]
            self._ask_about_sums(asked, free, ABOUT)
            likely = [one for one in self.found.values() if one.grade is Grade.LIKELY]
            theirs = {one.pairs[0].right for one in likely if TOTAL in one.pairs[0].same}
            free = [one for one in free if one.id not in theirs]
            self._ask_about_the_rest(asked, free, ABOUT)
        self._ask_about_the_only_ones()
        if whole:
            rest, free = self._nothing_there()
            taken = given([*self.found.values(), *self.maybe.values()])
            free = [one for one in free if one.id not in taken]
            self._ask_about(only_ones(match_by_amount(rest, free, self.table, self.apart)))

    def all_found(self) -> dict[str, Matched]:
        """Return what each record may be, for which `candidates` tell all of it."""
        matched = {own: Matched(own, Grade.SEVERAL, ()) for own in self.together}
        return matched | self.maybe | self.found

    def grade(self, found: Matched) -> Grade:
        """Return how sure it is what a record is, with the sums that it may be in."""
        return Grade.SEVERAL if found.left in self.together else found.grade

    def asked_as(self, own: str) -> Grade:
        """Return how sure it is what a record is, where only a person may link it."""
        grade = self.grade(self.all_found()[own])
        return Grade.LIKELY if grade is Grade.CERTAIN else grade

    def candidates(self, found: Matched) -> tuple[Candidate, ...]:
        """Return what a record may be as a person sees it, sums first."""
        ours, off = self.ours[found.left], found.left in self.called_off
        alone = (
            candidate_of(ours, self.there[pair.right], pair, called_off=off) for pair in found.pairs
        )
        return (*self.together.get(found.left, ()), *alone)

    def like_nothing_there(self) -> list[str]:
        """Return what counts in MobiWork, or may, and is nothing that stands there, of any day.

        A start date may be moved back, and nothing is compared again for that. What is one of
        another kind is not looked for among the next ones.
        """
        found = self.found.keys() | self.beside | self.called_off
        return [own for own in self.ours if own not in found]

    def unsettled(self) -> AbstractSet[str]:
        """Return what counts in MobiWork, or may, and has nothing of its very amount there."""
        settled = {
            own
            for own, found in self.found.items()
            if TOTAL in found.pairs[0].same
            and not (own in self.strangers and found.grade is Grade.CONTRADICTS)
        }
        return self.ours.keys() - self.called_off - settled

    def _ask_about_numbers(self) -> None:
        """Ask about what bears the number of one of its party, whatever that comes to."""
        rest, free = self._nothing_there()
        self._ask_about(match_numbered(rest, free, self.table, apart=self.apart))

    def _ask_about_the_only_ones(self) -> None:
        """Ask about what is nothing there, where one alone of its party and about the day is left.

        The office may have taken off a discount or a credit, or put a fee or a tip on. So may be
        the only payments of one invoice, a month off.
        """
        rest, free = self._nothing_there()
        found, most = [*self.found.values(), *self.maybe.values()], differing(MOST_OFF[self.target])
        some = match_nearly(rest, free, found, self.table, apart=self.apart, alike=most)
        only = only_ones(some)
        left = {one.left for one in only}
        paid = [one for one in rest if one.id not in left]
        only += only_ones(match_paying(paid, free, self.table, apart=self.apart))
        self.only = {one.left for one in only}
        self._ask_about(only)

    def _nothing_there(self) -> tuple[list[Facts], list[Facts]]:
        """Return what moves money and is nothing there yet, and what of that counts and is free."""
        known = self.all_found().keys() | self.called_off
        rest = [one for own, one in self.ours.items() if own not in known and self.adds_up]
        certain = (one for one in self.found.values() if one.grade is Grade.CERTAIN)
        out = {one.pairs[0].right for one in certain if rest}
        free = (one for one in self.there.values() if rest and not (one.voided or one.inactive))
        return self._as_renamed(self.whose(rest)), [one for one in free if one.id not in out]

    def _ask_about_the_rest(
        self, asked: AbstractSet[str], theirs: Sequence[Facts], reach: Reach
    ) -> None:
        """Ask about rows of a year, statements of a card, and what may be less than in MobiWork."""
        self._ask_about_sums(asked - self.together.keys(), theirs, A_YEAR)
        if self.target == SPENT:
            ours = [self.ours[own] for own in sorted(asked - self.together.keys())]
            some = found_on_statements(ours, theirs, self.table, self.target, apart=self.apart)
            self.together |= some
        left = asked - self.together.keys()
        if left and (less := self.less(self.unsettled())):
            self._ask_about_sums(left, theirs, reach, less)

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
        certain = {own for own, found in self.found.items() if found.grade is Grade.CERTAIN}
        counting = [
            one
            for own, one in self.ours.items()
            if (own in asked if reach.rows else own not in self.called_off | certain)
        ]
        ours = self._as_renamed(self.whose([*counting, *self.others]))
        found = found_together(
            (ours, theirs),
            self.table,
            self.target,
            asked=asked,
            apart=self.apart,
            reach=reach,
            less=less,
        )
        for own, some in found.items():
            self.together[own] = [*some, *self.together.get(own, ())]

    def _look_in_the_bank(
        self, rest: Sequence[Facts], lines: Sequence[Facts], wholes: Sequence[Facts]
    ) -> None:
        """Ask about what came to the bank less a fee, or with others under no name."""
        ours, table, apart = self.whose(rest), self.table, self.apart
        self._ask_about(match_less_fee(ours, lines, table, apart=apart))
        sides, asked = ([*ours, *self.others], [*wholes, *lines]), {one.id for one in ours}
        found = found_unnamed(*sides, table, self.target, asked=asked, apart=apart)
        for own, some in found.items():
            self.together[own] = [*self.together.get(own, ()), *some]

    def _ask_about(self, some: Iterable[Matched]) -> None:
        """Have a person asked about what counts in MobiWork, or may, and is nothing there."""
        for one in some:
            if one.left in self.found or one.left in self.called_off:
                continue
            before = self.maybe.get(one.left)
            both = Matched(one.left, Grade.SEVERAL, (*one.pairs, *before.pairs)) if before else one
            self.maybe[one.left] = both

    def _as_renamed(self, ours: Iterable[Facts]) -> list[Facts]:
        """Return facts that name whoever a stranger may be there: what else he has is like theirs.

        That is of one total or number, and about one day.
        """
        renamed = dict[str, dict[str, None]]()
        for own, found in (*self.found.items(), *self.maybe.items()):
            first = found.pairs[0]
            if own not in self.strangers:
                continue
            if DAY in first.same | first.near and {TOTAL, NUMBER, REFERENCE} & first.same:
                theirs = self.there[first.right].refers.get(PARTY, ())[:1]
                renamed.setdefault(self.strangers[own], {}).update(dict.fromkeys(theirs))
        whose = {
            own: tuple(f"{LIKELY_REFERENCE}{one}" for one in renamed.get(stranger, ()))
            for own, stranger in self.strangers.items()
        }
        return [
            replace(one, refers={**one.refers, PARTY: named})
            if (named := whose.get(one.id))
            else one
            for one in ours
        ]

    def _as_it_counts(self, found: Matched) -> Matched:
        """Let what is called off in MobiWork and stands in QuickBooks be looked at by a person."""
        sure = found.grade is Grade.CERTAIN and found.left in self.called_off
        return replace(found, grade=Grade.LIKELY) if sure else found
