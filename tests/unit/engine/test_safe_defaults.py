"""What becomes of a company that chooses nothing: the safe thing, and questions for the rest."""

from datetime import date
from typing import Any

from connector.model.outcomes import Outcome
from connector.model.policy.settings import Settings
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

FIRST_DAY = date(2025, 11, 1)
NAME = 'Copper elbow 1/2"'


def company_that_chooses_nothing(*records: Any, chosen: Settings | None = None) -> World:
    """Return the world after the first run of a connection of 1 November 2025."""
    world = World()
    world.save(chosen or Settings())
    world.find(a_customer(), a_product(), *records)
    world.push("customer", "product", "invoice", "payment", connected_on=FIRST_DAY)
    return world


def test_customers_are_there_and_a_product_without_its_account_is_on_the_worklist() -> None:
    world = company_that_chooses_nothing(an_invoice())
    assert world.note("customer", "700001")[0] is Outcome.CREATED
    assert [*world.left("product").values()] == ["refused"]
    assert world.note("invoice", "5501")[0] is Outcome.WAITING
    assert "Invoice" not in world.quickbooks.records


def test_what_was_before_the_connection_is_left_out() -> None:
    old = an_invoice(invoiceDate="2025/10/31"), a_payment(paymentDate="2025/11/10")
    world = company_that_chooses_nothing(*old)
    told = [world.note("invoice", "5501")[0], world.note("payment", "901")[0]]
    assert told == [Outcome.LEFT_OUT] * 2


def test_what_is_final_and_of_after_is_posted_with_the_two_accounts_that_nobody_can_guess() -> None:
    world = company_that_chooses_nothing(an_invoice(), a_payment(), chosen=settings())
    told = [world.note("invoice", "5501")[0], world.note("payment", "901")[0]]
    assert told == [Outcome.CREATED] * 2


def test_a_status_that_nobody_knows_is_asked_about() -> None:
    world = company_that_chooses_nothing(an_invoice(status="Ready for Bob"))
    assert world.note("invoice", "5501")[0] is Outcome.WAITING
    assert any(state == "asked" for state in world.left("invoice").values())


def test_what_is_not_final_or_is_void_is_not_posted() -> None:
    world = company_that_chooses_nothing(
        an_invoice("5502", status="Draft"), an_invoice("5503", status="Void")
    )
    assert {"Invoice"} & world.quickbooks.records.keys() == set()
    assert world.note("invoice", "5503")[0] is Outcome.LEFT_OUT
