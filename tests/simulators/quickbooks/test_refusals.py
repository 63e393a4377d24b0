"""What the tables and rules refuse, each with its code and without leaving anything behind."""

import json
from typing import Any

import pytest

from simulators.quickbooks import api
from simulators.quickbooks.calls import Call
from simulators.quickbooks.requestids import RequestIds
from simulators.quickbooks.world import REALM, Settings, World
from tests.simulators.quickbooks.test_faults import a_line, an_invoice

COMPANY = World(Settings(sample=True)).companies[REALM]
VENDOR = next(COMPANY.all("Vendor"))["Id"]
CUSTOMER = {"value": "1"}
BANK, EXPENSE, RECEIVABLE = {"value": "35"}, {"value": "7"}, {"value": "84"}
COST = "AccountBasedExpenseLineDetail"


def sent(path: str, body: Any, **params: str) -> dict[str, Any]:
    call = Call("POST", [path], params, json.dumps(body).encode())
    answer = api.run(COMPANY, call, RequestIds())
    assert isinstance(answer.body, dict)
    return answer.body


def codes(body: dict[str, Any]) -> list[str]:
    return [error["code"] for error in body["Fault"]["Error"]]


def an_expense(amount: int, **more: Any) -> dict[str, Any]:
    line = {"Amount": amount, "DetailType": COST, COST: {"AccountRef": EXPENSE}}
    return {"VendorRef": {"value": VENDOR}, "Line": [line], **more}


def a_discount(**detail: Any) -> dict[str, Any]:
    return {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}


def a_payment(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"CustomerRef": CUSTOMER, "TotalAmt": 5, "Line": list(lines), **more}


def an_activity(**more: Any) -> dict[str, Any]:
    return {"NameOf": "Vendor", "VendorRef": {"value": VENDOR}, **more}


def an_entry(account: dict[str, str], kind: str, name: str) -> dict[str, Any]:
    of = {"Type": kind, "EntityRef": {"value": name}}
    sides: list[dict[str, Any]] = [
        {"PostingType": "Debit", "AccountRef": account, "Entity": of},
        {"PostingType": "Credit", "AccountRef": BANK},
    ]
    name = "JournalEntryLineDetail"
    return {"Line": [{"Amount": 5, "DetailType": name, name: side} for side in sides]}


UNLINKED: dict[str, Any] = {"Amount": 5}
TWICE = {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}] * 2}
DEPOSITED = {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Payment"}]}
ESTIMATED = [{"TxnId": "1", "TxnType": "Estimate"}]
WORKED = [{"TxnId": "999", "TxnType": "TimeActivity"}]
NEGATIVE = a_line(amount=-10)
SUBTOTAL = {"Amount": 1, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
LONG = {f"Line{number}": "x" * 450 for number in range(1, 6)}

REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("invoice", an_invoice(NEGATIVE), ["2290"]),
    ("invoice", an_invoice(a_line(), a_discount(PercentBased=True, DiscountPercent=150)), ["2150"]),
    ("invoice", an_invoice(a_line(), a_discount(PercentBased=False) | {"Amount": 101}), ["2290"]),
    ("invoice", an_invoice(SUBTOTAL), ["2020"]),
    ("invoice", an_invoice({"Amount": 1}), ["2020"]),
    ("invoice", an_invoice(Deposit=5, DepositToAccountRef=EXPENSE), ["6430"]),
    ("invoice", an_invoice(Deposit=101), ["6000"]),
    ("invoice", an_invoice(LinkedTxn=WORKED), ["610"]),
    ("creditmemo", an_invoice(NEGATIVE), ["2290"]),
    ("salesreceipt", an_invoice(LinkedTxn=ESTIMATED), ["620"]),
    ("salesreceipt", an_invoice(LinkedTxn=WORKED), ["610"]),
    ("bill", an_expense(-10), ["2290"]),
    ("vendorcredit", an_expense(-10), ["2290"]),
    ("purchaseorder", an_expense(-10, APAccountRef={"value": "33"}), ["2290"]),
    ("purchaseorder", an_expense(5, APAccountRef={"value": "33"}, EmailStatus="NeedToSend"),
     ["6420"]),
    ("payment", a_payment(UNLINKED), ["2020"]),
    ("payment", a_payment(TWICE), ["6000"]),
    ("payment", a_payment(ARAccountRef=BANK), ["6430"]),
    ("deposit", {"DepositToAccountRef": BANK, "Line": [DEPOSITED]}, ["2020", "610"]),
    ("journalentry", an_entry(EXPENSE, "Other", "1"), ["2500"]),
    ("journalentry", an_entry(RECEIVABLE, "Customer", VENDOR), ["2500"]),
    ("journalentry", an_entry(RECEIVABLE, "Vendor", VENDOR), ["6000"]),
    ("term", {"Name": "T", "DiscountPercent": 101}, ["2150"]),
    ("term", {"Name": "T", "DayOfMonthDue": 0}, ["2090"]),
    ("term", {"Name": "T", "DueDays": -1}, ["2090"]),
    ("customer", {"DisplayName": "T", "TaxExemptionReasonId": 16}, ["2090"]),
    ("customer", {"DisplayName": "T", "BillAddr": LONG}, ["2050"]),
    ("vendor", {"DisplayName": "T", "PrintOnCheckName": "x" * 101}, ["2050"]),
    ("account", {"Name": "T", "AccountType": "Bank", "AcctNum": "1:2"}, ["2040"]),
    ("account", {"Name": "T:1", "AccountType": "Bank"}, ["2040"]),
    ("account", {"Name": "T", "AccountType": "Bank", "SubAccount": True}, ["6150"]),
    ("account", {"Name": "T", "AccountType": "Bank", "ParentRef": EXPENSE}, ["700"]),
    ("class", {"Name": "T", "SubClass": True}, ["6150"]),
    ("item", {"Name": "T", "Type": "Service", "IncomeAccountRef": CUSTOMER, "UnitPrice": 10**12},
     ["2140"]),
    ("timeactivity", an_activity(Hours=-1), ["2090"]),
    ("timeactivity", an_activity(StartTime="early", EndTime="late"), ["2060", "2060"]),
    ("attachable", {"Note": "n", "Category": "Novel"}, ["2170"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "expected"), REFUSED)
def test_a_wrong_body_is_refused_for_that_alone(
    path: str, body: dict[str, Any], expected: list[str]
) -> None:
    assert codes(sent(path, body)) == expected


def test_a_void_of_what_is_void_changes_nothing() -> None:
    made = sent("invoice", an_invoice())["Invoice"]
    first = sent("invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")["Invoice"]
    again = sent("invoice", {"Id": made["Id"], "SyncToken": "1"}, operation="void")["Invoice"]
    assert (first["SyncToken"], first["PrivateNote"]) == ("1", "Voided")
    assert again == first


def test_a_record_that_is_no_longer_below_another_stands_at_the_top() -> None:
    top = sent("class", {"Name": "Top"})["Class"]["Id"]
    below = sent("class", {"Name": "Below", "ParentRef": {"value": top}})["Class"]
    change = {"Id": below["Id"], "SyncToken": "0", "sparse": True, "SubClass": False}
    free = sent("class", change)["Class"]
    assert (below["FullyQualifiedName"], free["FullyQualifiedName"]) == ("Top:Below", "Below")
    assert "ParentRef" not in free


def test_a_vendor_credit_keeps_what_is_applied_of_it() -> None:
    number = sent("bill", an_expense(50))["Bill"]["Id"]
    credit = sent("vendorcredit", an_expense(20))["VendorCredit"]["Id"]
    lines = [
        {"Amount": 20, "LinkedTxn": [{"TxnId": number, "TxnType": "Bill"}]},
        {"Amount": 20, "LinkedTxn": [{"TxnId": credit, "TxnType": "VendorCredit"}]},
    ]
    paid = {"VendorRef": {"value": VENDOR}, "PayType": "Check", "TotalAmt": 0, "Line": lines}
    sent("billpayment", paid | {"CheckPayment": {"BankAccountRef": BANK}})
    change = an_expense(10, Id=credit, SyncToken="1", sparse=True)
    assert codes(sent("vendorcredit", change)) == ["6000"]


def test_a_settled_document_keeps_its_customer() -> None:
    invoice = sent("invoice", an_invoice())["Invoice"]["Id"]
    link = [{"TxnId": invoice, "TxnType": "Invoice"}]
    sent("payment", a_payment({"Amount": 5, "LinkedTxn": link}))
    change = {"Id": invoice, "SyncToken": "1", "sparse": True, "CustomerRef": {"value": "2"}}
    assert codes(sent("invoice", change)) == ["6000"]


@pytest.mark.parametrize("term", [{"DueDays": 5}, {"DayOfMonthDue": 15, "DueNextMonthDays": 5}])
def test_what_is_due_beyond_the_calendar_is_due_at_once(term: dict[str, int]) -> None:
    key = sent("term", {"Name": f"Late {term}"[:31], **term})["Term"]["Id"]
    body = an_invoice(TxnDate="9999-12-31", SalesTermRef={"value": key})
    assert sent("invoice", body)["Invoice"]["DueDate"] == "9999-12-31"
