"""Records that cannot be booked as they are: each for one clear refusal."""

from copy import deepcopy

from simulators.mobiwork.billing import amount, cents, total_up
from simulators.mobiwork.changes import number_parts
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample.invoices import NOT_ADJUSTED
from simulators.mobiwork.store import Store

MISSING = "999999"
IMPOSSIBLE_NAME = "Brick:Mortar\tSupplies"


def add(store: Store, customers: list[Record], products: list[Record]) -> dict[str, str]:
    """Add four troublesome records; returns what each is and its id."""
    return {
        "customer with an impossible name": _impossible_customer(store, customers[0]),
        "invoice whose lines do not add up": _crooked_invoice(store, customers[0], products[0]),
        "unknown product on a line": _unknown_product(store, customers[0], products[0]),
        "payment of a missing invoice": _orphan_payment(store),
    }


def _impossible_customer(store: Store, like: Record) -> str:
    customer = deepcopy(like)
    customer |= {"mobiworkCustomerId": None, "type": "BUSINESS", "companyName": IMPOSSIBLE_NAME}
    for name, identity in (("address", "addressId"), ("contact", "contactId")):
        part = customer[name]
        if isinstance(part, dict):
            part[identity] = None
    customer["addressList"] = customer["contactList"] = []
    record_id = store.put("customer", customer)
    number_parts(store, customer)
    return record_id


def _invoice(customer: Record, product: Record) -> Record:
    return {
        "status": "Customer Invoiced",
        "createdBy": "Office Admin",
        "createdById": "31",
        "createdDate": "2026-10-30T16:45:00",
        "customerId": customer["mobiworkCustomerId"],
        "externalId": None,
        "invoiceDate": "2026-10-30T00:00:00",
        "dueDate": "2026-10-30T00:00:00",
        "terms": "Due on receipt",
        "billToCustomerId": customer["mobiworkCustomerId"],
        **NOT_ADJUSTED,
        "lineItems": [
            {
                "productId": product["mobiworkProductId"],
                "productExternalId": None,
                "productName": product["name"],
                "description": product["description"],
                "quantity": "2",
                "price": product["price"],
                "taxable": product["taxable"],
            }
        ],
    }


def _put(store: Store, invoice: Record) -> str:
    invoice["invoiceNumber"] = f"INV-{store.next_id('invoiceNumber', 10001)}"
    total_up(store, invoice)
    return store.put("invoice", invoice)


def _crooked_invoice(store: Store, customer: Record, product: Record) -> str:
    invoice = _invoice(customer, product)
    record_id = _put(store, invoice)
    invoice["total"] = cents(amount(invoice["total"]) + 10)
    invoice["balance"] = invoice["total"]
    return record_id


def _unknown_product(store: Store, customer: Record, product: Record) -> str:
    unknown = {**product, "mobiworkProductId": MISSING, "name": "Part that is gone"}
    invoice = _invoice(customer, unknown)
    record_id = _put(store, invoice)
    invoice["balance"] = invoice["total"]
    return record_id


def _orphan_payment(store: Store) -> str:
    return store.put(
        "payment",
        {
            "status": "CREATED",
            "amount": "50.00",
            "createdBy": "31",
            "createdByName": "Office Admin",
            "createdDate": "2026-10-30",
            "externalId": None,
            "invoiceId": MISSING,
            "paymentDate": "2026-10-30",
            "paymentMethod": "Check",
            "paymentReference": "chk 4711",
            "paymentType": "PAYMENT",
        },
    )
