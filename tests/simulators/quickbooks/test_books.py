"""Random histories: whatever is created, changed, voided and deleted, the books stay right."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.quickbooks import state, write
from simulators.quickbooks.company import Company
from simulators.quickbooks.faults import ApiError
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.settle import open_balance, unapplied
from simulators.quickbooks.wire import dump, load_exact
from simulators.quickbooks.world import REALM, Settings, World

type Step = tuple[str, int, int, int]
SALES = "SalesItemLineDetail"
GOODS = "ItemBasedExpenseLineDetail"
NAMES = [
    "invoice", "payment", "credit", "receipt", "bill", "pay_bill", "order", "expense", "deposit",
    "adjust", "entry", "transfer", "estimate", "update", "void", "delete",
]  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(0, 30),
        st.integers(1, 9),
        st.integers(0, 30),
    ),
    max_size=40,
)
FORMS = (
    "Invoice", "Payment", "CreditMemo", "SalesReceipt", "Bill", "BillPayment", "PurchaseOrder",
    "Purchase", "Deposit", "InventoryAdjustment", "JournalEntry", "Transfer", "Estimate",
)  # fmt: skip


class History:
    def __init__(self) -> None:
        self.company: Company = World(Settings()).companies[REALM]
        self.company.switches.check_bill_numbers = False
        self.customers = [self.make("Customer", DisplayName=f"C{n}") for n in range(2)]
        parent = {"value": self.customers[0]["Id"]}
        self.customers.append(self.make("Customer", DisplayName="J", Job=True, ParentRef=parent))
        self.vendor = {"value": self.make("Vendor", DisplayName="V")["Id"]}
        accounts = {"IncomeAccountRef": {"value": "79"}, "ExpenseAccountRef": {"value": "80"}}
        stock = {"AssetAccountRef": {"value": "81"}, "TrackQtyOnHand": True}
        self.items = [
            self.make("Item", Name="S", Type="Service", **accounts),
            self.make(
                "Item", Name="G", Type="Inventory", QtyOnHand=3, PurchaseCost="1.37",
                InvStartDate="2026-01-01", **accounts, **stock,
            ),
        ]  # fmt: skip

    def make(self, entity: str, **body: Any) -> dict[str, Any]:
        return write.create(self.company, ENTITIES[entity], body)

    def pick(self, entity: str, number: int) -> dict[str, Any] | None:
        rows = list(self.company.all(entity))
        return rows[number % len(rows)] if rows else None

    def take(self, step: Step) -> None:
        name, first, amount, second = step
        tokens = self.tokens()
        action: Callable[[int, int, int], None] = getattr(self, name)
        with suppress(ApiError):
            action(first, amount, second)
        after = self.tokens()
        assert all(after[key] >= token for key, token in tokens.items() if key in after)

    def tokens(self) -> dict[str, int]:
        return {
            f"{name}:{r['Id']}": int(r["SyncToken"])
            for name, store in self.company.stores.items()
            for r in store
        }

    def sale(self, entity: str, first: int, amount: int, second: int, **more: Any) -> None:
        item = self.items[second % 2]
        inner = {"ItemRef": {"value": item["Id"]}, "Qty": amount, "UnitPrice": "7.35",
                 "TaxCodeRef": {"value": ("TAX", "NON")[first % 2]}}  # fmt: skip
        total = (Decimal("7.35") * amount).quantize(Decimal("0.01"))
        discount = {"Amount": 1, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}
        lines = [{"Amount": total, "DetailType": SALES, SALES: inner}]
        lines += [discount] if first % 3 == 0 else []
        customer = {"value": self.customers[first % 3]["Id"]}
        self.make(
            entity,
            CustomerRef=customer,
            TxnDate=f"2026-02-{1 + second % 28:02}",
            Line=lines,
            **more,
        )

    def invoice(self, first: int, amount: int, second: int) -> None:
        estimate = self.pick("Estimate", second)
        more = {}
        if estimate and first % 4 == 0:
            more = {"LinkedTxn": [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]}
        self.sale("Invoice", first, amount, second, **more)

    def estimate(self, first: int, amount: int, second: int) -> None:
        self.sale("Estimate", first, amount, second)

    def credit(self, first: int, amount: int, second: int) -> None:
        self.sale("CreditMemo", first, amount, second)

    def receipt(self, first: int, amount: int, second: int) -> None:
        self.sale("SalesReceipt", first, amount, second)

    def payment(self, first: int, amount: int, second: int) -> None:
        invoice = self.pick("Invoice", first)
        if invoice is None:
            return
        lines = [{"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}]
        credit = self.pick("CreditMemo", second)
        if credit and second % 3 == 0:
            link = {"TxnId": credit["Id"], "TxnType": "CreditMemo"}
            lines.append({"Amount": 1, "LinkedTxn": [link]})
        self.make("Payment", CustomerRef={"value": invoice["CustomerRef"]["value"]},
                  TotalAmt=amount + second, Line=lines)  # fmt: skip

    def expense_line(self, amount: int, second: int) -> dict[str, Any]:
        inner = {
            "ItemRef": {"value": self.items[second % 2]["Id"]},
            "Qty": amount,
            "UnitPrice": "2.25",
        }
        return {"Amount": Decimal("2.25") * amount, "DetailType": GOODS, GOODS: inner}

    def order(self, first: int, amount: int, second: int) -> None:
        self.make("PurchaseOrder", VendorRef=self.vendor, APAccountRef={"value": "33"},
                  Line=[self.expense_line(amount, first + second)])  # fmt: skip

    def bill(self, first: int, amount: int, second: int) -> None:
        line = self.expense_line(amount, second)
        order = self.pick("PurchaseOrder", first)
        if order and first % 2:
            link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}
            line["LinkedTxn"] = [link]
        self.make(
            "Bill", VendorRef=self.vendor, TxnDate=f"2026-02-{1 + first % 28:02}", Line=[line]
        )

    def pay_bill(self, first: int, amount: int, second: int) -> None:
        bill = self.pick("Bill", first)
        if bill:
            link = {"TxnId": bill["Id"], "TxnType": "Bill"}
            self.make("BillPayment", VendorRef=self.vendor, PayType="Check", TotalAmt=amount,
                      CheckPayment={"BankAccountRef": {"value": "35"}},
                      PrivateNote=f"n{second}",
                      Line=[{"Amount": amount, "LinkedTxn": [link]}])  # fmt: skip

    def expense(self, first: int, amount: int, second: int) -> None:
        card = first % 2 == 0
        self.make("Purchase", PaymentType="CreditCard" if card else "Cash", Credit=second % 3 == 0,
                  AccountRef={"value": "41" if card else "35"},
                  Line=[self.expense_line(amount, second)])  # fmt: skip

    def deposit(self, first: int, amount: int, second: int) -> None:
        payment = self.pick("Payment", first)
        if payment:
            link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
            other = {"Amount": amount, "DetailType": "DepositLineDetail",
                     "DepositLineDetail": {"AccountRef": {"value": "34"}}}  # fmt: skip
            lines = [{"Amount": 1, "LinkedTxn": [link]}, other][: 1 + second % 2]
            self.make("Deposit", DepositToAccountRef={"value": "35"}, Line=lines)

    def adjust(self, first: int, amount: int, second: int) -> None:
        inner = {"ItemRef": {"value": self.items[1]["Id"]}, "QtyDiff": amount - 5}
        line = {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": inner}
        self.make("InventoryAdjustment", AdjustAccountRef={"value": "88"},
                  PrivateNote=f"n{first}{second}", Line=[line])  # fmt: skip

    def entry(self, first: int, amount: int, second: int) -> None:
        customer = {"Type": "Customer", "EntityRef": {"value": self.customers[first % 3]["Id"]}}
        sides = (
            {"PostingType": "Debit", "AccountRef": {"value": "84"}, "Entity": customer},
            {"PostingType": "Credit", "AccountRef": {"value": str(7 + second % 3)}},
        )
        self.make("JournalEntry", Line=[
            {"Amount": amount, "DetailType": "JournalEntryLineDetail",
             "JournalEntryLineDetail": side} for side in sides])  # fmt: skip

    def transfer(self, first: int, amount: int, second: int) -> None:
        self.make("Transfer", FromAccountRef={"value": str(35 + first % 2)},
                  ToAccountRef={"value": str(35 + second % 2)}, Amount=amount)  # fmt: skip

    def chosen(self, first: int, second: int) -> tuple[Any, dict[str, Any]] | None:
        entity = ENTITIES[FORMS[first % len(FORMS)]]
        record = self.pick(entity.name, second)
        return (entity, record) if record else None

    def update(self, first: int, amount: int, second: int) -> None:
        found = self.chosen(first, second)
        if not found:
            return
        entity, record = found
        body = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
        body |= {name: record[name] for name in ("VendorRef", "PaymentType") if name in record}
        if "Line" in record and amount % 2:
            body["Line"] = record["Line"] + [r for r in record["Line"][:1] if "SalesItem" in str(r)]
            body["TxnDate"] = f"2026-03-{1 + amount:02}"
        else:
            body["PrivateNote"] = f"seen {amount}"
        write.update(self.company, entity, body)

    def void(self, first: int, amount: int, second: int) -> None:
        found = self.chosen(first + amount - amount, second)
        if found:
            body = {"Id": found[1]["Id"], "SyncToken": found[1]["SyncToken"]}
            write.void(self.company, found[0], body)

    def delete(self, first: int, amount: int, second: int) -> None:
        found = self.chosen(first + amount - amount, second)
        if found:
            body = {"Id": found[1]["Id"], "SyncToken": found[1]["SyncToken"]}
            write.delete(self.company, found[0], body)


def check_balances(company: Company) -> None:
    ledger = company.ledger
    assert ledger.trial_balance() == 0
    assert sum(ledger.accounts.values()) == 0
    for customer in company.all("Customer"):
        owed = ledger.names[f"Customer:{customer['Id']}"]
        assert customer["Balance"] == owed
        jobs = [
            company.get("Customer", j) or {}
            for j in company.children["Customer"].get(customer["Id"], [])
        ]
        assert customer["BalanceWithJobs"] == owed + sum(j["BalanceWithJobs"] for j in jobs)
    for vendor in company.all("Vendor"):
        assert vendor["Balance"] == -ledger.names[f"Vendor:{vendor['Id']}"]
    for account in company.all("Account"):
        if account["Classification"] in {"Asset", "Equity"}:
            assert account["CurrentBalance"] == ledger.accounts[account["Id"]]


def check_documents(company: Company) -> None:
    for entity in ("Invoice", "Bill", "CreditMemo"):
        for record in company.all(entity):
            assert record["Balance"] == open_balance(company, f"{entity}:{record['Id']}") >= 0
    for payment in company.all("Payment"):
        assert (
            payment["UnappliedAmt"] == unapplied(company, f"Payment:{payment['Id']}", payment) >= 0
        )


def check_links(company: Company) -> None:
    for source, links in company.links.held.items():
        assert company.of_key(source) is not None
        for link in links:
            assert company.of_key(link.target) is not None
            assert source in company.links.holders(link.target)


def check_stock(company: Company, item: str) -> None:
    record = company.get("Item", item) or {}
    moved = sum((m.quantity for m in company.stock.movements[item]), Decimal(0))
    assert record["QtyOnHand"] == moved == company.stock.on_hand[item]
    layers = company.stock.layers[item]
    value = sum((quantity * cost for quantity, cost in layers.open), Decimal(0))
    owed = sum((quantity for _, quantity in layers.owed), Decimal(0)) * layers.standard
    posted = company.ledger.accounts["81"]
    assert abs(posted - (value - owed)) <= Decimal("0.01") * (
        2 + len(company.stock.movements[item])
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_random_histories_keep_the_books_the_links_and_the_stock_right(steps: list[Step]) -> None:
    history = History()
    for step in steps:
        history.take(step)
    check_balances(history.company)
    check_documents(history.company)
    check_links(history.company)
    check_stock(history.company, history.items[1]["Id"])


@pytest.mark.parametrize("seed", range(3))
def test_a_long_history_keeps_the_books_the_links_and_the_stock_right(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    history = History()
    for _ in range(400):
        name = chance.choice(NAMES)
        history.take((name, chance.randint(0, 30), chance.randint(1, 9), chance.randint(0, 30)))
    check_balances(history.company)
    check_documents(history.company)
    check_links(history.company)
    check_stock(history.company, history.items[1]["Id"])


@pytest.mark.parametrize("seed", range(3))
def test_a_saved_and_loaded_company_goes_on_as_the_old_one(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    history = History()
    for _ in range(150):
        name = chance.choice(NAMES)
        history.take((name, chance.randint(0, 30), chance.randint(1, 9), chance.randint(0, 30)))
    saved = load_exact(dump(state.dump(history.company)))
    loaded = Company(REALM, history.company.clock, history.company.switches)
    state.load(loaded, saved)
    assert load_exact(dump(state.dump(loaded))) == saved
    history.company = loaded
    for _ in range(50):
        name = chance.choice(NAMES)
        history.take((name, chance.randint(0, 30), chance.randint(1, 9), chance.randint(0, 30)))
    check_balances(loaded)
    check_documents(loaded)
    check_links(loaded)
    check_stock(loaded, history.items[1]["Id"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_deleting_everything_leaves_empty_books(steps: list[Step]) -> None:
    history = History()
    empty = {k: v for k, v in history.company.ledger.accounts.items() if v}
    for step in steps:
        history.take(step)
    for entity in ("Deposit", *FORMS):
        for record in list(history.company.all(entity)):
            body = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
            write.delete(history.company, ENTITIES[entity], body)
    assert {k: v for k, v in history.company.ledger.accounts.items() if v} == empty
