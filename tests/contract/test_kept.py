from decimal import Decimal

import pytest

from connector.engine.stores import Store
from connector.model.company import Company
from connector.model.cursor import FollowedMerge, MergedRecord
from connector.model.flows.census import Census
from connector.model.links import RecordKey
from connector.model.policy.settings import Settings
from tests.builders import a_company, settings


def test_a_connection_without_settings_has_the_defaults(store: Store) -> None:
    assert store.settings.read_settings("c1") == Settings()


def test_the_save_since_which_flows_take_in_more_is_kept_with_the_settings(store: Store) -> None:
    assert store.settings.read_saved("c1").to_compare == {}
    off = [{"push_quotes"}, set(), {"push_quotes", "push_bills"}, {"push_quotes"}]
    for some in off:
        chosen = Settings(flows_off=frozenset(some))
        store.settings.save_settings("c1", chosen, saved_at="2026-03-02", saved_by="test")
    kept = store.settings.read_saved("c1")
    assert (kept.version, kept.to_compare) == (4, {"push_quotes": 2, "push_bills": 4})


def test_the_latest_settings_count(store: Store) -> None:
    for chosen in (Settings(), settings()):
        store.settings.save_settings("c1", chosen, saved_at="2026-03-02", saved_by="test")
    assert (store.settings.read_settings("c1"), store.settings.read_settings("c2")) == (
        settings(),
        Settings(),
    )


def test_settings_and_company_are_read_together_as_each_by_itself(store: Store) -> None:
    assert store.settings.read_with_company("c1") == (store.settings.read_saved("c1"), None)
    chosen = Settings(flows_off=frozenset({"push_quotes"}))
    for one in (chosen, settings()):
        store.settings.save_settings("c1", one, saved_at="2026-03-02", saved_by="test")
    store.settings.save_company("c1", a_company())
    together = store.settings.read_with_company("c1")
    assert together == (store.settings.read_saved("c1"), a_company())


def test_a_company_is_remembered_per_connection(store: Store) -> None:
    store.settings.save_company("c1", a_company())
    found = [store.settings.read_company(one) for one in ("c1", "c2")]
    assert found == [a_company(), None]


def test_what_is_remembered_of_a_company_is_changed_if_anything_is(store: Store) -> None:
    def learn(company: Company) -> Company:
        return company.model_copy(update={"name": "Harbor Books LLC"})

    store.settings.save_company("c1", a_company())
    for connection_id in ("c1", "c2"):
        store.settings.change_company(connection_id, learn)
    found = [store.settings.read_company(one) for one in ("c1", "c2")]
    assert found == [learn(a_company()), None]


@pytest.fixture
def tree(store: Store) -> Store:
    """The records 2 and 3 below 1, and 4 below 3."""
    store.parents.keep("c1", "Customer", {"2": "1", "3": "1", "4": "3"})
    return store


def test_the_parents_of_records_are_known(tree: Store) -> None:
    assert tree.parents.above("c1", "Customer", ["1", "2", "4"]) == {"2": "1", "4": "3"}


def test_all_records_below_one_are_found_at_any_depth(tree: Store) -> None:
    assert tree.parents.below("c1", "Customer", ["1"]) == {"2", "3", "4"}


def test_a_record_that_moved_is_below_its_new_parent_only(tree: Store) -> None:
    tree.parents.keep("c1", "Customer", {"4": "2"})
    assert (
        tree.parents.below("c1", "Customer", ["3"]),
        tree.parents.above("c1", "Customer", ["4"]),
    ) == (
        set(),
        {"4": "2"},
    )


def test_parents_of_another_entity_and_connection_are_not_seen(tree: Store) -> None:
    assert [tree.parents.above(*one, ["2"]) for one in (("c1", "Item"), ("c2", "Customer"))] == [
        {},
        {},
    ]


HERON = MergedRecord(entity="Customer", loser="60", survivor="61")
KITE = MergedRecord(entity="Item", loser="7", survivor="8")


def test_a_merge_is_noted_once_until_it_is_followed(store: Store) -> None:
    for merged in (HERON, KITE, HERON):
        store.merged_records.note("c1", merged)
    before = store.merged_records.noted("c1")
    store.merged_records.forget("c1", [HERON])
    assert (before, store.merged_records.noted("c1"), store.merged_records.noted("c2")) == (
        [HERON, KITE],
        [KITE],
        [],
    )


def test_a_merge_that_was_followed_keeps_whose_record_it_was(store: Store) -> None:
    kept, owner = store.merged_records, RecordKey("customer", "700001")
    kept.follow("c1", HERON, owner)
    kept.follow("c1", HERON, None)
    assert kept.followed("c1", "Customer") == {"60": FollowedMerge(survivor="61", owner=owner)}
    assert (kept.followed("c1", "Item"), kept.followed("c2", "Customer")) == ({}, {})


def test_where_a_record_went_is_told_followed_or_not(store: Store) -> None:
    kept = store.merged_records
    kept.follow("c1", HERON, None)
    kept.note("c1", MergedRecord(entity="Customer", loser="61", survivor="62"))
    kept.note("c1", KITE)
    assert kept.survivors("c1", "Customer", ["60", "61", "7", "99"]) == {"60": "61", "61": "62"}
    assert kept.survivors("c1", "Item", ["7"]) == {"7": "8"}
    assert kept.survivors("c2", "Customer", ["60"]) == {}


def test_the_addresses_of_customers_are_remembered_by_their_ids(store: Store) -> None:
    first, second = {"81001": {"City": "Tampa"}}, {"81001": {"City": "Miami"}, "81002": {}}
    store.places.keep("c1", {"700001": first, "700002": first})
    store.places.keep("c1", {"700001": second})
    assert store.places.read_many("c1", ["700001", "700002", "700003"]) == {
        "700001": second,
        "700002": first,
    }
    assert store.places.read_many("c2", ["700001"]) == {}


def test_what_records_say_is_kept_by_entity(store: Store) -> None:
    invoices, payments = Census(), Census()
    invoices.note([("status", "Paid"), ("category", "")], Decimal("9.63"))
    payments.note([("status", "Created")], None)
    store.census.save("c1", "invoice", Census())
    for entity, census in (("invoice", invoices), ("payment", payments)):
        store.census.save("c1", entity, census)
    assert store.census.read_all("c1") == {"invoice": invoices, "payment": payments}
    assert store.census.read_all("c2") == {}
