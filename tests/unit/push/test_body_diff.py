from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.push.body_diff import agreed, changed_members, conflicts, differences, same
from tests.refusals.walking import plain

NAMES = st.sampled_from(["Name", "Active", "UnitPrice", "BillAddr", "Notes"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.decimals(-5, 5, places=2)
    | st.text("ab", max_size=2)
)
VALUES = SCALARS | st.dictionaries(st.sampled_from("xyz"), SCALARS) | st.lists(SCALARS, max_size=2)
BODIES = st.dictionaries(NAMES, VALUES)


@given(BODIES, BODIES)
def test_what_changed_brings_the_base_to_what_is_wanted(
    base: dict[str, Any], wanted: dict[str, Any]
) -> None:
    after = base | changed_members(base, wanted)
    assert {name: after.get(name) for name in wanted} == wanted


@given(BODIES, BODIES)
def test_nothing_is_sent_that_is_not_wanted(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    changed = changed_members(base, wanted)
    assert changed == {name: wanted[name] for name in changed}


@pytest.mark.case("M27b")
def test_another_wording_of_the_marker_is_no_change() -> None:
    before = {"PrivateNote": "MobiWork invoice 7 [MobiWork invoice 5501 c1]"}
    after = {"PrivateNote": "MobiWork invoice 7 (MobiWork invoice 5501, ref. c1)"}
    assert changed_members(before, after) == {}
    assert differences(before, after) == []
    other = {"PrivateNote": "MobiWork invoice 8 (MobiWork invoice 5501, ref. c1)"}
    assert changed_members(before, other) == other


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        ({"TotalTax": "0.63"}, {"TotalTax": "0.63", "TxnTaxCodeRef": {"value": "TAX"}}, True),
        ({"TotalTax": "0.63"}, {"TotalTax": "0.64", "TxnTaxCodeRef": {"value": "TAX"}}, False),
        ({"TxnTaxCodeRef": {"value": "5"}}, {"TxnTaxCodeRef": {"value": "6"}}, False),
    ],
)
def test_the_code_that_a_tax_is_sent_with_is_no_change_where_there_was_none(
    was: dict[str, Any], now: dict[str, Any], *, same: bool
) -> None:
    before, after = {"TxnTaxDetail": was}, {"TxnTaxDetail": now}
    assert (changed_members(before, after) == {}) is same
    assert (differences(before, after) == []) is same


@pytest.mark.case("M27c")
def test_a_message_that_is_not_sent_any_more_is_no_difference() -> None:
    assert differences({"CustomerMemo": {"value": "Ring"}, "Memo": "Ring"}, {}) == []


@given(BODIES)
def test_nothing_changed_sends_nothing(base: dict[str, Any]) -> None:
    assert changed_members(base, base) == {}


def test_a_member_that_is_gone_is_not_cleared() -> None:
    assert changed_members({"Name": "A", "Notes": "call"}, {"Name": "B"}) == {"Name": "B"}


@given(BODIES)
def test_a_value_is_the_same_as_itself(body: dict[str, Any]) -> None:
    assert same(body, body)


@given(st.integers(-99, 99))
def test_numbers_are_compared_by_value(number: int) -> None:
    assert same(number, Decimal(number).quantize(Decimal("0.01")))


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_nothing_is_the_same_however_it_is_said(nothing: object) -> None:
    assert same(nothing, None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("4.50", Decimal("4.50")),
        (True, 2),
        ("A", "a"),
        ({"Line1": "a"}, {"Line1": "b"}),
        ([1], [2]),
    ],
)
def test_what_differs_is_not_the_same(ours: object, theirs: object) -> None:
    assert not same(ours, theirs)


def test_members_that_quickbooks_adds_do_not_count() -> None:
    assert same({"value": "61"}, {"value": "61", "name": "Blue Heron Plumbing"})


@given(BODIES, BODIES)
def test_an_adopted_record_is_described_by_our_members_and_its_values(
    wanted: dict[str, Any], in_quickbooks: dict[str, Any]
) -> None:
    base = agreed(wanted, in_quickbooks)
    without = {name for name in wanted if in_quickbooks.get(name) is None}
    assert wanted.keys() - without <= base.keys() <= wanted.keys()
    assert all(same(value, in_quickbooks.get(name)) for name, value in base.items())


@given(BODIES, BODIES)
def test_after_an_adoption_only_what_differs_is_sent(
    wanted: dict[str, Any], in_quickbooks: dict[str, Any]
) -> None:
    differing = {name for name, value in wanted.items() if not same(value, in_quickbooks.get(name))}
    assert set(changed_members(agreed(wanted, in_quickbooks), wanted)) == differing


@given(BODIES, BODIES)
def test_what_only_we_changed_is_no_conflict(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert conflicts(base, wanted, base) == []


@given(BODIES, BODIES)
def test_the_same_change_on_both_sides_is_no_conflict(
    base: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert conflicts(base, wanted, wanted) == []


@given(BODIES, BODIES, BODIES)
def test_only_members_that_we_change_can_conflict(
    base: dict[str, Any], wanted: dict[str, Any], in_quickbooks: dict[str, Any]
) -> None:
    assert set(conflicts(base, wanted, in_quickbooks)) <= set(wanted)


def test_different_changes_on_both_sides_conflict_and_others_do_not() -> None:
    base = {"Name": "A", "Notes": "a", "Active": True}
    wanted = {"Name": "B", "Notes": "b"}
    in_quickbooks = {"Name": "C", "Notes": "a", "Active": False}
    assert conflicts(base, wanted, in_quickbooks) == ["Name"]


def test_what_quickbooks_does_not_have_was_never_agreed_on() -> None:
    """A document that was linked without lines is compared later, by what reads lines, too."""
    base = agreed({"TxnDate": "2026-01-05", "Line": [{"Amount": 1}]}, {"TxnDate": "2026-01-05"})
    assert base == {"TxnDate": "2026-01-05"}


def a_sale(item: str, code: str) -> dict[str, Any]:
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": 9, "TaxCodeRef": {"value": code}}
    sold = "SalesItemLineDetail"
    return {"LineNum": 1, "Description": "Elbow", "Amount": 9, "DetailType": sold, sold: detail}


@pytest.mark.case("M34h")
@pytest.mark.parametrize(
    ("base", "wanted", "told"),
    [
        (
            {"Line": [a_sale("21", "TAX")]},
            {"Line": [a_sale("21", "NON")]},
            "The line 1 was tax code TAX and is tax code NON now.",
        ),
        (
            {"AllowOnlineACHPayment": True},
            {"AllowOnlineACHPayment": False},
            "The online payment from a bank was on and is off now.",
        ),
        (
            {"CustomField": [{"DefinitionId": "1", "Type": "StringType", "StringValue": "7"}]},
            {"CustomField": [{"DefinitionId": "1", "Type": "StringType", "StringValue": "8"}]},
            "The custom field 1 was 7 and is 8 now.",
        ),
    ],
)
def test_a_difference_is_told_without_words_of_programs(
    base: dict[str, Any], wanted: dict[str, Any], told: str
) -> None:
    assert differences(base, wanted) == [told]
    assert plain(told)
