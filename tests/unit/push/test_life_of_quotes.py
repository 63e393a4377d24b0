from typing import Any

import pytest

from connector.model.body import Body
from tests.builders import a_customer, a_product, settings
from tests.unit.engine.world import World
from tests.unit.entities.sales.selling import a_quote, an_order

MASTERS = (a_customer(), a_product())


@pytest.fixture
def sent() -> World:
    """A quote that was sent, as a pending estimate in QuickBooks."""
    world = World()
    world.find(*MASTERS, a_quote())
    assert world.push("customer", "product", "estimate")["estimate"] == {"created": 1}
    return world


def estimate(world: World) -> Body:
    (found,) = world.quickbooks.records["Estimate"]
    return found


def now(world: World, run_id: str = "r2", **changes: Any) -> dict[str, int]:
    world.run_id = run_id
    world.find(*MASTERS, a_quote(**changes))
    return world.push("estimate")["estimate"]


@pytest.mark.case("M31")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Declined", "Rejected"),
        ("LOST", "Rejected"),
        ("Cancelled by customer", "Rejected"),
        ("Expired", "Closed"),
        ("Expired - no answer", "Closed"),
        ("Approved", "Accepted"),
    ],
)
def test_the_estimate_takes_the_status_that_its_quote_came_to(
    sent: World, status: str, expected: str
) -> None:
    assert now(sent, status=status) == {"updated": 1}
    assert (estimate(sent)["TxnStatus"], estimate(sent)["SyncToken"]) == (expected, "1")
    assert now(sent, "r3", status=status, comments="told once") == {"unchanged": 1}
    assert (estimate(sent)["SyncToken"], sent.left("estimate")) == ("1", {})


@pytest.mark.case("M31")
def test_a_quote_that_is_open_again_opens_its_estimate(sent: World) -> None:
    now(sent, status="Declined")
    now(sent, "r3", status="Sent")
    assert estimate(sent)["TxnStatus"] == "Pending"


@pytest.mark.case("M31a")
@pytest.mark.parametrize("status", ["Invoiced", "Converted", "Waiting for landlord"])
def test_an_invoice_closes_its_estimate_and_a_status_of_their_own_means_nothing(
    sent: World, status: str
) -> None:
    sent.save(settings(quote_statuses=["Sent", "Invoiced", "Converted", "Waiting for landlord"]))
    assert now(sent, status=status) == {"unchanged": 1}
    assert (estimate(sent)["TxnStatus"], sent.left("estimate")) == ("Pending", {})


@pytest.mark.case("M31b")
def test_an_estimate_that_was_changed_in_quickbooks_is_left_to_a_person(sent: World) -> None:
    sent.quickbooks.edit("Estimate", estimate(sent)["Id"], CustomerMemo={"value": "Call us"})
    assert now(sent, status="Declined") == {"refused": 1}
    told = sent.note("estimate", "41001")[1]
    assert "was changed in QuickBooks after it was posted" in told
    assert "It would become: status Rejected." in told
    assert estimate(sent)["TxnStatus"] == "Pending"


@pytest.mark.case("M31b")
def test_what_a_person_did_there_already_is_taken_for_done(sent: World) -> None:
    sent.quickbooks.edit("Estimate", estimate(sent)["Id"], TxnStatus="Rejected")
    assert now(sent, status="Declined") == {"updated": 1}
    assert (estimate(sent)["SyncToken"], sent.left("estimate")) == ("1", {})


@pytest.mark.case("M31c")
def test_other_changes_of_money_are_told_first_and_nothing_is_sent(sent: World) -> None:
    assert now(sent, status="Declined", customerId="700002") == {"unchanged": 1}
    assert "The customer was 700001 and is 700002 now." in sent.note("estimate", "41001")[1]
    assert (estimate(sent)["TxnStatus"], sent.left("estimate")) == ("Pending", {"41001": "deleted"})


@pytest.mark.case("M31d")
def test_the_estimate_of_an_open_order_is_rejected_when_it_is_canceled_and_open_again_with_it() -> (
    None
):
    world = World()
    statuses = {"r1": "Waiting for stock", "r2": "Cancelled", "r3": "Waiting for delivery"}
    done = {}
    for run_id, status in statuses.items():
        world.run_id = run_id
        world.find(*MASTERS, an_order(status=status, checkoutDate="null"))
        world.push("customer", "product", "salesOrder")
        done[run_id] = estimate(world)["TxnStatus"]
    assert done == {"r1": "Accepted", "r2": "Rejected", "r3": "Accepted"}
    assert (world.left("salesOrder"), "Invoice" in world.quickbooks.records) == ({}, False)


@pytest.mark.case("M31d")
def test_the_invoice_of_an_order_that_is_canceled_is_told_and_left() -> None:
    world = World()
    world.find(*MASTERS, an_order())
    world.push("customer", "product", "salesOrder")
    world.run_id = "r2"
    world.find(*MASTERS, an_order(status="Cancelled"))
    assert world.push("salesOrder") == {"salesOrder": {"unchanged": 1}}
    assert world.left("salesOrder") == {"61001": "deleted"}
