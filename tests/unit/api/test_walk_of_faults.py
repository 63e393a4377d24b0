"""Every fault of QuickBooks from its raising to its end: shown, fixed, posted.

The cases are the catalogue itself, so that a new entry is walked too or fails.
"""

import pytest

from connector.errors import ConnectorError, RecordError, RetriableError
from connector.model.worklist.fixes import FixKind, Offered
from connector.quickbooks.fault_catalogue import CATALOGUE
from tests.builders import a_customer, a_product, an_invoice
from tests.unit.api.desk import Desk, refusing
from tests.unit.engine.world import World

REFUSALS = sorted(code for code, one in CATALOGUE.items() if issubclass(one.error, RecordError))
OTHERS = sorted(set(CATALOGUE) - set(REFUSALS))
ENTRY = "push_customers/700001"


@pytest.fixture
def world() -> World:
    world = World()
    world.find(a_customer(), a_product(), an_invoice())
    return world


def push(world: World) -> None:
    world.run_id = f"r{int(world.run_id[1:]) + 1}"
    world.push("customer", "product", "invoice")


def given(world: World, offer: Offered) -> str | None:
    """Return what a person gives a fix that asks for something."""
    if offer.fix is FixKind.LINK and not offer.target:
        made = world.quickbooks.create("Customer", {"DisplayName": "Heron"}, requestid="hand")
        return str(made["Id"])
    return offer.target or ("Heron (Tampa)" if offer.fix is FixKind.CREATE_AS else None)


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.case("B4")
def test_a_refusal_is_shown_with_what_waits_for_it_fixed_and_posted(
    world: World, code: str
) -> None:
    world.quickbooks.before = refusing(code)
    push(world)
    desk = Desk(world.store, world.quickbooks)
    (cause,) = desk.worklist().causes
    assert (cause.cause, cause.entries.count, cause.children.count) == (f"quickbooks|{code}", 1, 1)
    (entry,) = desk.entries(cause.cause)
    assert (entry.id, entry.what) == (ENTRY, "refused")
    assert "Blue Heron Plumbing" in entry.label
    assert f"code {code}" in entry.why
    assert [one.label for one in entry.children] == ["invoice INV-5501 of Blue Heron Plumbing"]
    assert 1 <= len(entry.fixes) <= 3
    world.quickbooks.before = lambda _entity, _body: None
    offer, target = entry.fixes[0], given(world, entry.fixes[0])
    told = desk.fix(offer.fix, ENTRY, preview=True, target=target)
    assert told.tells
    assert desk.worklist().causes == (cause,)
    desk.fix(offer.fix, ENTRY, target=target)
    push(world)
    assert world.link("customer", "700001")
    assert world.link("invoice", "5501")
    assert desk.worklist().all.count == 0


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_can_be_left_out_for_good_and_taken_back(world: World, code: str) -> None:
    world.quickbooks.before = refusing(code)
    push(world)
    desk = Desk(world.store, world.quickbooks)
    assert FixKind.LEAVE_OUT in {one.fix for one in desk.entries()[0].fixes}
    desk.fix(FixKind.LEAVE_OUT, ENTRY, why="A test.")
    push(world)
    (cause,) = desk.worklist().causes
    assert cause.title.endswith("which is left out")
    assert world.note("customer", "700001")[1] == "It is left out for good by ann: A test."
    world.quickbooks.before = lambda _entity, _body: None
    desk.fix(FixKind.TAKE_BACK, ENTRY)
    push(world)
    assert desk.worklist().all.count == 0


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_no_refusal_of_the_record_goes_by_itself_once_it_is_over(
    world: World, code: str
) -> None:
    world.quickbooks.before = refusing(code)
    error: ConnectorError | None = None
    try:
        push(world)
    except ConnectorError as stopped:
        error = stopped
    assert error is None or not isinstance(error, RecordError | RetriableError)
    desk = Desk(world.store, world.quickbooks)
    assert not [one for one in desk.entries() if one.what == "refused"]
    world.quickbooks.before = lambda _entity, _body: None
    for _ in range(2):
        push(world)
    assert world.link("customer", "700001")
    assert desk.worklist().all.count == 0
