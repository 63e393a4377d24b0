import itertools
from decimal import Decimal

from connector.engine.stores import Store
from connector.model.totals import CANARY, Difference, DifferenceCause, TotalDifference

CENT = Difference(DifferenceCause.TAX, "It is 9.63 here and 9.62 there.", Decimal("0.01"))


def kept(store: Store, *record_ids: str, flow: str = "push_invoices") -> list[TotalDifference]:
    told = [TotalDifference(one, f"invoice {one}", CENT) for one in record_ids]
    for one in told:
        store.totals.note("c1", flow, one, counts=True)
    return told


def test_a_difference_is_kept_and_counted_once_until_it_is_settled(store: Store) -> None:
    [first, second] = kept(store, "5501", "5502")
    kept(store, "5501")
    assert store.totals.undecided("c1", "push_invoices") == [first, second]
    assert store.totals.differing("c1", "push_invoices") == ["5501", "5502"]
    assert store.totals.read_many("c1", "push_invoices", ["5501", "9"]) == {"5501": first}
    store.totals.settle("c1", "push_invoices", "5501")
    assert store.totals.read_many("c1", "push_invoices", ["5501"]) == {}
    assert store.totals.undecided("c1", "push_invoices") == [second]


def test_flows_and_connections_are_kept_apart(store: Store) -> None:
    kept(store, "5501")
    assert store.totals.undecided("c1", "push_quotes") == []
    assert store.totals.undecided("c2", "push_invoices") == []


def test_a_difference_that_was_there_before_is_told_and_not_counted(store: Store) -> None:
    one = TotalDifference("5501", "invoice 5501", CENT, rounded=True)
    store.totals.note("c1", "push_invoices", one, counts=False)
    assert store.totals.read_many("c1", "push_invoices", ["5501"]) == {"5501": one}
    assert store.totals.undecided("c1", "push_invoices") == []


def test_a_decision_begins_the_count_anew_and_leaves_what_is_told(store: Store) -> None:
    [one] = kept(store, "5501")
    kept(store, "41001", flow="push_quotes")
    store.totals.decide("c1", ["push_invoices", "push_bills"])
    assert store.totals.undecided("c1", "push_invoices") == []
    assert store.totals.read_many("c1", "push_invoices", ["5501"]) == {"5501": one}
    assert len(store.totals.undecided("c1", "push_quotes")) == 1


def test_whether_a_sent_tax_is_obeyed_is_remembered_per_company(store: Store) -> None:
    assert store.totals.override_obeyed("c1") is None
    store.totals.remember_override("c1", obeyed=True)
    assert store.totals.override_obeyed("c1") is True
    store.totals.remember_override("c1", obeyed=False)
    assert store.totals.override_obeyed("c1") is False
    assert store.totals.override_obeyed("c2") is None


def test_who_counts_differences_is_told_whenever_they_are_others(store: Store) -> None:
    seen = [store.totals.standing("c1", "push_invoices").state]
    kept(store, "5501")
    seen.append(store.totals.standing("c1", "push_invoices").state)
    assert store.totals.standing("c1", "push_invoices").state == seen[-1]
    kept(store, "5502")
    seen.append(store.totals.standing("c1", "push_invoices").state)
    store.totals.settle("c1", "push_invoices", "5502")
    assert store.totals.standing("c1", "push_invoices").state != seen[-1]
    seen.append(store.totals.standing("c1", "push_invoices").state)
    store.totals.decide("c1", ["push_invoices"])
    assert store.totals.standing("c1", "push_invoices").state != seen[-1]
    assert all(one != other for one, other in itertools.pairwise(seen))
    others = [
        store.totals.standing(*one) for one in (("c1", "push_quotes"), ("c2", "push_invoices"))
    ]
    assert others[0].state == others[1].state


def test_how_a_flow_stands_is_its_canary_and_what_it_differs_in_and_nothing_else(
    store: Store,
) -> None:
    [first, second] = kept(store, "5501", "5502")
    told = TotalDifference("5503", "invoice 5503", CENT)
    store.totals.note("c1", "push_invoices", told, counts=False)
    assert store.totals.standing("c1", "push_invoices").undecided == (first, second)
    store.totals.watch("c1", ["push_invoices"])
    store.totals.pass_one("c1", "push_invoices")
    stands = store.totals.standing("c1", "push_invoices")
    assert (stands.canary, stands.undecided) == (CANARY - 1, (first, second))
    assert store.totals.standing("c1", "push_quotes").canary == 0


def test_the_first_documents_are_watched_until_enough_came_out_as_planned(store: Store) -> None:
    assert store.totals.watched("c1", "push_invoices") == 0
    store.totals.watch("c1", ["push_invoices"])
    for left in range(CANARY, -1, -1):
        assert store.totals.watched("c1", "push_invoices") == left
        store.totals.pass_one("c1", "push_invoices")
    assert store.totals.watched("c1", "push_invoices") == 0
    assert store.totals.watched("c2", "push_invoices") == 0
