from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from connector.engine.three_way_merge import MergeDecision, changed_fields, merge, plain
from connector.model.flows.field import Field

NAMES = ("name", "phone", "address", "price")


class Record(BaseModel):
    held: dict[str, Any]


def _field(name: str, **told: Any) -> Field[Record]:
    return Field(
        name=name,
        mobiwork=lambda record: record.held[name],
        quickbooks=lambda record: record[name],
        write=lambda value, _record: {name: value},
        **told,
    )


FIELDS = tuple(_field(name) for name in NAMES)
texts = st.sampled_from(["", " ", "a", "b", "c"])
values = st.one_of(texts, st.booleans(), st.dictionaries(st.sampled_from("xy"), texts))
sides = st.fixed_dictionaries(dict.fromkeys(NAMES, values))
bases = st.dictionaries(st.sampled_from(NAMES), values)
policies = st.sampled_from(["ask", "QuickBooks wins", "MobiWork wins"])


def _merge(base: dict[str, Any], **told: Any) -> MergeDecision:
    both = {"base_in_mobiwork": base, "base_in_quickbooks": base}
    return merge(FIELDS, **(both | {"on_conflict": "ask"} | told))


@given(bases, bases, sides, sides, policies)
def test_every_field_that_differs_without_agreement_is_in_one_place(
    base_in_mobiwork: Any,
    base_in_quickbooks: Any,
    in_mobiwork: Any,
    in_quickbooks: Any,
    policy: Any,
) -> None:
    merged = merge(
        FIELDS,
        base_in_mobiwork=base_in_mobiwork,
        base_in_quickbooks=base_in_quickbooks,
        in_mobiwork=in_mobiwork,
        in_quickbooks=in_quickbooks,
        on_conflict=policy,
    )
    places = [*merged.take, *merged.give, *merged.agreed, *merged.disputed]
    assert len(places) == len(set(places))
    settled_before = {
        name
        for name in NAMES
        if name in base_in_mobiwork
        and name in base_in_quickbooks
        and plain(base_in_mobiwork[name]) == plain(in_mobiwork[name])
        and plain(base_in_quickbooks[name]) == plain(in_quickbooks[name])
    }
    assert set(NAMES) - set(places) <= settled_before


@given(bases, sides, sides, policies)
def test_a_merge_is_deterministic(
    base: Any, in_mobiwork: Any, in_quickbooks: Any, policy: Any
) -> None:
    first = _merge(base, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks, on_conflict=policy)
    assert first == _merge(
        base, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks, on_conflict=policy
    )


@given(sides, sides, policies)
def test_what_changed_on_one_side_only_asks_nobody(
    base: Any, in_quickbooks: Any, policy: Any
) -> None:
    merged = _merge(base, in_mobiwork=base, in_quickbooks=in_quickbooks, on_conflict=policy)
    assert (merged.give, merged.disputed) == ((), {})
    after = {**base, **merged.take}
    assert all(plain(after[name]) == plain(in_quickbooks[name]) for name in NAMES)


@given(sides, sides, policies)
def test_what_changed_in_mobiwork_only_is_never_overwritten(
    base: Any, in_mobiwork: Any, policy: Any
) -> None:
    merged = _merge(base, in_mobiwork=in_mobiwork, in_quickbooks=base, on_conflict=policy)
    assert (merged.take, merged.disputed) == ({}, {})
    assert set(merged.give) == set(changed_fields(FIELDS, base, in_mobiwork))


@given(sides, sides, sides)
def test_asking_changes_neither_side_of_a_disputed_field(
    base: Any, in_mobiwork: Any, in_quickbooks: Any
) -> None:
    merged = _merge(base, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks)
    assert not merged.disputed.keys() & {*merged.take, *merged.give}
    assert all(
        merged.disputed[name] == (in_mobiwork[name], in_quickbooks[name])
        for name in merged.disputed
    )


@given(sides, sides, sides, st.sampled_from(["QuickBooks wins", "MobiWork wins"]))
def test_both_sides_are_the_same_after_a_merge_with_a_winner(
    base: Any, in_mobiwork: Any, in_quickbooks: Any, policy: Any
) -> None:
    merged = _merge(base, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks, on_conflict=policy)
    after_in_mobiwork = {**in_mobiwork, **merged.take}
    after_in_quickbooks = {**in_quickbooks, **{name: in_mobiwork[name] for name in merged.give}}
    differ = {
        name for name in NAMES if plain(after_in_mobiwork[name]) != plain(after_in_quickbooks[name])
    }
    assert differ == set()


@given(sides, sides, sides, policies)
def test_after_a_merge_the_next_one_does_nothing(
    base: Any, in_mobiwork: Any, in_quickbooks: Any, policy: Any
) -> None:
    merged = _merge(base, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks, on_conflict=policy)
    after_in_mobiwork = {**in_mobiwork, **merged.take}
    after_in_quickbooks = {**in_quickbooks, **{name: in_mobiwork[name] for name in merged.give}}
    asked = set(merged.disputed)
    base_in_mobiwork = {name: after_in_mobiwork[name] for name in NAMES if name not in asked}
    base_in_quickbooks = {name: after_in_quickbooks[name] for name in NAMES if name not in asked}
    again = merge(
        FIELDS,
        base_in_mobiwork=base_in_mobiwork | {name: base[name] for name in asked},
        base_in_quickbooks=base_in_quickbooks | {name: base[name] for name in asked},
        in_mobiwork=after_in_mobiwork,
        in_quickbooks=after_in_quickbooks,
        on_conflict=policy,
    )
    assert (again.take, again.give, set(again.disputed)) == ({}, (), asked)


@given(sides, sides)
def test_without_an_agreement_an_empty_side_is_filled(in_mobiwork: Any, in_quickbooks: Any) -> None:
    merged = _merge({}, in_mobiwork=in_mobiwork, in_quickbooks=in_quickbooks)
    for name in NAMES:
        if plain(in_mobiwork[name]) is None and plain(in_quickbooks[name]) is not None:
            assert name in merged.take
        if plain(in_quickbooks[name]) is None and plain(in_mobiwork[name]) is not None:
            assert name in merged.give


@given(st.one_of(st.none(), texts), texts, texts)
def test_of_a_one_way_field_quickbooks_alone_decides(
    base: Any, in_mobiwork: str, in_quickbooks: str
) -> None:
    known = {} if base is None else {"stock": base}
    merged = merge(
        (_field("stock", one_way=True),),
        base_in_mobiwork=known,
        base_in_quickbooks=known,
        in_mobiwork={"stock": in_mobiwork},
        in_quickbooks={"stock": in_quickbooks},
        on_conflict="MobiWork wins",
    )
    assert (merged.give, merged.disputed) == ((), {})
    moved = base is None or plain(base) != plain(in_quickbooks)
    assert ("stock" in merged.take) == (moved and plain(in_mobiwork) != plain(in_quickbooks))


def test_what_counts_of_a_value_is_compared() -> None:
    digits = _field("phone", compared=lambda text: "".join(filter(str.isdigit, text)))
    base = {"phone": "8135550100"}
    assert changed_fields([digits], base, {"phone": "(813) 555-0100"}) == ()


def _of(one: Field[Record], base: Any, there: Any, ours: Any, theirs: Any) -> MergeDecision:
    """Merge one field, of which each side may hold a snapshot of its own, or none."""
    return merge(
        (one,),
        base_in_mobiwork={} if base is None else {one.name: base},
        base_in_quickbooks={} if there is None else {one.name: there},
        in_mobiwork={one.name: ours},
        in_quickbooks={one.name: theirs},
        on_conflict="ask",
    )


HALF, WHOLE = {"x": "a"}, {"x": "A", "y": "b"}
GIVEN, AGREED = MergeDecision(give=("name",)), MergeDecision(agreed=("name",))
ASKED = MergeDecision(disputed={"name": (HALF, WHOLE)})


@pytest.mark.parametrize(
    ("base", "there", "ours", "theirs", "expected"),
    [
        (None, None, HALF, WHOLE, MergeDecision(take={"name": WHOLE})),
        (HALF, None, HALF, WHOLE, MergeDecision(take={"name": WHOLE})),
        (None, WHOLE, HALF, WHOLE, MergeDecision(take={"name": WHOLE})),
        (None, None, WHOLE, HALF, GIVEN),
        (None, None, "A  b", "a B", AGREED),
        ({"x": "c"}, {"x": "d"}, HALF, WHOLE, ASKED),
        (None, None, {"x": "c"}, WHOLE, MergeDecision(disputed={"name": ({"x": "c"}, WHOLE)})),
    ],
)
def test_sides_that_never_agreed_fill_each_other_and_others_do_not(
    base: Any, there: Any, ours: Any, theirs: Any, expected: MergeDecision
) -> None:
    assert _of(FIELDS[0], base, there, ours, theirs) == expected


def test_what_both_sides_agreed_to_hold_otherwise_stays_as_it_is() -> None:
    assert _of(FIELDS[0], "a", "b", "a", "b") == MergeDecision()
    assert _of(FIELDS[0], "a", "b", "c", "b") == GIVEN
    assert _of(FIELDS[0], "a", "b", "a", "c") == MergeDecision(take={"name": "c"})
    assert _of(FIELDS[0], "a", "b", "c", "c") == AGREED


def test_what_mobiwork_must_be_told_to_correct_is_told_with_what_it_was() -> None:
    told = _field("number", report_only=True)
    assert _of(told, "a", "a", "a", "c") == MergeDecision(told={"number": ("a", "c")})
    assert _of(told, "a", None, "", "c") == MergeDecision(told={"number": ("", "c")})
    assert _of(told, "a", "a", "b", "a") == MergeDecision(give=("number",))


def test_a_one_way_field_is_never_filled() -> None:
    assert _of(_field("stock", one_way=True), None, None, WHOLE, HALF) == MergeDecision(
        take={"stock": HALF}
    )


def test_each_field_is_settled_whatever_became_of_those_before() -> None:
    ways = {
        "taken": ("", "Heron"),
        "given": ("Heron", ""),
        "agreed": ("Heron", "Heron"),
        "filled": (HALF, WHOLE),
        "filled there": (WHOLE, HALF),
        "read the same": ("Main St", "main st"),
    }
    merged = merge(
        [_field(name) for name in ways],
        base_in_mobiwork={},
        base_in_quickbooks={},
        in_mobiwork={name: ours for name, (ours, _) in ways.items()},
        in_quickbooks={name: theirs for name, (_, theirs) in ways.items()},
        on_conflict="ask",
    )
    assert merged == MergeDecision(
        take={"taken": "Heron", "filled": WHOLE},
        give=("given", "filled there"),
        agreed=("agreed", "read the same"),
    )
