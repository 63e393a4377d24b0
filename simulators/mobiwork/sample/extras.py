"""What not every company has: families, links, discounts, receipts, fields of its own.

All of it is counted off, not drawn, so that everything else stays the same from seed to seed.
"""

from datetime import datetime, timedelta

from simulators.mobiwork.billing import lines, total_up
from simulators.mobiwork.changes import display_name
from simulators.mobiwork.families import tidy
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store

INVOICE_ADJUSTMENTS: tuple[Record, ...] = (
    {"discountPercent": "10"},
    {"discountAmount": "5.00", "discountAfterTax": "true"},
    {"markupPercent": "7.5"},
    {"markupAmount": "4.00", "markupAfterTax": "true"},
)
QUOTE_ADJUSTMENTS: tuple[Record, ...] = ({"discountPercent": "12.5"}, {"markupAmount": "20.00"})
ODD_EXPENSE = "Fleet Card"
_BUSINESSES = 16  # of 40 customers
_PARENT = 8  # the first with an ordinary name
_LINKED = 4


def make_families(customers: list[Record], count: int) -> None:
    """Give so many businesses two sub-customers each: one pays its own bill, one does not."""
    businesses = [one for one in customers if one["type"] == "BUSINESS"]
    for number in range(count):
        first = _BUSINESSES * number + _PARENT
        parent, *children = businesses[first : first + 3]
        for child, bill_to in zip(children, ("PARENT", "SUB_CUSTOMER"), strict=True):
            child["isSubCustomer"] = "true"
            child["parentCustomerId"] = parent["mobiworkCustomerId"]
            child["parentCustomerName"] = display_name(parent)
            child["billTo"] = bill_to
    for customer in customers:
        tidy(customer)


def link_natively(customers: list[Record], products: list[Record]) -> None:
    """Give every fourth customer and product an external id of MobiWork's own connector (2.4)."""
    for number, customer in enumerate(customers[::_LINKED], start=74):
        customer["externalCustomerId"] = f"{number},QBO"
    for number, product in enumerate(products[::_LINKED], start=31):
        product["externalId"] = f"{number},QBO"


def adjust(
    store: Store, documents: list[Record], adjustments: tuple[Record, ...], *, every: int
) -> None:
    """Adjust one document in so many, each kind in turn; only where all kinds have their turn."""
    turns = len(documents) // (every * len(adjustments)) * len(adjustments)
    for turn in range(turns):
        document = documents[every * (turn + 1) - 1]
        document.update(adjustments[turn % len(adjustments)])
        total_up(store, document)
        if "balance" in document:
            document["balance"] = document["total"]


def decide(quotes: list[Record], every: int) -> None:
    """Let quotes expire after a month, two in three; the last of so many is declined."""
    for number, quote in enumerate(quotes, start=1):
        quote["expirationDate"] = quote["dueDate"] if number % 3 else None
        if number % every == 0:
            quote.update({"status": "Declined", "approvedDate": None})


def receive(orders: list[Record], every: int) -> None:
    """Enter what arrived: all of those received, half of the first line of one in so many."""
    for number, order in enumerate(orders, start=1):
        rows = lines(order)
        if number % every == 0:
            order["status"] = "PARTIALLY_RECEIVED"
        for row in rows:
            row["receivedQuantity"] = row["quantity"] if order["status"] == "RECEIVED" else "0"
        if order["status"] == "PARTIALLY_RECEIVED":
            rows[0]["receivedQuantity"] = str(int(str(rows[0]["quantity"])) // 2)
        if order["status"] in {"RECEIVED", "PARTIALLY_RECEIVED"}:
            expected = datetime.fromisoformat(str(order["expectedDate"]))
            order["receivedDate"] = (expected + timedelta(days=1)).isoformat()
            order["vendorInvoiceNumber"] = f"VI-{4000 + number}"


def name_vendors(expenses: list[Record], vendors: list[Record], every: int) -> None:
    """Name the vendor of every third expense; one in so many was paid in an unusual way."""
    for number, expense in enumerate(expenses, start=1):
        if number % 3 == 0:
            vendor = vendors[number % len(vendors)]
            expense["vendorId"] = vendor["mobiworkVendorId"]
            expense["vendorName"] = vendor["name"]
        if number % every == 0:
            expense["paymentType"] = ODD_EXPENSE


def fill_in(
    customers: list[Record], invoices: list[Record], quotes: list[Record], orders: list[Record]
) -> None:
    """Fill in custom fields of some documents, and a form about some customers."""
    for number, invoice in enumerate(invoices[::10], start=4711):
        invoice["customFields"] = [
            _field("PoNumber", "Customer PO", f"PO {number}"),
            _field("CrewLead", "Crew lead", "Technician of the day, with a name over 31 letters"),
        ]
    for quote in quotes[::6]:
        quote["customFields"] = [_field("SalesRep", "Sales rep", "Office")]
    for number, order in enumerate(orders[::8], start=1):
        order["customFields"] = [_field("JobNumber", "Job number", f"J-{number:04}")]
    for customer in customers[::8]:
        entries = [_field("PanelSize", "Panel size", "200 A"), _field("PetOnSite", "Pet", "Dog")]
        customer["mobiForms"] = [{"name": "Site survey", "formFields": list(entries)}]


def _field(api_name: str, name: str, value: str) -> Record:
    return {"apiName": api_name, "value": value, "name": name}
