"""Builders of what is bought: vendors, purchase orders with their receipts, expenses."""

from datetime import date
from decimal import Decimal
from typing import Any

from connector.entities.purchases.lines import DETAIL
from connector.mobiwork.xml import RawRecord
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from tests.builders import a_company, raw, settings

PURCHASED = {"IncomeAccountRef": {"value": "79"}, "ExpenseAccountRef": {"value": "80"}}


def buying_settings(**changes: Any) -> Any:
    """Return settings with every account that buying needs."""
    chosen = {
        "accounts_payable": "Accounts Payable",
        "expense_check_account": "Checking",
        "expense_credit_card_account": "Mastercard",
        "expense_cash_account": "Checking",
        "expense_account": "Job Supplies",
    }
    return settings(**(chosen | changes))


def a_vendor(record_id: str = "51001", **changes: Any) -> RawRecord:
    """Return a vendor with everything a vendor has."""
    return raw(
        "vendor",
        record_id,
        {
            "mobiworkVendorId": record_id,
            "externalId": "null",
            "name": "Tampa Plumbing Supply",
            "terms": "Net 30",
            "contact": {
                "firstName": "TBD",
                "lastName": "TBD",
                "email": "orders@tampaplumbing.example",
                "phoneNumber": "8135550137",
                "fax": "8135550138",
            },
            "address": {
                "address1": "3188 Magnolia Ave",
                "city": "Tampa",
                "state": "Florida",
                "zipCode": "33602",
            },
            "enabled": "true",
        }
        | changes,
    )


def an_order_line(**changes: Any) -> dict[str, Any]:
    """Return one line of 10 x 1.32."""
    return {
        "productId": "307016",
        "productName": "Copper elbow",
        "description": "Copper elbow, per piece",
        "quantity": "10",
        "price": "1.32",
        "total": "13.20",
    } | changes


def another_line(**changes: Any) -> dict[str, Any]:
    """Return one line of 3 x 6.10."""
    return {
        "productId": "307026",
        "productName": "Ball valve",
        "description": "",
        "quantity": "3",
        "price": "6.1",
        "total": "18.30",
    } | changes


def an_order(record_id: str = "71001", *lines: dict[str, Any], **changes: Any) -> RawRecord:
    """Return a purchase order of two lines, 31.50 together, or of the given lines."""
    elements = {
        "mobiworkPurchaseOrderId": record_id,
        "externalId": "null",
        "number": f"PO-{record_id}",
        "vendorId": "51001",
        "vendorName": "Tampa Plumbing Supply",
        "status": "SENT",
        "createdDate": "Mon Mar 02 08:42:00 EST 2026",
        "expectedDate": "Mon Mar 09 08:42:00 EDT 2026",
        "lineItems": {"lineItem": list(lines) or [an_order_line(), another_line()]},
    }
    return raw("purchaseOrder", record_id, elements | changes)


def an_expense(record_id: str = "31001", **changes: Any) -> RawRecord:
    """Return an expense on a work order, paid by check."""
    return raw(
        "expense",
        record_id,
        {
            "expenseId": record_id,
            "externalId": "null",
            "amount": "308.29",
            "categoryName": "Tools",
            "customStatusName": "Approved",
            "createdById": "33",
            "createdByName": "Milo Willowley",
            "createdDate": "Tue Mar 31 00:00:00 EDT 2026",
            "description": "Pipe cutter",
            "paymentType": "Check",
            "entityType": "WORK_ORDER",
            "entityId": "21004",
            "entityName": "Service visit: Permit handling",
            "entityReferenceId": "700001",
            "entityReferenceName": "Blue Heron Plumbing",
        }
        | changes,
    )


def linked(quickbooks_id: str, base: Body | None = None, **more: Any) -> Linked:
    """Return a link to a QuickBooks record."""
    return Linked(quickbooks_id, "0", "", base or {}, **more)


def known(**changes: Any) -> PushContext:
    """Return what is known where vendor, products and customer are in QuickBooks."""
    links = {
        ("vendor", "51001"): linked("56", {"TermRef": {"value": "3"}}),
        ("product", "307016"): linked("11", PURCHASED),
        ("product", "307026"): linked("12", PURCHASED),
        ("customer", "700001"): linked("58"),
    }
    told: dict[str, Any] = {
        "settings": buying_settings(),
        "company": a_company(),
        "links": links,
        "marker": "[mark]",
        "seen_on": date(2026, 3, 9),
    }
    return PushContext(**(told | changes))


def knowing(*more: tuple[tuple[str, str], Linked], **changes: Any) -> PushContext:
    """Return what is known, with further links."""
    usual = known(**changes)
    return known(links={**usual.links, **dict(more)}, **changes)


def item_line(item: str, quantity: str, price: str, amount: str, text: str, *po: str) -> Body:
    """Return a line as QuickBooks gets it, linked to a line of a purchase order if one is given."""
    line: Body = {
        "Description": text,
        "Amount": Decimal(amount),
        "DetailType": DETAIL,
        DETAIL: {
            "ItemRef": {"value": item},
            "Qty": Decimal(quantity),
            "UnitPrice": Decimal(price),
        },
    }
    if po:
        order, place = po
        line["LinkedTxn"] = [{"TxnId": order, "TxnType": "PurchaseOrder", "TxnLineId": place}]
    return line
