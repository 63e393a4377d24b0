"""What the store promises to who sends a record: the last look, and the end of its item."""

from decimal import Decimal

import pytest

from connector.engine.stores import Store
from connector.model.links import RecordKey
from connector.model.pending import Glance, NewItem, PendingItem
from connector.model.totals import Difference, DifferenceCause, TotalDifference
from connector.store.records import links
from tests.builders import a_link
from tests.contract.linking import HERON, TOLD, claimed, crowded, linked, outcomes, stands

FLOW = "push_customers"


def put(store: Store, fingerprint: str = "f1") -> PendingItem:
    new = NewItem(
        record_id=HERON.mobiwork_id,
        record="<customer/>",
        fingerprint=fingerprint,
        found_at="2026-03-02T12:00:00+00:00",
        label="customer 700001",
    )
    store.pending.put_all("c1", FLOW, [new])
    return store.pending.read_many("c1", FLOW, [HERON.mobiwork_id])[HERON.mobiwork_id]


def left(store: Store) -> list[str]:
    return [one.fingerprint for one in store.pending.read_all("c1", FLOW)]


def test_a_glance_sees_the_newest_reading(store: Store) -> None:
    first = put(store)
    assert store.totals.glance(first, differing=False) == Glance("f1")
    put(store, "f2")
    assert store.totals.glance(first, differing=False) == Glance("f2")


def test_a_glance_sees_that_a_record_was_deleted(store: Store) -> None:
    first = put(store)
    store.pending.drop_unsent("c1", FLOW, HERON.mobiwork_id)
    assert store.totals.glance(first, differing=True).fingerprint is None


def test_a_glance_sees_the_same_differences_as_who_counts_them(store: Store) -> None:
    first = put(store)
    seen = [store.totals.glance(first, differing=True).differing]
    cent = Difference(DifferenceCause.TAX, "It is 9.63 here and 9.62 there.", Decimal("0.01"))
    store.totals.note("c1", FLOW, TotalDifference("5501", "invoice 5501", cent), counts=True)
    seen.append(store.totals.glance(first, differing=True).differing)
    assert seen == [seen[0], store.totals.standing("c1", FLOW).state]
    assert seen[0] != seen[1]


def test_an_item_is_closed_with_its_link(store: Store) -> None:
    item, intent = put(store), claimed(store)
    assert store.links.save("c1", a_link(HERON), TOLD, before=intent, closes=item)
    assert (stands(store), left(store), outcomes(store)) == (a_link(HERON), [], ["created"])


def test_a_newer_reading_stays_when_the_older_one_is_linked(store: Store) -> None:
    item, intent = put(store), claimed(store)
    put(store, "f2")
    assert store.links.save("c1", a_link(HERON), TOLD, before=intent, closes=item)
    assert (stands(store), left(store)) == (a_link(HERON), ["f2"])


def test_a_record_that_was_deleted_meanwhile_is_linked_all_the_same(store: Store) -> None:
    item, intent = put(store), claimed(store)
    store.pending.close(item)
    assert store.links.save("c1", a_link(HERON), TOLD, before=intent, closes=item)
    assert stands(store) == a_link(HERON)


def test_who_lost_the_claim_closes_nothing(store: Store) -> None:
    item, slow = put(store), claimed(store, claim="slow")
    store.links.release("c1", slow)
    assert not store.links.save("c1", a_link(HERON), TOLD, before=slow, closes=item)
    assert (left(store), outcomes(store)) == (["f1"], [])


def test_a_link_is_saved_while_its_item_is_being_written(
    dynamodb: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, intent = put(dynamodb), claimed(dynamodb)
    monkeypatch.setattr(links, "transaction", crowded(times=1))
    assert dynamodb.links.save("c1", a_link(HERON), TOLD, before=intent, closes=item)
    assert left(dynamodb) == []


@pytest.mark.parametrize("most", [10, 60])
def test_many_records_are_read_of_which_some_are_linked(store: Store, most: int) -> None:
    owners = [RecordKey("customer", str(700000 + one)) for one in range(60)]
    kept = {
        own: linked(store, own, quickbooks_id=str(100 + place))
        for place, own in enumerate(owners)
        if place < most and place % 2
    }
    wanted = owners[::3] + owners[1::3]
    assert store.links.read_many("c1", wanted) == {
        own: link for own, link in kept.items() if own in wanted
    }
