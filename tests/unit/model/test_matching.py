from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.model.matching import scoring
from connector.model.matching.assignment import Matched, match
from connector.model.matching.comparison import Grade, Pair
from connector.model.matching.evidence import Facts, Table
from connector.model.matching.scoring import DOCUMENTS, PAYMENTS, PEOPLE, PRODUCTS

FEW = {
    scoring.NAME: ("Ann Lee", "Lee, Ann", "Bo Fox", "Acme Inc.", "Acme"),
    scoring.EMAIL: ("ann@x.us", "bo@x.us"),
    scoring.PHONE: ("(813) 555-0101", "8135550102"),
    scoring.ADDRESS: ("1 Elm St\nTampa\n33601", "\nMiami\n"),
    scoring.TOTAL: ("100.00", "100", "250.5"),
    scoring.PARTY: ("Ann Lee", "Bo Fox"),
    scoring.DAY: ("2026-03-02", "2026-03-03", "2026-04-02"),
    scoring.NUMBER: ("1001", "INV-1001", "1002"),
    scoring.REFERENCE: ("77", "78"),
    scoring.PAID_INVOICE: ("9", "10"),
    scoring.SKU: ("A1", "B2"),
    scoring.PRICE: ("10", "20.00"),
    scoring.CATEGORY: ("Pumps", "Valves"),
    scoring.KIND: ("part", "service"),
}
TABLES = (PEOPLE, PRODUCTS, DOCUMENTS, PAYMENTS)
type World = tuple[Table, list[Facts], list[Facts]]


@st.composite
def a_side(draw: st.DrawFn, table: Table, ids: Sequence[str], others: Sequence[str]) -> list[Facts]:
    found = []
    for own in ids:
        facts = [name for name in table.rules if name in FEW]
        said = {
            name: (draw(st.sampled_from(FEW[name])),)
            for name in facts
            if draw(st.integers(0, 3)) > 0
        }
        hint = draw(st.sampled_from(["", "", *others]))
        found.append(Facts(own, own, said, hint=hint))
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    table = draw(st.sampled_from(TABLES))
    lefts = [f"m{number}" for number in range(draw(st.integers(1, 5)))]
    rights = [f"q{number}" for number in range(draw(st.integers(1, 5)))]
    return table, draw(a_side(table, lefts, rights)), draw(a_side(table, rights, []))


def chosen(found: Sequence[Matched]) -> dict[str, Pair]:
    sure = {Grade.CERTAIN, Grade.LIKELY}
    return {one.left: one.pairs[0] for one in found if one.grade in sure}


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_no_record_is_the_match_of_two_and_certain_ones_differ_in_nothing_strong(
    world: World,
) -> None:
    table, left, right = world
    found = match(left, right, table)
    rights = [pair.right for pair in chosen(found).values()]
    assert len(rights) == len(set(rights))
    for one in found:
        if one.grade is Grade.CERTAIN:
            assert not any(table.rules[fact].strong for fact in one.pairs[0].other)
            assert one.pairs[0].same != table.named or not one.pairs[0].other
            assert len(one.pairs) == 1


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_records_does_not_matter_nor_which_side_is_which(
    world: World, shuffler: st.DataObject
) -> None:
    table, left, right = world
    found = match(left, right, table)
    assert match(left[::-1], right[::-1], table) == found
    turned = chosen(match(right, left, table))
    assert {(pair.right, pair.left) for pair in turned.values()} == {
        (pair.left, pair.right) for pair in chosen(found).values()
    }


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_of_two_records_that_say_the_same_neither_is_certain(world: World) -> None:
    table, left, right = world
    doubled = [Facts(f"{one.id}-again", one.label, one.said) for one in right]
    bare = [Facts(one.id, one.label, one.said) for one in left]
    for one in match(bare, [*right, *doubled], table):
        assert one.grade is not Grade.CERTAIN


def person(own: str, name: str, *, hint: str = "", **said: str) -> Facts:
    facts = {scoring.NAME: (name,), **{names[key]: (text,) for key, text in said.items()}}
    return Facts(own, name, facts, hint=hint)


names = {"email": scoring.EMAIL, "phone": scoring.PHONE, "address": scoring.ADDRESS}


def graded(left: Sequence[Facts], right: Sequence[Facts], table: Table = PEOPLE) -> dict[str, str]:
    return {
        one.left: " ".join([one.grade.value, *(pair.right for pair in one.pairs)])
        for one in match(left, right, table)
    }


def test_a_name_alone_is_enough_only_where_nothing_differs_and_no_other_has_it() -> None:
    here = person("m1", "Smith, John", phone="813-555-0101")
    assert graded([here], [person("q1", "John Smith")]) == {"m1": "certain q1"}
    miami = person("q1", "John Smith", phone="305-555-0199", email="j@miami.us")
    assert graded([here], [miami]) == {"m1": "contradicts q1"}
    twice = [person("q1", "John Smith"), person("q2", "Smith, John")]
    assert graded([here], twice) == {"m1": "several q1 q2"}


@pytest.mark.case("F7o")
@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("Smith, John", "John Smith", "certain"),
        ("Blue Heron, Plumbing", "Blue Heron Plumbing", "certain"),
        ("Ann\u200b \u00d3\u2019Brien", "ann o'bri\u00aden", "certain"),
        ("Ann O Brien", "O'Brien, Ann", "contradicts"),
        ("D.J. Smith", "DJ Smith", "contradicts"),
        ("James Thomas", "Thomas James", "contradicts"),
        ("Route 5 Store 12", "Route 12 Store 5", "contradicts"),
    ],
)
def test_a_name_in_another_order_is_the_same_only_where_a_comma_turns_it_around(
    ours: str, theirs: str, found: str
) -> None:
    assert graded([person("m1", ours)], [person("q1", theirs)]) == {"m1": f"{found} q1"}
    reached = [person("m1", ours, email="a@x.us", phone="813-555-0101")]
    same = [person("q1", theirs, email="a@x.us", phone="813-555-0101")]
    sure = "certain" if found == "certain" else "likely"
    assert graded(reached, same) == {"m1": f"{sure} q1"}


@pytest.mark.case("F1v")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-30"])
def test_a_day_that_programs_write_for_no_date_is_not_known(day: str) -> None:
    here = invoice("m1", "99.00", day, "1042")
    assert graded([here], [invoice("q1", "99", "2026-03-02", "1042")], DOCUMENTS) == {
        "m1": "certain q1"
    }


def test_of_two_of_one_name_the_one_with_the_same_e_mail_is_meant_and_the_other_is_shown() -> None:
    here = person("m1", "John Smith", email="j@x.us")
    bare, same = person("q1", "Smith, John"), person("q2", "John Smith", email="J@X.us")
    assert graded([here], [bare, same]) == {"m1": "likely q2 q1"}
    elsewhere = person("q1", "Smith, John", email="other@x.us")
    assert graded([here], [elsewhere, same]) == {"m1": "certain q2"}


def test_an_external_id_counts_only_where_name_or_e_mail_agree() -> None:
    other = person("1", "Totally Other Inc", phone="305-555-0199")
    here = person("m1", "Blue Heron", hint="1", phone="813-555-0101")
    assert graded([here], [other]) == {"m1": "contradicts 1"}
    heron = person("2", "Blue Heron, LLC", phone="8135550101")
    assert graded([here], [other, heron]) == {"m1": "certain 2"}
    mine = person("1", "Blue Heron", phone="305-555-0199")
    assert graded([here], [mine, heron]) == {"m1": "several 1 2"}


@pytest.mark.parametrize(
    ("theirs", "said", "grade"),
    [
        ("Smith Inc", {}, "likely q1"),
        ("Smith", {}, "certain q1"),
        ("SMITH, LLC.", {}, "certain q1"),
        ("Smith Inc", {"email": "s@smith.us", "phone": "813-555-0101"}, "certain q1"),
    ],
)
def test_of_two_companies_that_differ_in_their_legal_form_the_name_alone_does_not_decide(
    theirs: str, said: dict[str, str], grade: str
) -> None:
    here, there = person("m1", "Smith LLC", **said), person("q1", theirs, **said)
    assert graded([here], [there]) == {"m1": grade}


@pytest.mark.case("F9a")
@pytest.mark.parametrize(
    ("table", "ours", "theirs", "grade"),
    [
        (PRODUCTS, "Pipe 1.5", "Pipe 1/5", Grade.LIKELY),
        (PRODUCTS, "Pipe 6'", 'Pipe 6"', Grade.LIKELY),
        (PRODUCTS, "Filter C+", "Filter C", Grade.LIKELY),
        (PRODUCTS, "Pipe 6''", "pipe 6\u2033", Grade.CERTAIN),
        (PRODUCTS, "Pipe, 1.5 (copper)", "PIPE 1.5 copper", Grade.CERTAIN),
        (PEOPLE, "Mrs Smith", "Mr Smith", Grade.LIKELY),
        (PEOPLE, "Mrs. Smith", "Smith", Grade.CERTAIN),
    ],
)
def test_measures_of_a_thing_and_titles_of_a_person_tell_them_apart(
    table: Table, ours: str, theirs: str, grade: Grade
) -> None:
    known = {scoring.PRICE: ("10",)} if table is PRODUCTS else {}
    (found,) = match(
        [Facts("m", "m", {scoring.NAME: (ours,), **known})],
        [Facts("q", "q", {scoring.NAME: (theirs,), **known})],
        table,
    )
    assert found.grade is grade


def test_a_renamed_customer_is_likely_by_what_else_is_known_of_it() -> None:
    here = person("m1", "Acme Tools", phone="813-555-0101", email="a@acme.us")
    there = person("q1", "Zenith", phone="8135550101", email="a@acme.us")
    assert graded([here], [there]) == {"m1": "likely q1"}


def invoice(own: str, total: str, day: str, number: str = "", party: str = "Ann Lee") -> Facts:
    said = {scoring.TOTAL: (total,), scoring.DAY: (day,), scoring.PARTY: (party,)}
    return Facts(own, own, said | ({scoring.NUMBER: (number,)} if number else {}))


def test_documents_go_by_customer_total_and_date_and_a_number_tells_equal_ones_apart() -> None:
    here = [invoice("m1", "99.00", "2026-03-02", "1"), invoice("m2", "99.00", "2026-03-02", "2")]
    there = [invoice("q1", "99", "2026-03-02", "2"), invoice("q2", "99", "2026-03-02", "1")]
    assert graded(here, there, DOCUMENTS) == {"m1": "certain q2", "m2": "certain q1"}
    bare = [invoice("q1", "99", "2026-03-02"), invoice("q2", "99", "2026-03-02")]
    asked = graded(here, bare, DOCUMENTS)
    assert asked == {"m1": "several q1 q2", "m2": "several q1 q2"}


@pytest.mark.case("F1z")
def test_a_visit_that_each_side_lacks_is_not_taken_for_the_other_of_its_series() -> None:
    first, other, next_month = (
        ("2026-03-02", "1001"),
        ("2026-03-02", "1777"),
        ("2026-04-02", "1002"),
    )
    here = [invoice(f"m{number}", "100", day, number) for day, number in (first, next_month)]
    there = [invoice(f"q{number}", "100", day, number) for day, number in (other, next_month)]
    assert graded(here, there, DOCUMENTS) == {
        "m1001": "likely q1777",
        "m1002": "certain q1002",
    }
    assert graded(here[:1], there[:1], DOCUMENTS) == {"m1001": "certain q1777"}


def test_a_document_a_day_off_is_likely_and_one_of_another_total_is_asked_about() -> None:
    here = invoice("m1", "99.00", "2026-03-02", "1042")
    assert graded([here], [invoice("q", "99", "2026-03-03", "7")], DOCUMENTS) == {"m1": "likely q"}
    dearer = invoice("q", "109", "2026-03-02", "1042")
    assert graded([here], [dearer], DOCUMENTS) == {"m1": "contradicts q"}
    stranger = invoice("q", "900", "2026-05-02", "1042", party="Other Co")
    assert graded([here], [stranger], DOCUMENTS) == {}


def test_what_a_person_kept_apart_is_never_matched_again() -> None:
    here, there = person("m1", "Ann Lee"), person("q1", "Ann Lee")
    assert match([here], [there], PEOPLE, apart={("m1", "q1")}) == []


def test_many_documents_of_one_total_on_one_day_find_their_own_customers() -> None:
    many = [f"Customer {number}" for number in range(60)]
    here = [invoice(f"m{party}", "50", "2026-03-02", party=party) for party in many]
    there = [invoice(f"q{party}", "50", "2026-03-02", party=party) for party in reversed(many)]
    found = match(here, there, DOCUMENTS)
    assert [one.pairs[0].right for one in found] == [f"q{one.left[1:]}" for one in found]
    assert {one.grade for one in found} == {Grade.CERTAIN}


@pytest.mark.case("F8c")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("John Smith", "Joan Smith"),
        ("Paul Jones", "Paula Jones"),
        ("Robert Brown", "Robert Brown Jr"),
        ("Palm Villas Unit A", "Palm Villas Unit B"),
        ("Acme Plumbing", "Acme Plumbing Supply"),
    ],
)
def test_two_of_one_house_whose_names_are_only_near_are_not_certain(ours: str, theirs: str) -> None:
    house = {"phone": "813-555-0101", "address": "12 Main St\nTampa\n33602", "email": "a@x.us"}
    found = graded([person("m1", ours, **house)], [person("q1", theirs, **house)])
    assert found == {"m1": "likely q1"}


@pytest.mark.case("F9a")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Pipe 1.5", "Pipe 1/5"),
        ("Duct 6'", 'Duct 6"'),
        ("Pump A+", "Pump A-"),
        ("Discount 10%", "Discount $10"),
        ("Hose <1 in", "Hose >1 in"),
        ("Filter -10", "Filter 10"),
        ("Plate 5\u00b2", "Plate 52"),
    ],
)
def test_things_of_other_measures_are_not_certain_whatever_they_cost(
    ours: str, theirs: str
) -> None:
    alike = {scoring.PRICE: ("9.50",), scoring.CATEGORY: ("Parts",)}
    left, right = (
        Facts(own, name, {scoring.NAME: (name,), **alike})
        for own, name in (("m1", ours), ("q1", theirs))
    )
    assert graded([left], [right], scoring.PRODUCTS).get("m1") != "certain q1"
