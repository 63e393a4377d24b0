"""Every fault of QuickBooks from its raising to its end, over HTTP: shown, fixed, posted.

The cases are the catalogue itself, so that a new entry is walked too or fails.
"""

import pytest

from connector.errors import ConnectorError, RecordError, RetriableError
from connector.model.worklist.fixes import FixKind, Offered
from connector.quickbooks.fault_catalogue import CATALOGUE
from tests.builders import a_customer, a_product, an_invoice
from tests.refusals.walking import by_hand, plain
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated

REFUSALS = sorted(code for code, one in CATALOGUE.items() if issubclass(one.error, RecordError))
OTHERS = sorted(set(CATALOGUE) - set(REFUSALS))
ENTRY = "push_customers/700001"


@pytest.fixture
def world() -> Simulated:
    world = Simulated()
    world.find(a_customer(), a_product(), an_invoice())
    return world


def push(world: Simulated) -> None:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.push("customer", "product", "invoice")


def refuse(world: Simulated, code: str) -> None:
    """Have QuickBooks refuse to create customers."""
    world.quickbooks.books.faults["Customer"] = code


def given(world: Simulated, offer: Offered) -> str | None:
    """Return what a person gives a fix that asks for something."""
    if offer.fix is FixKind.LINK and not offer.target:
        return by_hand(world, "Customer", DisplayName="Heron")
    return offer.target or ("Heron (Tampa)" if offer.fix is FixKind.CREATE_AS else None)


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.case("B4")
def test_a_refusal_is_shown_with_what_waits_for_it_fixed_and_posted(
    world: Simulated, code: str
) -> None:
    refuse(world, code)
    push(world)
    desk = Desk(world.store, world.quickbooks)
    (cause,) = desk.worklist().causes
    assert (cause.cause, cause.entries.count, cause.children.count) == (f"quickbooks|{code}", 1, 1)
    (entry,) = desk.entries(cause.cause)
    assert (entry.id, entry.what) == (ENTRY, "refused")
    assert "Blue Heron Plumbing" in entry.label
    assert f"code {code}" in entry.why
    assert [one.label for one in entry.children] == ["invoice INV-5501 of Blue Heron Plumbing"]
    assert FixKind.LEAVE_OUT in {one.fix for one in entry.fixes}
    assert 1 <= len(entry.fixes) <= 3
    world.quickbooks.books.faults.clear()
    offer, target = entry.fixes[0], given(world, entry.fixes[0])
    told = desk.fix(offer.fix, ENTRY, preview=True, target=target)
    assert told.tells
    assert plain(entry.why, *told.tells)
    assert desk.worklist().causes == (cause,)
    desk.fix(offer.fix, ENTRY, target=target)
    push(world)
    assert world.link("customer", "700001")
    assert world.link("invoice", "5501")
    assert desk.worklist().all.count == 0


@pytest.mark.parametrize("code", ["610", "2050", "6080", "6140", "6240"])
def test_a_refusal_can_be_left_out_for_good_and_taken_back(world: Simulated, code: str) -> None:
    refuse(world, code)
    push(world)
    desk = Desk(world.store, world.quickbooks)
    desk.fix(FixKind.LEAVE_OUT, ENTRY, why="A test.")
    push(world)
    (cause,) = desk.worklist().causes
    assert cause.title.endswith("which is left out")
    assert world.note("customer", "700001")[1] == "It is left out for good by ann: A test."
    world.quickbooks.books.faults.clear()
    desk.fix(FixKind.TAKE_BACK, ENTRY)
    push(world)
    assert desk.worklist().all.count == 0


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_no_refusal_of_the_record_goes_by_itself_once_it_is_over(
    world: Simulated, code: str
) -> None:
    refuse(world, code)
    error: ConnectorError | None = None
    try:
        push(world)
    except ConnectorError as stopped:
        error = stopped
    assert error is None or not isinstance(error, RecordError | RetriableError)
    desk = Desk(world.store, world.quickbooks)
    assert not [one for one in desk.entries() if one.what == "refused"]
    world.quickbooks.books.faults.clear()
    for _ in range(2):
        push(world)
    assert world.link("customer", "700001")
    assert desk.worklist().all.count == 0
