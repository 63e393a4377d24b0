"""What the sample company's technicians do: work orders, recurrent services, expenses."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from simulators.mobiwork.changes import display_name
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store

WITH_WORK_ORDER = 2 / 3
TYPES = (("1", "Repair"), ("2", "Installation"), ("3", "Maintenance"))
FREQUENCIES = (("12", "EVERY_MONTH", 30), ("15", "EVERY_5_WEEKS", 35), ("20", "EVERY_YEAR", 365))
EXPENSES = (
    ("Fuel", "Credit Card", 30, 120),
    ("Tools", "Check", 20, 400),
    ("Meals", "Cash", 8, 45),
    ("Parking & tolls", "Cash", 2, 25),
    ("Permits", "Check", 40, 250),
)


def add_work_orders(
    store: Store, rng: Random, users: list[Record], invoices: list[Record]
) -> list[Record]:
    """Add a closed work order behind two invoices in three; returns them."""
    orders = []
    for invoice in invoices:
        if rng.random() >= WITH_WORK_ORDER:
            continue
        customer = store.get("customer", str(invoice["customerId"])) or {}
        order = _work_order(rng, customer, rng.choice(users), invoice)
        invoice["workOrderId"] = store.put("workOrder", order)
        orders.append(order)
    return orders


def _work_order(rng: Random, customer: Record, user: Record, invoice: Record) -> Record:
    contact = customer["contact"]
    return {
        "externalWorkOrderId": None,
        "mobiworkCustomerId": customer["mobiworkCustomerId"],
        "description": invoice["description"],
        "workOrderType": rng.choice(TYPES)[0],
        "status": "CLOSED",
        "customStatus": "0",
        "createdDate": invoice["createdDate"],
        "customFields": [],
        "location": customer["address"],
        "assignedTo": user["mobiworkUserId"],
        "assignedToDate": invoice["createdDate"],
        "createdBy": "31",
        "customerName": display_name(customer),
        "phoneNumber": contact["phoneNumber"] if isinstance(contact, dict) else None,
    }


def add_recurrent(store: Store, rng: Random, customers: list[Record]) -> None:
    """Add a recurrent service for every fourth customer."""
    for customer in customers[::4]:
        number, name, days = rng.choice(FREQUENCIES)
        last = date(2026, 10, 1) - timedelta(days=rng.randrange(days))
        address = customer["address"] if isinstance(customer["address"], dict) else {}
        record: Record = {
            "customerId": customer["mobiworkCustomerId"],
            "customer": display_name(customer),
            "locationId": address.get("addressId"),
            "location": f"{address.get('address1')}, {address.get('city')}",
            "description": "Seasonal maintenance",
            "frequencyTypeId": number,
            "frequencyType": name,
            "workOrderTypeId": "3",
            "workOrderType": "Maintenance",
            "intervalDays": str(days),
            "warnDays": "5",
            "tardyDays": "10",
            "lastServiceDate": last.isoformat(),
            "nextServiceDate": (last + timedelta(days=days)).isoformat(),
            "assignedTo": None,
            "assetList": [],
        }
        store.put("recurrentService", record)


def add_expenses(
    store: Store, rng: Random, users: list[Record], orders: list[Record], count: int
) -> list[Record]:
    """Add so many expenses, half of them on a work order."""
    expenses = []
    for _ in range(count):
        order = rng.choice(orders) if orders and rng.random() < 1 / 2 else None
        expense = {**_expense(rng, rng.choice(users)), **_attached(order)}
        store.put("expense", expense)
        expenses.append(expense)
    return expenses


def _expense(rng: Random, user: Record) -> Record:
    category, method, least, most = rng.choice(EXPENSES)
    day = date(2026, 10, 30) - timedelta(days=rng.randrange(365))
    return {
        "externalId": None,
        "amount": str(Decimal(rng.randint(least * 100, most * 100)) / 100),
        "categoryName": category,
        "customStatusName": rng.choice(("Submitted", "Approved")),
        "createdById": user["mobiworkUserId"],
        "createdByName": f"{user['firstName']} {user['lastName']}",
        "createdDate": day.isoformat(),
        "expenseDate": day.isoformat(),
        "description": f"{category} on the way",
        "paymentType": method,
    }


def _attached(order: Record | None) -> Record:
    if order is None:
        return {}
    return {
        "entityType": "WORK_ORDER",
        "entityId": order["mobiworkWorkOrderId"],
        "entityName": order["description"],
        "entityReferenceId": order["mobiworkCustomerId"],
        "entityReferenceName": order["customerName"],
    }
