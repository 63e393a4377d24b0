"""What the tests of selling documents share: records as read, what is known, lines as sold."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from connector.entities.sales.lines import SalesLine
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from tests.builders import a_company, a_line, an_invoice, raw, settings

ITEMS = {"307001": "11", "307002": "12", "307003": "13"}
ELBOW = {"productId": "307001", "productName": "Copper elbow", "description": "Copper elbow, each"}
LABOR = {"productId": "307002", "productName": "Labor", "description": "Labor, hour"}
FEE = {"productId": "307003", "productName": "Trip charge", "description": "Trip charge, county"}


def known(**changes: Any) -> PushContext:
    """Return what is known once the customer and the three products are in QuickBooks."""
    links = {("customer", "700001"): Linked("58", "0", "", {})}
    links |= {("product", own): Linked(item, "0", "", {}) for own, item in ITEMS.items()}
    links |= changes.pop("links", {})
    told: dict[str, Any] = {
        "settings": settings(**changes.pop("settings", {})),
        "company": a_company(**changes.pop("company", {})),
        "links": links,
        "marker": "[mark]",
    }
    return PushContext(**(told | changes))


def line(product: dict[str, str], quantity: str, price: str, total: str, **more: str) -> Body:
    """Return a line as MobiWork sends it."""
    return product | {"quantity": quantity, "price": price, "total": total} | more


def money(lines: list[Body], subtotal: str, tax: str, total: str) -> dict[str, Any]:
    """Return the lines and totals of a document as MobiWork sends them."""
    return {
        "lineItems": {"lineItem": lines},
        "subTotal": subtotal,
        "taxAmount": tax,
        "total": total,
    }


def a_quote(**changes: Any) -> Any:
    """Return a quote of 9.00 and 0.63 tax, as MobiWork prints estimates."""
    elements = {
        "mobiworkEstimateId": "41001",
        "externalId": "null",
        "status": "Sent",
        "customerId": "700001",
        "createdDate": "Mon Nov 03 09:15:00 EST 2025",
        "estimateDate": "Mon Nov 03 00:00:00 EST 2025",
        "approvedDate": "null",
        "dueDate": "Wed Dec 03 00:00:00 EST 2025",
        **money([a_line()], "9.00", "0.63", "9.63"),
    }
    return raw("estimate", "41001", elements | changes)


def an_order(**changes: Any) -> Any:
    """Return a checked-out sales order of 9.00 and 0.63 tax."""
    elements = {
        "salesOrderId": "61001",
        "type": "Counter sale",
        "customerId": "700001",
        "customerName": "Blue Heron Plumbing",
        "status": "COMPLETED",
        "rebate": "null",
        "rebatePercent": "0.0",
        "shippingCost": "0.0",
        "orderNumber": "SO-10001",
        "createdDate": "Mon Nov 03 09:15:00 EST 2025",
        "checkoutDate": "Mon Nov 03 16:40:00 EST 2025",
        **money([a_line()], "9.00", "0.63", "9.63"),
    }
    return raw("salesOrder", "61001", elements | changes)


def read[R: BaseModel](model: type[R], **changes: Any) -> R:
    """Read a document of a model: an invoice, a quote or a sales order."""
    makers = {"Invoice": an_invoice, "Quote": a_quote, "SalesOrder": an_order}
    return model.model_validate(makers[model.__name__](**changes).fields)


def sold(position: int, item: str, amount: str, more: Body | None = None, **told: str) -> Body:
    """Return a line as QuickBooks gets it: `text`, `tax`, and `of` such as "2 x 4.50"."""
    quantity, _, price = told.get("of", "").partition(" x ")
    detail: Body = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": told.get("tax", "TAX")}}
    if price:
        detail |= {"Qty": Decimal(quantity), "UnitPrice": Decimal(price)}
    return {
        "LineNum": position,
        "Description": told["text"],
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
        **(more or {}),
    }


def discounted(amount: str, percent: str = "") -> Body:
    """Return a discount line as QuickBooks gets it."""
    detail: Body = {"PercentBased": False}
    if percent:
        detail = {"PercentBased": True, "DiscountPercent": Decimal(percent)}
    return {
        "Amount": Decimal(amount),
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": detail,
    }


def a_read_line(**elements: object) -> SalesLine:
    """Read one line from its elements, named as the XML reader names them."""
    return SalesLine.model_validate({"productid": "307001"} | elements)
