"""What came to the bank less a fee, or under no name with others: all of it, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.model.matching.assignment import MOST_SHOWN
from connector.model.matching.banked import found_unnamed, match_less_fee
from connector.model.matching.comparison import Grade
from connector.model.matching.evidence import Facts
from connector.model.matching.matches import Candidate
from connector.model.matching.scoring import DAY, PAID_BY, PARTY, PAYMENTS, TOTAL
from connector.model.matching.together import MOST_WAYS

FIRST = date(2026, 3, 2)
PAID = st.tuples(st.integers(0, 12), st.integers(900, 30_000), st.sampled_from(("a", "b")))
BANKED = st.tuples(st.integers(0, 14), st.integers(900, 60_000), st.sampled_from(("a", "b", "")))


def document(own: str, day: int, cents: int, party: str) -> Facts:
    said = {TOTAL: (f"{cents / 100:.2f}",), DAY: ((FIRST + timedelta(days=day)).isoformat(),)}
    return Facts(own, own, said, {PARTY: (party,)} if party else {})


def unnamed(here: Sequence[Facts], there: Sequence[Facts]) -> dict[str, list[Candidate]]:
    asked, nothing = {one.id for one in here}, frozenset[tuple[str, str]]()
    return found_unnamed(here, there, PAYMENTS, "Payment", asked=asked, apart=nothing)


def transferred(cents: int) -> set[int]:
    fees = [int(Decimal(cents * part).scaleb(-3).quantize(1, ROUND_HALF_UP)) for part in (8, 10)]
    return {*fees, min(fees[0], 500), min(fees[1], 1_000)} - {0}


@pytest.mark.case("F7g")
@given(here=st.lists(PAID, max_size=6), there=st.lists(BANKED, max_size=6))
def test_all_that_is_less_by_a_fee_is_found_and_nothing_else(
    here: list[tuple[int, int, str]], there: list[tuple[int, int, str]]
) -> None:
    left = [document(f"m{own}", *one) for own, one in enumerate(here)]
    right = [document(f"q{own}", *one) for own, one in enumerate(there)]
    found = match_less_fee(left, right, PAYMENTS)
    assert {(one.left, pair.right) for one in found for pair in one.pairs} == {
        (f"m{own}", f"q{other}")
        for own, (paid_on, cents, party) in enumerate(here)
        for other, (day, banked, whose) in enumerate(there)
        if whose in {party, ""} and -1 <= day - paid_on <= 5
        if max(1, int(cents * 0.015)) <= cents - banked <= cents * 4 // 100 + 50
        or cents - banked in transferred(cents)
    }
    assert {one.grade for one in found} <= {Grade.CONTRADICTS, Grade.SEVERAL}


@pytest.mark.case("F7h")
@given(
    here=st.lists(PAID, min_size=2, max_size=6), chosen=st.frozensets(st.integers(0, 5), min_size=2)
)
def test_two_payments_that_come_to_a_line_without_a_name_are_found(
    here: list[tuple[int, int, str]], chosen: frozenset[int]
) -> None:
    left = [document(f"m{own}", *one) for own, one in enumerate(here)]
    some = [left[own] for own in sorted(chosen)[:2] if own < len(left)]
    days = [here[own][0] for own in sorted(chosen)[:2] if own < len(left)]
    if len(some) < 2 or max(days) - min(days) > 7:
        return
    cents = sum(round(float(one.said[TOTAL][0]) * 100) for one in some)
    found = unnamed(left, [document("q1", max(days), cents, "")])
    assert {one.id for one in some} <= found.keys()
    assert unnamed(left, [document("q1", max(days), cents, "a")]) == {}


WEEKEND = tuple(
    replace(one, said={**one.said, PAID_BY: (how,)})
    for one, how in (
        (document("m1", 4, 10_000, "a"), "card"),
        (document("m2", 5, 25_050, "b"), "card"),
        (document("m3", 6, 9_999, "c"), "card"),
        (document("m4", 6, 70_000, "c"), "check"),
        (document("m5", 3, 44_000, "c"), "card"),
    )
)


@pytest.mark.case("F17l")
@pytest.mark.parametrize("fee", [290 + 726 + 290 + 90, 260 + 651 + 260 + 30, 299 + 749 + 299])
def test_the_cards_of_a_weekend_less_a_published_fee_of_each_are_found(fee: int) -> None:
    whole = 10_000 + 25_050 + 9_999 - fee
    found = unnamed(WEEKEND, [document("q1", 8, whole, "")])
    assert found.keys() == {"m1", "m2", "m3"}
    assert unnamed(WEEKEND, [document("q1", 8, whole - 3, "")]) == {}


@pytest.mark.case("F17l")
def test_a_published_fee_tells_one_day_from_another_that_the_band_holds_as_well() -> None:
    days = [document(f"m{own}", own // 2, 10_000 + own // 2 * 50, "a") for own in range(4)]
    line = document("q1", 3, 20_000 - 2 * 320, "")
    assert unnamed(days, [line]).keys() == {"m0", "m1"}
    assert unnamed(days, [document("q1", 3, 20_000 - 613, "")]) == {}


@pytest.mark.case("F7g")
@pytest.mark.case("F7h")
def test_of_hundreds_alike_so_many_are_shown_the_nearest_first() -> None:
    here = [document(f"m{own:03d}", own // 50, 10_000, "a") for own in range(300)]
    fees = [document(f"q{own:03d}", own // 50, 9_700, "") for own in range(300)]
    found = match_less_fee(here, fees, PAYMENTS)
    assert len(found) == 300
    assert max(len(one.pairs) for one in found) == MOST_SHOWN
    sums = unnamed(here, [document(f"q{own}", 5, 20_000, "") for own in range(30)])
    assert max(len(one) for one in sums.values()) <= MOST_WAYS


@pytest.mark.case("F7h")
def test_a_line_may_be_all_of_one_day_less_a_fee_and_not_where_another_day_fits_as_well() -> None:
    here = [document("m1", 0, 10_000, "a"), document("m2", 0, 20_000, "b")]
    line = document("q1", 1, 29_100, "")
    assert unnamed(here, [line]).keys() == {"m1", "m2"}
    other = [document("m3", 1, 10_010, "a"), document("m4", 1, 20_000, "b")]
    assert unnamed([*here, *other], [line]) == {}


@pytest.mark.case("F7h")
def test_the_cards_of_a_day_are_found_less_a_fee_among_its_checks() -> None:
    ways = ("Visa", "Check", "Visa", "Check")
    here = [
        replace(one, said={**one.said, PAID_BY: (way,)})
        for own, way in enumerate(ways)
        for one in [document(f"m{own}", 0, 10_000 * (own + 1), "a")]
    ]
    assert unnamed(here, [document("q1", 2, 38_800, "")]).keys() == {"m0", "m2"}


@pytest.mark.case("F7h")
@pytest.mark.parametrize("each_day", [5, 10, 20])
def test_of_payments_that_nobody_entered_few_wait_for_lines_that_are_none_of_them(
    each_day: int,
) -> None:
    chance = Random(7)  # noqa: S311 - amounts of a test
    here = [
        replace(one, said={**one.said, PAID_BY: (chance.choice(("Check", "Visa", "Cash")),)})
        for day in range(60)
        for own in range(each_day)
        for one in [document(f"m{day}-{own}", day, chance.randint(2_000, 90_000), "a")]
    ]
    lines = [
        document(f"q{day}", day, chance.randint(2_000, 900_000), "") for day in range(0, 60, 3)
    ]
    assert len(unnamed(here, lines)) <= len(here) // 20
