"""Invoices of the sample company's last year: one to eight lines, labor in quarter hours."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulators.mobiwork.billing import total_up
from simulators.mobiwork.families import bill_to
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store

LAST_DAY = datetime(2026, 10, 30, 17)
TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30))
_COMMENTS = (
    "Replaced worn parts & tested the system",
    "Customer asked for a call before arrival",
    "Gate code at the owner's office",
    "Warranty: 1 year on parts, 90 days on labor",
)
_LINE_COUNTS = (1, 2, 3, 4, 5, 6, 7, 8)
_LINE_WEIGHTS = (16, 24, 22, 14, 10, 6, 4, 4)
NOT_ADJUSTED: Record = {
    "discountAmount": "0",
    "discountPercent": "0",
    "discountAfterTax": "false",
    "markupAmount": "0",
    "markupPercent": "0",
    "markupAfterTax": "false",
}
_STATUSES = ("OPEN", "Service Completed", "Customer Invoiced", "Customer Invoiced")


def add(
    store: Store, rng: Random, customers: list[Record], products: list[Record], count: int
) -> list[Record]:
    """Add so many invoices, oldest first."""
    services = [one for one in products if one["type"] == "SERVICES"]
    parts = [one for one in products if one["type"] != "SERVICES"] or services
    moments = sorted(a_moment(rng) for _ in range(count))
    invoices = []
    for number, moment in enumerate(moments):
        customer = customers[number] if number < len(customers) else rng.choice(customers)
        lines = some_lines(rng, services, parts)
        invoice = _invoice(rng, customer, moment, lines)
        invoice["invoiceNumber"] = f"INV-{store.next_id('invoiceNumber', 10001)}"
        invoice["billToCustomerId"] = bill_to(store, str(customer["mobiworkCustomerId"]))
        total_up(store, invoice)
        invoice["balance"] = invoice["total"]
        store.put("invoice", invoice)
        invoices.append(invoice)
    return invoices


def a_moment(rng: Random) -> datetime:
    """A working hour of the last year."""
    day = LAST_DAY - timedelta(days=rng.randrange(365))
    return day.replace(hour=rng.randint(8, 17), minute=rng.randrange(60))


def _invoice(rng: Random, customer: Record, moment: datetime, lines: list[Record]) -> Record:
    terms, days = rng.choice(TERMS) if customer["type"] == "BUSINESS" else TERMS[0]
    day = moment.replace(hour=0, minute=0)
    address = customer["address"]
    return {
        "status": rng.choice(_STATUSES),
        "comments": rng.choice(_COMMENTS) if rng.random() < 1 / 4 else None,
        "createdBy": "Office Admin",
        "createdById": "31",
        "createdDate": moment.isoformat(),
        "customerId": customer["mobiworkCustomerId"],
        "externalId": None,
        "integrationStatus": None,
        "invoiceDate": day.isoformat(),
        "dueDate": (day + timedelta(days=days)).isoformat(),
        "terms": terms,
        "description": f"Service visit: {lines[0]['productName']}",
        "locationId": address["addressId"] if isinstance(address, dict) else None,
        "category": None,
        "assignedTo": None,
        "lineItems": list(lines),
        **NOT_ADJUSTED,
        "customFields": [],
    }


def some_lines(rng: Random, services: list[Record], parts: list[Record]) -> list[Record]:
    """One to eight lines; most begin with a service."""
    count = rng.choices(_LINE_COUNTS, weights=_LINE_WEIGHTS)[0]
    chosen = [rng.choice(services)] if services and rng.random() < 9 / 10 else []
    chosen += [rng.choice(parts) for _ in range(count - len(chosen))]
    return [line_of(rng, product) for product in chosen]


def line_of(rng: Random, product: Record) -> Record:
    """A line that sells a product in a believable quantity."""
    if product["category"] == "Labor":
        quantity = Decimal(rng.randint(1, 24)) / 4
    elif ", foot" in str(product["name"]):
        quantity = Decimal(rng.randint(2, 60))
    else:
        quantity = Decimal(rng.choices((1, 2, 3, 4), weights=(70, 18, 7, 5))[0])
    return {
        "productId": product["mobiworkProductId"],
        "productExternalId": product["externalId"],
        "productName": product["name"],
        "description": product["description"],
        "quantity": str(quantity),
        "price": product["price"],
        "taxable": product["taxable"],
    }
