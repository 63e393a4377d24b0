import pytest

from tests.builders import a_customer, settings
from tests.fakes import Record
from tests.unit.engine.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.save(settings(exemption_reason="educational organization"))
    return world


def pushed(world: World, **changes: str) -> Record:
    """Return the customer in QuickBooks once MobiWork shows it with these elements."""
    world.find(a_customer(**changes))
    world.push("customer")
    world.run_id += "1"
    return world.quickbooks.records["Customer"][0]


@pytest.mark.case("M10d")
def test_a_customer_who_becomes_exempt_gets_the_reason_with_the_update(world: World) -> None:
    assert "TaxExemptionReasonId" not in pushed(world, taxable="true")
    told = pushed(world, taxable="false")
    assert (told["Taxable"], told["TaxExemptionReasonId"]) == (False, 7)


@pytest.mark.case("M10d")
def test_a_reason_of_another_customer_is_not_given_to_one_that_mobiwork_does_not_judge(
    world: World,
) -> None:
    pushed(world)
    assert "TaxExemptionReasonId" not in pushed(world, companyName="Blue Heron Pools")


@pytest.mark.case("M10e")
def test_an_exemption_that_ended_is_told_while_quickbooks_has_its_reason(world: World) -> None:
    pushed(world, taxable="false")
    run = world.run_id
    assert pushed(world, taxable="true")["Taxable"] is True
    world.run_id = run
    assert "QuickBooks still has a reason why it is exempt" in world.note("customer", "700001")[1]
