"""Documents whose amounts add up to one of the other side, as a person is asked about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.model.matching.evidence import Facts
from connector.model.matching.matches import SUM, Candidate, is_part, shown
from connector.model.matching.scoring import DAY, PARTY, TOTAL


@dataclass(frozen=True, slots=True)
class Addend:
    """A document with its amount.

    Attributes:
        facts: What is known of it.
        cents: Its amount in hundredths of the currency.
        day: Its day as a number, so that days can be counted.
    """

    facts: Facts
    cents: int
    day: int


@dataclass(frozen=True, slots=True)
class AddedUp:
    """A document of one side, and those of the other that add up to it.

    Attributes:
        own: The id by which it is chosen.
        apart: How many days lie between the record that is asked about and those of the other side.
        whole: The document that the others add up to.
        pieces: Those others.
    """

    own: str
    apart: int
    whole: Addend
    pieces: tuple[Addend, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """Order sums by their days, then the fewest pieces first."""
        return self.apart, len(self.pieces)


def told_sum(own: str, one: AddedUp, target: str) -> Candidate:
    """Return what a person sees of a sum, by the id of the record that is asked about."""
    pieces = [each.facts for each in one.pieces]
    if not is_part(target, one.own):
        return _together(one.own, one.whole.facts, pieces)
    [piece] = (each for each in pieces if each.id == own)
    return _part(one.own, piece, [each for each in pieces if each.id != own], one.whole.facts)


def _part(own: str, piece: Facts, others: Sequence[Facts], whole: Facts) -> Candidate:
    ours = {
        TOTAL: SUM.join(shown(one, TOTAL) for one in (piece, *others)).replace("+ -", "- "),
        DAY: ", ".join(dict.fromkeys(shown(one, DAY) for one in (piece, *others))),
    }
    together = _listed([one.label for one in others])
    return _candidate(own, f"{whole.label}, in which it may be with {together}", ours, whole)


def _together(own: str, whole: Facts, pieces: Sequence[Facts]) -> Candidate:
    theirs = {
        TOTAL: SUM.join(shown(one, TOTAL) for one in pieces),
        DAY: ", ".join(dict.fromkeys(shown(one, DAY) for one in pieces)),
    }
    ours = {fact: shown(whole, fact) for fact in theirs}
    label = f"{_listed([one.label for one in pieces])} together"
    return Candidate(own, label, *_sorted_out(ours, theirs, pieces[0]))


def _candidate(own: str, label: str, ours: Mapping[str, str], theirs: Facts) -> Candidate:
    there = {fact: shown(theirs, fact) for fact in ours}
    return Candidate(own, label, *_sorted_out(ours, there, theirs))


def _sorted_out(
    ours: Mapping[str, str], theirs: Mapping[str, str], named: Facts
) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    whose = {PARTY: shown(named, PARTY)} if shown(named, PARTY) else {}
    same = whose | {fact: text for fact, text in ours.items() if text == theirs[fact]}
    other = {fact: (text, theirs[fact]) for fact, text in ours.items() if text != theirs[fact]}
    return same, other


def _listed(labels: Sequence[str]) -> str:
    *first, last = labels
    return f"{', '.join(first)} and {last}" if first else last
