import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import requests

from connector.entities import taxes
from connector.entities import terms as pulled_terms
from connector.entities.payments import pull as pull_payments
from connector.entities.payments import push as push_payments
from connector.entities.products import pull as pull_products
from connector.entities.products import stock as pulled_quantities
from connector.entities.taxes import with_rates
from connector.mobiwork.client import MobiWork
from connector.mobiwork.editing import edited
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.flows.pull_flow import PullFlow
from connector.model.plans import Adopt
from connector.model.policy.settings import Settings
from connector.push.plan import plan
from local.children import Child, bare_environment
from tests.e2e.conftest import ASSUMED, Judge
from tests.unit.entities.pulled_records import added, in_mobiwork, in_quickbooks

NUMBERS = count(1)
EXISTING = "endpoints_off=*.updateIntegrationStatus"
ITEM: dict[str, Any] = {
    "Sku": "CP-050",
    "Description": "By the foot\nand <by> the piece & more",
    "UnitPrice": Decimal("4.125"),
    "PurchaseCost": Decimal("1.20"),
    "Taxable": True,
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
}
STOCK = {
    "AssetAccountRef": {"value": "81"},
    "TrackQtyOnHand": True,
    "QtyOnHand": Decimal("25.5"),
    "InvStartDate": "2026-01-01",
}


@dataclass(frozen=True)
class Account:
    """A MobiWork account in which every assumed call exists."""

    url: str
    client: MobiWork

    def switch(self, **values: object) -> None:
        answer = requests.post(f"{self.url}/_sim/switches", json=values, timeout=60)
        answer.raise_for_status()

    def add(self, pull: PullFlow[Any], record: Body, links: Mapping[Any, str] | None = None) -> Any:
        """Add what the engine would add, and return it as MobiWork gives it back."""
        changes = {
            **added(pull, record, links),
            **self.client.external_id(pull.entity, str(record["Id"])),
        }
        raw = self.client.add(pull.entity, edited(Element(pull.entity), changes))
        return self.read(pull, raw.own_id)

    def take(self, pull: PullFlow[Any], before: Any, record: Body) -> Any:
        """Write all fields into a record that is there, and return it as MobiWork has it."""
        changes: dict[str, str | None] = {}
        for one in pull.fields:
            changes |= one.write(one.quickbooks(record), before)
        self.client.edit(pull.entity, str(before.id), changes)
        return self.read(pull, str(before.id))

    def read(self, pull: PullFlow[Any], record_id: str) -> Any:
        raw = self.client.find(pull.entity, record_id)
        assert raw is not None
        return pull.records.model.model_validate(raw.fields)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    log = tmp_path_factory.mktemp("account") / "mobiwork.log"
    command = [sys.executable, "-m", "simulators.mobiwork", "--port", "0", "--sample", "7"]
    command += ["--switch", EXISTING]
    with Child("MobiWork", command, log=log, environment=bare_environment()) as child:
        url = child.wait_for_line(r"MobiWork simulator: (http://\S+)")
        client = MobiWork(
            base_url=url,
            client_id="40321",
            login_id="SIMLOGIN12345678",
            password="SIMPASSWORD12345",  # noqa: S106 - the simulator's own default
            capabilities=ASSUMED,
        )
        yield Account(url, client)


def an_item(judge: Judge, kind: str, name: str, **changes: Any) -> Body:
    """Enter an item in QuickBooks and return it as it is read."""
    stock = STOCK if kind == "Inventory" else {}
    answer = judge.post("Item", {**ITEM, **stock, "Name": name, "Type": kind, **changes})
    return dict(judge.client.read("Item", answer["Id"]))


@pytest.mark.parametrize("kind", ["Service", "Inventory", "NonInventory"])
def test_an_item_is_added_as_quickbooks_has_it(judge: Judge, account: Account, kind: str) -> None:
    item = an_item(judge, kind, f"Pipe of {kind}")

    product = account.add(pull_products.PULL, item)

    assert in_mobiwork(pull_products.PULL, product) == in_quickbooks(pull_products.PULL, item)
    assert product.external_id == f"{item['Id']},QBO"


def test_an_item_of_a_category_is_added_with_it(judge: Judge, account: Account) -> None:
    category = judge.post("Item", {"Name": "Fittings", "Type": "Category"})
    item = an_item(
        judge, "NonInventory", "Elbow", SubItem=True, ParentRef={"value": category["Id"]}
    )

    assert account.add(pull_products.PULL, item).category == "Fittings"


def test_a_category_of_quickbooks_is_no_product(judge: Judge) -> None:
    category = judge.post("Item", {"Name": "Valves", "Type": "Category"})

    told = pull_products.PULL.eligibility.skip_reason(category, Settings())
    assert told is not None
    assert "category" in told


def test_what_changed_in_quickbooks_is_taken_and_the_rest_stays(
    judge: Judge, account: Account
) -> None:
    item = an_item(judge, "NonInventory", "Gasket")
    before = account.add(pull_products.PULL, item)
    account.client.edit("product", before.id, {"modelNumber": "G-7", "category": "Seals"})
    changed = judge.change(
        "Item",
        {
            "Id": item["Id"],
            "SyncToken": item["SyncToken"],
            "sparse": True,
            "Name": "Gasket, red",
            "Description": "",
            "UnitPrice": Decimal("7.5"),
            "Taxable": False,
        },
    )

    after = account.take(pull_products.PULL, before, changed)

    assert in_mobiwork(pull_products.PULL, after) == in_quickbooks(pull_products.PULL, changed)
    raw = account.client.find("product", str(before.id))
    assert raw is not None
    assert (raw.fields["modelnumber"], after.category) == ("G-7", "Seals")


def test_a_quantity_is_taken_where_mobiwork_takes_it(judge: Judge, account: Account) -> None:
    item = an_item(judge, "Inventory", "Counted pipe")
    before = account.add(pull_products.PULL, item)
    account.switch(quantity_taken=True)

    after = account.take(pulled_quantities.PULL, before, item)

    account.switch(quantity_taken=False)
    assert (before.quantity, after.quantity) == (0, 25)


def test_a_quantity_that_mobiwork_ignores_is_seen_when_it_is_read_back(
    judge: Judge, account: Account
) -> None:
    item = an_item(judge, "Inventory", "Ignored pipe")
    before = account.add(pull_products.PULL, item)

    after = account.take(pulled_quantities.PULL, before, item)

    assert in_mobiwork(pulled_quantities.PULL, after) != in_quickbooks(pulled_quantities.PULL, item)


def test_every_sales_tax_is_added_as_quickbooks_has_it(judge: Judge, account: Account) -> None:
    codes = with_rates(
        judge.client.query("select * from TaxCode"), judge.client.query("select * from TaxRate")
    )
    wanted = [code for code in codes if not taxes.PULL.eligibility.skip_reason(code, Settings())]

    found = [account.add(taxes.PULL, code) for code in wanted]

    assert [(tax.name, tax.rate, tax.external_id, tax.enabled) for tax in found] == [
        ("California", Decimal(8), "2,QBO", True),
        ("Tucson", Decimal("9.1"), "3,QBO", True),
    ]
    assert {code["Id"] for code in codes} - {code["Id"] for code in wanted} == {
        "TAX",
        "NON",
        "CustomSalesTax",
    }


def test_every_term_of_so_many_days_is_added_as_quickbooks_has_it(
    judge: Judge, account: Account
) -> None:
    judge.post("Term", {"Name": "End of month", "DayOfMonthDue": 31, "DueNextMonthDays": 5})
    terms = list(judge.client.query("select * from Term"))
    wanted = [
        term for term in terms if not pulled_terms.PULL.eligibility.skip_reason(term, Settings())
    ]

    found = [account.add(pulled_terms.PULL, term) for term in wanted]

    assert {(one.name, one.days, one.external_id) for one in found} == {
        ("Due on receipt", Decimal(0), "1,QBO"),
        ("Net 15", Decimal(15), "2,QBO"),
        ("Net 30", Decimal(30), "3,QBO"),
        ("Net 60", Decimal(60), "4,QBO"),
    }
    assert [term["Name"] for term in terms if term not in wanted] == ["End of month"]


@pytest.mark.parametrize("entity", ["tax", "terms"])
def test_a_list_that_is_only_pulled_cannot_be_edited(account: Account, entity: str) -> None:
    assert not account.client.supports(entity, "edit")


def test_a_payment_of_two_invoices_pays_both_in_mobiwork(judge: Judge, account: Account) -> None:
    payment, links = a_payment(judge, account)
    due = {own: balance(account, own) for own in links.values()}

    paid = [
        account.add(pull_payments.PULL, piece, links)
        for piece in pull_payments.PULL.pieces(payment).values()
    ]

    assert [(one.amount, one.external_id, one.reference) for one in paid] == [
        (Decimal("3.00"), f"{payment['Id']},QBO", "1044"),
        (Decimal("2.00"), f"{payment['Id']},QBO", "1044"),
    ]
    assert [due[own] - balance(account, own) for own in links.values()] == [3, 2]


def test_a_payment_that_was_pulled_is_adopted_and_never_posted_again(
    judge: Judge, account: Account
) -> None:
    payment, links = a_payment(judge, account)
    company = judge.company()

    for piece in pull_payments.PULL.pieces(payment).values():
        paid = account.add(pull_payments.PULL, piece, links)
        linked = {
            ("invoice", own): Linked(
                number, "0", "", {"CustomerRef": payment["CustomerRef"]}, Decimal(5)
            )
            for (_, number), own in links.items()
        }
        known = PushContext(Settings(), company, linked, "[mark]")

        planned = plan(push_payments.PUSH, paid, None, known)

        assert isinstance(planned, Adopt)
        assert planned.quickbooks_id == payment["Id"]


def test_a_payment_that_was_voided_is_not_shown(judge: Judge, account: Account) -> None:
    payment, _ = a_payment(judge, account)
    judge.admin("person/void", {"entity": "Payment", "id": payment["Id"]})
    voided = judge.client.read("Payment", payment["Id"])

    pieces = pull_payments.PULL.pieces(dict(voided))

    assert [
        pull_payments.PULL.eligibility.skip_reason(one, Settings()) for one in pieces.values()
    ] == ["It was voided in QuickBooks."]


def a_payment(judge: Judge, account: Account) -> tuple[Body, dict[tuple[str, str], str]]:
    """Enter a payment of 3.00 and 2.00 in QuickBooks, of invoices that are in MobiWork."""
    customer = judge.post("Customer", {"DisplayName": f"Blue Heron {next(NUMBERS)}"})
    service = an_item(judge, "Service", f"Visit {next(NUMBERS)}")
    line = {
        "Amount": Decimal(5),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": service["Id"]},
            "TaxCodeRef": {"value": "NON"},
        },
    }
    owner = {"CustomerRef": {"value": customer["Id"]}}
    invoices = [
        judge.post("Invoice", {**owner, "TxnDate": "2026-03-01", "Line": [line]})["Id"]
        for _ in range(2)
    ]
    own = [raw.own_id for raw in account.client.records("invoice") if unpaid(raw)][:2]
    body = {
        **owner,
        "TotalAmt": Decimal(5),
        "TxnDate": "2026-03-02",
        "PaymentRefNum": "1044",
        "Line": [
            {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": one, "TxnType": "Invoice"}]}
            for amount, one in zip((3, 2), invoices, strict=True)
        ],
    }
    payment = judge.client.read("Payment", judge.post("Payment", body)["Id"])
    links = {("Invoice", number): one for number, one in zip(invoices, own, strict=True)}
    return dict(payment), links


def unpaid(raw: RawRecord) -> bool:
    return Decimal(str(raw.fields["balance"])) > 5


def balance(account: Account, invoice_id: str) -> Decimal:
    return Decimal(str(account.client.view("invoice", invoice_id).fields["balance"]))
