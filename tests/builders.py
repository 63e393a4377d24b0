"""Builders of the records that tests are about: an_invoice(), a_customer(), each legal as it is."""

from typing import Any
from xml.sax.saxutils import escape

from connector.mobiwork.xml import RawRecord
from connector.model.company import Account, Company
from connector.model.flows.context import PushContext
from connector.model.links import Intent, Link, Origin, RecordKey
from connector.model.policy.settings import Settings

CONNECTION = "c1"
ROOTS = {"customer": "customer", "product": "product", "invoice": "invoice", "payment": "payment"}


def raw(entity: str, record_id: str, elements: dict[str, Any]) -> RawRecord:
    """Return a record as MobiWork's XML."""
    return RawRecord(entity=entity, id=record_id, xml=_element(ROOTS.get(entity, entity), elements))


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_element(child, item) for child, item in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{escape(str(value))}</{name}>"


def a_customer(record_id: str = "700001", **changes: Any) -> RawRecord:
    """Return a business customer."""
    return raw(
        "customer",
        record_id,
        {
            "mobiworkCustomerId": record_id,
            "companyName": "Blue Heron Plumbing",
            "type": "BUSINESS",
            "enabled": "true",
            "prospectFlag": "false",
            "address": {
                "address1": "12 Canal St",
                "city": "Tampa",
                "state": "Florida",
                "zipCode": "33602",
            },
            "contact": {
                "firstName": "TBD",
                "lastName": "TBD",
                "email": "office@blueheron.example",
                "phoneNumber": "8135550100",
            },
        }
        | changes,
    )


def a_product(record_id: str = "307001", **changes: Any) -> RawRecord:
    """Return a part."""
    return raw(
        "product",
        record_id,
        {
            "mobiworkProductId": record_id,
            "name": f"Copper elbow {record_id}",
            "description": "Copper elbow",
            "type": "PARTS_MATERIALS",
            "price": "4.50",
            "cost": "1.20",
            "taxable": "true",
            "enabled": "true",
        }
        | changes,
    )


def a_line(**changes: Any) -> dict[str, Any]:
    """Return one invoice line of 2 x 4.50."""
    return {
        "productId": "307001",
        "productName": "Copper elbow 307001",
        "description": "Copper elbow",
        "quantity": "2.0",
        "price": "4.5",
        "taxable": "true",
        "total": "9.0",
    } | changes


def an_invoice(record_id: str = "5501", **changes: Any) -> RawRecord:
    """Return an invoice of 9.00 and 0.63 tax."""
    return raw(
        "invoice",
        record_id,
        {
            "mobiworkInvoiceId": record_id,
            "invoiceNumber": f"INV-{record_id}",
            "status": "Customer Invoiced",
            "customerId": "700001",
            "customer": {"companyName": "Blue Heron Plumbing"},
            "invoiceDate": "Sun Nov 02 00:00:00 EST 2025",
            "dueDate": "Tue Dec 02 00:00:00 EST 2025",
            "lineItems": {"lineItem": [a_line()]},
            "subTotal": "9.00",
            "taxAmount": "0.63",
            "total": "9.63",
        }
        | changes,
    )


def a_payment(record_id: str = "901", **changes: Any) -> RawRecord:
    """Return a payment of the whole invoice."""
    return raw(
        "payment",
        record_id,
        {
            "paymentId": record_id,
            "invoiceId": "5501",
            "amount": "9.63",
            "paymentDate": "2025/11/10",
            "paymentType": "PAYMENT",
            "paymentMethod": "Check",
            "paymentReference": "chk 1044",
            "status": "CREATED",
        }
        | changes,
    )


def nothing_known(**chosen: Any) -> PushContext:
    """Return what planning knows where no record is linked yet."""
    return PushContext(settings(**chosen), a_company(), {}, "[mark]")


def settings(**changes: Any) -> Settings:
    """Return settings with both product accounts."""
    chosen = {"income_account": "Sales", "cost_of_goods_account": "Cost of Goods Sold"}
    return Settings.model_validate(chosen | changes)


def a_company(**changes: Any) -> Company:
    """Return what is remembered of a US company."""
    known = {
        "realm_id": "9130350000000001",
        "name": "Harbor Books",
        "country": "US",
        "read_at": "2026-01-01T00:00:00+00:00",
        "custom_numbers": True,
        "uses_sales_tax": True,
        "tracks_quantity": True,
        "accounts": (
            Account(id="79", name="Sales", type="Income", subtype="SalesOfProductIncome"),
            Account(id="80", name="Cost of Goods Sold", type="Cost of Goods Sold"),
            Account(
                id="81", name="Inventory Asset", type="Other Current Asset", subtype="Inventory"
            ),
            Account(id="82", name="Fees", type="Income", subtype="ServiceFeeIncome"),
            Account(id="33", name="Accounts Payable", type="Accounts Payable"),
            Account(id="35", name="Checking", type="Bank", subtype="Checking"),
            Account(id="41", name="Mastercard", type="Credit Card", subtype="CreditCard"),
            Account(id="60", name="Job Supplies", type="Expense", subtype="SuppliesMaterials"),
        ),
        "payment_methods": {"Check": "2"},
        "terms": {"Net 30": "3"},
    }
    return Company.model_validate(known | changes)


def an_intent(owner: RecordKey, **changes: Any) -> Intent:
    """Return the intent of a create, under the claim "a"."""
    values: dict[str, Any] = {
        "target": "Customer",
        "claim": "a",
        "request_id": "q1",
        "content_hash": "h1",
        "body": {"DisplayName": "Blue Heron Plumbing"},
        "twin_query": "SELECT * FROM Customer",
    }
    return Intent(owner=owner, **(values | changes))


def a_link(owner: RecordKey, **changes: Any) -> Link:
    """Return the link of a record that QuickBooks has as 61."""
    values: dict[str, Any] = {
        "target": "Customer",
        "quickbooks_id": "61",
        "sync_token": "0",
        "content_hash": "h1",
        "base": {},
        "origin": Origin.CREATED,
    }
    return Link(owner=owner, **(values | changes))
