from typing import Any

import pytest

from connector.entities.registry import BY_ENTITY
from tests.builders import CONNECTION
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import an_expense, buying_settings


@pytest.mark.case("M1g")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": "300.00"}, "The amount was 308.29 and is 300.00 now."),
        ({"categoryName": "Fuel"}, "The category was Tools and is Fuel now."),
        ({"paymentType": "Cash"}, "The payment type was Check and is Cash now."),
        ({"entityReferenceId": "700002"}, "The customer was 700001 and is 700002 now."),
        (
            {"createdDate": "Mon Mar 30 00:00:00 EDT 2026"},
            "The date was 2026-03-31 and is 2026-03-30 now.",
        ),
    ],
)
def test_an_expense_that_changes_after_the_post_is_an_entry(
    changes: dict[str, Any], told: str
) -> None:
    world = World()
    world.save(buying_settings())
    world.find(an_expense())
    assert world.push("expense") == {"expense": {"created": 1}}
    world.run_id = "r2"
    world.find(an_expense(**changes))
    world.push("expense")
    (entry,) = world.store.pending.worklist(CONNECTION, BY_ENTITY["expense"].name)
    assert told in (entry.reason or "")
