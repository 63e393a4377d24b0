from decimal import Decimal
from typing import Any

import pytest

from connector.model.context import Linked
from connector.model.outcomes import Outcome
from connector.store import links, runs
from connector.store.links import AlreadyLinkedError, Link, LinkState
from connector.store.table import Item

pytestmark = pytest.mark.usefixtures("table")

TOLD: dict[str, Any] = {
    "run_id": "r1",
    "flow": "push_customers",
    "label": "customer 700001",
    "note": "",
}


def an_intent(claim: str, record_id: str = "700001", **changes: Any) -> Link:
    values: dict[str, Any] = {
        "sk": record_id,
        "state": LinkState.PENDING.value,
        "claim": claim,
        "request_id": "q1",
        "content_hash": "h1",
        "target": "Customer",
        "body": {"DisplayName": "Blue Heron Plumbing"},
    }
    return Link(**(values | changes))


def claimed(claim: str = "a", record_id: str = "700001", **changes: Any) -> Link:
    intent = an_intent(claim, record_id, **changes)
    assert links.claim("c1", "customer", intent, before=None)
    return intent


def stored(record_id: str = "700001") -> Link:
    link = links.read("c1", "customer", record_id)
    assert link is not None
    return link


def save(intent: Link, *, outcome: Outcome = Outcome.CREATED, **answer: Any) -> bool:
    given = {"Id": "61", "SyncToken": "0"} | answer
    return links.save(intent, given, outcome=outcome, **TOLD)


def test_a_record_nobody_claimed_has_no_link() -> None:
    assert links.read("c1", "customer", "700001") is None


def test_one_of_two_claims_of_a_new_record_wins() -> None:
    assert [
        links.claim("c1", "customer", an_intent("a"), before=None),
        links.claim("c1", "customer", an_intent("b"), before=None),
        stored().claim,
    ] == [True, False, "a"]


def test_one_of_two_that_take_over_a_dead_claim_wins() -> None:
    claimed("dead")
    seen = stored()
    assert [
        links.claim("c1", "customer", an_intent("a"), before=seen),
        links.claim("c1", "customer", an_intent("b"), before=seen),
        stored().claim,
    ] == [True, False, "a"]


def test_one_of_two_claims_of_a_released_intent_wins() -> None:
    links.release(claimed())
    seen = stored()
    assert [
        links.claim("c1", "customer", an_intent("b", generation=2), before=seen),
        links.claim("c1", "customer", an_intent("c", generation=2), before=seen),
    ] == [True, False]


def test_a_claim_of_what_was_released_meanwhile_is_lost() -> None:
    intent = claimed()
    seen = stored()
    links.release(intent)
    assert not links.claim("c1", "customer", an_intent("b"), before=seen)


def test_a_claim_of_what_was_linked_meanwhile_is_lost() -> None:
    links.release(claimed())
    seen = stored()
    faster = an_intent("b", generation=2)
    assert links.claim("c1", "customer", faster, before=seen)
    save(faster)
    assert not links.claim("c1", "customer", an_intent("c", generation=2), before=seen)


def test_a_released_intent_is_free_under_the_next_generation() -> None:
    links.release(claimed())
    left = stored()
    assert (left.state, left.claim, left.generation) == (LinkState.FREE, "", 2)


def test_nobody_releases_the_intent_of_another() -> None:
    intent = claimed("slow")
    links.claim("c1", "customer", an_intent("a"), before=stored())
    links.release(intent)
    assert (stored().state, stored().claim, stored().generation) == (LinkState.PENDING, "a", 1)


def test_a_link_cannot_be_released() -> None:
    intent = claimed()
    save(intent)
    links.release(intent)
    assert stored().state == LinkState.LINKED


def test_a_saved_link_is_found_from_mobiwork() -> None:
    save(claimed(), TotalAmt=Decimal("9.63"))
    assert stored().linked() == Linked(
        "61", "0", "h1", {"DisplayName": "Blue Heron Plumbing"}, Decimal("9.63")
    )


def test_a_saved_link_is_found_from_quickbooks() -> None:
    save(claimed())
    assert links.owner_of("c1", "Customer", "61") == ("customer", "700001")


def test_a_link_keeps_the_ids_of_the_lines_in_their_order() -> None:
    lines = [
        {"Id": "5", "LineNum": 2},
        {"Id": "4", "LineNum": 1},
        {"DetailType": "SubTotalLineDetail"},
    ]
    save(claimed(), Line=lines)
    assert stored().linked().line_ids == ("4", "5")


def test_a_record_without_a_total_has_none() -> None:
    save(claimed())
    assert stored().linked().total is None


def test_the_outcome_is_saved_with_the_link() -> None:
    save(claimed())
    found = [(one.outcome, one.quickbooks_id) for one in runs.outcomes("c1", "r1")]
    assert found == [("created", "61")]


def test_a_link_holds_no_claim_any_more() -> None:
    save(claimed())
    assert stored().claim == ""


def test_of_two_updates_of_one_link_only_the_first_is_remembered() -> None:
    save(claimed())
    slow, fast = stored(), stored()
    assert [
        save(fast, outcome=Outcome.UPDATED, SyncToken="2"),
        save(slow, outcome=Outcome.UPDATED, SyncToken="1"),
        stored().sync_token,
    ] == [True, False, "2"]


def test_who_lost_the_claim_saves_nothing() -> None:
    intent = claimed("slow")
    links.claim("c1", "customer", an_intent("a"), before=stored())
    assert (
        save(intent),
        stored().state,
        links.owner_of("c1", "Customer", "61"),
        list(runs.outcomes("c1", "r1")),
    ) == (False, LinkState.PENDING, None, [])


def test_a_quickbooks_record_belongs_to_one_mobiwork_record() -> None:
    save(claimed("a", "700001"))
    with pytest.raises(AlreadyLinkedError) as raised:
        save(claimed("b", "700002"))
    assert raised.value.mobiwork_id == "700001"


def test_what_is_linked_already_leaves_the_second_record_as_it_was() -> None:
    save(claimed("a", "700001"))
    second = claimed("b", "700002")
    with pytest.raises(AlreadyLinkedError):
        save(second)
    assert (stored("700002").state, stored("700002").claim) == (LinkState.PENDING, "b")


def test_an_update_keeps_where_the_link_came_from() -> None:
    save(claimed(), outcome=Outcome.ADOPTED)
    save(stored(), outcome=Outcome.UPDATED, SyncToken="1")
    assert (stored().origin, stored().sync_token) == ("adopted", "1")


def test_links_of_many_records_are_read_at_once() -> None:
    save(claimed("a", "700001"))
    claimed("b", "700002")
    wanted = [("customer", "700001"), ("customer", "700002"), ("product", "700001")]
    assert {own: link.state for own, link in links.read_many("c1", wanted).items()} == {
        ("customer", "700001"): LinkState.LINKED,
        ("customer", "700002"): LinkState.PENDING,
    }


def test_links_of_another_connection_are_not_seen() -> None:
    save(claimed())
    assert links.read_many("c2", [("customer", "700001")]) == {}


def test_a_reference_without_an_id_is_not_looked_up() -> None:
    Item.delete_table()
    assert links.read_many("c1", [("product", "")]) == {}
