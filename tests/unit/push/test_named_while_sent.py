"""A record whose answer was lost, and of which MobiWork names a record of QuickBooks since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.errors import RejectedError
from connector.model.links import Intent, Link, RecordKey
from connector.model.outcomes import Outcome
from connector.push.matching.sent import ARRIVES, was_there
from tests.builders import CONNECTION, a_customer, a_product, an_intent, an_invoice
from tests.fakes import Record, lost_answer
from tests.unit.engine.world import World
from tests.unit.push.test_sent_again import push, stands

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=ARRIVES - 1)
AFTER = LATER + timedelta(seconds=ARRIVES)
IN_A_RUN = {"settle_seconds": 100.0, "claim_seconds": 0.0, "remaining": lambda: 80.0}


def sent(*, arrives: bool) -> World:
    """Lose the answer of a customer, who is then renamed in QuickBooks."""
    world = World()
    world.find(a_customer())
    world.quickbooks.honours_request_ids = False
    lose = "after" if arrives else "before"
    setattr(world.quickbooks, lose, lost_answer)
    push(world, "customer", NOON, **IN_A_RUN)
    setattr(world.quickbooks, lose, lambda _entity, _body: None)
    return world


def named(world: World, number: str, **told: str) -> None:
    world.find(a_customer(externalCustomerId=f"{number},QBO", **told))


@pytest.mark.case("X18c")
def test_one_that_was_made_since_it_was_sent_is_linked_by_whatever_name() -> None:
    world = sent(arrives=True)
    made = {"CreateTime": NOON.isoformat()}
    world.quickbooks.edit("Customer", "1", DisplayName="Heron Group", MetaData=made)
    named(world, "1", companyName="Heron Group")
    push(world, "customer", LATER)
    link = stands(world, "customer", "700001")
    assert isinstance(link, Link)
    assert (link.quickbooks_id, len(world.quickbooks.records["Customer"])) == ("1", 1)


@pytest.mark.case("X18c")
@pytest.mark.parametrize(
    ("made", "is_it"),
    [
        ((NOON - timedelta(minutes=5)).isoformat(), True),
        ((NOON - timedelta(minutes=5, seconds=1)).isoformat(), False),
        ("2026-03-02T11:55:00", True),
        ("2026-03-02T16:55:00+05:00", True),
        ("2026-03-02T16:54:59+05:00", False),
        ("0000-00-00", False),
        (7, False),
        (None, False),
    ],
)
def test_when_it_was_made_tells_whether_it_is_what_was_sent(made: object, is_it: bool) -> None:
    world = sent(arrives=True)
    world.quickbooks.edit("Customer", "1", DisplayName="Heron Group", MetaData={"CreateTime": made})
    named(world, "1", companyName="Heron Group")
    push(world, "customer", LATER)
    assert isinstance(stands(world, "customer", "700001"), Link) == is_it


@pytest.mark.parametrize(
    ("made", "marked", "was"),
    [
        (NOON - timedelta(minutes=5, seconds=1), False, True),
        (NOON - timedelta(minutes=5), False, False),
        (NOON - timedelta(days=9), True, False),
        (None, False, False),
    ],
)
def test_what_was_made_before_the_call_was_there(
    made: datetime | None, *, marked: bool, was: bool
) -> None:
    note = {"PrivateNote": "(MobiWork customer 700001, ref. c1)"} if marked else {}
    intent = an_intent(RecordKey("customer", "700001"), body=note, begun=int(NOON.timestamp()))
    found = {"Id": "1", "MetaData": {"CreateTime": made and made.isoformat()}}
    assert was_there(intent, found) is was
    assert not was_there(replace(intent, begun=None), found)


@pytest.mark.case("X18c")
def test_a_document_that_mobiwork_names_is_linked_where_it_bears_the_mark() -> None:
    world = World()
    world.find(a_customer(), an_invoice(), a_product())
    world.push("customer", "product")
    world.quickbooks.honours_request_ids, world.quickbooks.hidden = False, True
    world.quickbooks.after = lost_answer
    push(world, "invoice", NOON, **IN_A_RUN)
    world.quickbooks.after = lambda _entity, _body: None
    [made] = world.quickbooks.records["Invoice"]
    world.find(a_customer(), an_invoice(externalid=f"{made['Id']},QBO"), a_product())
    push(world, "invoice", LATER)
    link = stands(world, "invoice", "5501")
    assert isinstance(link, Link)
    assert (link.quickbooks_id, len(world.quickbooks.records["Invoice"])) == (made["Id"], 1)


def test_a_fault_of_the_look_at_whom_mobiwork_names_is_told() -> None:
    world = sent(arrives=True)
    world.quickbooks.edit("Customer", "1", DisplayName="Heron Group")
    named(world, "1", companyName="Heron Group")
    refusal = RejectedError("It may not be read.", code="5020")
    read = world.quickbooks.read

    def refuses(_entity: str, _own: str) -> Record:
        raise refusal

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.quickbooks, "read", refuses)
        push(world, "customer", LATER)
    assert world.note("customer", "700001") == (Outcome.REFUSED, "It may not be read.")
    assert read("Customer", "1")["DisplayName"] == "Heron Group"


@pytest.mark.case("X18c")
def test_another_one_is_linked_once_the_call_cannot_be_carried_out_any_more() -> None:
    world = sent(arrives=False)
    before = {"CreateTime": (NOON - timedelta(days=1)).isoformat()}
    there = world.quickbooks.create(
        "Customer", {"DisplayName": "Blue Heron", "MetaData": before}, requestid="by hand"
    )
    same = {"PrimaryEmailAddr": {"Address": "office@blueheron.example"}}
    world.quickbooks.edit("Customer", there["Id"], **same)
    named(world, there["Id"])
    push(world, "customer", LATER)
    assert isinstance(stands(world, "customer", "700001"), Intent)
    push(world, "customer", AFTER)
    push(world, "customer", AFTER + timedelta(seconds=1))
    link = stands(world, "customer", "700001")
    assert isinstance(link, Link)
    assert (link.quickbooks_id, len(world.quickbooks.records["Customer"])) == (there["Id"], 1)


@pytest.mark.case("X18c")
@pytest.mark.parametrize("number", ["9", "1"], ids=["gone", "another's"])
def test_a_document_without_the_mark_is_never_taken_for_what_was_sent(number: str) -> None:
    world = World()
    world.find(a_customer(), an_invoice(), a_product())
    world.push("customer", "product")
    world.quickbooks.honours_request_ids = False
    stranger = {
        "CustomerRef": {"value": "1"},
        "TotalAmt": 5,
        "MetaData": {"CreateTime": NOON.isoformat()},
    }
    world.quickbooks.records["Invoice"] = [{"Id": "1", "SyncToken": "0", **stranger}]
    world.quickbooks.before = lost_answer
    push(world, "invoice", NOON, **IN_A_RUN)
    world.quickbooks.before = lambda _entity, _body: None
    world.find(a_customer(), an_invoice(externalid=f"{number},QBO"), a_product())
    push(world, "invoice", AFTER)
    assert not isinstance(stands(world, "invoice", "5501"), Link)
    [item] = world.store.pending.read_all(CONNECTION, "push_invoices")
    assert "may be there" in (item.reason or "")
