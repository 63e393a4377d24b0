"""The QuickBooks records that the pull cases are about, and how they change."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import simplejson

from connector.model.body import Body
from connector.model.flows.pull_flow import PullFlow
from connector.model.pending import NewItem, fingerprint

HARBOR = {
    "Line1": "12 Harbor Street",
    "City": "Tampa",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33602",
}
PIER = HARBOR | {"Line1": "4 Pier Road", "CountrySubDivisionCode": "Georgia"}
INVOICES = ("120", "121")
"""The invoices of QuickBooks that the payment is for: one addition for each."""

RECORDS: Mapping[str, Body] = {
    "Term": {"Name": "Net 15", "Type": "STANDARD", "DueDays": 15},
    "TaxCode": {
        "Name": "Hillsborough",
        "Rates": [
            {"Name": "State", "RateValue": Decimal("6.0"), "TaxTypeApplicable": "TaxOnAmount"},
            {"Name": "County", "RateValue": Decimal("1.5"), "TaxTypeApplicable": "TaxOnAmount"},
        ],
    },
    "Vendor": {
        "DisplayName": "Tampa Pipe Supply",
        "CompanyName": "Tampa Pipe Supply",
        "PrimaryPhone": {"FreeFormNumber": "(813) 555-0144"},
        "BillAddr": HARBOR,
    },
    "Customer": {
        "DisplayName": "Blue Heron Plumbing",
        "CompanyName": "Blue Heron Plumbing",
        "PrimaryEmailAddr": {"Address": "office@blueheron.example"},
        "PrimaryPhone": {"FreeFormNumber": "(813) 555-0123 ext. 7"},
        "BillAddr": HARBOR,
        "ShipAddr": PIER,
    },
    "Item": {
        "Name": "Copper elbow",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": Decimal(12),
        "UnitPrice": Decimal("4.5"),
        "PurchaseCost": Decimal("1.2"),
        "Taxable": True,
        "Description": "Copper elbow",
    },
    "Payment": {
        "CustomerRef": {"value": "1", "name": "Blue Heron Plumbing"},
        "TotalAmt": Decimal(9),
        "TxnDate": "2025-11-20",
        "Line": [
            {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": one, "TxnType": "Invoice"}]}
            for amount, one in zip(("5", "4"), INVOICES, strict=True)
        ],
    },
}
CHANGES: Mapping[str, Body] = {
    "Term": {"DueDays": 20},
    "TaxCode": {"Name": "Hillsborough County"},
    "Vendor": {"BillAddr": PIER, "PrimaryPhone": {"FreeFormNumber": "813.555.0199 x12"}},
    "Customer": {"BillAddr": PIER, "ShipAddr": HARBOR, "CompanyName": "", "DisplayName": "Heron"},
    "Item": {"UnitPrice": Decimal("4.75"), "QtyOnHand": Decimal("15.5"), "Taxable": False},
}
"""What the accountant changes later, for all flows with fields."""

FIRST = 74


def record_of(source: str, number: int = 0, **changes: Any) -> Body:
    """Return a record of QuickBooks, each with an id and a name of its own."""
    made = {"Id": str(FIRST + number), "SyncToken": "0", "Active": True, **RECORDS[source]}
    for member in ("DisplayName", "CompanyName", "Name"):
        if number and member in made:
            made[member] = f"No. {number} {made[member]}"
    return made | changes


def changed(record: Body, source: str) -> Body:
    """Return a record as the accountant has changed it."""
    return {**record, **CHANGES[source], "SyncToken": str(int(record["SyncToken"]) + 1)}


def items_of(flow: PullFlow[Any], record: Body) -> Iterator[NewItem]:
    """Yield the pending items that are made of a record."""
    for quickbooks_id, piece in flow.pieces(record).items():
        text = simplejson.dumps(piece, use_decimal=True)
        yield NewItem(
            record_id=quickbooks_id,
            record=text,
            fingerprint=fingerprint(text),
            found_at="2026-11-22T09:00:00+00:00",
            label=flow.label(piece),
        )
