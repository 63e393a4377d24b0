"""Credit memos, refunds and payments that apply or free credit (sections 6.9, 6.11, 6.12, 11)."""

from collections.abc import Iterator
from typing import Any

import pytest
from quickbooks import QuickBooks  # type: ignore[import-untyped]
from quickbooks import objects as q

from simulators.quickbooks.world import REALM
from tests.simulators.quickbooks.conftest import Simulator
from tests.simulators.quickbooks.test_faults import GOODS, a_line, an_invoice
from tests.simulators.quickbooks.test_python_quickbooks import auth_client

NON = {"value": "NON"}


@pytest.fixture
def shop(qbo: Simulator) -> Simulator:
    for name in ("Harbor Cafe", "Dune Catering"):
        qbo.create("Customer", DisplayName=name)
    qbo.create("Item", Name="Labor", Type="Service", IncomeAccountRef={"value": "1"})
    qbo.create("Item", Name="Filter", PurchaseCost=2, UnitPrice=9, **GOODS)
    return qbo


@pytest.fixture
def client(shop: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuickBooks]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    made = QuickBooks(auth_client=auth_client(shop), company_id=REALM, minorversion=75)
    made.api_url_v3 = f"{shop.url}/v3"
    yield made
    made.session.close()


def invoiced(shop: Simulator, amount: int = 100, customer: str = "1") -> dict[str, Any]:
    body = an_invoice(a_line(amount=amount), CustomerRef={"value": customer})
    return shop.create("Invoice", **body)


def credited(shop: Simulator, amount: int = 30, customer: str = "1") -> dict[str, Any]:
    body = an_invoice(a_line(amount=amount), CustomerRef={"value": customer})
    return shop.create("CreditMemo", **body)


def part(kind: str, record: dict[str, Any], amount: int) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": kind}]}


def a_payment(total: int, *lines: dict[str, Any]) -> dict[str, Any]:
    return {"CustomerRef": {"value": "1"}, "TotalAmt": total, "Line": list(lines)}


def paid(shop: Simulator, total: int, *lines: dict[str, Any]) -> dict[str, Any]:
    return shop.create("Payment", **a_payment(total, *lines))


def left(shop: Simulator, invoice: dict[str, Any], credit: dict[str, Any]) -> tuple[Any, Any]:
    memo = shop.read("CreditMemo", credit["Id"])
    assert memo["Balance"] == memo["RemainingCredit"]
    return shop.read("Invoice", invoice["Id"])["Balance"], memo["RemainingCredit"]


def lowered(shop: Simulator, invoice: dict[str, Any], amount: int) -> dict[str, Any]:
    token = shop.read("Invoice", invoice["Id"])["SyncToken"]
    body = {
        "Id": invoice["Id"],
        "SyncToken": token,
        "sparse": True,
        "Line": [a_line(amount=amount)],
    }
    return dict(shop.post("invoice", body).json()["Invoice"])


def settled(payment: dict[str, Any]) -> dict[str, Any]:
    return {line["LinkedTxn"][0]["TxnType"]: line["Amount"] for line in payment["Line"]}


def test_a_credit_memo_lowers_what_the_customer_owes(shop: Simulator) -> None:
    invoiced(shop)
    credited(shop)
    assert shop.read("Customer", "1")["Balance"] == 70


def test_a_payment_applies_money_and_credit_together(shop: Simulator) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    payment = paid(shop, 70, part("Invoice", invoice, 100), part("CreditMemo", credit, 30))
    assert (left(shop, invoice, credit), payment["UnappliedAmt"]) == ((0, 0), 0)
    assert shop.read("Customer", "1")["Balance"] == 0
    assert shop.sim("books", method="GET")["9130350000000001"]["sum"] == 0


def test_credit_is_applied_a_part_at_a_time(shop: Simulator) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    for _ in range(2):
        paid(shop, 0, part("Invoice", invoice, 10), part("CreditMemo", credit, 10))
    assert left(shop, invoice, credit) == (80, 10)
    links = shop.read("CreditMemo", credit["Id"])["LinkedTxn"]
    assert [link["TxnType"] for link in links] == ["Payment", "Payment"]


@pytest.mark.parametrize(
    ("total", "of_invoice", "of_credit", "customer"),
    [(0, 31, 31, "1"), (0, 20, 10, "1"), (0, 30, 30, "2"), (80, 101, 30, "1")],
)
def test_credit_that_does_not_fit_is_refused(
    shop: Simulator, total: int, of_invoice: int, of_credit: int, customer: str
) -> None:
    invoice, credit = invoiced(shop), credited(shop, customer=customer)
    lines = part("Invoice", invoice, of_invoice), part("CreditMemo", credit, of_credit)
    assert shop.fault(shop.post("payment", a_payment(total, *lines))) == (400, ["6000"])
    assert left(shop, invoice, credit) == (100, 30)


@pytest.mark.parametrize(
    "params", [{"operation": "update", "include": "void"}, {"operation": "delete"}]
)
def test_a_payment_that_ends_gives_credit_and_debt_back(
    shop: Simulator, params: dict[str, str]
) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    payment = paid(shop, 0, part("Invoice", invoice, 30), part("CreditMemo", credit, 30))
    body = {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}
    assert shop.post("payment", body, **params).status_code == 200
    assert left(shop, invoice, credit) == (100, 30)


@pytest.mark.parametrize("operation", ["void", "delete"])
def test_a_credit_memo_that_ends_opens_the_invoice_again(shop: Simulator, operation: str) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    payment = paid(shop, 70, part("Invoice", invoice, 70))
    token = shop.read("CreditMemo", credit["Id"])["SyncToken"]
    body = {"Id": credit["Id"], "SyncToken": token}
    assert shop.post("creditmemo", body, operation=operation).status_code == 200
    assert shop.read("Customer", "1")["Balance"] == 30
    assert shop.read("Payment", payment["Id"])["UnappliedAmt"] == 0


def test_a_payment_on_account_is_applied_later(shop: Simulator) -> None:
    payment, invoice = paid(shop, 50), invoiced(shop)
    body = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
    again = a_payment(50, part("Invoice", invoice, 50)) | body
    assert shop.post("payment", again).json()["Payment"]["UnappliedAmt"] == 0
    assert shop.read("Invoice", invoice["Id"])["Balance"] == 50


def test_a_person_unapplies_a_payment(shop: Simulator) -> None:
    invoice = invoiced(shop)
    payment = paid(shop, 60, part("Invoice", invoice, 60))
    shop.sim("person/edit", {"entity": "Payment", "id": payment["Id"], "body": {"Line": []}})
    assert shop.read("Payment", payment["Id"])["UnappliedAmt"] == 60
    assert shop.read("Invoice", invoice["Id"])["Balance"] == 100


def test_an_invoice_lowered_below_what_is_paid_frees_the_rest(shop: Simulator) -> None:
    invoice = invoiced(shop)
    first = paid(shop, 60, part("Invoice", invoice, 60))
    second = paid(shop, 40, part("Invoice", invoice, 40))
    after = lowered(shop, invoice, 50)
    shown = [shop.read("Payment", payment["Id"]) for payment in (first, second)]
    assert (after["TotalAmt"], after["Balance"]) == (50, 0)
    assert [(p["UnappliedAmt"], settled(p)) for p in shown] == [(10, {"Invoice": 50}), (40, {})]
    assert [p["SyncToken"] for p in shown] == ["1", "1"]
    assert shop.read("Customer", "1")["Balance"] == -50
    assert shop.sim("books", method="GET")["9130350000000001"]["sum"] == 0


def test_credit_that_a_lowered_invoice_does_not_need_returns_to_its_memo(shop: Simulator) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    payment = paid(shop, 70, part("Invoice", invoice, 100), part("CreditMemo", credit, 30))
    lowered(shop, invoice, 20)
    shown = shop.read("Payment", payment["Id"])
    assert left(shop, invoice, credit) == (0, 10)
    assert (shown["UnappliedAmt"], settled(shown)) == (70, {"Invoice": 20, "CreditMemo": 20})


def test_freeing_what_is_paid_may_be_refused(shop: Simulator) -> None:
    shop.switch(below_paid="refuse")
    invoice = invoiced(shop)
    paid(shop, 60, part("Invoice", invoice, 60))
    body = {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "Line": [a_line(amount=50)]}
    assert shop.fault(shop.post("invoice", body)) == (400, ["6000"])


def test_a_credit_memo_cannot_be_lowered_below_what_is_applied(shop: Simulator) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    paid(shop, 0, part("Invoice", invoice, 30), part("CreditMemo", credit, 30))
    body = {"Id": credit["Id"], "SyncToken": "1", "sparse": True, "Line": [a_line(amount=20)]}
    assert shop.fault(shop.post("creditmemo", body)) == (400, ["6000"])


def refund_of(client: QuickBooks, item: str, quantity: int, price: int) -> Any:
    line = q.SalesItemLine()
    line.Amount = quantity * price
    line.SalesItemLineDetail = q.SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = q.Item.get(item, qb=client).to_ref()
    line.SalesItemLineDetail.Qty, line.SalesItemLineDetail.UnitPrice = quantity, price
    refund = q.RefundReceipt()
    refund.Line.append(line)
    refund.CustomerRef = q.Customer.get(1, qb=client).to_ref()
    refund.PaymentMethodRef = q.PaymentMethod.get(2, qb=client).to_ref()
    refund.PaymentRefNum = "1044"
    return refund


def test_a_refund_pays_the_customer_and_takes_the_goods_back(
    shop: Simulator, client: QuickBooks
) -> None:
    refund = refund_of(client, "2", 2, 9)
    refund.DepositToAccountRef = q.Account.get(35, qb=client).to_ref()
    saved = refund.save(qb=client)
    assert (saved.TotalAmt, saved.Balance, saved.PaymentRefNum) == (18, 0, "1044")
    assert shop.read("Account", "35")["CurrentBalance"] == -18
    assert shop.read("Item", "2")["QtyOnHand"] == 7
    assert shop.read("Customer", "1")["Balance"] == 0


def test_a_refund_names_the_account_that_pays_it(client: QuickBooks, shop: Simulator) -> None:
    body = an_invoice(a_line())
    assert shop.fault(shop.post("refundreceipt", body)) == (400, ["2020"])
    card = body | {"DepositToAccountRef": {"value": "84"}}
    assert shop.fault(shop.post("refundreceipt", card)) == (400, ["6430"])


@pytest.mark.parametrize("operation", ["void", "delete"])
def test_a_refund_that_ends_leaves_books_and_stock_as_before(
    shop: Simulator, client: QuickBooks, operation: str
) -> None:
    refund = refund_of(client, "2", 2, 9)
    refund.DepositToAccountRef = q.Account.get(35, qb=client).to_ref()
    saved = refund.save(qb=client)
    body = {"Id": saved.Id, "SyncToken": saved.SyncToken, "sparse": True}
    how = {"operation": "update", "include": "void"} if operation == "void" else {}
    assert shop.post("refundreceipt", body, **({"operation": operation} | how)).status_code == 200
    assert shop.read("Account", "35")["CurrentBalance"] == 0
    assert shop.read("Item", "2")["QtyOnHand"] == 5


def test_a_refund_is_changed_and_found_by_its_number(shop: Simulator, client: QuickBooks) -> None:
    refund = refund_of(client, "1", 1, 50)
    refund.DepositToAccountRef = q.Account.get(35, qb=client).to_ref()
    refund.DocNumber = "R-7"
    saved = refund.save(qb=client)
    saved.PrivateNote = "broken on arrival"
    saved.save(qb=client)
    found = q.RefundReceipt.filter(DocNumber="R-7", qb=client)
    assert [(r.Id, r.PrivateNote, r.TotalAmt) for r in found] == [
        (saved.Id, "broken on arrival", 50)
    ]


def test_a_credit_memo_of_another_client_is_applied_by_a_payment_of_its_own(
    shop: Simulator, client: QuickBooks
) -> None:
    invoice, credit = invoiced(shop), credited(shop)
    payment = q.Payment()
    payment.TotalAmt = 0
    payment.CustomerRef = q.Customer.get(1, qb=client).to_ref()
    for record in (
        q.Invoice.get(invoice["Id"], qb=client),
        q.CreditMemo.get(credit["Id"], qb=client),
    ):
        line = q.PaymentLine()
        line.Amount = 30
        line.LinkedTxn.append(record.to_linked_txn())
        payment.Line.append(line)
    payment.save(qb=client)
    assert left(shop, invoice, credit) == (70, 0)


def test_a_check_to_a_customer_on_receivables_pays_his_credit_out(shop: Simulator) -> None:
    paid(shop, 30)
    assert shop.read("Customer", "1")["Balance"] == -30
    select = "select * from Account where AccountType = "
    receivable = shop.query(f"{select}'Accounts Receivable'")["Account"][0]
    bank = shop.query(f"{select}'Bank'")["Account"][0]
    body = {
        "PaymentType": "Check",
        "AccountRef": {"value": bank["Id"]},
        "Line": [
            {
                "Amount": 30,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": receivable["Id"]}},
            }
        ],
    }
    assert shop.fault(shop.post("Purchase", body)) == (400, ["6000"])
    shop.create("Purchase", EntityRef={"value": "1", "type": "Customer"}, **body)
    assert shop.read("Customer", "1")["Balance"] == 0
