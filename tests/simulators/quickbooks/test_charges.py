from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator

EXPENSE = "AccountBasedExpenseLineDetail"


class Billing:
    def __init__(self, qbo: Simulator) -> None:
        self.qbo = qbo
        self.customer = {"value": qbo.create("Customer", DisplayName="Cool Cars")["Id"]}
        self.vendor = {"value": qbo.create("Vendor", DisplayName="Parts Ltd")["Id"]}

    def line(self, amount: int = 25, status: str = "Billable") -> dict[str, Any]:
        inner = {"AccountRef": {"value": "7"}, "BillableStatus": status,
                 "CustomerRef": self.customer}  # fmt: skip
        return {"Amount": amount, "DetailType": EXPENSE, "Description": "Filter", EXPENSE: inner}

    def bill(self, *lines: dict[str, Any]) -> dict[str, Any]:
        return self.qbo.create("Bill", VendorRef=self.vendor, Line=list(lines))

    def invoice(self, charge: dict[str, Any]) -> dict[str, Any]:
        item = self.qbo.create(
            "Item", Name="Parts", Type="Service", IncomeAccountRef={"value": "1"}
        )
        line = {
            "Amount": charge["Amount"],
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": item["Id"]},
                "TaxCodeRef": {"value": "NON"},
            },
        }
        link = {"TxnId": charge["Id"], "TxnType": "ReimburseCharge"}
        return self.qbo.create("Invoice", CustomerRef=self.customer, Line=[line], LinkedTxn=[link])

    def charges(self) -> list[dict[str, Any]]:
        return list(self.qbo.query("select * from ReimburseCharge").get("ReimburseCharge", []))

    def status(self, bill: dict[str, Any]) -> str:
        line = self.qbo.read("Bill", bill["Id"])["Line"][0]
        return str(line[EXPENSE]["BillableStatus"])

    def act(self, entity: str, record: dict[str, Any], operation: str) -> None:
        current = self.qbo.read(entity, record["Id"])
        body = {"Id": record["Id"], "SyncToken": current["SyncToken"]}
        assert self.qbo.post(entity, body, operation=operation).status_code == 200


@pytest.fixture
def billing(qbo: Simulator) -> Billing:
    return Billing(qbo)


def test_a_billable_line_makes_a_charge_for_its_customer(billing: Billing) -> None:
    bill = billing.bill(billing.line(), billing.line(10, "NotBillable"))
    [charge] = billing.charges()
    assert charge["CustomerRef"]["value"] == billing.customer["value"]
    assert (charge["Amount"], charge["HasBeenInvoiced"]) == (25, False)
    assert charge["LinkedTxn"] == [{"TxnId": bill["Id"], "TxnType": "Bill"}]


def test_a_charge_follows_its_line(billing: Billing) -> None:
    bill = billing.bill(billing.line())
    line = bill["Line"][0] | {"Amount": 40}
    change = {"Id": bill["Id"], "SyncToken": bill["SyncToken"], "sparse": True,
              "VendorRef": billing.vendor, "Line": [line]}  # fmt: skip
    assert billing.qbo.post("bill", change).status_code == 200
    assert [charge["Amount"] for charge in billing.charges()] == [40]


def test_a_charge_goes_with_its_bill(billing: Billing) -> None:
    bill = billing.bill(billing.line())
    billing.act("Bill", bill, "delete")
    assert billing.charges() == []


@pytest.mark.parametrize("act", ["void", "delete"])
def test_a_charge_goes_with_its_expense_even_from_an_invoice(billing: Billing, act: str) -> None:
    spent = billing.qbo.create(
        "Purchase", PaymentType="Cash", AccountRef={"value": "35"}, Line=[billing.line()]
    )
    invoice = billing.invoice(billing.charges()[0])
    billing.act("Purchase", spent, act)
    assert billing.charges() == []
    assert billing.qbo.read("Invoice", invoice["Id"])["LinkedTxn"] == []


def test_an_invoice_that_links_a_charge_marks_the_expense_as_billed(billing: Billing) -> None:
    bill = billing.bill(billing.line())
    billing.invoice(billing.charges()[0])
    assert (billing.charges()[0]["HasBeenInvoiced"], billing.status(bill)) == (
        True,
        "HasBeenBilled",
    )


@pytest.mark.parametrize("act", ["void", "delete"])
def test_an_invoice_that_is_gone_leaves_the_expense_to_be_billed(
    billing: Billing, act: str
) -> None:
    bill = billing.bill(billing.line())
    invoice = billing.invoice(billing.charges()[0])
    billing.act("Invoice", invoice, act)
    assert (billing.charges()[0]["HasBeenInvoiced"], billing.status(bill)) == (False, "Billable")


def test_an_expense_that_was_billed_keeps_its_charge_when_it_is_saved_again(
    billing: Billing,
) -> None:
    bill = billing.bill(billing.line())
    billing.invoice(billing.charges()[0])
    current = billing.qbo.read("Bill", bill["Id"])
    change = current | {"PrivateNote": "seen", "sparse": True}
    assert billing.qbo.post("bill", change).status_code == 200
    assert [charge["HasBeenInvoiced"] for charge in billing.charges()] == [True]
