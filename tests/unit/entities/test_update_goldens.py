"""Whole bodies of every update that a flow makes, each valid by the schema's facts.

No flow voids or deletes anything; only a person who undoes or recalls has something deleted.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import connector.quickbooks.client as client_module
from connector.entities.registry import PUSHES
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.push_flow import PushFlow
from connector.model.worklist.fixes import FixKind
from connector.quickbooks.client import QuickBooks
from simulators.quickbooks.schema import ENTITIES
from simulators.quickbooks.schema.check import check_body
from tests.builders import (
    a_customer,
    a_line,
    a_payment,
    a_product,
    an_invoice,
    settings,
)
from tests.fakes import FakeQuickBooks, Record
from tests.unit.api.desk import Desk
from tests.unit.engine.world import World
from tests.unit.entities.purchases.buying import (
    a_vendor,
    an_expense,
    an_order_line,
    buying_settings,
)
from tests.unit.entities.purchases.buying import an_order as ordered
from tests.unit.entities.sales.selling import a_quote, an_order


@dataclass
class Listening(FakeQuickBooks):
    """A company that notes what updates ask for."""

    off: Decimal = Decimal(0)
    updates: list[tuple[str, Record]] = field(default_factory=list)

    def update(self, entity: str, body: Record, *, requestid: str) -> Record:
        self.updates.append((entity, dict(body)))
        return super().update(entity, body, requestid=requestid)

    def _stored(self, entity: str, body: Record) -> Record:
        record: Record = super()._stored(entity, body)
        if "TotalAmt" in record:
            record["TotalAmt"] += self.off
            record["Balance"] = record["TotalAmt"]
        return record


def sent(
    source: str, before: RawRecord, after: RawRecord, *, off: str = "0", **chosen: Any
) -> tuple[str, Body]:
    """Post a record, let it change, and return the update that is made of it."""
    world = World(quickbooks=Listening(off=Decimal(off)))
    world.save(settings(**chosen))
    masters = [a_customer(), a_product(), a_product("307009")]
    others = [one for one in masters if one.id != before.id]
    world.find(*others, before)
    world.push("customer", "product", source)
    world.run_id = "r2"
    world.find(*others, after)
    world.push(source)
    assert isinstance(world.quickbooks, Listening)
    [made] = world.quickbooks.updates
    return made


def asked(source: str, before: RawRecord, after: RawRecord, **chosen: Any) -> tuple[str, Body]:
    """Post a record, let it change, and return the update that a person asks for."""
    world = World(quickbooks=Listening())
    world.save(buying_settings(credit_product="307001", **chosen))
    masters = [a_customer(), a_product(), a_product(PART), a_vendor(), an_invoice(total="9.63")]
    world.find(*masters, before)
    world.push("customer", "product", "vendor", "invoice", source)
    world.run_id = "r2"
    world.find(*masters, after)
    world.push(source)
    desk = Desk(world.store)
    [entry] = desk.entries()
    desk.fix(FixKind.UPDATE, entry.id)
    world.run_id = "r3"
    world.push(source)
    assert isinstance(world.quickbooks, Listening)
    [made] = world.quickbooks.updates
    return made


PART = "307016"
UNUSED = {"paymentType": "CREDIT", "paymentMethod": "", "customerId": "700001", "invoiceId": ""}
CLUB = {"firstName": "Ana", "lastName": "TBD", "email": "pools@blueheron.example"}
SUPPLY = {"firstName": "TBD", "lastName": "TBD", "email": "sales@tampa.example"}
MORE = {"lineItem": [a_line(), a_line(quantity="1", total="4.5", taxable="false")]}
ROUNDED = {"on_other_total": "add a rounding line", "rounding_product": "307009"}
TAX = {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": Decimal("0.63")}


def line(position: int, amount: str, quantity: str, code: str, price: str = "4.5") -> Body:
    return {
        "LineNum": position,
        "Description": "Copper elbow",
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "2"},
            "TaxCodeRef": {"value": code},
            "Qty": Decimal(quantity),
            "UnitPrice": Decimal(price),
        },
    }


CENT: Body = {
    "Description": "Rounding",
    "Amount": Decimal("0.01"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "3"}, "TaxCodeRef": {"value": "NON"}},
}
type Golden = tuple[str, Callable[[], tuple[str, Body]], tuple[str, str, Body]]
"""The flow, how its update comes about, and what it is: its entity, the id and the members."""
GOLDEN: dict[str, Golden] = {
    "a customer of another name, without a phone": (
        "push_customers",
        lambda: sent(
            "customer", a_customer(), a_customer(companyName="Blue Heron Pools", contact=CLUB)
        ),
        (
            "Customer",
            "1",
            {
                "DisplayName": "Blue Heron Pools",
                "CompanyName": "Blue Heron Pools",
                "GivenName": "Ana",
                "PrimaryEmailAddr": {"Address": "pools@blueheron.example"},
                "PrimaryPhone": {"FreeFormNumber": ""},
            },
        ),
    ),
    "a customer who became exempt": (
        "push_customers",
        lambda: sent(
            "customer",
            a_customer(taxable="true"),
            a_customer(taxable="false"),
            exemption_reason="resale",
        ),
        ("Customer", "1", {"Taxable": False, "TaxExemptionReasonId": 9}),
    ),
    "a customer who is not active any more": (
        "push_customers",
        lambda: sent("customer", a_customer(), a_customer(enabled="false")),
        ("Customer", "1", {"Active": False}),
    ),
    "a part with another price, description and SKU": (
        "push_products",
        lambda: sent(
            "product", a_product(), a_product(price="5.10", description="Elbow", sku="CE-15")
        ),
        (
            "Item",
            "2",
            {
                "UnitPrice": Decimal("5.10"),
                "Description": "Elbow",
                "PurchaseDesc": "Elbow",
                "Sku": "CE-15",
            },
        ),
    ),
    "a vendor of another name, without phone and fax": (
        "push_vendors",
        lambda: sent("vendor", a_vendor(), a_vendor(name="Tampa Supply", contact=SUPPLY)),
        (
            "Vendor",
            "4",
            {
                "DisplayName": "Tampa Supply",
                "CompanyName": "Tampa Supply",
                "PrimaryEmailAddr": {"Address": "sales@tampa.example"},
                "PrimaryPhone": {"FreeFormNumber": ""},
                "Fax": {"FreeFormNumber": ""},
            },
        ),
    ),
    "an invoice with one more line that is due later": (
        "push_invoices",
        lambda: sent(
            "invoice",
            an_invoice(),
            an_invoice(lineItems=MORE, total="14.13", dueDate="2025/12/03"),
            repush_invoices=True,
        ),
        (
            "Invoice",
            "4",
            {
                "CustomerRef": {"value": "1"},
                "TxnTaxDetail": TAX,
                "DueDate": "2025-12-03",
                "Line": [line(1, "9.00", "2.0", "TAX"), line(2, "4.50", "1", "NON")],
            },
        ),
    ),
    "an invoice with a line that takes a cent": (
        "push_invoices",
        lambda: sent("invoice", an_invoice(), an_invoice(comments="x"), off="-0.01", **ROUNDED),
        (
            "Invoice",
            "4",
            {
                "CustomerRef": {"value": "1"},
                "TxnTaxDetail": TAX,
                "Line": [line(1, "9.00", "2.0", "TAX"), CENT],
            },
        ),
    ),
    "an estimate whose order was canceled": (
        "push_sales_orders",
        lambda: sent(
            "salesOrder",
            an_order(status="WAITING_FOR_STOCK"),
            an_order(status="CANCELLED"),
        ),
        ("Estimate", "4", {"TxnStatus": "Rejected"}),
    ),
    "an estimate whose quote was accepted": (
        "push_quotes",
        lambda: sent(
            "estimate",
            a_quote(),
            a_quote(status="Approved", approvedDate="2025/11/05", approvedBy="Ana Heron"),
        ),
        (
            "Estimate",
            "4",
            {"TxnStatus": "Accepted", "AcceptedDate": "2025-11-05", "AcceptedBy": "Ana Heron"},
        ),
    ),
    "a payment of less": (
        "push_payments",
        lambda: asked("payment", a_payment(), a_payment(amount="8.00")),
        (
            "Payment",
            "6",
            {
                "CustomerRef": {"value": "1"},
                "TotalAmt": Decimal("8.00"),
                "Line": [
                    {
                        "Amount": Decimal("8.00"),
                        "LinkedTxn": [{"TxnId": "5", "TxnType": "Invoice"}],
                    }
                ],
            },
        ),
    ),
    "a credit of less that nothing was used of": (
        "push_credits",
        lambda: asked(
            "credit",
            a_payment("905", amount="4.00", **UNUSED),
            a_payment("905", amount="3.00", **UNUSED),
        ),
        (
            "CreditMemo",
            "6",
            {
                "CustomerRef": {"value": "1"},
                "Line": [
                    line(1, "3.00", "1", "NON", price="3.00")
                    | {"Description": "Credit on the customer's account"}
                ],
            },
        ),
    ),
    "an expense of more": (
        "push_expenses",
        lambda: asked("expense", an_expense(), an_expense(amount="400.00")),
        (
            "Purchase",
            "6",
            {
                "PaymentType": "Check",
                "AccountRef": {"value": "35"},
                "Line": [
                    {
                        "Description": "Pipe cutter",
                        "Amount": Decimal("400.00"),
                        "DetailType": "AccountBasedExpenseLineDetail",
                        "AccountBasedExpenseLineDetail": {
                            "AccountRef": {"value": "60"},
                            "CustomerRef": {"value": "1"},
                            "BillableStatus": "NotBillable",
                        },
                    }
                ],
            },
        ),
    ),
    "a purchase order of fewer pieces": (
        "push_purchase_orders",
        lambda: asked(
            "purchaseOrder",
            ordered("71001", an_order_line()),
            ordered("71001", an_order_line(quantity="7")),
        ),
        (
            "PurchaseOrder",
            "6",
            {
                "VendorRef": {"value": "4"},
                "Line": [
                    {
                        "Description": "Copper elbow, per piece",
                        "Amount": Decimal("13.20"),
                        "DetailType": "ItemBasedExpenseLineDetail",
                        "ItemBasedExpenseLineDetail": {
                            "ItemRef": {"value": "3"},
                            "Qty": Decimal(7),
                            "UnitPrice": Decimal("1.8857143"),
                        },
                    }
                ],
            },
        ),
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_an_update_is_sent_as_a_whole_as_it_stands_here(name: str) -> None:
    _, made, (entity, own, members) = GOLDEN[name]
    body = {"Id": own, "SyncToken": "0", "sparse": True} | members
    assert made() == (entity, body)
    taken, wrong = check_body(ENTITIES[entity], body)
    assert wrong == []
    assert taken.keys() | {"Id", "SyncToken", "sparse"} == body.keys()


def test_every_flow_that_updates_has_a_golden_update() -> None:
    [follows_nothing] = [one.default for one in fields(PushFlow) if one.name == "follows"]
    updating = {flow.name for flow in PUSHES if flow.updating}
    following = {flow.name for flow in PUSHES if flow.follows is not follows_nothing}
    assert updating | following == {flow for flow, _, _ in GOLDEN.values()}


def test_only_what_a_person_asks_for_deletes_anything_in_quickbooks_and_nothing_voids() -> None:
    calls = {name for name in vars(QuickBooks) if not name.startswith("_")}
    package = Path(inspect.getfile(client_module)).parents[1]
    deleting = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"(quickbooks|books|company)\b[\w().]*\.delete\(", path.read_text())
    }
    assert {name for name in calls if "void" in name or "delete" in name} == {"delete"}
    assert deleting <= {"undo", "api"}
    assert "undo" in deleting
