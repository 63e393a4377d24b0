from typing import Any

import pytest

from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import GOODS, a_line, an_invoice

ITEM_LINE = "ItemBasedExpenseLineDetail"


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    qbo.create("Customer", DisplayName="Harbor Cafe")
    qbo.create("Vendor", DisplayName="Supply")
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    qbo.create("Item", Name="Filter", PurchaseCost=2, UnitPrice=9, **GOODS)
    return qbo


def goods(quantity: int, price: Any, **more: Any) -> dict[str, Any]:
    inner = {"ItemRef": {"value": "2"}, "Qty": quantity, "UnitPrice": price}
    return {"Amount": quantity * price, "DetailType": ITEM_LINE, ITEM_LINE: inner, **more}


def balance(shop: Simulator, account: str) -> Any:
    return shop.read("Account", account)["CurrentBalance"]


def test_a_line_without_tax_code_is_not_taxed(shop: Simulator) -> None:
    line = shop.create("Invoice", **an_invoice())["Line"][0]
    assert line["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_a_discount_comes_after_the_subtotal(shop: Simulator) -> None:
    percent = {"PercentBased": True, "DiscountPercent": 10}
    discount = {"Amount": 1, "DetailType": "DiscountLineDetail", "DiscountLineDetail": percent}
    invoice = shop.create("Invoice", **an_invoice(a_line(), discount))
    kinds = [(line["DetailType"], line["Amount"]) for line in invoice["Line"][1:]]
    assert kinds == [("SubTotalLineDetail", 100), ("DiscountLineDetail", 10)]
    assert invoice["TotalAmt"] == 90


def test_tax_after_the_discount_is_smaller(shop: Simulator) -> None:
    discount = {"Amount": 50, "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": False}}  # fmt: skip
    body = an_invoice(a_line(TaxCodeRef={"value": "TAX"}), discount)
    before = shop.create("Invoice", **body)
    after = shop.create("Invoice", **body, ApplyTaxAfterDiscount=True)
    assert (before["TotalAmt"], after["TotalAmt"]) == (58, 54)


def test_a_voided_invoice_stays_and_frees_its_payment(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice())
    line = {"Amount": 40, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    payment = shop.create("Payment", CustomerRef={"value": "1"}, TotalAmt=40, Line=[line])
    body = {"Id": invoice["Id"], "SyncToken": "1"}
    void = shop.post("invoice", body, operation="void").json()["Invoice"]
    assert (void["TotalAmt"], void["Balance"], void["PrivateNote"]) == (0, 0, "Voided")
    assert shop.read("Payment", payment["Id"])["UnappliedAmt"] == 40
    assert shop.read("Customer", "1")["Balance"] == -40


def test_a_payment_larger_than_the_open_balance_is_refused(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice())
    line = {"Amount": 101, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": "1"}, "TotalAmt": 101, "Line": [line]}
    assert shop.fault(shop.post("payment", body)) == (400, ["6000"])


def test_a_credit_memo_settles_an_invoice_through_an_empty_payment(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice())
    credit = shop.create("CreditMemo", **an_invoice(a_line(amount=30)))
    lines = [
        {"Amount": 30, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]},
        {"Amount": 30, "LinkedTxn": [{"TxnId": credit["Id"], "TxnType": "CreditMemo"}]},
    ]
    shop.create("Payment", CustomerRef={"value": "1"}, TotalAmt=0, Line=lines)
    left = shop.read("CreditMemo", credit["Id"])["RemainingCredit"]
    assert (shop.read("Invoice", invoice["Id"])["Balance"], left) == (70, 0)


def test_a_posted_document_moves_the_customer_but_not_its_token(shop: Simulator) -> None:
    shop.sim("clock", {"advance": 10})
    before = shop.read("Customer", "1")
    shop.sim("clock", {"advance": 10})
    shop.create("Invoice", **an_invoice())
    after = shop.read("Customer", "1")
    assert before["MetaData"]["LastUpdatedTime"] < after["MetaData"]["LastUpdatedTime"]
    assert (before["SyncToken"], after["SyncToken"]) == ("0", "0")


def test_jobs_add_up_in_their_parent(shop: Simulator) -> None:
    job = shop.create("Customer", DisplayName="Kitchen", Job=True, ParentRef={"value": "1"})
    shop.create("Invoice", **an_invoice(CustomerRef={"value": job["Id"]}))
    parent = shop.read("Customer", "1")
    assert (parent["Balance"], parent["BalanceWithJobs"]) == (0, 100)


def test_an_estimate_closes_when_it_is_invoiced_and_only_once(shop: Simulator) -> None:
    estimate = shop.create("Estimate", **an_invoice())
    link = [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]
    invoice = shop.create("Invoice", **an_invoice(LinkedTxn=link))
    assert shop.read("Estimate", estimate["Id"])["TxnStatus"] == "Closed"
    assert invoice["Line"][0]["LinkedTxn"] == invoice["LinkedTxn"] == link
    again = shop.post("invoice", an_invoice(LinkedTxn=link))
    assert shop.fault(again) == (400, ["620"])


def test_a_purchase_order_closes_when_all_of_it_is_billed(shop: Simulator) -> None:
    head = {"VendorRef": {"value": "2"}, "APAccountRef": {"value": "33"}}
    order = shop.create("PurchaseOrder", **head, Line=[goods(4, 3)])
    statuses = [order["POStatus"]]
    link = [{"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}]
    for number in (1, 2):
        shop.create("Bill", **head, DocNumber=f"B{number}", Line=[goods(2, 3, LinkedTxn=link)])
        statuses.append(shop.read("PurchaseOrder", order["Id"])["POStatus"])
    assert statuses == ["Open", "Open", "Closed"]
    assert shop.read("Item", "2")["QtyOnHand"] == 9


def test_goods_leave_at_the_cost_at_which_they_came_first(shop: Simulator) -> None:
    shop.create("Bill", VendorRef={"value": "2"}, Line=[goods(5, 3)])
    shop.create("Invoice", **an_invoice(a_line("2", 63, Qty=7, UnitPrice=9)))
    assert balance(shop, "81") == 5 * 2 + 5 * 3 - (5 * 2 + 2 * 3)


def test_a_sale_from_empty_stock_is_charged_when_the_goods_arrive(shop: Simulator) -> None:
    shop.create("Invoice", **an_invoice(a_line("2", 63, Qty=7, UnitPrice=9)))
    shop.create("Bill", VendorRef={"value": "2"}, Line=[goods(2, 4)])
    assert (balance(shop, "81"), shop.read("Item", "2")["QtyOnHand"]) == (0, 0)


def test_a_quantity_sent_in_an_item_update_is_an_adjustment(shop: Simulator) -> None:
    body = {
        "Id": "2",
        "SyncToken": "0",
        "sparse": True,
        "QtyOnHand": 8,
        "InvStartDate": "2026-03-01",
    }
    item = shop.post("item", body).json()["Item"]
    adjusted = shop.query("select * from InventoryAdjustment")["InventoryAdjustment"]
    assert (item["QtyOnHand"], item["InvStartDate"]) == (8, "2026-01-10")
    assert adjusted[0]["TxnDate"] == "2026-03-01"


def deactivated(shop: Simulator, key: str) -> dict[str, Any]:
    token = shop.read("Item", key)["SyncToken"]
    body = {"Id": key, "SyncToken": token, "sparse": True, "Active": False}
    return dict(shop.post("item", body).json()["Item"])


def test_an_item_that_becomes_inactive_loses_its_stock_to_shrinkage(shop: Simulator) -> None:
    item = deactivated(shop, "2")
    (adjusted,) = shop.query("select * from InventoryAdjustment")["InventoryAdjustment"]
    assert (item["QtyOnHand"], item["Active"], item["SyncToken"]) == (0, False, "1")
    assert adjusted["AdjustAccountRef"]["value"] == "88"
    assert adjusted["Line"][0]["ItemAdjustmentLineDetail"]["QtyDiff"] == -5
    books = shop.sim("books", method="GET")["9130350000000001"]
    assert books["accounts"]["Inventory Shrinkage"] == 10
    assert (balance(shop, "81"), books["sum"]) == (0, 0)


def test_an_item_made_active_again_has_no_stock(shop: Simulator) -> None:
    token = deactivated(shop, "2")["SyncToken"]
    body = {"Id": "2", "SyncToken": token, "sparse": True, "Active": True}
    assert shop.post("item", body).json()["Item"]["QtyOnHand"] == 0
    assert shop.query("select count(*) from InventoryAdjustment") == {"totalCount": 1}


@pytest.mark.parametrize("sold", [5, 7])
def test_an_item_without_stock_is_adjusted_only_if_it_owes_some(shop: Simulator, sold: int) -> None:
    shop.create("Invoice", **an_invoice(a_line("2", 9 * sold, Qty=sold, UnitPrice=9)))
    assert deactivated(shop, "2")["QtyOnHand"] == 0
    made = shop.query("select count(*) from InventoryAdjustment")["totalCount"]
    assert made == (1 if sold > 5 else 0)


def test_an_item_that_begins_later_is_adjusted_on_its_first_day(shop: Simulator) -> None:
    late = shop.create("Item", Name="Later", **(GOODS | {"InvStartDate": "2099-01-01"}))
    assert deactivated(shop, late["Id"])["QtyOnHand"] == 0


def test_a_bundle_is_sold_by_its_parts(shop: Simulator) -> None:
    parts = [{"item": "2", "quantity": 2}]
    body = {"Name": "Set", "Type": "Group"}
    bundle = shop.sim("person/create", {"entity": "Item", "body": body | {"components": parts}})
    line = {"DetailType": "GroupLineDetail",
            "GroupLineDetail": {"GroupItemRef": {"value": bundle["Id"]},
                                "Quantity": 2}}  # fmt: skip
    invoice = shop.create("Invoice", **an_invoice(line))
    assert invoice["TotalAmt"] == 36
    assert shop.read("Item", "2")["QtyOnHand"] == 1


def test_automatic_numbers_count_and_custom_numbers_stay_empty(shop: Simulator) -> None:
    counted = [shop.create("Invoice", **an_invoice())["DocNumber"] for _ in range(2)]
    shop.switch(custom_txn_numbers=True)
    empty = shop.create("Invoice", **an_invoice())
    assert (counted, "DocNumber" in empty) == (["1001", "1002"], False)


def test_the_trial_balance_report_adds_up(shop: Simulator) -> None:
    shop.create("Invoice", **an_invoice(a_line("2", 18, Qty=2, UnitPrice=9)))
    report = shop.call("GET", "reports/TrialBalance").json()
    total = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert total[1]["value"] == total[2]["value"] != ""
    assert shop.sim("books", method="GET")["9130350000000001"]["sum"] == 0


@pytest.mark.parametrize(("kind", "status"), [("Expense", 200), ("Check", 400)])
def test_a_payment_may_name_an_expense_but_no_check(
    shop: Simulator, kind: str, status: int
) -> None:
    spent = shop.create("Purchase", PaymentType="Cash", AccountRef={"value": "35"},
                        Line=[goods(1, 4)])  # fmt: skip
    line = {"Amount": 4, "LinkedTxn": [{"TxnId": spent["Id"], "TxnType": kind}]}
    answer = shop.post("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 4, "Line": [line]})
    assert answer.status_code == status
    assert shop.query("select * from Payment") is not None


def test_a_paid_bill_names_its_payment_as_recorded(shop: Simulator) -> None:
    bill = shop.create("Bill", VendorRef={"value": "2"}, Line=[goods(2, 4)])
    settle = {"Amount": 8, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}
    card = {"CCAccountRef": {"value": "41"}}
    paid = shop.create("BillPayment", VendorRef={"value": "2"}, PayType="CreditCard", TotalAmt=8,
                       CreditCardPayment=card, Line=[settle])  # fmt: skip
    links = shop.read("Bill", bill["Id"])["LinkedTxn"]
    assert links == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]


def test_sending_back_what_was_read_changes_nothing(shop: Simulator) -> None:
    invoice = shop.create("Invoice", **an_invoice(a_line(TaxCodeRef={"value": "TAX"})))
    pay = {"Amount": 5, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    payment = shop.create("Payment", CustomerRef={"value": "1"}, TotalAmt=9, Line=[pay])
    bill = shop.create("Bill", VendorRef={"value": "2"}, Line=[goods(2, 4)])
    settle = {"Amount": 3, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}
    check = {"BankAccountRef": {"value": "35"}}
    shop.create(
        "BillPayment", VendorRef={"value": "2"}, PayType="Check", CheckPayment=check, TotalAmt=3,
        Line=[settle],
    )  # fmt: skip
    for entity, key in (
        ("Invoice", invoice["Id"]),
        ("Bill", bill["Id"]),
        ("Payment", payment["Id"]),
    ):
        read = shop.read(entity, key)
        again = shop.post(entity.lower(), read)
        assert again.json()[entity] == read
    for entity in ("Customer", "Item", "Vendor", "Account", "Term"):
        read = shop.query("select * from " + entity + " maxresults 1")[entity][0]  # noqa: S608
        assert shop.post(entity.lower(), read).json()[entity] == read
