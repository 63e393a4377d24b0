"""Years of visits of one customer and total on both sides, some of which each side lacks."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from connector.model.matching.assignment import match
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import Facts
from connector.model.matching.scoring import DAY, DOCUMENTS, NUMBER, PARTY, TOTAL

CUSTOMERS, SEED = 4, 6
MONTHLY, DAILY = (14, 28), (1, 2, 3)
"""How many days lie between two visits of a series."""
YEARS = {MONTHLY: 10, DAILY: 2}
"""Two years of days have as many visits as need to be: unguarded, 38 are taken for another."""
type Steps = tuple[int, ...]
LACKS, TWICE, LATE, UNNUMBERED, RENUMBERED = 0.2, 0.1, 0.1, 0.2, 0.2


@dataclass
class Years:
    """Both sides, and which records of them are the same visit."""

    here: list[Facts] = field(default_factory=list)
    there: list[Facts] = field(default_factory=list)
    true: dict[str, str] = field(default_factory=dict)

    def wrong(self) -> Counter[Grade]:
        """Return how many matches name another visit."""
        found = match(self.here, self.there, DOCUMENTS)
        return Counter(one.grade for one in found if self.true.get(one.left) != one.pairs[0].right)

    def certain(self) -> int:
        found = match(self.here, self.there, DOCUMENTS)
        return sum(one.grade is Grade.CERTAIN for one in found)


def _visits(dice: random.Random, steps: Steps) -> list[tuple[date, str, str]]:
    return sorted(_series(dice, steps), key=lambda one: (one[0], dice.random()))


def _series(dice: random.Random, steps: Steps) -> Iterator[tuple[date, str, str]]:
    for customer in range(CUSTOMERS):
        total, step = dice.choice(("99.00", "120.00")), dice.choice(steps)
        day = date(2016, 1, 4) + timedelta(days=dice.randrange(28))
        while day.year < 2016 + YEARS[steps]:
            yield from [(day, f"c{customer}", total)] * (2 if dice.random() < TWICE else 1)
            day += timedelta(days=step)


def _visit(own: str, day: date, party: str, total: str, number: str) -> Facts:
    said = {TOTAL: (total,), DAY: (day.isoformat(),), NUMBER: (number,) if number else ()}
    return Facts(own, own, {fact: some for fact, some in said.items() if some}, {PARTY: (party,)})


def one_sequence(seed: int, steps: Steps = MONTHLY) -> Years:
    """Make two sides of which the second keeps most numbers of the first."""
    dice, made = random.Random(seed), Years()  # noqa: S311 - no secret
    for place, (day, party, total) in enumerate(_visits(dice, steps)):
        here, there = dice.random() >= LACKS, dice.random() >= LACKS
        number, chance = f"INV-{1000 + place}", dice.random()
        shown = number if chance > UNNUMBERED + RENUMBERED else ""
        shown = f"{50_000 + place}" if UNNUMBERED < chance <= UNNUMBERED + RENUMBERED else shown
        late = timedelta(days=dice.choice((-1, 1, 2)) if dice.random() < LATE else 0)
        if here:
            made.here.append(_visit(f"m{place}", day, party, total, number))
        if there:
            made.there.append(_visit(f"q{place}", day + late, party, total, shown))
        if here and there:
            made.true[f"m{place}"] = f"q{place}"
    return made


def two_sequences(seed: int, steps: Steps = MONTHLY) -> Years:
    """Make two sides of which each counts its own documents, from nearly the same number on."""
    dice, made = random.Random(seed), Years()  # noqa: S311 - no secret
    for place, (day, party, total) in enumerate(_visits(dice, steps)):
        here, there = dice.random() >= LACKS / 4, dice.random() >= LACKS / 4
        if here:
            number = f"{1000 + len(made.here)}"
            made.here.append(_visit(f"m{place}", day, party, total, number))
        if there:
            number = f"{1000 + len(made.there)}"
            made.there.append(_visit(f"q{place}", day, party, total, number))
        if here and there:
            made.true[f"m{place}"] = f"q{place}"
    return made


@pytest.mark.case("F1z")
def test_in_ten_years_of_recurring_visits_no_certain_match_is_of_another_visit() -> None:
    made = one_sequence(SEED)
    assert made.wrong()[Grade.CERTAIN] == 0
    assert made.certain() > len(made.true) / 4


@pytest.mark.case("F8a")
@pytest.mark.parametrize("steps", [MONTHLY, DAILY])
def test_equal_numbers_say_nothing_where_each_side_counts_its_own(steps: Steps) -> None:
    assert two_sequences(SEED, steps).wrong()[Grade.CERTAIN] == 0


def every_other_day(own: str, numbers: Mapping[int, int]) -> list[Facts]:
    """Return visits of one customer and total, each with its number."""
    first = date(2025, 3, 3)
    return [
        _visit(f"{own}{place}", first + timedelta(days=2 * place), "c1", "9.63", f"{number}")
        for place, number in numbers.items()
    ]


@pytest.mark.case("F8a")
def test_no_visit_every_other_day_is_another_and_each_that_may_be_there_is_asked_about() -> None:
    here = every_other_day("m", {place: 100 + place for place in range(10)})
    held = [place for place in range(10) if place not in {2, 5}]
    there = every_other_day("q", {place: 100 + number for number, place in enumerate(held)})
    found = match(here, there, DOCUMENTS)
    certain = {one.left: one.pairs[0].right for one in found if one.grade is Grade.CERTAIN}
    assert certain.items() <= {f"m{place}": f"q{place}" for place in held}.items()
    assert {one.left for one in found} >= {f"m{place}" for place in held}
