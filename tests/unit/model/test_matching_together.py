"""Sums that belong together: all of them are found, of many documents in few steps, the nearest."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.body import spoken
from connector.model.matching.comparison import compared
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import (
    Candidate,
    elsewhere,
    is_elsewhere,
    is_part,
    stands_for,
    told_as,
    whole_of,
)
from connector.model.matching.scoring import DAY, DOCUMENTS, PARTY, TOTAL
from connector.model.matching.together import (
    A_YEAR,
    ABOUT,
    ANY_DAY,
    MOST_WAYS,
    Reach,
    found_together,
)

FIRST = date(2026, 3, 2)


def document(own: str, day: int, cents: int, party: str = "c1") -> Facts:
    said = {TOTAL: (f"{cents / 100:.2f}",), DAY: ((FIRST + timedelta(days=day)).isoformat(),)}
    return Facts(own, own, said, {PARTY: (party,)})


def found_in(
    here: Sequence[Facts], there: Sequence[Facts], *asked: str, reach: Reach = ABOUT
) -> dict[str, list[Candidate]]:
    sides, wanted = (here, there), {*asked}
    return found_together(sides, DOCUMENTS, "Bill", asked=wanted, apart=frozenset(), reach=reach)


def of_a_large_vendor(a_day: int) -> tuple[list[Facts], list[Facts]]:
    """Return ninety days of one vendor, whose bank feed is a day late, with its larger totals."""
    places = [(day, place) for day in range(90) for place in range(a_day)]
    cents = {one: 1000 + number * 7919 % 19_000 for number, one in enumerate(places)}
    here = [document(f"m{day}.{at}", day, cents[day, at], "v1") for day, at in places]
    there = [document(f"q{day}.{at}", day + 1, cents[day, at], "v1") for day, at in places]
    return here, there


def steps_of(a_day: int) -> int:
    """Return how many calls it takes to ask about one record of a large vendor."""
    here, there = of_a_large_vendor(a_day)
    steps = Counter[str]()

    def count(_frame: FrameType, event: str, _arg: Any) -> None:
        steps[event] += 1

    sys.setprofile(count)
    try:
        found_in(here, there, "m45.0")
    finally:
        sys.setprofile(None)
    return steps["call"]


@pytest.mark.case("F4a")
def test_one_record_without_a_twin_does_not_compare_each_document_of_its_vendor_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Counter[str]()

    def counted(*sides: Any, **choices: Any) -> Any:
        made["comparisons"] += 1
        return compared(*sides, **choices)

    monkeypatch.setattr("connector.model.matching.together.compared", counted)
    here, there = of_a_large_vendor(10)
    found_in(here, there, "m45.0")
    assert made["comparisons"] == 2


@pytest.mark.case("F4a")
def test_twice_as_many_documents_of_one_vendor_take_about_twice_as_many_steps() -> None:
    assert steps_of(12) <= 2.5 * steps_of(6)


@pytest.mark.case("F4a")
def test_of_the_wholes_that_a_visit_may_be_a_part_of_twenty_are_asked_about_the_nearest() -> None:
    visits = [document(f"m{day:03d}", day, 5000) for day in range(180)]
    invoices = [document(f"q{day:03d}", day, 10_000) for day in range(180)]
    found = found_in(visits, invoices, *(one.id for one in visits))
    assert max(len(some) for some in found.values()) == MOST_WAYS
    days = [int(one.quickbooks_id.removeprefix("Bill:q")) for one in found["m090"]]
    away = [abs(day - 90) for day in days]
    assert away == sorted(away)
    assert {*days} >= {*range(81, 100)}


@pytest.mark.case("F4a")
def test_of_the_ways_in_which_a_document_is_several_the_nearest_days_come_first() -> None:
    halves = [document(f"q{day:02d}", day, 5000) for day in range(20)]
    [found] = found_in([document("m1", 10, 10_000)], halves, "m1").values()
    assert found[0].quickbooks_id == "Bill:q09+q10"
    assert len(found) == MOST_WAYS


@pytest.mark.case("F4a")
def test_all_working_days_of_a_month_are_one_invoice_though_the_next_months_are_there_too() -> None:
    days = [day for day in range(61) if (FIRST + timedelta(days=day)).weekday() < 5]
    visits = [document(f"m{day:02d}", day, 9900) for day in days]
    month = [one.id for one, day in zip(visits, days, strict=True) if day < 30]
    [found] = found_in(visits, [document("q1", 29, 9900 * len(month))], *month[:1]).values()
    assert [one.quickbooks_id for one in found] == ["Bill:q1"]


@pytest.mark.case("F4a")
def test_visits_of_one_amount_are_one_invoice_whatever_comes_between_them() -> None:
    cents = [9900, 4500] * 3
    visits = [document(f"m{day}", day, each) for day, each in enumerate(cents)]
    invoices = [document("q1", 6, 3 * 9900), document("q2", 6, 3 * 4500)]
    found = found_in(visits, invoices, *(one.id for one in visits))
    assert {own: some[0].quickbooks_id for own, some in found.items()} == {
        f"m{day}": f"Bill:q{1 + day % 2}" for day in range(6)
    }


@pytest.mark.case("F7a")
@given(
    kind=st.sampled_from(("Bill", "Purchase", "JournalEntry")),
    own=st.lists(st.from_regex(r"[0-9]{1,4}(/[0-9])?", fullmatch=True), min_size=1, unique=True),
)
def test_an_id_of_a_whole_tells_what_it_stands_for_and_whether_it_is_a_part(
    kind: str, own: list[str]
) -> None:
    some = tuple(own if kind == "Bill" else (elsewhere(kind, one) for one in own))
    whole = whole_of("Bill", some)
    assert stands_for("Bill", whole) == some
    assert is_part("Bill", whole) == (len(some) == 1)
    assert is_elsewhere(whole)
    assert whole not in some
    assert told_as(whole).startswith(f"{spoken(kind)} {own[0].replace('/', ' line ')}")


ABOUT_A_MONTH = 31
DOCUMENT = st.tuples(
    st.sampled_from((0, 1, 2, 25, 45, 300, 900)), st.integers(1, 9), st.sampled_from("ab")
)


@pytest.mark.case("F4a")
@pytest.mark.case("F7c")
@given(
    here=st.lists(DOCUMENT, max_size=6),
    there=st.lists(DOCUMENT, max_size=6),
    asked=st.frozensets(st.integers(0, 5)),
    reach=st.sampled_from((ABOUT, A_YEAR, ANY_DAY)),
)
def test_all_that_adds_up_is_found_and_nothing_else(
    here: list[tuple[int, int, str]],
    there: list[tuple[int, int, str]],
    asked: frozenset[int],
    reach: Reach,
) -> None:
    left = [document(f"m{own}", *one) for own, one in enumerate(here)]
    right = [document(f"q{own}", *one) for own, one in enumerate(there)]
    wanted = {f"m{own}" for own in asked}
    found = {
        own: {one.quickbooks_id for one in some}
        for own, some in found_in(left, right, *wanted, reach=reach).items()
    }
    expected = defaultdict[str, set[str]](set)
    for whole, pieces in tried(right, left, reach):
        for piece in pieces:
            expected[piece].add(f"Bill:{whole}")
    for whole, pieces in tried(left, right, reach):
        expected[whole].add(f"Bill:{'+'.join(pieces)}")
    sought = {own: ways for own, ways in expected.items() if own in wanted}
    assert found.keys() == sought.keys()
    for own, ways in sought.items():
        assert found[own] <= ways
        assert len(found[own]) == min(len(ways), MOST_WAYS)


def tried(
    wholes: Sequence[Facts], pieces: Sequence[Facts], reach: Reach
) -> Iterator[tuple[str, list[str]]]:
    """Yield by trying each choice what adds up: two, more of one day, or some in a row."""
    for whole in wholes:
        near = [
            one
            for one in sorted(pieces, key=lambda one: (day_of(one), one.id))
            if one.refers == whole.refers
            and cents_of(one) < cents_of(whole)
            and (reach.days is None or abs(day_of(one) - day_of(whole)) <= reach.days)
        ]
        for count in range(2, len(near) + 1):
            for places in combinations(range(len(near)), count):
                some = [near[place] for place in places]
                one_day = len({day_of(one) for one in some}) == 1
                in_a_row = places[-1] - places[0] == count - 1 or of_one_amount_in_a_row(near, some)
                off = abs(sum(map(cents_of, some)) - cents_of(whole))
                near_ones = not reach.rows and (count == 2 or one_day)
                if off <= count // 2 and (near_ones or (count > 2 and in_a_row)):
                    yield whole.id, [one.id for one in some]


def of_one_amount_in_a_row(near: Sequence[Facts], some: Sequence[Facts]) -> bool:
    alike = [one for one in near if cents_of(one) == cents_of(some[0])]
    return all(one in alike for one in some) and (
        alike.index(some[-1]) - alike.index(some[0]) == len(some) - 1
    )


def cents_of(one: Facts) -> int:
    return round(float(one.said[TOTAL][0]) * 100)


def day_of(one: Facts) -> int:
    return date.fromisoformat(one.said[DAY][0]).toordinal()


@pytest.mark.case("F7f")
@given(
    here=st.lists(DOCUMENT, min_size=1, max_size=5),
    there=st.lists(DOCUMENT, max_size=5),
    credited=st.lists(DOCUMENT, max_size=3),
)
def test_one_less_a_credit_is_found_and_what_is_found_so_adds_up(
    here: list[tuple[int, int, str]],
    there: list[tuple[int, int, str]],
    credited: list[tuple[int, int, str]],
) -> None:
    left = [document(f"m{own}", *one) for own, one in enumerate(here)]
    right = [document(f"q{own}", *one) for own, one in enumerate(there)]
    off = [document(f"c{own}", at, -cents, whom) for own, (at, cents, whom) in enumerate(credited)]
    found = less_credits(left, right, off)
    before = less_credits(left, right, ())
    for own, some in found.items():
        for each in [one for one in some if one not in before.get(own, ())]:
            ours, theirs = each.other["total"]
            terms = ours.replace("- ", "+ -").split(" + ")
            assert abs(sum(map(Decimal, terms)) - Decimal(theirs)) <= Decimal("0.02")
            assert any(term.startswith("-") for term in terms)
    for one, whole, credit in product(left, right, off):
        if (
            one.refers == whole.refers == credit.refers
            and cents_of(one) + cents_of(credit) == cents_of(whole)
            and max(abs(day_of(each) - day_of(whole)) for each in (one, credit)) <= ABOUT_A_MONTH
        ):
            assert f"Bill:{whole.id}" in {each.quickbooks_id for each in found[one.id]}


def less_credits(
    here: Sequence[Facts], there: Sequence[Facts], off: Sequence[Facts]
) -> dict[str, list[Candidate]]:
    asked, nothing = {one.id for one in here}, frozenset[tuple[str, str]]()
    return found_together((here, there), DOCUMENTS, "Bill", asked=asked, apart=nothing, less=off)
