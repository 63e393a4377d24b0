from typing import Any

import pytest

from connector.model.outcomes import Outcome
from tests.builders import settings
from tests.unit.engine.two_sides import TwoSides
from tests.unit.pull.families import (
    DOCK,
    LOW,
    MIDDLE,
    TOP,
    at_rest,
    enter,
    family,
    move_customer,
    parent_of,
    run_next,
)


@pytest.fixture
def families(sides: TwoSides) -> TwoSides:
    """Return two sides with Heron:Kitchen:Sink and Dock in both."""
    family(sides)
    enter(sides, "Dock")
    sides.look("Customer")
    sides.pull("pull_customers")
    return sides


def test_a_sub_customer_that_moves_in_quickbooks_moves_in_mobiwork(families: TwoSides) -> None:
    own = move_customer(families, MIDDLE, ("Dock", DOCK))
    assert run_next(families, MIDDLE) == {"updated": 1}
    assert parent_of(families, MIDDLE) == families.owner("Customer", DOCK)
    assert families.text("customer", own, "companyName") == "Kitchen"


def test_a_customer_that_becomes_a_sub_customer_becomes_one_in_mobiwork(
    families: TwoSides,
) -> None:
    own = move_customer(families, DOCK, ("Heron", TOP), BillWithParent=True)
    run_next(families, DOCK)
    assert parent_of(families, DOCK) == families.owner("Customer", TOP)
    assert families.text("customer", own, "billTo") == "PARENT"


def test_a_sub_customer_that_becomes_a_customer_of_its_own_has_no_parent(
    families: TwoSides,
) -> None:
    own = move_customer(families, MIDDLE)
    run_next(families, MIDDLE)
    assert (parent_of(families, MIDDLE) or "") == ""
    assert families.text("customer", own, "isSubCustomer") == "false"


def test_who_pays_for_a_sub_customer_is_pulled(families: TwoSides) -> None:
    families.quickbooks.edit("Customer", MIDDLE, BillWithParent=True)
    run_next(families, MIDDLE)
    assert families.text("customer", families.owner("Customer", MIDDLE), "billTo") == "PARENT"


def test_what_is_below_a_sub_customer_moves_with_it(families: TwoSides) -> None:
    move_customer(families, MIDDLE, ("Dock", DOCK))
    own = move_customer(families, LOW, ("Dock", DOCK), ("Kitchen", MIDDLE))
    run_next(families, MIDDLE, LOW)
    assert parent_of(families, LOW) == families.owner("Customer", DOCK)
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
    family(sides)
    enter(sides, "Dock")
    run_next(sides, TOP, MIDDLE, LOW, DOCK)
    move_customer(sides, *move, BillWithParent=len(move) > 1)
    tokens = [one["SyncToken"] for one in sides.quickbooks.records["Customer"]]
    assert run_next(sides, move[0])["updated"] == 1
    assert [one["SyncToken"] for one in sides.quickbooks.records["Customer"]] == tokens
    assert at_rest(sides)


def test_a_move_that_mobiwork_does_not_take_over_is_told(families: TwoSides) -> None:
    families.mobiwork.deaf = frozenset({"parentCustomerId"})
    move_customer(families, MIDDLE, ("Dock", DOCK))
    run_next(families, MIDDLE)
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
    family(sides)
    enter(sides, "Dock")
    run_next(sides, TOP, MIDDLE, LOW, DOCK)
    sides.save(settings(sub_customers_as=other))
    own = move_customer(sides, MIDDLE, ("Dock", DOCK))
    run_next(sides, MIDDLE)
    assert sides.text("customer", own, "companyName") == forms[first]
    assert bool(parent_of(sides, MIDDLE)) is (first == "sub-customer")
    assert at_rest(sides)


def test_a_move_on_both_sides_asks(families: TwoSides) -> None:
    own = move_customer(families, MIDDLE, ("Dock", DOCK))
    families.mobiwork.change("customer", own, {"isSubCustomer": "false", "parentCustomerId": None})
    run_next(families, MIDDLE)
    outcome, note = families.note("pull_customers", MIDDLE)
    assert outcome == Outcome.REFUSED
    assert note.startswith("The parent customer was changed on both sides")
