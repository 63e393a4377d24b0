import json
from typing import Any

import pytest

from connector.errors import RETRY, Fix
from connector.store import pending
from connector.store.pending import Pending, PendingState
from connector.store.table import Item

pytestmark = pytest.mark.usefixtures("table")

FLOW = "push_customers"


def found(record_id: str = "700001", fingerprint: str = "f1") -> dict[str, Any]:
    return {
        "record_id": record_id,
        "record": f"<customer>{fingerprint}</customer>",
        "fingerprint": fingerprint,
        "found_at": "2026-03-02T12:00:00+00:00",
        "label": f"customer {record_id}",
    }


def put(*items: dict[str, Any]) -> None:
    pending.put_all("c1", FLOW, items)


def one(record_id: str = "700001") -> Pending:
    return pending.read_many("c1", FLOW, [record_id])[record_id]


def states() -> dict[str, str]:
    return {item.record_id: item.state for item in Pending.query(f"c1#pending#{FLOW}")}


def test_what_was_found_waits_as_changed() -> None:
    put(found())
    item = one()
    assert (item.flow, item.record_id, item.state, item.record, item.label) == (
        FLOW,
        "700001",
        PendingState.CHANGED,
        "<customer>f1</customer>",
        "customer 700001",
    )


def test_a_newer_reading_replaces_an_older_one() -> None:
    put(found())
    put(found(fingerprint="f2"))
    assert [item.record for item in pending.to_plan("c1", FLOW)] == ["<customer>f2</customer>"]


def test_a_newer_reading_of_a_refused_record_is_to_be_planned_again() -> None:
    put(found())
    pending.hold(one(), PendingState.REFUSED, reason="It has no name.")
    put(found(fingerprint="f2"))
    assert (one().state, one().reason) == (PendingState.CHANGED, "")


def test_a_closed_item_is_gone() -> None:
    put(found())
    pending.close(one())
    assert states() == {}


def test_a_newer_reading_survives_the_close_of_the_older() -> None:
    put(found())
    older = one()
    put(found(fingerprint="f2"))
    pending.close(older)
    assert one().fingerprint == "f2"


def test_a_newer_reading_survives_the_hold_of_the_older() -> None:
    put(found())
    older = one()
    put(found(fingerprint="f2"))
    pending.hold(older, PendingState.REFUSED, reason="It has no name.")
    assert (one().fingerprint, one().state, one().reason) == ("f2", PendingState.CHANGED, "")


def test_the_hold_of_an_item_that_is_done_brings_nothing_back() -> None:
    put(found())
    item = one()
    pending.close(item)
    pending.hold(item, PendingState.SENT)
    assert states() == {}


def test_closing_twice_is_as_closing_once() -> None:
    put(found())
    item = one()
    pending.close(item)
    pending.close(item)
    assert states() == {}


def test_a_held_item_says_why_and_what_to_do() -> None:
    put(found())
    fixes = (RETRY, Fix(action="link", label="Link to it", target="61"))
    pending.hold(one(), PendingState.REFUSED, label="customer X", reason="Taken.", fixes=fixes)
    item = one()
    assert (item.state, item.label, item.reason, json.loads(item.fixes)) == (
        PendingState.REFUSED,
        "customer X",
        "Taken.",
        [["retry", "Try again", ""], ["link", "Link to it", "61"]],
    )


@pytest.fixture
def all_states(table: None) -> None:
    put(*(found(f"70000{n}") for n in range(4)))
    for n, state in enumerate((PendingState.SENT, PendingState.WAITING, PendingState.REFUSED)):
        pending.hold(one(f"70000{n}"), state)


@pytest.mark.usefixtures("all_states")
def test_a_run_plans_everything_but_what_was_refused() -> None:
    planned = [item.record_id for item in pending.to_plan("c1", FLOW)]
    assert planned == ["700000", "700001", "700003"]


@pytest.mark.usefixtures("all_states")
def test_a_run_goes_on_after_the_record_it_reached() -> None:
    planned = [item.record_id for item in pending.to_plan("c1", FLOW, after="700000")]
    assert planned == ["700001", "700003"]


@pytest.mark.usefixtures("all_states")
def test_the_worklist_is_what_waits_and_what_was_refused() -> None:
    assert [item.record_id for item in pending.worklist("c1", FLOW)] == ["700001", "700002"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PendingState.CHANGED, True),
        (PendingState.SENT, True),
        (PendingState.WAITING, False),
        (PendingState.REFUSED, False),
    ],
)
def test_only_changed_and_sent_items_are_something_to_do(
    state: PendingState, expected: bool
) -> None:
    put(found())
    pending.hold(one(), state)
    assert pending.anything_to_do("c1", FLOW) is expected


def test_an_empty_flow_has_nothing_to_do() -> None:
    put(found())
    assert not pending.anything_to_do("c1", "push_products")


@pytest.mark.usefixtures("all_states")
def test_a_refused_item_can_be_set_back_to_changed() -> None:
    assert (pending.replay("c1", FLOW, "700002"), one("700002").state) == (
        True,
        PendingState.CHANGED,
    )


def test_what_is_not_pending_cannot_be_replayed() -> None:
    assert (pending.replay("c1", FLOW, "700001"), states()) == (False, {})


def test_items_of_another_connection_are_not_seen() -> None:
    put(found())
    assert pending.read_many("c2", FLOW, ["700001"]) == {}


def test_a_record_without_an_id_is_not_looked_up() -> None:
    Item.delete_table()
    assert pending.read_many("c1", FLOW, [""]) == {}
