from decimal import Decimal
from typing import Any

import pytest

from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator

EXPENSE = "AccountBasedExpenseLineDetail"


class Abroad:
    def __init__(self, qbo: Simulator) -> None:
        self.qbo = qbo
        self.euro = {"value": "EUR"}
        customer = qbo.create("Customer", DisplayName="Berg GmbH", CurrencyRef=self.euro)
        self.customer = {"value": customer["Id"]}
        vendor = qbo.create("Vendor", DisplayName="Lieferant AG", CurrencyRef=self.euro)
        self.vendor = {"value": vendor["Id"]}
        item = qbo.create("Item", Name="Hours", Type="Service", IncomeAccountRef={"value": "1"})
        self.item = {"value": item["Id"]}

    def sale(self, entity: str, amount: str, rate: str) -> dict[str, Any]:
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": self.item, "TaxCodeRef": {"value": "NON"}},
        }
        return self.make(entity, rate, CustomerRef=self.customer, Line=[line])

    def bill(self, entity: str, amount: str, rate: str) -> dict[str, Any]:
        line = {"Amount": amount, "DetailType": EXPENSE, EXPENSE: {"AccountRef": {"value": "7"}}}
        return self.make(entity, rate, VendorRef=self.vendor, Line=[line])

    def pay(self, rate: str, total: str, *parts: tuple[dict[str, Any], str, str]) -> dict[str, Any]:
        return self.make("Payment", rate, CustomerRef=self.customer, TotalAmt=total,
                         Line=[settled(*part) for part in parts])  # fmt: skip

    def pay_bill(self, rate: str, total: str, *parts: tuple[dict[str, Any], str, str]) -> None:
        self.make("BillPayment", rate, VendorRef=self.vendor, TotalAmt=total, PayType="Check",
                  CheckPayment={"BankAccountRef": {"value": "35"}},
                  Line=[settled(*part) for part in parts])  # fmt: skip

    def make(self, entity: str, rate: str, **body: Any) -> dict[str, Any]:
        return self.qbo.create(entity, CurrencyRef=self.euro, ExchangeRate=rate, **body)

    def balance(self, subtype: str) -> Decimal:
        accounts = self.qbo.query("select * from Account maxresults 1000")["Account"]
        name = next(a["FullyQualifiedName"] for a in accounts if a["AccountSubType"] == subtype)
        books = self.qbo.sim("books", method="GET")[REALM]
        assert books["sum"] == 0
        return Decimal(str(books["accounts"].get(name, 0)))

    def result(self) -> tuple[Decimal | int, ...]:
        kinds = ("AccountsReceivable", "AccountsPayable", "ExchangeGainOrLoss")
        return tuple(self.balance(kind) for kind in kinds)


def settled(record: dict[str, Any], kind: str, amount: str) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": kind}]}


@pytest.fixture
def abroad(qbo: Simulator) -> Abroad:
    qbo.switch(multicurrency=True)
    return Abroad(qbo)


def test_a_better_rate_on_the_day_of_the_payment_is_a_gain(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    abroad.pay("1.25", "100", (invoice, "Invoice", "100"))
    assert abroad.result() == (0, 0, Decimal(-15))


def test_a_worse_rate_on_the_day_a_bill_is_paid_is_a_loss(abroad: Abroad) -> None:
    bill = abroad.bill("Bill", "100", "1.10")
    abroad.pay_bill("1.25", "100", (bill, "Bill", "100"))
    assert abroad.result() == (0, 0, Decimal(15))


def test_parts_that_settle_a_document_leave_no_cent(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "1.00", "1.115")
    for part in ("0.33", "0.33", "0.34"):
        abroad.pay("1.225", part, (invoice, "Invoice", part))
    assert abroad.result()[0] == 0


def test_only_what_is_settled_makes_a_difference(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    abroad.pay("1.20", "70", (invoice, "Invoice", "50"))
    assert abroad.result() == (Decimal("55") - Decimal("24"), 0, Decimal(-5))


def test_a_credit_that_is_applied_has_its_own_rate(abroad: Abroad) -> None:
    invoice, credit = abroad.sale("Invoice", "100", "1.10"), abroad.sale("CreditMemo", "40", "1.30")
    abroad.pay("1.20", "60", (invoice, "Invoice", "100"), (credit, "CreditMemo", "40"))
    assert abroad.result()[0] == 0


def test_the_balance_of_a_customer_who_has_paid_all_is_zero(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    abroad.pay("1.25", "100", (invoice, "Invoice", "100"))
    assert abroad.qbo.read("Customer", abroad.customer["value"])["Balance"] == 0


@pytest.mark.parametrize("act", ["void", "delete"])
def test_a_difference_goes_with_the_invoice_that_made_it(abroad: Abroad, act: str) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    abroad.pay("1.25", "100", (invoice, "Invoice", "100"))
    current = abroad.qbo.read("Invoice", invoice["Id"])
    body = {"Id": invoice["Id"], "SyncToken": current["SyncToken"]}
    assert abroad.qbo.post("invoice", body, operation=act).status_code == 200
    assert abroad.result() == (Decimal(-125), 0, 0)


def test_a_difference_goes_with_the_payment_that_made_it(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    payment = abroad.pay("1.25", "100", (invoice, "Invoice", "100"))
    body = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
    assert abroad.qbo.post("payment", body, operation="delete").status_code == 200
    assert abroad.result() == (Decimal(110), 0, 0)


def test_a_deposit_at_another_rate_clears_what_was_undeposited(abroad: Abroad) -> None:
    invoice = abroad.sale("Invoice", "100", "1.10")
    payment = abroad.pay("1.10", "100", (invoice, "Invoice", "100"))
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    abroad.make("Deposit", "1.15", DepositToAccountRef={"value": "35"},
                Line=[{"Amount": 100, "LinkedTxn": [link]}])  # fmt: skip
    assert abroad.balance("UndepositedFunds") == 0
    assert abroad.balance("ExchangeGainOrLoss") == -5


def rate(qbo: Simulator, code: str, **more: str) -> dict[str, Any]:
    answer = qbo.call("GET", "exchangerate", params={"sourcecurrencycode": code} | more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["ExchangeRate"])


def test_a_currency_that_the_company_does_not_use_has_the_rate_of_the_feed(abroad: Abroad) -> None:
    told = rate(abroad.qbo, "JPY", asofdate="2026-03-01")
    kept = ("SourceCurrencyCode", "TargetCurrencyCode", "Rate", "AsOfDate")
    assert [told[name] for name in kept] == ["JPY", "USD", 0.006672, "2026-03-01"]


def test_by_switch_a_currency_without_a_saved_rate_is_not_found(abroad: Abroad) -> None:
    abroad.qbo.switch(rate_feed=False)
    answer = abroad.qbo.call("GET", "exchangerate", params={"sourcecurrencycode": "JPY"})
    assert abroad.qbo.fault(answer) == (400, ["610"])


def test_a_saved_rate_goes_before_the_feed_from_its_day_on(abroad: Abroad) -> None:
    body = {"SourceCurrencyCode": "EUR", "Rate": "1.5", "AsOfDate": "2026-03-01"}
    assert abroad.qbo.post("exchangerate", body).status_code == 200
    days = ("2026-02-28", "2026-03-01", "2026-04-01")
    assert [rate(abroad.qbo, "EUR", asofdate=day)["Rate"] for day in days] == [1.0816, 1.5, 1.5]


def test_a_document_without_a_rate_has_that_of_its_day(abroad: Abroad) -> None:
    invoice = abroad.qbo.create(
        "Invoice",
        CurrencyRef=abroad.euro,
        CustomerRef=abroad.customer,
        Line=[{"Amount": 1, "DetailType": "SalesItemLineDetail",
               "SalesItemLineDetail": {"ItemRef": abroad.item, "TaxCodeRef": {"value": "NON"}}}],
    )  # fmt: skip
    assert invoice["ExchangeRate"] == 1.0816


def test_a_query_for_a_day_tells_the_rates_of_all_currencies_in_use(abroad: Abroad) -> None:
    body = {"SourceCurrencyCode": "EUR", "Rate": "1.5", "AsOfDate": "2026-03-01"}
    abroad.qbo.post("exchangerate", body)
    for code in ("EUR", "GBP"):
        abroad.qbo.post("CompanyCurrency", {"Code": code, "Name": code})
    told = abroad.qbo.query("select * from ExchangeRate where AsOfDate = '2026-03-02'")
    rows = {row["SourceCurrencyCode"]: row["Rate"] for row in told["ExchangeRate"]}
    assert rows == {"EUR": 1.5, "GBP": 1.2874}
