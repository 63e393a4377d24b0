from typing import Any

import pytest

from tests.builders import a_customer, a_payment, a_product, an_invoice, settings
from tests.unit.engine.world import World
from tests.unit.entities.payments.paying import ON_ACCOUNT

BOOKS = (a_customer(), a_product(), an_invoice(), an_invoice("5502"))


def corrected(before: dict[str, Any], after: dict[str, Any]) -> tuple[World, str]:
    """Return what a second run tells of a posted payment that was corrected in MobiWork."""
    world = World()
    world.save(settings(payments_on_account=True))
    world.find(*BOOKS, a_payment(**before))
    world.push("customer", "product", "invoice", "payment")
    world.run_id = "r2"
    world.find(*BOOKS, a_payment(**after))
    assert world.push("payment") == {"payment": {"unchanged": 1}}
    return world, world.note("payment", "901")[1]


@pytest.mark.case("M8")
@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"amount": "9.00"}, "The amount was 9.63 and is 9.00 now."),
        ({"paymentDate": "2025/11/12"}, "The date was 2025-11-10 and is 2025-11-12 now."),
        ({"paymentMethod": "Cash"}, "The method was Check and is Cash now."),
        ({"invoiceId": "5502"}, "The invoice was 5501 and is 5502 now."),
        (ON_ACCOUNT, "The invoice was 5501 and is nothing now."),
    ],
)
def test_a_correction_after_the_post_is_an_entry_with_both_figures(
    after: dict[str, Any], words: str
) -> None:
    world, told = corrected({}, after)
    assert words in told
    assert world.left("payment") == {"901": "deleted"}
    assert len(world.quickbooks.records["Payment"]) == 1


@pytest.mark.case("M8a")
def test_money_on_account_that_is_applied_later_is_an_entry() -> None:
    world, told = corrected(ON_ACCOUNT, {"customerId": "700001"})
    assert "The invoice was nothing and is 5501 now." in told
    assert world.left("payment") == {"901": "deleted"}


@pytest.mark.case("M8")
def test_a_deleted_payment_is_an_entry() -> None:
    world = World()
    world.find(*BOOKS, a_payment())
    world.push("customer", "product", "invoice", "payment")
    world.find(*BOOKS)
    assert world.left("payment") == {"901": "deleted"}
