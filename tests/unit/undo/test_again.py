from typing import Any

import pytest

from connector.errors import RemoteDownError
from connector.model.body import Json
from connector.model.links import Link
from connector.undo.again import send_again, undone_by_record
from tests.builders import CONNECTION, a_customer
from tests.unit.undo.world import World

EVERYTHING = {
    "push_customers": "700001",
    "push_products": "307001",
    "push_invoices": "5501",
    "push_payments": "901",
}


def again(world: World, *flows: str) -> None:
    """Let a person ask for what was undone."""
    for flow in flows or EVERYTHING:
        run = world.job()
        send_again(run, flow, undone_by_record(run, flow, [EVERYTHING[flow]]))


@pytest.mark.case("B8")
def test_what_is_asked_for_again_is_posted_exactly_once() -> None:
    world = World()
    world.run("r1")
    posted = world.books.balances()
    world.undo("r1")

    again(world)
    again(world)
    world.run("r2")
    world.run("r3")

    assert world.books.balances() == posted
    assert [one["DocNumber"] for one in world.books.all("Invoice")] == ["INV-5501"]
    assert len(world.books.all("Payment")) == 1
    [customer] = world.books.all("Customer")
    assert (customer["Active"], customer["DisplayName"]) == (True, "Blue Heron Plumbing")
    link = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.made_in, link.generation) == ("r2", 2)


def test_a_run_that_was_posted_again_can_be_undone_again() -> None:
    world = World()
    began = world.books.balances()
    world.run("r1")
    world.undo("r1")
    again(world)
    world.run("r2")

    world.undo("r2")

    assert world.books.balances() == began
    again(world, "push_invoices", "push_payments")
    world.run("r3")
    assert len(world.books.all("Invoice")) == len(world.books.all("Payment")) == 1


def test_an_invoice_that_is_asked_for_waits_for_its_undone_customer() -> None:
    world = World()
    world.run("r1")
    world.undo("r1")

    again(world, "push_invoices")
    world.run("r2")

    item = world.store.pending.read_many(CONNECTION, "push_invoices", ["5501"])["5501"]
    assert "It was undone by ann" in str(item.reason)
    assert world.books.all("Invoice") == []
    again(world, "push_customers", "push_products")
    world.run("r3")
    assert len(world.books.all("Invoice")) == 1


def test_an_edit_that_was_told_is_what_is_posted_then() -> None:
    world = World()
    world.run("r1")
    world.undo("r1")
    contact = {"firstName": "TBD", "lastName": "TBD", "email": "new@blueheron.example"}
    world.mobiwork.put(a_customer(contact=contact))
    world.run("r2")
    assert [one["Active"] for one in world.books.all("Customer")] == [False]

    again(world)
    world.run("r3")

    [customer] = world.books.all("Customer")
    assert customer["PrimaryEmailAddr"]["Address"] == "new@blueheron.example"
    assert world.store.pending.read_many(CONNECTION, "push_customers", ["700001"]) == {}


def test_what_was_asked_for_before_quickbooks_was_down_is_posted_and_the_rest_can_be_asked() -> (
    None
):
    world = World()
    world.mobiwork.put(a_customer("700002", companyName="Grey Owl Cafe"))
    world.run("r1")
    world.undo("r1")
    undone = undone_by_record(world.job(), "push_customers", ["700001", "700002"])
    run = world.job()
    update, tried = run.quickbooks.update, []

    def update_once(*asked: Any, **more: Any) -> Json:
        tried.append(asked)
        if len(tried) > 1:
            raise RemoteDownError("No answer.")
        return update(*asked, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run.quickbooks, "update", update_once)
        with pytest.raises(RemoteDownError):
            send_again(run, "push_customers", undone)
    left = undone_by_record(world.job(), "push_customers", ["700001", "700002"])
    assert [len(left[one]) for one in ("700001", "700002")] == [0, 1]
    world.run("r2")
    link = world.store.links.read(CONNECTION, "customer", "700001")
    assert isinstance(link, Link)
    assert world.store.left_out.read_many(CONNECTION, "push_customers", ["700001"]) == {}


def test_all_that_is_asked_for_at_once_is_read_by_one_metered_call() -> None:
    world = World()
    names = {f"70000{number}": f"Owl {number}" for number in range(2, 9)}
    for own, name in names.items():
        world.mobiwork.put(a_customer(own, companyName=name))
    world.run("r1")
    world.undo("r1")
    undone = undone_by_record(world.job(), "push_customers", names)
    before = world.books.meter.metered

    send_again(world.job(), "push_customers", undone)

    assert world.books.meter.metered == before + 1
    assert all(one["Active"] for one in world.books.all("Customer") if "Owl" in one["DisplayName"])


def test_nothing_is_sent_again_of_what_nobody_undid() -> None:
    world = World()
    world.run("r1")

    assert undone_by_record(world.job(), "push_invoices", ["5501", "5502"]) == {
        "5501": [],
        "5502": [],
    }
