from decimal import Decimal
from typing import Any

import pytest

from connector.jobs.settings_replay import replay
from connector.model.flows.start_date import TAKEN_OUT
from connector.model.outcomes import Outcome, Sum, Tally
from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World

FLOWS = ("customer", "product", "invoice", "payment")


def tallies(**chosen: Any) -> dict[str, Tally]:
    world = World()
    world.save(settings(**chosen))
    records = (
        a_customer(),
        a_product(category="Fittings"),
        an_invoice(),
        a_payment(customerId="700001"),
    )
    world.find(*records)
    world.push(*FLOWS)
    told = list(world.store.runs.outcomes("c1", "r1"))
    return {name: Tally.of(one for one in told if one.flow == f"push_{name}s") for name in FLOWS}


@pytest.mark.parametrize(
    ("chosen", "reasons"),
    [
        (
            {"flows_off": ["push_invoices"]},
            {
                "invoice": 'The setting "Kinds of records that are switched off" switches '
                "invoices to QuickBooks off."
            },
        ),
        (
            {"excluded_customers": ["700001"]},
            dict.fromkeys(
                ("customer", "invoice", "payment"),
                'Its customer is one of the setting "Customers to leave out".',
            ),
        ),
        (
            {"excluded_categories": {"product": ["fittings"]}},
            {"product": 'Its category "Fittings" is one of the setting "Categories to leave out".'},
        ),
    ],
)
def test_what_a_person_keeps_out_is_left_out_with_the_reason_and_its_sum(
    chosen: dict[str, Any], reasons: dict[str, str]
) -> None:
    found = tallies(**chosen)
    worth = {"invoice": Decimal("9.63"), "payment": Decimal("9.63")}
    assert {name: one.left_out for name, one in found.items() if one.left_out} == {
        name: {reason: Sum(1, worth.get(name))} for name, reason in reasons.items()
    }


def test_what_is_in_quickbooks_already_stays_as_it_is_there_while_it_is_excluded() -> None:
    world = World()
    world.find(a_customer())
    world.push("customer")
    world.save(settings(excluded_customers=["700001"]))
    world.run_id = "r2"
    world.find(a_customer(companyName="Blue Heron LLC"))
    assert world.push("customer") == {"customer": {Outcome.LEFT_OUT: 1}}


def test_a_flow_that_is_off_sends_no_changes_until_it_is_on_again() -> None:
    world = World()
    world.find(a_customer())
    world.push("customer")
    world.save(settings(flows_off=["push_customers"]))
    world.run_id = "r2"
    world.find(a_customer(companyName="Blue Heron LLC"))
    assert world.push("customer") == {"customer": {Outcome.LEFT_OUT: 1}}
    world.save(settings())
    world.run_id = "r3"
    replay("c1", world.store)
    assert world.push("customer") == {"customer": {Outcome.UPDATED: 1}}


@pytest.mark.case("M30b")
def test_money_for_an_invoice_of_an_excluded_customer_is_left_out_as_long_as_he_is() -> None:
    world = World()
    world.save(settings(excluded_customers=["700001"]))
    world.find(a_customer(), a_product(), an_invoice(), a_payment(customerId=None))
    for name in ("customer", "product", "invoice"):
        world.push(name)
    assert world.push("payment") == {"payment": {Outcome.LEFT_OUT: 1}}
    assert world.note("payment", "901") == (Outcome.LEFT_OUT, TAKEN_OUT)
    world.save(settings())
    world.run_id = "r2"
    replay("c1", world.store)
    for name in ("customer", "invoice", "payment"):
        assert world.push(name) == {name: {Outcome.CREATED: 1}}
