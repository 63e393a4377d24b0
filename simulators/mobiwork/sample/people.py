"""The sample company's own people and settings: users, terms, taxes, stock in the vans."""

from random import Random

from simulators.mobiwork.account import ADMINISTRATOR
from simulators.mobiwork.billing import TAX_RATES
from simulators.mobiwork.model import Record
from simulators.mobiwork.sample import names
from simulators.mobiwork.sample.customers import an_address, email
from simulators.mobiwork.sample.invoices import TERMS
from simulators.mobiwork.sample.places import PLACES, phone
from simulators.mobiwork.states import full_name
from simulators.mobiwork.store import Store

TECHNICIANS = 4


def add_settings(store: Store) -> None:
    """Add terms and one tax per state."""
    for name, days in TERMS:
        store.put("terms", {"name": name, "days": str(days), "externalId": None})
    for state, rate in TAX_RATES.items():
        name = f"{full_name(state)} sales tax"
        store.put("tax", {"name": name, "rate": str(rate), "externalId": None, "enabled": "true"})


def add_users(store: Store, rng: Random) -> list[Record]:
    """Add the administrator and some technicians; returns the technicians."""
    office, role = ("Office", "Admin"), "ROLE_CLIENT_ADMIN"
    store.put("user", {"mobiworkUserId": ADMINISTRATOR[0], **_user(rng, office, role)})
    store.counters["mobiworkUserId"] = max(32, store.counters.get("mobiworkUserId", 32))
    technicians = names.people(rng, TECHNICIANS + len(names.SPECIAL_PEOPLE))[-TECHNICIANS:]
    users = [_user(rng, person, "ROLE_EMPLOYEE") for person in technicians]
    for user in users:
        store.put("user", user)
    return users


def _user(rng: Random, person: tuple[str, str], role: str) -> Record:
    first, last = person
    where = PLACES[0]
    return {
        "externalId": None,
        "email": email(first, last),
        "loginId": f"{first}.{last}".lower(),
        "firstName": first,
        "lastName": last,
        "jobTitle": "Technician" if role == "ROLE_EMPLOYEE" else "Office manager",
        "reportsToName": "Office Admin" if role == "ROLE_EMPLOYEE" else None,
        "phoneNumber": phone(rng, where),
        "altPhoneNumber": None,
        "faxNumber": None,
        "status": "ACTIVE",
        "userRole": role,
        "address": an_address(rng, where, "Home base"),
    }


def add_stock(store: Store, rng: Random, users: list[Record], products: list[Record]) -> None:
    """Put parts into the vans; what is left of the quantity lies in the main warehouse."""
    for product in products:
        left = int(str(product["quantity"]))
        for user in users:
            loaded = rng.randint(0, 2)
            if 0 < loaded <= left:
                left -= loaded
                _stock(store, product, f"Van of {user['firstName']}", loaded, user)
        if left:
            _stock(store, product, "Main warehouse", left, None)


def _stock(
    store: Store, product: Record, warehouse: str, quantity: int, user: Record | None
) -> None:
    record: Record = {
        "userId": user["mobiworkUserId"] if user else None,
        "warehouseName": warehouse,
        "productId": product["mobiworkProductId"],
        "productName": product["name"],
        "quantity": str(quantity),
    }
    store.put("inventory", record)
