"""What the tests with node-quickbooks share: names, references and bodies."""

import itertools
from typing import Any

from tests.simulators.node.conftest import Client

NUMBERS = itertools.count(1)
ENTITIES = """Account Accounts, Bill Bills, BillPayment BillPayments, Class Classes,
CompanyCurrency CompanyCurrencies, CompanyInfo CompanyInfos, CreditMemo CreditMemos,
CustomerType CustomerTypes, Customer Customers, Department Departments, Deposit Deposits,
Employee Employees, Estimate Estimates, Invoice Invoices, Item Items, JournalEntry JournalEntries,
PaymentMethod PaymentMethods, Payment Payments, Preferences Preferenceses,
PurchaseOrder PurchaseOrders, Purchase Purchases, RefundReceipt RefundReceipts,
SalesReceipt SalesReceipts, TaxAgency TaxAgencies, TaxCode TaxCodes, TaxRate TaxRates, Term Terms,
TimeActivity TimeActivities, Transfer Transfers, VendorCredit VendorCredits, Vendor Vendors"""
PLURALS: dict[str, str] = dict([pair.split() for pair in ENTITIES.split(",")])


def name(label: str) -> str:
    return f"{label} {next(NUMBERS)}"


def rows(found: Any, entity: str) -> list[dict[str, Any]]:
    return list(found["QueryResponse"].get(entity, []))


def first(qbo: Client, plural: str, entity: str, **where: Any) -> dict[str, Any]:
    method = getattr(qbo, f"find{plural}")
    return rows(method(where | {"limit": 1}), entity)[0]


def ref(record: dict[str, Any]) -> dict[str, str]:
    return {"value": record["Id"]}


def sale(item: dict[str, Any], amount: float = 100) -> dict[str, Any]:
    detail = {"ItemRef": ref(item), "TaxCodeRef": {"value": "NON"}}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def an_invoice(qbo: Client, **more: Any) -> dict[str, Any]:
    item = first(qbo, "Items", "Item", Type="Service")
    customer = qbo.createCustomer({"DisplayName": name("Lighthouse")})
    body = {"CustomerRef": ref(customer), "Line": [sale(item)]}
    return dict(qbo.createInvoice(body | more))
