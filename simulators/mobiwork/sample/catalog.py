"""Parts and services of the sample company: families in several sizes, priced to the cent."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from simulators.mobiwork.billing import cents
from simulators.mobiwork.model import Record
from simulators.mobiwork.store import Store


class Family(NamedTuple):
    """Products that differ by size only; each size costs a third more than the one before."""

    name: str
    category: str
    kind: str
    sizes: str
    price: str
    cost: str
    taxable: bool


PART, GOODS, SERVICE = "PARTS_MATERIALS", "PRODUCT", "SERVICES"
FAMILIES = (
    Family("Plumbing labor, hour", "Labor", SERVICE, "", "95.00", "38.00", taxable=False),
    Family("HVAC labor, hour", "Labor", SERVICE, "", "110.00", "44.00", taxable=False),
    Family("Electrical labor, hour", "Labor", SERVICE, "", "105.00", "42.00", taxable=False),
    Family("Helper labor, hour", "Labor", SERVICE, "", "48.50", "21.00", taxable=False),
    Family("Emergency labor, hour", "Labor", SERVICE, "", "165.00", "66.00", taxable=False),
    Family(
        "Trip charge", "Fees", SERVICE, "local|county|out of area", "39.00", "12.00", taxable=False
    ),
    Family("Diagnostic visit", "Fees", SERVICE, "", "89.00", "30.00", taxable=False),
    Family(
        "Drain cleaning", "Flat rate", SERVICE, "sink|main line", "149.00", "45.00", taxable=False
    ),
    Family(
        "Seasonal tune-up",
        "Flat rate",
        SERVICE,
        "one system|two systems",
        "129.00",
        "50.00",
        taxable=False,
    ),
    Family("Permit handling", "Fees", SERVICE, "", "75.00", "60.00", taxable=False),
    Family("Disposal & recycling fee", "Fees", SERVICE, "", "24.95", "10.00", taxable=True),
    Family("Copper elbow", "Fittings", PART, '1/2"|3/4"|1"', "4.49", "1.32", taxable=True),
    Family("Copper pipe, foot", "Pipe", PART, '1/2"|3/4"|1"', "3.15", "1.70", taxable=True),
    Family("PVC coupling", "Fittings", PART, '1"|2"|3"|4"', "1.89", "0.44", taxable=True),
    Family("Ball valve", "Valves", PART, '1/2"|3/4"|1"', "14.75", "6.10", taxable=True),
    Family("Air filter", "HVAC parts", PART, "16x20|20x20|20x25", "12.99", "4.85", taxable=True),
    Family("Run capacitor", "HVAC parts", PART, "35 uF|45 uF|60 uF", "38.40", "9.95", taxable=True),
    Family("Contactor", "HVAC parts", PART, "24 V|120 V", "46.20", "15.30", taxable=True),
    Family("Refrigerant R-410A, pound", "HVAC parts", PART, "", "84.00", "31.25", taxable=True),
    Family("Breaker", "Electrical", PART, "15 A|20 A|30 A|50 A", "11.35", "5.05", taxable=True),
    Family("GFCI outlet", "Electrical", PART, "white|almond", "27.60", "13.10", taxable=True),
    Family("Wire, foot", "Electrical", PART, "14/2|12/2|10/3", "0.87", "0.39", taxable=True),
    Family(
        "Wax ring", "Plumbing parts", PART, "standard|extra thick", "7.25", "2.15", taxable=True
    ),
    Family("Fill valve", "Plumbing parts", PART, "", "19.85", "8.20", taxable=True),
    Family("Supply line", "Plumbing parts", PART, '12"|20"', "9.95", "3.60", taxable=True),
    Family("P-trap kit", "Plumbing parts", PART, '1-1/4"|1-1/2"', "13.45", "5.15", taxable=True),
    Family("Water heater", "Equipment", GOODS, "40 gal|50 gal", "689.00", "455.00", taxable=True),
    Family("Smart thermostat", "Equipment", GOODS, "basic|deluxe", "149.95", "88.70", taxable=True),
    Family(
        "Garbage disposal", "Equipment", GOODS, "1/2 hp|3/4 hp", "139.50", "81.25", taxable=True
    ),
    Family("Condensate pump", "Equipment", GOODS, "", "96.30", "49.90", taxable=True),
    Family(
        "Kitchen faucet",
        "Equipment",
        GOODS,
        "chrome|brushed nickel",
        "184.25",
        "109.00",
        taxable=True,
    ),
)


def add(store: Store, count: int) -> list[Record]:
    """Add so many products: first every size, then the same again as further series."""
    products = []
    for record in islice(_endless(), count):
        store.put("product", record)
        products.append(record)
    return products


def _endless() -> Iterator[Record]:
    series = 1
    while True:
        for number, family in enumerate(FAMILIES, start=1):
            for step, size in enumerate(family.sizes.split("|")):
                yield _product(family, f"{number:02}{step}", size, step, series)
        series += 1


def _product(family: Family, number: str, size: str, step: int, series: int) -> Record:
    factor = 1 + Decimal(step) / 3
    base, comma, unit = family.name.partition(", ")
    ending = f" {size}" if size else ""
    mark = f" (series {series})" if series > 1 else ""
    letters = "".join(word[0] for word in family.category.split())
    return {
        "externalId": None,
        "name": f"{base}{ending}{comma}{unit}{mark}",
        "description": f"{base}{ending}, per {unit or 'piece'}",
        "type": family.kind,
        "price": cents(Decimal(family.price) * factor),
        "cost": cents(Decimal(family.cost) * factor),
        "quantity": "0" if family.kind == SERVICE else str(12 + 5 * step),
        "sku": f"{letters}-{series:02}{number}",
        "modelNumber": "",
        "hasSerialNumbers": "true" if family.category == "Equipment" else "false",
        "priceIncludesTax": "false",
        "taxable": "true" if family.taxable else "false",
        "tax": "0",
        "enabled": "true",
        "category": family.category,
        "customFields": [],
    }
