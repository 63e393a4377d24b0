from dataclasses import replace
from typing import Any

import pytest

from connector.errors import RemoteDownError
from connector.model.outcomes import Outcome
from tests.builders import settings
from tests.fake_mobiwork import FakeMobiWorkAccount
from tests.memory.kept import MemoryParents
from tests.unit.engine.two_sides import TwoSides


def unreachable(_entity: str) -> None:
    raise RemoteDownError("MobiWork cannot be reached.", unknown_outcome=False)


@pytest.fixture
def sides() -> TwoSides:
    return TwoSides()


def _customer(sides: TwoSides, name: str, *above: tuple[str, str], **changes: Any) -> str:
    members: dict[str, Any] = {"DisplayName": name, "CompanyName": name}
    if above:
        full = ":".join([*(one[0] for one in above), name])
        members |= {
            "Job": True,
            "ParentRef": {"value": above[-1][1]},
            "FullyQualifiedName": full,
            "Level": len(above),
        }
    return sides.in_quickbooks("Customer", **(members | changes))


def _family(sides: TwoSides) -> tuple[str, str, str]:
    top = _customer(sides, "Heron")
    middle = _customer(sides, "Kitchen", ("Heron", top))
    low = _customer(sides, "Sink", ("Heron", top), ("Kitchen", middle))
    return top, middle, low


def test_a_sub_customer_arrives_linked_to_its_parent(sides: TwoSides) -> None:
    top, middle, low = _family(sides)
    sides.look("Customer")
    assert sides.pull("pull_customers") == {"created": 3}
    own = {one: sides.owner("Customer", one) for one in (top, middle, low)}
    parents = [sides.text("customer", own[one], "parentCustomerId") for one in (middle, low)]
    assert parents == [own[top], own[top]]
    assert sides.text("customer", own[low], "companyName") == "Kitchen:Sink"


def test_a_parent_that_arrives_later_brings_its_children(sides: TwoSides) -> None:
    top, middle, _ = _family(sides)
    sides.look()
    sides.tell("Customer", middle)
    sides.pull("pull_customers")
    assert sides.left("pull_customers") == {middle: "waiting"}
    sides.run_id = "r2"
    sides.tell("Customer", top)
    sides.pull("pull_customers")
    assert (sides.left("pull_customers"), sides.owner("Customer", middle)) == ({}, "c2")


def test_a_child_of_a_project_is_left_out_with_it(sides: TwoSides) -> None:
    project = _customer(sides, "Refit", IsProject=True)
    child = _customer(sides, "Phase 1", ("Refit", project))
    sides.look("Customer")
    sides.pull("pull_customers")
    outcome, note = sides.note("pull_customers", child)
    assert (outcome, sides.left("pull_customers")) == (Outcome.LEFT_OUT, {})
    assert note.startswith('Customer "Refit" is left out: It is a QuickBooks project')


def test_a_child_of_an_inactive_parent_waits_until_that_is_active_again(sides: TwoSides) -> None:
    top = _customer(sides, "Heron", Active=False)
    child = _customer(sides, "Kitchen", ("Heron", top))
    sides.look("Customer")
    sides.pull("pull_customers")
    outcome, note = sides.note("pull_customers", child)
    assert outcome == Outcome.WAITING
    assert note.endswith('"Heron" is left out: Customer "Heron" is inactive in QuickBooks.')
    sides.run_id = "r2"
    sides.quickbooks.edit("Customer", top, Active=True)
    sides.tell("Customer", top)
    assert sides.pull("pull_customers") == {"created": 2}


def test_sub_customers_can_become_addresses_of_their_parent(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = _customer(sides, "Heron")
    address = {"Line1": "12 Canal St", "City": "Tampa"}
    middle = _customer(sides, "Kitchen", ("Heron", top), ShipAddr=address)
    _customer(sides, "Sink", ("Heron", top), ("Kitchen", middle), ShipAddr=address)
    sides.look("Customer")
    sides.pull("pull_customers")
    found = sides.mobiwork.records_of["customer"]
    names = [one.findtext("name") or "" for one in found["c1"].iterfind("addressList/address")]
    assert (list(found), sum("Kitchen" in name for name in names)) == (["c1"], 2)


def test_sub_customers_can_be_named_with_their_parent(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="customer named Parent:Child"))
    _family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    found = sides.mobiwork.records_of["customer"].values()
    assert sorted(str(one.findtext("companyName")) for one in found) == [
        "Heron",
        "Heron:Kitchen",
        "Heron:Kitchen:Sink",
    ]


def _next(sides: TwoSides, *told: str) -> dict[str, int]:
    """Let the next run look, pull what QuickBooks told of, and push."""
    sides.run_id = f"{sides.run_id}+"
    sides.look()
    if told:
        sides.tell("Customer", *told)
    outcomes = sides.pull("pull_customers")
    sides.push("customer")
    return outcomes


def _moved(sides: TwoSides, number: str, *above: tuple[str, str], **changes: Any) -> str:
    """Let the accountant move a customer below another one; return its MobiWork id."""
    name = next(
        one["DisplayName"] for one in sides.quickbooks.records["Customer"] if one["Id"] == number
    )
    place = {
        "Job": bool(above),
        "ParentRef": {"value": above[-1][1]} if above else None,
        "FullyQualifiedName": ":".join([*(one[0] for one in above), name]),
    }
    sides.quickbooks.edit("Customer", number, **(place | changes))
    return sides.owner("Customer", number)


def _at_rest(sides: TwoSides) -> bool:
    """Tell whether two more runs that are told of everything change nothing on either side."""

    def state() -> tuple[Any, ...]:
        in_mobiwork = {
            own: sorted((one.tag, one.text or "") for one in record.iter())
            for own, record in sides.mobiwork.records_of["customer"].items()
        }
        return in_mobiwork, [dict(one) for one in sides.quickbooks.records["Customer"]]

    before = state()
    every = [one["Id"] for one in sides.quickbooks.records["Customer"]]
    outcomes = [_next(sides, *every) for _ in range(2)]
    return state() == before and all(set(one) <= {"unchanged"} for one in outcomes)


@pytest.fixture
def families(sides: TwoSides) -> TwoSides:
    """Return two sides with Heron:Kitchen:Sink and Dock in both."""
    _family(sides)
    _customer(sides, "Dock")
    sides.look("Customer")
    sides.pull("pull_customers")
    return sides


TOP, MIDDLE, LOW, DOCK = "1", "2", "3", "4"


def _parent(sides: TwoSides, number: str) -> str | None:
    return sides.text("customer", sides.owner("Customer", number), "parentCustomerId")


def test_a_sub_customer_that_moves_in_quickbooks_moves_in_mobiwork(families: TwoSides) -> None:
    own = _moved(families, MIDDLE, ("Dock", DOCK))
    assert _next(families, MIDDLE) == {"updated": 1}
    assert _parent(families, MIDDLE) == families.owner("Customer", DOCK)
    assert families.text("customer", own, "companyName") == "Kitchen"


def test_a_customer_that_becomes_a_sub_customer_becomes_one_in_mobiwork(
    families: TwoSides,
) -> None:
    own = _moved(families, DOCK, ("Heron", TOP), BillWithParent=True)
    _next(families, DOCK)
    assert _parent(families, DOCK) == families.owner("Customer", TOP)
    assert families.text("customer", own, "billTo") == "PARENT"


def test_a_sub_customer_that_becomes_a_customer_of_its_own_has_no_parent(
    families: TwoSides,
) -> None:
    own = _moved(families, MIDDLE)
    _next(families, MIDDLE)
    assert (_parent(families, MIDDLE) or "") == ""
    assert families.text("customer", own, "isSubCustomer") == "false"


def test_who_pays_for_a_sub_customer_is_pulled(families: TwoSides) -> None:
    families.quickbooks.edit("Customer", MIDDLE, BillWithParent=True)
    _next(families, MIDDLE)
    assert families.text("customer", families.owner("Customer", MIDDLE), "billTo") == "PARENT"


def test_what_is_below_a_sub_customer_moves_with_it(families: TwoSides) -> None:
    _moved(families, MIDDLE, ("Dock", DOCK))
    own = _moved(families, LOW, ("Dock", DOCK), ("Kitchen", MIDDLE))
    _next(families, MIDDLE, LOW)
    assert _parent(families, LOW) == families.owner("Customer", DOCK)
    assert families.text("customer", own, "companyName") == "Kitchen:Sink"


MOVES: dict[str, tuple[Any, ...]] = {
    "to another parent": (MIDDLE, ("Dock", DOCK)),
    "to the top": (MIDDLE,),
    "below another one": (DOCK, ("Heron", TOP)),
    "two below another one": (DOCK, ("Heron", TOP), ("Kitchen", MIDDLE)),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("pushed", [True, False])
@pytest.mark.parametrize("chosen", ["sub-customer", "customer named Parent:Child"])
def test_nothing_is_written_on_either_side_after_a_move(
    sides: TwoSides, chosen: str, pushed: bool, move: tuple[Any, ...]
) -> None:
    sides.save(settings(sub_customers_as=chosen, push_sub_customers=pushed))
    _family(sides)
    _customer(sides, "Dock")
    _next(sides, TOP, MIDDLE, LOW, DOCK)
    _moved(sides, *move, BillWithParent=len(move) > 1)
    tokens = [one["SyncToken"] for one in sides.quickbooks.records["Customer"]]
    assert _next(sides, move[0])["updated"] == 1
    assert [one["SyncToken"] for one in sides.quickbooks.records["Customer"]] == tokens
    assert _at_rest(sides)


def test_a_move_that_mobiwork_does_not_take_over_is_told(families: TwoSides) -> None:
    families.mobiwork.deaf = frozenset({"parentCustomerId"})
    _moved(families, MIDDLE, ("Dock", DOCK))
    _next(families, MIDDLE)
    outcome, note = families.note("pull_customers", MIDDLE)
    assert outcome == Outcome.REFUSED
    assert note.startswith("MobiWork did not save the parent customer: it should be")


@pytest.mark.parametrize("first", ["sub-customer", "customer named Parent:Child"])
def test_whoever_is_in_mobiwork_keeps_its_form_when_the_settings_change(
    sides: TwoSides, first: str
) -> None:
    forms = {"sub-customer": "Kitchen", "customer named Parent:Child": "Dock:Kitchen"}
    (other,) = forms.keys() - {first}
    sides.save(settings(sub_customers_as=first))
    _family(sides)
    _customer(sides, "Dock")
    _next(sides, TOP, MIDDLE, LOW, DOCK)
    sides.save(settings(sub_customers_as=other))
    own = _moved(sides, MIDDLE, ("Dock", DOCK))
    _next(sides, MIDDLE)
    assert sides.text("customer", own, "companyName") == forms[first]
    assert bool(_parent(sides, MIDDLE)) is (first == "sub-customer")
    assert _at_rest(sides)


def test_a_move_on_both_sides_asks(families: TwoSides) -> None:
    own = _moved(families, MIDDLE, ("Dock", DOCK))
    families.mobiwork.change("customer", own, {"isSubCustomer": "false", "parentCustomerId": None})
    _next(families, MIDDLE)
    outcome, note = families.note("pull_customers", MIDDLE)
    assert outcome == Outcome.REFUSED
    assert note.startswith("The parent customer was changed on both sides")


@pytest.mark.parametrize("change", ["moved", "alone", "inactive"])
def test_an_address_of_a_parent_never_touches_the_parent_itself(
    sides: TwoSides, change: str
) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    address = {"Line1": "12 Canal St", "City": "Tampa"}
    top, dock = _customer(sides, "Heron"), _customer(sides, "Dock")
    number = _customer(sides, "Kitchen", ("Heron", top), ShipAddr=address)
    _next(sides, top, dock, number)
    before = {
        own: list(one.itertext()) for own, one in sides.mobiwork.records_of["customer"].items()
    }
    if change == "inactive":
        sides.quickbooks.edit("Customer", number, Active=False)
    else:
        _moved(sides, number, *((("Dock", dock),) if change == "moved" else ()))
    _next(sides, number)
    after = {
        own: list(one.itertext()) for own, one in sides.mobiwork.records_of["customer"].items()
    }
    assert after == before
    assert "address of customer c1" in sides.note("pull_customers", number)[1]


def test_an_address_stays_one_when_the_settings_change(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = _customer(sides, "Heron")
    number = _customer(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    _next(sides, top, number)
    sides.save(settings(sub_customers_as="sub-customer"))
    sides.quickbooks.edit("Customer", number, ShipAddr={"Line1": "4 Pier Rd"})
    _next(sides, number)
    assert list(sides.mobiwork.records_of["customer"]) == ["c1"]
    assert sides.text("customer", "c1", "addressList/address[2]/address1") == "4 Pier Rd"
    assert sides.text("customer", "c1", "companyName") == "Heron"


def test_a_renamed_address_of_a_parent_is_not_doubled(sides: TwoSides) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top = _customer(sides, "Heron")
    number = _customer(sides, "Kitchen", ("Heron", top), ShipAddr={"Line1": "12 Canal St"})
    _next(sides, top, number)
    sides.quickbooks.edit("Customer", number, DisplayName="Galley", CompanyName="Galley")
    _next(sides, number)
    found = sides.mobiwork.records_of["customer"]["c1"].iterfind("addressList/address")
    assert [one.findtext("name") for one in found][1:] == ["Sub-customer Galley"]
    assert _at_rest(sides)


def test_a_customer_with_a_record_of_its_own_does_not_become_an_address(
    sides: TwoSides,
) -> None:
    sides.save(settings(sub_customers_as="address of the parent"))
    top, dock = _customer(sides, "Heron"), _customer(sides, "Dock")
    _next(sides, top, dock)
    _moved(sides, dock, ("Heron", top))
    _next(sides, dock)
    assert _parent(sides, dock) == sides.owner("Customer", top)


def test_a_sub_customer_whose_top_is_not_known_is_not_sent(sides: TwoSides) -> None:
    top, middle, low = _family(sides)
    _next(sides, top, middle)
    sides.store = replace(sides.store, parents=MemoryParents())
    _next(sides, low)
    outcome, note = sides.note("pull_customers", low)
    assert (outcome, sides.mobiwork.adds) == (Outcome.REFUSED, 2)
    assert note.startswith('It is a sub-customer of "Kitchen", which is a sub-customer itself.')


def test_a_pulled_sub_customer_is_not_pushed(sides: TwoSides) -> None:
    _family(sides)
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.run_id = "r2"
    sides.look()
    sides.push("customer")
    assert [one["SyncToken"] for one in sides.quickbooks.records["Customer"]] == ["0", "0", "0"]


def test_what_mobiwork_changes_of_a_pulled_sub_customer_is_kept_in_sight(sides: TwoSides) -> None:
    _, middle, _ = _family(sides)
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
    number = _customer(sides, "Blue Heron Plumbing")
    sides.look("Customer")
    sides.pull("pull_customers")
    sides.push("customer")
    assert (sides.owner("Customer", number), sides.mobiwork.adds) == ("c1", 1)
    assert len(sides.quickbooks.records["Customer"]) == 1


def test_no_person_is_invented(sides: TwoSides) -> None:
    number = _customer(sides, "Blue Heron Plumbing")
    sides.look("Customer")
    sides.pull("pull_customers")
    own = sides.owner("Customer", number)
    names = [sides.text("customer", own, f"contact/{one}Name") for one in ("first", "last")]
    assert names == ["-", "-"]


def test_an_e_mail_that_mobiwork_empties_is_emptied_in_quickbooks(sides: TwoSides) -> None:
    _customer(sides, "Heron", PrimaryEmailAddr={"Address": "office@heron.example"})
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
    top, middle, _ = _family(sides)
    sides.look()
    sides.tell("Customer", middle)
    sides.pull("pull_customers")
    sides.tell("Customer", top)
    sides.run_id = "r2"
    sides.mobiwork.before = lambda entity: unreachable(entity) if sides.mobiwork.adds else None
    sides.pull("pull_customers")
    assert sides.left("pull_customers") == {middle: "changed"}


def test_what_waits_for_mobiworks_list_is_work_for_the_next_run() -> None:
    sides = TwoSides(mobiwork=FakeMobiWorkAccount(off=frozenset({"customer.list"})))
    _customer(sides, "Heron")
    sides.look("Customer")
    sides.pull("pull_customers")
    assert list(sides.left("pull_customers").values()) == ["changed"]


def test_a_conflict_of_a_record_that_is_not_pushed_comes_to_rest(sides: TwoSides) -> None:
    _, middle, _ = _family(sides)
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
