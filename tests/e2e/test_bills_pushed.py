from decimal import Decimal
from typing import Any

import pytest

from connector.model.links import Link
from connector.model.outcomes import Outcome
from tests.builders import CONNECTION, a_product
from tests.e2e.conftest import Judge
from tests.unit.engine.deaths import KilledError, killed_before_the_link
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_order,
    an_order_line,
    another_line,
    buying_settings,
)

MASTERS = (
    a_vendor(name="Vendor of the engine"),
    a_product("307016", name="Elbow of the engine"),
    a_product("307026", name="Valve of the engine"),
)
ACCOUNTS = {
    "income_account": "Sales of Product Income",
    "cost_of_goods_account": "Cost of Goods Sold",
    "accounts_payable": "Accounts Payable (A/P)",
}


class Office(World):
    """The engine with its store, pushing into the simulated company."""

    def receive(self, record_id: str, *quantities: str, status: str = "Partially received") -> None:
        lines = [an_order_line(), another_line()]
        for line, quantity in zip(lines, quantities, strict=False):
            line["receivedQuantity"] = quantity
        self.find(*MASTERS, an_order(record_id, *lines, status=status))

    def bill(self) -> dict[str, int]:
        """Push everything that buying takes and return the outcomes of the bills."""
        return self.push("vendor", "product", "purchaseOrder", "bill")["bill"]


@pytest.fixture
def office(judge: Judge) -> Office:
    books: Any = judge.client
    office = Office(quickbooks=books)
    office.save(buying_settings(**ACCOUNTS))
    office.store.settings.save_company(CONNECTION, judge.company())
    return office


def bills_of(judge: Judge, record_id: str) -> list[Decimal]:
    """Return the totals of an order's bills, oldest first."""
    found = judge.client.query("SELECT * FROM Bill")
    mine = [one for one in found if f"PO-{record_id} " in one["PrivateNote"]]
    return [one["TotalAmt"] for one in sorted(mine, key=lambda one: int(one["Id"]))]


def status_of(office: Office, judge: Judge, record_id: str) -> str:
    link = office.store.links.read(CONNECTION, "purchaseOrder", record_id)
    assert isinstance(link, Link)
    return str(judge.client.read("PurchaseOrder", link.quickbooks_id)["POStatus"])


def test_two_receipts_become_two_bills_and_close_their_order(office: Office, judge: Judge) -> None:
    office.receive("73001", "4", "0")
    first = office.bill()
    office.run_id = "r2"
    office.receive("73001", "10", "3", status="RECEIVED")
    assert [first, office.bill()] == [{"created": 1}, {"created": 1}]
    assert bills_of(judge, "73001") == [Decimal("5.28"), Decimal("26.22")]
    assert status_of(office, judge, "73001") == "Closed"


def test_a_receipt_that_says_nothing_new_makes_no_bill(office: Office, judge: Judge) -> None:
    office.receive("73002", "10", "3", status="RECEIVED")
    office.bill()
    office.run_id = "r2"
    office.receive("73002", status="Shipment arrived")
    assert office.bill() == {"unchanged": 1}
    assert office.note("bill", "73002")[1].startswith("It is in QuickBooks already (Bill ")
    assert bills_of(judge, "73002") == [Decimal("31.50")]


def test_a_bill_whose_answer_was_lost_is_found_and_not_made_again(
    office: Office, judge: Judge
) -> None:
    office.receive("73003", "4", "0")
    office.push("vendor", "product", "purchaseOrder")
    judge.admin("faults", {"kind": "drop_after", "path": "bill"})
    assert office.push("bill")["bill"] == {"created": 1}
    assert bills_of(judge, "73003") == [Decimal("5.28")]


def test_what_arrives_while_an_answer_is_lost_is_billed_too(office: Office, judge: Judge) -> None:
    office.receive("73004", "4", "0")
    office.push("vendor", "product", "purchaseOrder")
    office.checkpoint = killed_before_the_link
    with pytest.raises(KilledError):
        office.push("bill")
    office.checkpoint = lambda _step: None
    for run in ("r2", "r3"):
        office.run_id = run
        office.receive("73004", "10", "3", status="RECEIVED")
        office.push("bill")
    assert bills_of(judge, "73004") == [Decimal("5.28"), Decimal("26.22")]


def test_a_cancelled_order_is_no_bill_and_says_why(office: Office) -> None:
    office.receive("73005", status="CANCELLED")
    assert office.bill() == {"left out": 1}
    told = 'Its status is "CANCELLED": the order is no longer active.'
    assert office.note("bill", "73005") == (Outcome.LEFT_OUT, told)
