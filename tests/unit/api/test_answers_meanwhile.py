"""Two people answer one question: the second answer never contradicts the first unnoticed."""

import pytest

from connector.errors import ConflictError, RequestError
from connector.model.worklist.fixes import OUT, POST, FixKind
from tests.builders import CONNECTION, a_customer, a_product, an_invoice
from tests.refusals.walking import again
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World

FIRST, SECOND = "push_invoices/5501", "push_invoices/5502"


@pytest.fixture
def world() -> World:
    """Two invoices of a status that is not decided yet."""
    world = World()
    counter = [an_invoice(own, status="Counter") for own in ("5501", "5502")]
    world.find(a_customer(), a_product(), *counter)
    world.push("customer", "product", "invoice")
    return world


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world.store, world.quickbooks)


@pytest.mark.parametrize(("first", "second"), [(POST, OUT), (OUT, POST)])
@pytest.mark.parametrize("preview", [True, False])
def test_an_answer_against_the_one_given_meanwhile_is_refused_and_changes_nothing(
    world: World, desk: Desk, *, first: str, second: str, preview: bool
) -> None:
    desk.fix(FixKind.CHOOSE, FIRST, target=first)
    before = world.store.settings.read_settings(CONNECTION)
    with pytest.raises(
        ConflictError, match="status Counter has been decided differently in the meantime"
    ):
        desk.fix(FixKind.CHOOSE, SECOND, target=second, preview=preview)
    assert world.store.settings.read_settings(CONNECTION) == before
    assert world.left("invoice")["5502"] == "undecided"


@pytest.mark.parametrize("answer", [POST, OUT])
def test_the_same_answer_given_twice_is_kept_once(world: World, desk: Desk, answer: str) -> None:
    desk.fix(FixKind.CHOOSE, FIRST, target=answer)
    before = world.store.settings.read_settings(CONNECTION)
    desk.fix(FixKind.CHOOSE, SECOND, target=answer)
    assert world.store.settings.read_settings(CONNECTION) == before
    again(world, "invoice")
    posted = 2 if answer == POST else 0
    assert len(world.quickbooks.records.get("Invoice", [])) == posted


@pytest.mark.parametrize("fix", [FixKind.UPDATE, FixKind.KEEP_MOBIWORK, FixKind.KEEP_QUICKBOOKS])
def test_what_is_not_in_quickbooks_is_not_said_to_be_changed_there(
    desk: Desk, fix: FixKind
) -> None:
    with pytest.raises(RequestError, match="is on one side only"):
        desk.fix(fix, FIRST, preview=True)
