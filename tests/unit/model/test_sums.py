"""What records of several kinds come to."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connector.model.outcomes import Sum, SumOfKind, by_kind, over_kinds

FLOWS = ("push_invoices", "push_payments", "push_bills")
WORTHS = st.none() | st.decimals(-10_000, 10_000, places=2)
FOUND = st.lists(st.tuples(st.sampled_from(FLOWS), st.builds(Sum, st.just(1), WORTHS)), max_size=20)


@given(FOUND)
def test_each_kind_has_its_own_sum_and_no_record_is_lost(found: list[tuple[str, Sum]]) -> None:
    kinds = by_kind(found)
    assert sorted(one.flow for one in kinds) == sorted({flow for flow, _ in found})
    for one in kinds:
        own = [it for flow, it in found if flow == one.flow]
        known = [it.worth for it in own if it.worth is not None]
        assert (one.count, one.worth) == (len(own), sum(known) if known else None)
    worths = [one.worth or 0 for one in kinds]
    assert worths == sorted(worths, reverse=True)


@given(FOUND)
def test_an_amount_stands_beside_a_count_only_where_it_is_of_one_kind(
    found: list[tuple[str, Sum]],
) -> None:
    all_of_them = over_kinds(by_kind(found))
    with_amount = {flow for flow, one in found if one.worth is not None}
    assert all_of_them.count == len(found)
    assert (all_of_them.worth is not None) is (len(with_amount) == 1)


def test_an_invoice_and_its_payment_are_two_figures() -> None:
    ten = Sum(1, Decimal("10.00"))
    kinds = by_kind([("push_invoices", ten), ("push_payments", ten)])
    assert kinds == (
        SumOfKind("push_invoices", 1, Decimal("10.00")),
        SumOfKind("push_payments", 1, Decimal("10.00")),
    )
    assert over_kinds(kinds) == Sum(2)
