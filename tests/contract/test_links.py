"""What the stores of links and additions promise, in the table and in memory."""

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.engine.stores import Store
from connector.model.links import (
    AlreadyLinkedError,
    Link,
    Origin,
    RecordKey,
    Released,
)
from connector.store.records import links
from tests.builders import a_link, an_intent
from tests.contract.linking import GULL, HERON, TOLD, at, claimed, linked, outcomes, stands


def test_a_record_nobody_claimed_stands_nowhere(store: Store) -> None:
    assert stands(store) is None


def test_ids_as_short_and_as_long_as_a_row_can_have_are_read_and_others_have_no_link(
    store: Store,
) -> None:
    owners = [RecordKey("customer", one) for one in ("7", "7" * links.LONGEST_KEY)]
    for owner in owners:
        claimed(store, owner)
    others = [("customer", ""), ("customer", "7" * (links.LONGEST_KEY + 1))]
    assert {*store.links.read_many("c1", [*owners, *others])} == {*owners}


def test_an_intent_is_read_as_it_was_written(store: Store) -> None:
    body = {"TotalAmt": Decimal("9.63")}
    intent = claimed(store, kind="PART", generation=3, body=body, begun=1772452800, claimed=0)
    assert stands(store) == intent


def test_an_intent_of_an_adoption_is_sent_by_no_query(store: Store) -> None:
    assert claimed(store, twin_query=None) == stands(store)


def test_one_of_two_claims_of_a_new_record_wins(store: Store) -> None:
    first = claimed(store)
    assert not store.links.claim("c1", replace(first, claim="b"), before=None)
    assert stands(store) == first


def test_one_of_two_that_take_over_a_dead_claim_wins(store: Store) -> None:
    dead = claimed(store, claim="dead")
    first, second = replace(dead, claim="a"), replace(dead, claim="b")
    assert store.links.claim("c1", first, before=dead)
    assert not store.links.claim("c1", second, before=dead)
    assert stands(store) == first


@pytest.mark.case("X14")
def test_a_claim_whose_own_write_was_repeated_is_won(store: Store) -> None:
    dead = claimed(store, claim="dead")
    mine = replace(dead, claim="a")
    assert store.links.claim("c1", mine, before=dead)
    assert store.links.claim("c1", mine, before=dead)


def test_an_intent_that_was_released_leaves_the_next_generation(store: Store) -> None:
    store.links.release("c1", claimed(store))
    assert stands(store) == Released(generation=2)


def test_one_of_two_claims_of_a_released_intent_wins(store: Store) -> None:
    store.links.release("c1", claimed(store))
    left = Released(generation=2)
    assert store.links.claim("c1", an_intent(HERON, claim="b", generation=2), before=left)
    assert not store.links.claim("c1", an_intent(HERON, claim="c", generation=2), before=left)


def test_who_saw_an_earlier_generation_released_claims_nothing(store: Store) -> None:
    store.links.release("c1", claimed(store))
    faster = an_intent(HERON, claim="b", generation=2)
    assert store.links.claim("c1", faster, before=Released(generation=2))
    store.links.release("c1", faster)
    slow = an_intent(HERON, claim="c", generation=2)
    assert not store.links.claim("c1", slow, before=Released(generation=2))
    assert stands(store) == Released(generation=3)


def test_who_saw_an_earlier_generation_let_go_claims_nothing(store: Store) -> None:
    first = claimed(store)
    store.links.let_go("c1", first)
    seen = replace(first, claim=None)
    newer = replace(first, claim="b", generation=2)
    assert store.links.claim("c1", newer, before=seen)
    store.links.let_go("c1", newer)
    assert not store.links.claim("c1", replace(first, claim="c"), before=seen)


def test_a_claim_of_what_was_released_meanwhile_is_lost(store: Store) -> None:
    intent = claimed(store)
    store.links.release("c1", intent)
    assert not store.links.claim("c1", replace(intent, claim="b"), before=intent)


def test_a_claim_of_what_was_linked_meanwhile_is_lost(store: Store) -> None:
    store.links.release("c1", claimed(store))
    linked(store)
    slow = an_intent(HERON, claim="c", generation=2)
    assert not store.links.claim("c1", slow, before=Released(generation=2))


def test_nobody_releases_the_intent_of_another(store: Store) -> None:
    slow = claimed(store, claim="slow")
    faster = replace(slow, claim="a")
    assert store.links.claim("c1", faster, before=slow)
    store.links.release("c1", slow)
    assert stands(store) == faster


def test_nobody_lets_go_of_the_intent_of_another(store: Store) -> None:
    slow = claimed(store, claim="slow")
    faster = replace(slow, claim="a")
    assert store.links.claim("c1", faster, before=slow)
    store.links.let_go("c1", slow)
    assert stands(store) == faster


def test_a_link_cannot_be_released(store: Store) -> None:
    intent = claimed(store)
    link = a_link(HERON)
    assert store.links.save("c1", link, TOLD, before=intent)
    store.links.release("c1", intent)
    assert stands(store) == link


def test_an_intent_that_was_let_go_is_nobodys_and_keeps_its_request_id(store: Store) -> None:
    intent = claimed(store)
    store.links.let_go("c1", intent)
    assert stands(store) == replace(intent, claim=None)


def test_what_was_let_go_is_taken_by_one_of_two(store: Store) -> None:
    intent = claimed(store)
    store.links.let_go("c1", intent)
    seen = replace(intent, claim=None)
    assert store.links.claim("c1", replace(intent, claim="b"), before=seen)
    assert not store.links.claim("c1", replace(intent, claim="c"), before=seen)


def test_a_link_is_read_as_it_was_saved(store: Store) -> None:
    link = a_link(
        HERON,
        base={"DisplayName": "Blue Heron Plumbing"},
        total=Decimal("9.63"),
        kind="PART",
        line_ids=("4", "5"),
        in_mobiwork={"phone": "8135550199"},
        in_quickbooks={"phone": "8135550100"},
        disputed=("phone",),
        gone="It was voided.",
        drift="The total differs.",
        origin=Origin.PULLED,
        merged_into="700009",
        tax=Decimal("0.63"),
        facts={"CustomerRef": "61"},
        generation=3,
        made_in="r1",
        shown="s1",
    )
    assert store.links.save("c1", link, TOLD)
    assert stands(store) == link


def test_a_link_with_nothing_more_to_say_is_read_as_it_was_saved(store: Store) -> None:
    assert linked(store, content_hash=None) == stands(store)


def test_a_saved_link_is_found_from_quickbooks(store: Store) -> None:
    linked(store)
    assert store.links.owner_of("c1", "Customer", "61") == HERON
    assert store.links.owners_of("c1", "Customer", ["61", "62"]) == {"61": HERON}


def test_the_outcome_is_saved_with_the_link(store: Store) -> None:
    linked(store)
    assert outcomes(store) == ["created"]


def test_of_two_updates_of_one_link_only_the_first_is_remembered(store: Store) -> None:
    before = linked(store)
    fast, slow = at(before, "2"), at(before, "1")
    assert store.links.save("c1", fast, TOLD, before=before)
    assert not store.links.save("c1", slow, TOLD, before=before)
    assert stands(store) == fast


def test_an_update_of_what_was_merged_meanwhile_is_not_remembered(store: Store) -> None:
    before = linked(store)
    assert merged(store)
    assert not store.links.save("c1", at(before, "1"), TOLD, before=before)
    assert store.links.owner_of("c1", "Customer", "61") is None


def test_who_lost_the_claim_saves_nothing(store: Store) -> None:
    slow = claimed(store, claim="slow")
    faster = replace(slow, claim="a")
    assert store.links.claim("c1", faster, before=slow)
    assert not store.links.save("c1", a_link(HERON), TOLD, before=slow)
    assert stands(store) == faster
    assert (store.links.owner_of("c1", "Customer", "61"), outcomes(store)) == (None, [])


def test_what_is_being_sent_is_not_linked_by_another_way(store: Store) -> None:
    intent = claimed(store)
    assert not store.links.save("c1", a_link(HERON), TOLD)
    assert stands(store) == intent


def test_what_was_released_is_linked_by_another_way(store: Store) -> None:
    store.links.release("c1", claimed(store))
    assert linked(store) == stands(store)


def test_a_link_to_another_record_is_not_replaced(store: Store) -> None:
    first = linked(store)
    assert not store.links.save("c1", replace(first, quickbooks_id="62"), TOLD)
    assert stands(store) == first


def test_a_quickbooks_record_belongs_to_one_mobiwork_record(store: Store) -> None:
    linked(store)
    second = claimed(store, GULL)
    with pytest.raises(AlreadyLinkedError) as raised:
        store.links.save("c1", a_link(GULL), TOLD, before=second)
    assert (raised.value.mobiwork_id, stands(store, GULL)) == ("700001", second)


def test_many_records_are_read_at_once(store: Store) -> None:
    link, intent = linked(store), claimed(store, GULL)
    wanted = [HERON, GULL, ("product", "700001"), ("customer", "")]
    assert store.links.read_many("c1", wanted) == {HERON: link, GULL: intent}


def test_records_are_read_by_how_their_ids_begin(store: Store) -> None:
    piece = linked(store, RecordKey("customer", "77-1"), quickbooks_id="81")
    linked(store, RecordKey("customer", "78-1"), quickbooks_id="82")
    assert store.links.read_beginning("c1", "customer", "77-") == {("customer", "77-1"): piece}


def test_records_are_read_some_at_a_time_by_id(store: Store) -> None:
    link, intent = linked(store), claimed(store, GULL)
    linked(store, RecordKey("product", "700000"), target="Item")
    pages = [
        store.links.read_some("c1", "customer", after=after, limit=1)
        for after in ("", "700001", "700002")
    ]
    assert pages == [{"700001": link}, {"700002": intent}, {}]


def test_of_two_entities_of_the_same_ids_one_is_linked(store: Store) -> None:
    linked(store)
    other = RecordKey("vendor", HERON.mobiwork_id)
    with pytest.raises(AlreadyLinkedError):
        store.links.save("c1", a_link(other), TOLD)
    assert store.links.owner_of("c1", "Customer", "61") == HERON


def test_records_of_another_connection_are_not_seen(store: Store) -> None:
    linked(store)
    assert store.links.read_many("c2", [HERON]) == {}
    assert store.links.owners_of("c2", "Customer", ["61"]) == {}


def merged(store: Store, into: str | None = None) -> bool:
    return store.links.repoint(
        "c1", HERON, target="Customer", loser="61", survivor="99", merged_into=into
    )


def test_a_merged_record_is_linked_to_the_survivor(store: Store) -> None:
    link = linked(store)
    assert merged(store)
    assert stands(store) == replace(link, quickbooks_id="99")
    assert store.links.owners_of("c1", "Customer", ["61", "99"]) == {"99": HERON}


def test_a_survivor_that_belongs_to_another_record_stays_with_it(store: Store) -> None:
    linked(store, GULL, quickbooks_id="99")
    link = linked(store)
    assert merged(store, into=GULL.mobiwork_id)
    assert stands(store) == replace(link, quickbooks_id="99", merged_into="700002")
    assert store.links.owners_of("c1", "Customer", ["61", "99"]) == {"99": GULL}


def test_a_survivor_that_was_linked_meanwhile_is_not_taken(store: Store) -> None:
    linked(store, GULL, quickbooks_id="99")
    link = linked(store)
    assert not merged(store)
    assert stands(store) == link


def test_what_is_linked_to_another_record_by_now_is_not_repointed(store: Store) -> None:
    link = linked(store, quickbooks_id="62")
    assert not merged(store)
    assert stands(store) == link


def test_a_drift_is_noted_and_forgotten(store: Store) -> None:
    link = linked(store)
    store.links.note_drift("c1", link, "The total differs.")
    noted = replace(link, drift="The total differs.")
    assert stands(store) == noted
    store.links.note_drift("c1", noted, None)
    assert stands(store) == link


def test_the_pieces_of_a_record_are_known_by_their_own_ids(store: Store) -> None:
    linked(store, HERON, target="Payment", quickbooks_id="77-120")
    linked(store, GULL, target="Payment", quickbooks_id="770-1")
    assert store.links.owners_of_pieces("c1", "Payment", "77") == {"77-120": HERON}


def test_who_belongs_to_an_id_is_told_of_several_entities(dynamodb: Store) -> None:
    payment, invoice = RecordKey("payment", "901"), RecordKey("invoice", "5501")
    linked(dynamodb, payment, target="Payment", quickbooks_id="77")
    linked(dynamodb, invoice, target="Invoice", quickbooks_id="77")
    linked(dynamodb, RecordKey("invoice", "5502"), target="Invoice", quickbooks_id="78")
    targets = ("Invoice", "Payment", "Invoice", "Bill")
    assert links.owners_across("c1", targets, "77") == {payment, invoice}
    assert links.owners_across("c2", targets, "77") == set()


def test_an_intent_of_nobody_has_no_claim_which_is_not_a_claim_of_nothing() -> None:
    of_nobody = links._held(an_intent(HERON, claim=None))
    assert "attribute_not_exists (claim)" in str(of_nobody), "mocks take the one for the other"


def test_a_link_says_that_its_document_is_gone(store: Store) -> None:
    linked(store)
    store.links.note_gone("c1", HERON, "It was voided in QuickBooks.")
    standing = stands(store)
    assert isinstance(standing, Link)
    assert standing.gone == "It was voided in QuickBooks."


def test_what_is_not_linked_cannot_be_gone(store: Store) -> None:
    store.links.note_gone("c1", HERON, "It was voided in QuickBooks.")
    assert stands(store) is None


@pytest.mark.case("R1a")
def test_a_reference_that_no_row_can_have_hides_no_other(store: Store) -> None:
    link = linked(store)
    odd = [("customer", "9" * 1025), ("customer", "é" * 600), ("customer", "")]
    assert store.links.read_many("c1", [*odd, HERON]) == {HERON: link}
