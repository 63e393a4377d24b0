"""A worker that dies after both sides were compared, before QuickBooks gets what MobiWork has."""

import contextlib

import pytest

from tests.builders import a_customer
from tests.unit.engine.deaths import KilledError
from tests.unit.engine.two_sides import TwoSides


def linked() -> TwoSides:
    """Return a customer who is linked by his name, and of whom MobiWork knows more."""
    sides = TwoSides()
    sides.mobiwork.put(a_customer("700002", companyName="Two"))
    sides.in_quickbooks("Customer", DisplayName="Two", CompanyName="Two")
    sides.look()
    assert sides.push("customer") == {"linked": 1}
    assert sides.left("push_customers") == {}
    return sides


@pytest.mark.case("X18b")
@pytest.mark.parametrize("step", [None, "link saved", "item closed"])
def test_what_quickbooks_is_to_get_is_sent_wherever_the_worker_dies(step: str | None) -> None:
    sides = linked()

    def dies(at: str) -> None:
        if at == step:
            raise KilledError

    sides.run_id, sides.checkpoint = "r2", dies
    with contextlib.suppress(KilledError):
        sides.pull("pull_customers")
    sides.checkpoint = lambda _step: None
    for run in ("r3", "r4"):
        sides.run_id = run
        sides.look()
        sides.pull("pull_customers")
        sides.push("customer")
    [customer] = sides.quickbooks.records["Customer"]
    assert customer["PrimaryEmailAddr"] == {"Address": "office@blueheron.example"}
    assert sides.left("push_customers") == sides.left("pull_customers") == {}
    told = sides.quickbooks.records["Customer"][0]["SyncToken"]
    sides.run_id = "r5"
    sides.look()
    sides.push("customer")
    assert sides.quickbooks.records["Customer"][0]["SyncToken"] == told, "once"
