"""What a person types into the field for numbers: a number, a name, an amount, with signs."""

import pytest

from connector.api.runs import search
from connector.api.runs.search import RecordsAsked
from connector.model.tracking.tracked import Sought
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World

INVOICE, CUSTOMER = "push_invoices/5501", "push_customers/700001"


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.find(a_customer(), a_product(), an_invoice(), a_payment())
    made.push("customer", "product", "invoice", "payment")
    return made


def found(world: World, typed: str, *, limit: int = 9) -> list[str]:
    asked, after, records = RecordsAsked(sought=Sought(number=typed)), None, list[str]()
    while True:
        page = search.find(CONNECTION, asked, after=after, limit=limit, store=world.store)
        records += [f"{one.flow}/{one.record_id}" for one in page.records]
        if (after := page.next) is None:
            return records


def test_a_number_is_found_with_a_sign_before_it(world: World) -> None:
    [invoice] = world.store.tracked.read_some(CONNECTION, [("push_invoices", "5501")])
    digits = "".join(filter(str.isdigit, invoice.number or ""))
    assert found(world, f"#{digits}") == found(world, digits) == [INVOICE]


@pytest.mark.parametrize("amount", ["9.63", "$9.63", " 9.63 "])
def test_an_amount_is_found_where_it_is_no_number(world: World, amount: str) -> None:
    assert INVOICE in found(world, amount)


@pytest.mark.parametrize("limit", [1, 9])
def test_with_a_customer_what_is_about_her_is_found_too(world: World, limit: int) -> None:
    [customer] = world.store.tracked.read_some(CONNECTION, [("push_customers", "700001")])
    for name in (customer.number or "", (customer.number or "")[:-2]):
        records = found(world, name, limit=limit)
        assert records[0] == CUSTOMER
        assert INVOICE in records
        assert "push_payments/901" in records
