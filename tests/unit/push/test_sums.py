from decimal import Decimal

import pytest

from connector.model.outcomes import Outcome, Tally
from tests.builders import CONNECTION, a_customer, a_payment, a_product, an_invoice
from tests.unit.engine.world import World

FLOWS = ("customer", "product", "invoice", "payment", "credit", "creditApplication")


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"paymentMethod": "Crypto"}, Outcome.WAITING),
        ({"paymentType": "CREDIT", "paymentMethod": ""}, Outcome.REFUSED),
    ],
)
def test_the_amount_of_a_payment_counts_once_in_the_sums_of_a_run(
    told: dict[str, str], outcome: Outcome
) -> None:
    world = World()
    world.find(a_customer(), a_product(), an_invoice(), a_payment("905", amount="4.00", **told))
    world.push(*FLOWS)
    tallies = [
        Tally.of(world.store.runs.outcomes(CONNECTION, world.run_id, f"push_{name}"))
        for name in ("payments", "credits", "credit_applications")
    ]
    sums = {of: one.worth for each in tallies for of, one in each.outcomes.items() if one.worth}
    assert sums == {outcome: Decimal("4.00")}
