"""The same document dated up to a month apart is asked about, where it has nothing nearer."""

import time
from collections.abc import Iterable, Set
from datetime import date, timedelta

import pytest

from connector.model.matching.assignment import MOST_SHOWN, Matched, match
from connector.model.matching.comparison import Grade
from connector.model.matching.dated_apart import match_dated_apart
from connector.model.matching.evidence import APART, Facts
from connector.model.matching.scoring import (
    CURRENCY,
    DAY,
    DOCUMENTS,
    NET,
    NUMBER,
    PARTY,
    PEOPLE,
    TOTAL,
)

FIRST = date(2025, 11, 3)


def dated(own: str, days: int, *, party: str = "c1", total: str = "100.00", **more: str) -> Facts:
    said = {TOTAL: (total,), DAY: ((FIRST + timedelta(days=days)).isoformat(),), NUMBER: (own,)}
    told = {fact: (text,) for fact, text in more.items()}
    return Facts(own, own, said | told, {PARTY: (party,)})


def asked(
    here: list[Facts],
    there: list[Facts],
    *,
    apart: Set[tuple[str, str]] = frozenset(),
    within: int | None = APART,
) -> list[Matched]:
    """Return what is asked about beside all that matching by number and day finds."""
    found = match(here, there, DOCUMENTS, apart=apart)
    left = {one.left for one in found}
    rest = (one for one in here if one.id not in left)
    return match_dated_apart(rest, there, found, DOCUMENTS, apart=apart, within=within)


def shown(found: Iterable[Matched]) -> dict[str, list[str]]:
    return {one.left: [pair.right for pair in one.pairs] for one in found}


@pytest.mark.case("F4i")
@pytest.mark.parametrize(("days", "is_asked"), [(6, True), (-6, True), (31, True), (32, False)])
def test_one_total_of_one_customer_within_a_month_is_asked_about_and_never_certain(
    *, days: int, is_asked: bool
) -> None:
    found = asked([dated("m1", 0)], [dated("q88", days)])
    assert shown(found) == ({"m1": ["q88"]} if is_asked else {})
    assert {one.grade for one in found} <= {Grade.CONTRADICTS}


@pytest.mark.case("F4i")
@pytest.mark.parametrize(
    "there",
    [
        dated("q88", 9, party="c2"),
        dated("q88", 9, total="100.01"),
        dated("q88", 9, **{CURRENCY: "CAD"}),
    ],
)
def test_another_customer_total_or_currency_is_not_asked_about(there: Facts) -> None:
    here = dated("m1", 0, **{CURRENCY: "USD"})
    assert asked([here], [there]) == []
    assert asked([here], [there, dated("q89", 10)]) != []


@pytest.mark.case("F4i")
@pytest.mark.parametrize("late", [0, 1, 4])
def test_of_weekly_visits_that_are_all_on_both_sides_none_is_asked_about(late: int) -> None:
    here = [dated(f"m{week}", 7 * week) for week in range(20)]
    there = [dated(f"q{week}", 7 * week + late) for week in range(20)]
    assert asked(here, there) == []
    assert asked([*here, dated("m99", 141)], there) == []


@pytest.mark.case("F4i")
def test_of_weekly_visits_one_that_is_not_there_is_asked_about_with_what_is_nobodys() -> None:
    here = [dated(f"m{week}", 7 * week) for week in range(20)]
    there = [dated(f"q{week}", 7 * week) for week in range(20) if week != 9]
    assert asked(here, there) == []
    assert shown(asked(here, [*there, dated("q88", 80)])) == {"m9": ["q88"]}


@pytest.mark.case("F4i")
def test_two_of_one_day_on_both_sides_are_given_away_and_a_third_one_is_not() -> None:
    twice = [dated("m1", 0), dated("m2", 0)]
    there = [dated("q1", 0), dated("q2", 0)]
    assert asked([*twice, dated("m3", 14)], there) == []
    found = shown(asked([*twice, dated("m3", 14)], [*there, dated("q3", 0)]))
    assert [*found] == ["m3"]
    assert len(found["m3"]) == 1


@pytest.mark.case("F4i")
def test_the_nearest_day_comes_first_and_what_is_said_to_be_another_is_left_out() -> None:
    there = [dated("q1", 20), dated("q2", -7), dated("q3", 9)]
    found = asked([dated("m1", 0)], there)
    assert shown(found) == {"m1": ["q2", "q3", "q1"]}
    assert [one.grade for one in found] == [Grade.SEVERAL]
    assert shown(asked([dated("m1", 0)], there, apart={("m1", "q2")})) == {"m1": ["q3", "q1"]}


@pytest.mark.case("F7d")
@pytest.mark.parametrize("days", [-700, 32, 400])
def test_what_may_be_of_any_day_is_asked_about_the_nearest_first(days: int) -> None:
    there = [dated("q1", days), dated("q2", days * 2)]
    assert asked([dated("m1", 0)], there) == []
    assert shown(asked([dated("m1", 0)], there, within=None)) == {"m1": ["q1", "q2"]}


@pytest.mark.case("F4i")
def test_thousands_of_one_total_and_customer_take_no_longer_than_they_are_many() -> None:
    here = [dated(f"m{place}", place % 3) for place in range(2000)]
    there = [dated(f"q{place}", 20 + place % 3) for place in range(2000)]
    began = time.process_time()
    found = match_dated_apart(here, there, (), DOCUMENTS)
    assert time.process_time() - began < 15
    assert len(found) == 2000
    assert max(len(one.pairs) for one in found) == MOST_SHOWN


@pytest.mark.case("F4i")
def test_a_table_without_totals_says_nothing_of_it() -> None:
    here, there = [dated("m1", 0)], [dated("q88", 9)]
    assert match_dated_apart(here, there, (), PEOPLE) == []


@pytest.mark.case("F5f")
@pytest.mark.parametrize(
    ("ours", "theirs", "is_asked"),
    [
        (("107.00", "100.00"), ("100.00", ""), True),
        (("107.00", ""), ("114.49", "107.00"), True),
        (("107.00", "100.00"), ("106.00", "100.00"), True),
        (("107.00", "100.00"), ("93.46", ""), False),
        (("107.00", ""), ("100.00", ""), False),
    ],
)
@pytest.mark.parametrize("days", [1, -4, 31])
def test_one_that_was_typed_without_its_tax_a_day_off_is_asked_about(
    ours: tuple[str, str], theirs: tuple[str, str], *, is_asked: bool, days: int
) -> None:
    here = dated("m1", 0, total=ours[0], **({NET: ours[1]} if ours[1] else {}))
    there = dated("q88", days, total=theirs[0], **({NET: theirs[1]} if theirs[1] else {}))
    found = asked([here], [there])
    assert shown(found) == ({"m1": ["q88"]} if is_asked else {})
    assert {one.grade for one in found} <= {Grade.CONTRADICTS}
