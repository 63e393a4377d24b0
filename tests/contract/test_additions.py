from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.worklist import counted
from connector.engine.stores import Store
from connector.model.links import (
    Addition,
    RecordKey,
)
from tests.builders import a_link
from tests.contract.linking import TOLD, outcomes, stands

ITEM = Addition(source="Item", quickbooks_id="77", claim="a")


def begun(store: Store) -> dict[str, Addition]:
    return dict(store.additions.under_way("c1", "Item", ["77"]))


def test_one_of_two_begins_an_addition(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    assert not store.additions.claim("c1", replace(ITEM, claim="b"), before=None)
    assert begun(store) == {"77": ITEM}


def test_one_of_two_takes_an_addition_over(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    assert store.additions.claim("c1", replace(ITEM, claim="b"), before=ITEM)
    assert not store.additions.claim("c1", replace(ITEM, claim="c"), before=ITEM)
    assert begun(store) == {"77": replace(ITEM, claim="b")}


@pytest.mark.case("X14")
def test_an_addition_whose_own_write_was_repeated_is_begun(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    assert store.additions.claim("c1", ITEM, before=None)


def test_an_addition_that_ended_is_not_taken_over(store: Store) -> None:
    assert not store.additions.claim("c1", replace(ITEM, claim="b"), before=ITEM)
    assert begun(store) == {}


@pytest.fixture
def overtaken(store: Store) -> Iterator[Addition]:
    """An addition that another worker has taken over."""
    assert store.additions.claim("c1", ITEM, before=None)
    assert store.additions.claim("c1", replace(ITEM, claim="b"), before=ITEM)
    yield ITEM
    assert begun(store) == {"77": replace(ITEM, claim="b")}


def test_nobody_releases_the_addition_of_another(store: Store, overtaken: Addition) -> None:
    store.additions.release("c1", overtaken)


def test_nobody_notes_of_the_addition_of_another(store: Store, overtaken: Addition) -> None:
    store.additions.note_taken("c1", overtaken, taken=True)


def test_nobody_ends_the_addition_of_another(store: Store, overtaken: Addition) -> None:
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="77")
    assert not store.links.save("c1", link, TOLD, ends=overtaken)
    assert (stands(store, link.owner), outcomes(store)) == (None, [])


def test_a_link_ends_the_addition_that_led_to_it(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="77")
    assert store.links.save("c1", link, TOLD, ends=ITEM)
    assert (stands(store, link.owner), begun(store)) == (link, {})


def test_a_record_that_is_linked_is_not_begun(store: Store) -> None:
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="77")
    assert store.links.save("c1", link, TOLD)
    assert not store.additions.claim("c1", ITEM, before=None)
    assert (store.links.owner_of("c1", "Item", "77"), begun(store)) == (link.owner, {})


def test_a_record_that_is_linked_meanwhile_is_not_taken_over(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="77")
    assert store.links.save("c1", link, TOLD)
    assert not store.additions.claim("c1", replace(ITEM, claim="b"), before=ITEM)
    store.additions.release("c1", ITEM)
    assert (store.links.owner_of("c1", "Item", "77"), begun(store)) == (link.owner, {})


def test_what_is_being_added_belongs_to_nobody(store: Store) -> None:
    piece = replace(ITEM, quickbooks_id="77-120")
    assert all(store.additions.claim("c1", one, before=None) for one in (ITEM, piece))
    assert store.links.owner_of("c1", "Item", "77") is None
    assert store.links.owners_of_pieces("c1", "Item", "77") == {}


def test_a_merge_does_not_point_to_what_is_being_added(store: Store) -> None:
    link = a_link(RecordKey("product", "p1"), target="Item", quickbooks_id="76")
    assert store.links.save("c1", link, TOLD)
    assert store.additions.claim("c1", ITEM, before=None)
    merged = store.links.repoint(
        "c1", link.owner, target="Item", loser="76", survivor="77", merged_into=None
    )
    assert (merged, stands(store, link.owner), begun(store)) == (False, link, {"77": ITEM})


def test_an_addition_that_was_released_is_begun_anew(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    store.additions.release("c1", ITEM)
    assert store.additions.claim("c1", replace(ITEM, claim="b"), before=None)


def test_what_mobiwork_took_for_sure_is_noted(store: Store) -> None:
    assert store.additions.claim("c1", ITEM, before=None)
    store.additions.note_taken("c1", ITEM, taken=True)
    assert begun(store) == {"77": replace(ITEM, taken=True)}


def test_who_takes_an_addition_over_keeps_what_was_noted_of_it(store: Store) -> None:
    noted = replace(ITEM, taken=True)
    assert store.additions.claim("c1", ITEM, before=None)
    store.additions.note_taken("c1", ITEM, taken=True)
    assert store.additions.claim("c1", replace(noted, claim="b"), before=noted)
    assert begun(store) == {"77": replace(noted, claim="b")}


def test_nothing_is_asked_of_the_table_where_nothing_is_wanted(dynamodb: Store) -> None:
    with counted() as calls:
        assert dynamodb.additions.under_way("c1", "Item", []) == {}
        assert dynamodb.pending.read_many("c1", "push_customers", [""]) == {}
    assert calls == []


def test_a_piece_under_way_is_seen_from_its_whole(store: Store) -> None:
    assert store.additions.claim("c1", replace(ITEM, quickbooks_id="77-120"), before=None)
    whole = {one: store.additions.pieces_under_way("c1", "Item", one) for one in ("77", "7")}
    assert whole == {"77": True, "7": False}


def test_a_piece_that_is_linked_is_under_way_no_more(store: Store) -> None:
    piece = replace(ITEM, quickbooks_id="77-120")
    link = a_link(RecordKey("payment", "901"), target="Item", quickbooks_id="77-120")
    assert store.additions.claim("c1", piece, before=None)
    assert store.links.save("c1", link, TOLD, ends=piece)
    assert not store.additions.pieces_under_way("c1", "Item", "77")
