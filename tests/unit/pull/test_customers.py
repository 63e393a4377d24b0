from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.entities.stages import flows_to_run
from connector.errors import RemoteDownError
from connector.jobs.settings_replay import replay
from connector.model.links import RecordKey
from connector.model.outcomes import Outcome
from connector.model.worklist.causes import Kind
from tests.builders import CONNECTION, a_customer, an_intent, settings
from tests.memory.kept import MemoryParents
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.families import enter, family, run_next


def unreachable(_entity: str) -> None:
    raise RemoteDownError("MobiWork cannot be reached.", unknown_outcome=False)


def test_a_sub_customer_arrives_linked_to_its_parent(sides: TwoSides) -> None:
    top, middle, low = family(sides)
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"created": 3}
    own = {one: sides.owner("Customer", one) for one in (top, middle, low)}
    parents = [sides.text("customer", own[one], "parentCustomerId") for one in (middle, low)]
    assert parents == [own[top], own[top]]
    assert sides.text("customer", own[low], "companyName") == "Kitchen:Sink"


def test_a_parent_that_arrives_later_brings_its_children(sides: TwoSides) -> None:
    top, middle, _ = family(sides)
    sides.look()
    sides.tell("Customer", middle)
    sides.pull("pull_customers")
    assert sides.left("pull_customers") == {middle: "waiting"}
    sides.run_id = "r2"
    sides.tell("Customer", top)
    sides.pull("pull_customers")
    assert (sides.left("pull_customers"), sides.owner("Customer", middle)) == ({}, "c2")


def test_a_child_of_a_project_is_left_out_with_it(sides: TwoSides) -> None:
    project = enter(sides, "Refit", IsProject=True)
    child = enter(sides, "Phase 1", ("Refit", project))
    sides.look("Customer")
    sides.pull("pull_customers")
    outcome, note = sides.note("pull_customers", child)
    assert (outcome, sides.left("pull_customers")) == (Outcome.LEFT_OUT, {})
    assert note.startswith('Customer "Refit" is left out: It is a QuickBooks project')


def test_a_child_of_an_inactive_parent_waits_until_that_is_active_again(sides: TwoSides) -> None:
    top = enter(sides, "Heron", Active=False)
    child = enter(sides, "Kitchen", ("Heron", top))
    sides.look("Customer")
    sides.pull("pull_customers")
    outcome, note = sides.note("pull_customers", child)
    assert outcome == Outcome.WAITING
    assert note.endswith('"Heron" is left out: Customer "Heron" is inactive in QuickBooks.')
    sides.run_id = "r2"
    sides.quickbooks.edit("Customer", top, Active=True)
    sides.tell("Customer", top)
    assert sides.pull("pull_customers") == {"created": 2}


def test_sub_customers_can_be_named_with_their_parent(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="customer named Parent:Child"))
    family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    found = sides.mobiwork.records_of["customer"].values()
    assert sorted(str(one.findtext("companyName")) for one in found) == [
        "Heron",
        "Heron:Kitchen",
        "Heron:Kitchen:Sink",
    ]


def test_a_sub_customer_whose_top_is_not_known_is_not_sent(sides: TwoSides) -> None:
    top, middle, low = family(sides)
    run_next(sides, top, middle)
    sides.store = replace(sides.store, parents=MemoryParents())
    run_next(sides, low)
    outcome, note = sides.note("pull_customers", low)
    assert (outcome, sides.mobiwork.adds) == (Outcome.REFUSED, 2)
    assert note.startswith('It is a sub-customer of "Kitchen", which is a sub-customer itself.')


def test_a_pulled_sub_customer_is_not_pushed(sides: TwoSides) -> None:
    family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.run_id = "r2"
    sides.look()
    sides.push("customer")
    assert [one["SyncToken"] for one in sides.quickbooks.records["Customer"]] == ["0", "0", "0"]


def test_what_mobiwork_changes_of_a_pulled_sub_customer_is_kept_in_sight(sides: TwoSides) -> None:
    _, middle, _ = family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    own = sides.owner("Customer", middle)
    sides.run_id = "r2"
    sides.mobiwork.change("customer", own, {"contact/phoneNumber": "8135550199"})
    sides.look()
    sides.push("customer")
    assert "Changed in MobiWork only: phone." in (sides.link("customer", own).drift or "")


@pytest.mark.parametrize("name", ["Blue Heron Plumbing", "blue heron PLUMBING"])
def test_a_customer_that_both_sides_have_is_never_doubled(sides: TwoSides, name: str) -> None:
    sides.mobiwork.add("customer", f"<customer><companyName>{name}</companyName></customer>")
    number = enter(sides, "Blue Heron Plumbing")
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.push("customer")
    assert (sides.owner("Customer", number), sides.mobiwork.adds) == ("c1", 1)
    assert len(sides.quickbooks.records["Customer"]) == 1


def test_no_person_is_invented(sides: TwoSides) -> None:
    number = enter(sides, "Blue Heron Plumbing")
    sides.look("Customer")
    sides.pull("pull_customers")
    own = sides.owner("Customer", number)
    names = [sides.text("customer", own, f"contact/{one}Name") for one in ("first", "last")]
    assert names == ["-", "-"]


def test_an_e_mail_that_mobiwork_empties_is_emptied_in_quickbooks(sides: TwoSides) -> None:
    enter(sides, "Heron", PrimaryEmailAddr={"Address": "office@heron.example"})
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.run_id = "r2"
    sides.mobiwork.change("customer", "c1", {"contact/email": None})
    sides.look()
    sides.push("customer")
    assert sides.quickbooks.records["Customer"][0]["PrimaryEmailAddr"] == {"Address": ""}


def test_a_record_that_could_go_while_mobiwork_is_down_is_work_for_the_next_run(
    sides: TwoSides,
) -> None:
    top, middle, _ = family(sides)
    sides.look()
    sides.tell("Customer", middle)
    sides.pull("pull_customers")
    sides.tell("Customer", top)
    sides.run_id = "r2"
    sides.mobiwork.before = lambda entity: unreachable(entity) if sides.mobiwork.adds else None
    sides.pull("pull_customers")
    assert sides.left("pull_customers") == {middle: "changed"}


@pytest.mark.case("R18")
def test_a_customer_whose_create_may_have_come_to_quickbooks_waits_and_starts_no_run(
    sides: TwoSides,
) -> None:
    sides.mobiwork.put(a_customer("700001", companyName="Heron"))
    sides.look()
    (read,) = sides.store.pending.read_all(CONNECTION, "push_customers")
    sides.store.pending.close(read)
    intent = an_intent(RecordKey("customer", "700001"))
    sides.store.links.claim(CONNECTION, intent, before=None)
    there = enter(sides, "Heron")
    sides.tell("Customer", there)
    assert sides.pull("pull_customers") == {"waiting": 1}
    (waits,) = sides.store.pending.read_all(CONNECTION, "pull_customers")
    assert (waits.state, waits.cause) == ("waiting", Kind.BEING_SENT)
    assert flows_to_run(CONNECTION, sides.store) == frozenset()
    soon = datetime.now(UTC) + timedelta(minutes=16)
    assert "pull_customers" in flows_to_run(CONNECTION, sides.store, now=soon)
    sides.store.links.release(CONNECTION, intent)
    sides.run_id = "r2"
    sides.pull("pull_customers")
    assert (sides.left("pull_customers"), sides.owner("Customer", there)) == ({}, "700001")


def test_a_conflict_of_a_record_that_is_not_pushed_comes_to_rest(sides: TwoSides) -> None:
    _, middle, _ = family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    own = sides.owner("Customer", middle)
    ours = {"contact/phoneNumber": "8135550199", "contact/email": "kitchen@heron.example"}
    sides.mobiwork.change("customer", own, ours)
    sides.quickbooks.edit("Customer", middle, PrimaryPhone={"FreeFormNumber": "8135550177"})
    sides.tell("Customer", middle)
    for run_id in ("r2", "r3"):
        sides.run_id = run_id
        sides.look()
        sides.pull("pull_customers")
        sides.push("customer")
    assert sides.left("pull_customers") == {middle: "refused"}


def test_a_pull_that_is_switched_off_adds_nothing_until_it_is_on_again(sides: TwoSides) -> None:
    enter(sides, "Heron")
    sides.look("Customer")
    sides.save(settings(flows_off=["pull_customers"]))
    assert sides.pull("pull_customers") == {"left out": 1}
    sides.run_id = "r2"
    sides.save(settings())
    assert replay(CONNECTION, sides.store)
    assert sides.pull("pull_customers") == {"created": 1}
