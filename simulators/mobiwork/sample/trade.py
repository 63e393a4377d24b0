"""What the sample company offers and buys: quotes, sales orders, price lists, vendors, orders."""

from datetime import datetime, timedelta
from random import Random

from simulators.mobiwork.billing import total_up
from simulators.mobiwork.changes import display_name
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample import names
from simulators.mobiwork.sample.customers import an_address, email
from simulators.mobiwork.sample.invoices import NOT_ADJUSTED, a_moment, line_of, some_lines
from simulators.mobiwork.sample.places import PLACES, phone
from simulators.mobiwork.store import Store

VENDOR_ENDINGS = ("Plumbing Supply", "Electric Supply", "HVAC Wholesale", "Tool & Safety")
QUOTE_STATUSES = ("Draft", "Sent", "Approved", "Declined")
ORDER_STATUSES = ("OPEN_SHOPPING_CART", "CHECKOUT_SUBMITTED", "COMPLETED", "CANCELLED")
PURCHASE_STATUSES = ("OPEN", "SENT", "RECEIVED", "CANCELLED")


def add_quotes(
    store: Store, rng: Random, customers: list[Record], products: list[Record], count: int
) -> list[Record]:
    """Add so many quotes; approved ones have the date of approval."""
    services, parts = _kinds(products)
    quotes = []
    for _ in range(count):
        moment, customer = a_moment(rng), rng.choice(customers)
        status = rng.choice(QUOTE_STATUSES)
        lines = some_lines(rng, services, parts)
        quote = {
            **_document(customer, moment, lines),
            **NOT_ADJUSTED,
            "description": f"Quote: {lines[0]['productName']}",
            "status": status,
            "categoryId": "0",
            "category": None,
            "address": customer["address"],
            "dueDate": (moment + timedelta(days=30)).isoformat(),
            "estimateDate": moment.isoformat(),
            "approvedDate": None,
        }
        if status == "Approved":
            approved = moment + timedelta(days=rng.randint(1, 9))
            quote["approvedDate"] = approved.isoformat()
        total_up(store, quote)
        store.put("estimate", quote)
        quotes.append(quote)
    return quotes


def add_sales_orders(
    store: Store, rng: Random, customers: list[Record], products: list[Record], count: int
) -> None:
    """Add so many sales orders of parts only."""
    parts = _kinds(products)[1]
    for _ in range(count):
        moment, customer = a_moment(rng), rng.choice(customers)
        lines = some_lines(rng, [], parts)
        order: Record = {
            **_document(customer, moment, lines),
            "type": "Counter sale",
            "customerName": display_name(customer),
            "customStatus": "0",
            "status": rng.choice(ORDER_STATUSES),
            "rebate": None,
            "rebatePercent": "0",
            "shippingCost": "0",
            "orderNumber": f"SO-{store.next_id('orderNumber', 10001)}",
        }
        total_up(store, order)
        store.put("salesOrder", order)


def _document(customer: Record, moment: datetime, lines: list[Record]) -> Record:
    return {
        "externalId": None,
        "customerId": customer["mobiworkCustomerId"],
        "createdBy": "Office Admin",
        "createdDate": moment.isoformat(),
        "lineItems": list(lines),
    }


def _kinds(products: list[Record]) -> tuple[list[Record], list[Record]]:
    services = [one for one in products if one["type"] == "SERVICES"]
    return services, [one for one in products if one["type"] != "SERVICES"] or services


def add_vendors(store: Store, rng: Random, count: int) -> list[Record]:
    """Add so many vendors."""
    vendors = []
    for number, (first, last) in enumerate(names.people(rng, count)):
        where = PLACES[number % len(PLACES)]
        ending = VENDOR_ENDINGS[number % len(VENDOR_ENDINGS)]
        vendor: Record = {
            "externalId": None,
            "name": f"{where.city} {ending} {number + 1}",
            "terms": rng.choice(("Due on receipt", "Net 15", "Net 30")),
            "contact": {
                "firstName": first,
                "lastName": last,
                "email": email(first, last),
                "phoneNumber": phone(rng, where),
            },
            "address": an_address(rng, where, "Main office"),
            "enabled": "true",
            "customFields": [],
        }
        store.put("vendor", vendor)
        vendors.append(vendor)
    return vendors


def add_purchase_orders(
    store: Store, rng: Random, vendors: list[Record], products: list[Record], count: int
) -> list[Record]:
    """Add so many purchase orders, priced at cost."""
    parts = _kinds(products)[1]
    orders = []
    for _ in range(count):
        moment, vendor = a_moment(rng), rng.choice(vendors)
        chosen = [rng.choice(parts) for _ in range(rng.randint(1, 6))]
        lines = [
            {**line_of(rng, one), "price": one["cost"], "quantity": str(rng.randint(2, 24))}
            for one in chosen
        ]
        order: Record = {
            "externalId": None,
            "number": f"PO-{store.next_id('number', 10001)}",
            "vendorId": vendor["mobiworkVendorId"],
            "vendorName": vendor["name"],
            "status": rng.choice(PURCHASE_STATUSES),
            "createdDate": moment.isoformat(),
            "expectedDate": (moment + timedelta(days=rng.randint(2, 14))).isoformat(),
            "lineItems": list(lines),
        }
        total_up(store, order, taxed=False)
        store.put("purchaseOrder", order)
        orders.append(order)
    return orders


def add_price_list(store: Store, customers: list[Record], products: list[Record]) -> None:
    """Add one price list for the first three customers and five products."""
    members = [
        {"customerId": one["mobiworkCustomerId"], "customerName": display_name(one)}
        for one in customers[:3]
    ]
    prices = [
        {
            "productId": one["mobiworkProductId"],
            "productName": one["name"],
            "price": one["cost"],
        }
        for one in products[-5:]
    ]
    record: Record = {**PRICE_LIST, "customerList": list(members), "productList": list(prices)}
    store.put("pricelist", record)


PRICE_LIST: Record = {
    "name": "Preferred customers",
    "createdDate": "2026-01-05",
    "categoryId": "0",
    "createdBy": "Office Admin",
    "createdById": "31",
    "customStatusId": "0",
    "discountAmount": "0",
    "discountPercent": "0",
    "externalId": "",
    "priceListCustomerType": "CUSTOMER_LIST",
    "priceListPriceType": "INDIVIDUAL_PRODUCT_PRICE",
    "customerCategoryList": [],
}
