"""Of an excluded category nothing is written on either side, also where both are linked."""

from typing import Any

import pytest

from connector.jobs.settings_replay import replay
from tests.builders import CONNECTION, a_product
from tests.unit.engine.two_sides import TwoSides


@pytest.fixture
def sides() -> TwoSides:
    """Return both sides with one linked product of a category, which is excluded then."""
    sides = TwoSides()
    sides.mobiwork.put(a_product(category="Fittings"))
    sides.look()
    assert sides.push("product") == {"created": 1}
    excluding(sides, product=["fittings"])
    return sides


def excluding(sides: TwoSides, **categories: Any) -> None:
    sides.save(sides.settings.model_copy(update={"excluded_categories": categories}))


def edited_there(sides: TwoSides, run_id: str, **changes: Any) -> dict[str, int]:
    number = sides.link("product", "307001").quickbooks_id
    sides.quickbooks.edit("Item", number, **changes)
    sides.look("Item")
    sides.run_id = run_id
    return sides.pull("pull_products")


def price_here(sides: TwoSides) -> str | None:
    return sides.text("product", "307001", "price")


@pytest.mark.case("F3k")
def test_neither_side_gets_the_others_price_until_the_category_is_excluded_no_more(
    sides: TwoSides,
) -> None:
    assert edited_there(sides, "r2", UnitPrice=7) == {"left out": 1}
    assert price_here(sides) == "4.50"
    assert "Categories to leave out" in sides.note("pull_products", "1")[1]

    excluding(sides)
    replay(CONNECTION, sides.store)
    sides.run_id = "r3"
    assert sides.pull("pull_products") == {"updated": 1}
    assert price_here(sides) == "7"


@pytest.mark.case("F3k")
def test_what_is_of_another_category_is_brought(sides: TwoSides) -> None:
    excluding(sides, product=["Valves"], invoice=["Fittings"])
    assert edited_there(sides, "r2", UnitPrice=7) == {"updated": 1}
    assert price_here(sides) == "7"


@pytest.mark.case("F3k")
def test_a_dry_run_says_that_it_is_left_out(sides: TwoSides) -> None:
    number = sides.link("product", "307001").quickbooks_id
    sides.quickbooks.edit("Item", number, UnitPrice=7)
    sides.look("Item")
    assert sides.pull("pull_products", dry_run=True) == {"left out": 1}
