from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments.push import PUSH as PAYMENTS
from connector.entities.sales.invoices import PUSH as INVOICES
from connector.errors import ConfigurationError
from connector.model.outcomes import Sum
from connector.model.review.planned import Decision
from connector.push.kept.moves import moves
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

TWO = Sum(2, Decimal("19.26"))


def no_call() -> Any:
    raise ConfigurationError("It calls nobody.")


@pytest.fixture
def world() -> World:
    """Two invoices that were left out as drafts, and two that were found and wait for a run."""
    world = World()
    world.find(a_customer(), a_product(), *(an_invoice(own, status="Open") for own in ("1", "2")))
    world.push("customer", "product", "invoice")
    drafts = [an_invoice(own, status="Open") for own in ("1", "2")]
    world.find(a_customer(), a_product(), *drafts, *map(an_invoice, ("3", "4")))
    return world


def moved(world: World, **chosen: Any) -> Any:
    now, then = (world.run(open_quickbooks=no_call, dry_run=True) for _ in range(2))
    then.settings = settings(**chosen)
    return moves(INVOICES, now, then, out_of_time=lambda: False)


def test_what_was_left_out_and_would_be_posted_is_counted_with_its_amount(world: World) -> None:
    found, looked, whole = moved(world, invoice_statuses=["Open", "Customer Invoiced", "Paid"])
    (key,) = found
    assert (key, found[key].sum) == ((Decision.LEFT_OUT, Decision.CREATE), TWO)
    assert (looked, whole) == (4, True)


def test_what_would_be_left_out_says_why(world: World) -> None:
    found, _, _ = moved(world, excluded_customers=["700001"])
    move = found[Decision.CREATE, Decision.LEFT_OUT]
    assert move.sum == TWO
    assert move.reason == 'Its customer is one of the setting "Customers to leave out".'


def test_what_would_be_sent_otherwise_is_counted_too(world: World) -> None:
    found, _, _ = moved(world, sales_number_prefix="MW-")
    assert {key: one.sum for key, one in found.items()} == {(Decision.CREATE, Decision.CREATE): TWO}


def test_what_stays_left_out_for_another_reason_is_counted_with_that(world: World) -> None:
    found, _, _ = moved(world, start_date="2026-06-01")
    told = {key: (one.sum, "start date" in one.reason) for key, one in found.items()}
    assert told == {
        (Decision.LEFT_OUT, Decision.LEFT_OUT): (TWO, True),
        (Decision.CREATE, Decision.LEFT_OUT): (TWO, True),
    }


def test_settings_that_change_nothing_move_nothing_and_nothing_is_written(world: World) -> None:
    before = list(world.store.pending.read_all("c1", INVOICES.name))
    assert moved(world) == ({}, 4, True)
    assert list(world.store.pending.read_all("c1", INVOICES.name)) == before


def test_where_the_time_is_up_it_says_that_it_did_not_count_all(world: World) -> None:
    now, then = world.run(), world.run()
    assert moves(INVOICES, now, then, out_of_time=lambda: True) == ({}, 0, False)


def test_no_payment_method_is_made_for_it(world: World) -> None:
    world.find(a_payment(paymentMethod="Crypto"))
    now, then = (world.run(open_quickbooks=no_call, dry_run=True) for _ in range(2))
    then.settings = settings(missing_payment_methods="create", payment_methods={"Crypto": "2"})
    assert moves(PAYMENTS, now, then, out_of_time=lambda: False)[1:] == (1, True)
