"""Whoever is kept in another currency in QuickBooks is not the same: nothing could be posted."""

from typing import Any

import pytest

from connector.errors import RequestError
from connector.model.matching.matches import Candidate
from connector.model.matching.wording import of_other_currency
from connector.model.worklist.fixes import FixKind
from tests.builders import a_customer, a_product, an_invoice
from tests.refusals.walking import by_hand, company, plain
from tests.unit.api.desk import Desk
from tests.unit.api.simulated import Simulated

ENTRY = "push_customers/700001"
NAME = "Blue Heron Plumbing"
EURO: dict[str, Any] = {"CurrencyRef": {"value": "EUR"}}


@pytest.fixture
def world() -> Simulated:
    world = Simulated()
    company(world, multicurrency=True)
    by_hand(world, "Customer", DisplayName=NAME, **EURO)
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    return world


@pytest.mark.case("M34d")
def test_one_of_the_same_name_is_refused_with_what_would_follow(world: Simulated) -> None:
    told = world.note("customer", "700001")[1]
    assert "is kept in EUR in QuickBooks" in told
    assert "none could be posted" in told
    assert plain(told)


@pytest.mark.case("M34d")
def test_the_answer_that_it_is_the_same_is_refused_at_once(world: Simulated) -> None:
    desk = Desk(world.store, world.quickbooks)
    own = next(
        one["Id"] for one in world.quickbooks.books.all("Customer") if one["DisplayName"] == NAME
    )
    with pytest.raises(RequestError, match="is kept in EUR in QuickBooks"):
        desk.fix(FixKind.LINK, ENTRY, target=own)


@pytest.mark.case("M34d")
def test_under_another_name_it_is_made_and_its_documents_are_posted(world: Simulated) -> None:
    desk = Desk(world.store, world.quickbooks)
    desk.fix(FixKind.CREATE_AS, ENTRY, target=f"{NAME} (USD)")
    world.run_id = "r2"
    world.push("customer", "product", "invoice")
    assert world.link("invoice", "5501")


@pytest.mark.parametrize(
    ("target", "told"), [("Customer", True), ("Vendor", True), ("Invoice", False)]
)
def test_a_document_in_another_currency_is_only_asked_about(target: str, told: bool) -> None:
    candidate = Candidate("61", f'customer "{NAME}"', other={"currency": ("USD", "EUR")})
    assert (of_other_currency(target, candidate) is not None) == told
