"""What may have been sent and is not to be created any more."""

import pytest

from connector.errors import RemoteDownError
from connector.model.body import Body
from connector.model.links import Intent
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.unit.engine.world import World

OPEN = "OPEN"


@pytest.fixture
def world() -> World:
    """An invoice whose worker died before it noted the answer; queries are hours late."""
    made = World()
    made.find(a_customer(), a_product(), an_invoice())
    made.push("customer", "product")
    made.quickbooks.hidden = True
    with pytest.raises(KilledError):
        made.push("invoice", checkpoint=killed)
    return made


class KilledError(Exception):
    """The worker died."""


def killed(step: str) -> None:
    if step == "answer received":
        raise KilledError


def intent(world: World) -> Intent:
    found = world.store.links.read(CONNECTION, "invoice", "5501")
    assert isinstance(found, Intent)
    return found


@pytest.mark.case("X5")
def test_what_is_for_once_not_to_be_created_keeps_its_request_id(world: World) -> None:
    sent = intent(world).request_id
    world.find(a_customer(), a_product(), an_invoice(status=OPEN))
    world.run_id = "r2"
    assert world.push("invoice") == {"invoice": {"waiting": 1}}
    assert (intent(world).request_id, intent(world).claim) == (sent, None)
    assert "may be there" in str(world.note("invoice", "5501")[1])


@pytest.mark.case("X5")
def test_what_is_to_be_created_again_is_one_invoice(world: World) -> None:
    world.find(a_customer(), a_product(), an_invoice(status=OPEN))
    world.push("invoice", run_id="r2")
    world.find(a_customer(), a_product(), an_invoice())
    world.run_id = "r3"
    assert world.push("invoice") == {"invoice": {"created": 1}}
    assert len(world.quickbooks.records["Invoice"]) == 1


def test_what_is_not_to_be_created_any_more_is_looked_for_and_linked(world: World) -> None:
    world.quickbooks.hidden = False
    world.find(a_customer(), a_product(), an_invoice(status=OPEN))
    world.push("invoice", run_id="r2")
    assert world.link("invoice", "5501") == world.quickbooks.records["Invoice"][0]["Id"]


def test_a_claim_of_a_stranger_is_watched_for_its_whole_time(world: World) -> None:
    world.quickbooks.hidden = False
    began = world.clock.now
    world.push("invoice", run_id="r2")
    assert world.clock.now - began >= world.run().claim_seconds
    assert world.link("invoice", "5501") is not None


STRANGER = {
    "DisplayName": "Blue Heron Plumbing",
    "PrimaryPhone": {"FreeFormNumber": "(305) 555-0199"},
    "PrimaryEmailAddr": {"Address": "other@example.org"},
    "BillAddr": {"Line1": "9 Bay St", "City": "Miami", "PostalCode": "33101"},
}


@pytest.mark.case("M34g")
@pytest.mark.parametrize(
    ("made", "came"),
    [("2020-01-01T00:00:00+00:00", "refused"), ("2099-01-01T00:00:00+00:00", "linked")],
    ids=["there before", "edited since"],
)
def test_what_had_the_name_before_a_call_was_lost_is_looked_at_like_any_other(
    made: str, came: str
) -> None:
    world = World()
    world.find(a_customer())

    def lost(_entity: str, _body: Body) -> None:
        there = {"Id": "900", "SyncToken": "0", "Active": True, "MetaData": {"CreateTime": made}}
        world.quickbooks.records.setdefault("Customer", []).append(there | STRANGER)
        raise RemoteDownError("No answer.", unknown_outcome=True)

    world.quickbooks.before = lost
    assert world.push("customer") == {"customer": {came: 1}}
    if came == "refused":
        assert "QuickBooks has the same name" in world.note("customer", "700001")[1]
