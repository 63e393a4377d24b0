from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator

GOODS = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": 5,
    "InvStartDate": "2026-01-10",
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
    "AssetAccountRef": {"value": "81"},
}


def a_line(item: str = "1", amount: Any = 100, **inner: Any) -> dict[str, Any]:
    detail = {"ItemRef": {"value": item}, **inner}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    qbo.create("Item", Name="Filter", **GOODS)
    return qbo


def an_invoice(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"CustomerRef": {"value": "1"}, "Line": list(lines) or [a_line()], **more}


REFUSED = [
    ("customer", {"DisplayName": "X", "Colour": "red"}, "2010"),
    ("customer", {"DisplayName": "A:B"}, "2040"),
    ("customer", {"DisplayName": "x" * 501}, "2050"),
    ("customer", {"Notes": "no name"}, "6080"),
    ("customer", {"DisplayName": "J", "Job": True}, "6150"),
    ("customer", {"DisplayName": "E", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
    ("customer", {"DisplayName": "T", "SalesTermRef": {"value": "99"}}, "2500"),
    ("vendor", {"DisplayName": "harbor cafe"}, "6240"),
    ("employee", {"GivenName": "Harbor", "FamilyName": "Cafe"}, "6240"),
    ("item", {"Name": "N"}, "2020"),
    ("item", {"Name": "labor", "Type": "Service", "IncomeAccountRef": {"value": "1"}}, "6240"),
    ("item", {"Name": "M", "Type": "Service", "IncomeAccountRef": {"value": "35"}}, "6430"),
    ("item", {"Name": "O", **(GOODS | {"QtyOnHand": None})}, "6520"),
    ("account", {"Name": "A", "AccountType": "Pocket"}, "6010"),
    ("account", {"Name": "Checking", "AccountType": "Bank"}, "6240"),
    ("term", {"Name": "x" * 32}, "2050"),
    ("invoice", {"CustomerRef": {"value": "1"}}, "2020"),
    ("invoice", an_invoice(CustomerRef={"value": "77"}), "2500"),
    ("invoice", an_invoice(a_line(amount=10, Qty=3, UnitPrice="3.33")), "6070"),
    ("invoice", an_invoice(a_line(TaxCodeRef={"value": "2"})), "6100"),
    ("invoice", an_invoice(a_line("2", Qty=1), TxnDate="2026-01-09"), "6270"),
    ("invoice", an_invoice(EmailStatus="NeedToSend"), "6420"),
    ("invoice", an_invoice(DocNumber="1" * 22), "2050"),
    ("invoice", an_invoice(TxnDate="tomorrow"), "2060"),
    ("invoice", an_invoice(a_line(amount="lots")), "2100"),
    ("invoice", an_invoice(PrintStatus="Maybe"), "2170"),
    ("invoice", an_invoice(CustomField=[{"DefinitionId": "9", "StringValue": "x"}]), "3000"),
    ("payment", {"CustomerRef": {"value": "1"}}, "2020"),
    ("purchaseorder", {"Line": [], "APAccountRef": {"value": "33"}}, "2020"),
    ("journalentry", {"Line": [{"Amount": 1, "DetailType": "JournalEntryLineDetail",
      "JournalEntryLineDetail": {"PostingType": "Debit", "AccountRef": {"value": "7"}}}]}, "6000"),
    ("taxcode", {"Name": "No"}, "500"),
    ("salesorder", {"Name": "No"}, "500"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "code"), REFUSED)
def test_a_wrong_body_is_refused_with_its_code(
    shop: Simulator, path: str, body: dict[str, Any], code: str
) -> None:
    assert shop.fault(shop.post(path, body)) == (400, [code])


def test_several_errors_come_in_one_answer(shop: Simulator) -> None:
    body = {"DisplayName": "x" * 501, "Notes": "n" * 2001, "ResaleNum": "1" * 17}
    assert shop.fault(shop.post("customer", body)) == (400, ["2050", "2050", "2050"])


def test_a_refused_body_leaves_nothing_behind(shop: Simulator) -> None:
    before = shop.query("select count(*) from Invoice")
    shop.post("invoice", an_invoice(a_line(), a_line(amount=1, Qty=1, UnitPrice=2)))
    assert shop.query("select count(*) from Invoice") == before


def test_half_a_cent_is_rounded_up(shop: Simulator) -> None:
    line = a_line(amount="1861.08", Qty="128.350", UnitPrice="14.50")
    assert shop.create("Invoice", **an_invoice(line))["TotalAmt"] == 1861.08


def test_a_stale_token_is_refused(shop: Simulator) -> None:
    shop.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "first"})
    late = shop.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "second"})
    assert shop.fault(late) == (400, ["5010"])


def test_an_update_that_changes_nothing_keeps_the_token(shop: Simulator) -> None:
    same = {"Id": "1", "SyncToken": "0", "sparse": True, "DisplayName": "Harbor Cafe"}
    assert shop.post("customer", same).json()["Customer"]["SyncToken"] == "0"


def test_a_sparse_update_keeps_and_a_full_update_clears_what_is_left_out(shop: Simulator) -> None:
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "n", "ResaleNum": "1"}
    kept = shop.post("customer", body).json()["Customer"]
    full = {"Id": "1", "SyncToken": "1", "DisplayName": "Harbor Cafe", "ResaleNum": "1"}
    cleared = shop.post("customer", full).json()["Customer"]
    assert (kept["Notes"], "Notes" in cleared) == ("n", False)


def test_a_sent_line_array_replaces_the_whole_array(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice(a_line(), a_line(amount=50)))
    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "Line": [invoice["Line"][1]]}
    lines = shop.post("invoice", body).json()["Invoice"]["Line"]
    assert [line.get("Id") for line in lines] == ["2", None]


def test_an_inactive_name_still_occupies_its_name_and_carries_the_suffix(shop: Simulator) -> None:
    gone = shop.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False})
    assert gone.json()["Customer"]["DisplayName"] == "Harbor Cafe (deleted)"
    again = shop.post("customer", {"DisplayName": "Harbor Cafe"})
    assert shop.fault(again) == (400, ["6240"])


def test_an_inactive_customer_cannot_be_invoiced(shop: Simulator) -> None:
    shop.post("customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False})
    assert shop.fault(shop.post("invoice", an_invoice())) == (400, ["610"])


def test_a_sixth_level_is_refused(qbo: Simulator) -> None:
    parent = qbo.create("Customer", DisplayName="L0")["Id"]
    for level in range(1, 5):
        job = {"DisplayName": f"L{level}", "Job": True, "ParentRef": {"value": parent}}
        parent = qbo.create("Customer", **job)["Id"]
    deep = qbo.post("customer", {"DisplayName": "L5", "Job": True, "ParentRef": {"value": parent}})
    assert qbo.read("Customer", parent)["FullyQualifiedName"] == "L0:L1:L2:L3:L4"
    assert qbo.fault(deep) == (400, ["6180"])


def test_closed_books_refuse_old_dates(shop: Simulator) -> None:
    shop.switch(close_date="2026-02-01")
    late = shop.post("invoice", an_invoice(TxnDate="2026-02-01"))
    shop.switch(close_password=True)
    locked = shop.post("invoice", an_invoice(TxnDate="2026-01-20"))
    assert (shop.fault(late), shop.fault(locked)) == ((400, ["6200"]), (400, ["6210"]))


def test_a_read_of_nothing_is_610_and_of_a_word_2030(qbo: Simulator) -> None:
    missing, word = qbo.call("GET", "invoice/99"), qbo.call("GET", "invoice/abc")
    assert (qbo.fault(missing), qbo.fault(word)) == ((400, ["610"]), (400, ["2030"]))


def test_an_expired_subscription_only_reads(qbo: Simulator) -> None:
    qbo.switch(subscription="EXPIRED")
    assert qbo.fault(qbo.post("customer", {"DisplayName": "X"})) == (400, ["6190"])
    assert qbo.query("select count(*) from Customer") == {"totalCount": 0}


def test_a_deposited_payment_is_frozen(shop: Simulator) -> None:
    payment = shop.create("Payment", CustomerRef={"value": "1"}, TotalAmt=20)
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    line = {"Amount": 20, "LinkedTxn": [link]}
    shop.create("Deposit", DepositToAccountRef={"value": "35"}, Line=[line])
    body = {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}
    void = shop.post("payment", body, operation="update", include="void")
    token = shop.read("Payment", payment["Id"])["SyncToken"]
    void = shop.post("payment", body | {"SyncToken": token}, operation="update", include="void")
    assert shop.fault(void) == (400, ["6540"])


def test_a_bill_number_is_used_once_for_a_vendor_unless_allowed(qbo: Simulator) -> None:
    vendor = {"value": qbo.create("Vendor", DisplayName="Supply")["Id"]}
    detail = {"AccountRef": {"value": "7"}}
    line = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail}  # fmt: skip
    body = {"VendorRef": vendor, "DocNumber": "A-1", "Line": [line]}
    qbo.create("Bill", **body)
    assert qbo.fault(qbo.post("bill", body)) == (400, ["6140"])
    assert qbo.post("bill", body, include="allowduplicatedocnum").status_code == 200


def test_an_expense_account_must_fit_the_payment_type(qbo: Simulator) -> None:
    line = {"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}}}  # fmt: skip
    body = {"PaymentType": "CreditCard", "AccountRef": {"value": "35"}, "Line": [line]}
    assert qbo.fault(qbo.post("purchase", body)) == (400, ["6430"])
