"""Members that real answers carry beyond the documentation and clients must tolerate (1.5)."""

from functools import cache
from typing import Any

from simulators.quickbooks.company import Company
from simulators.quickbooks.schema import ENTITIES, Entity
from simulators.quickbooks.wire import Record

ADDRESSES = ("BillAddr", "ShipAddr", "PrimaryAddr", "VendorAddr", "ShipFromAddr", "RemitToAddr")
WORTH_KEEPING, MOST_PAGES = 100, 8
PAYLOAD = "com.intuit.schema.finance.v3.NameValue"
NAME_VALUE = "{http://schema.intuit.com/finance/v3}NameValue"
PSEUDONYM = "0020989e3779b97f4a7c15f39cc0"
PURCHASE_TYPES = {"Cash": "54", "Check": "3", "CreditCard": "1"}
SIGNED = frozenset({"Invoice", "Bill", "PurchaseOrder"})
SHIPPED = frozenset({"Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt"})


def add(company: Company, entity: Entity, records: list[Record]) -> list[Record]:
    """Return records with the members that the documentation does not tell of.

    The rows of a page are kept at its second reading: records never change, they are replaced.
    """
    if len(records) < WORTH_KEEPING:
        return _noisy(company, entity, records)
    place = (entity.name, records[0]["Id"], records[-1]["Id"])
    known, kept = company.pages.get(place, ([], None))
    again = known == records
    if again and kept is not None:
        return kept
    if len(company.pages) > MOST_PAGES:
        company.pages.clear()
    rows = _noisy(company, entity, records)
    company.pages[place] = (records, rows if again else None)
    return rows


def _noisy(company: Company, entity: Entity, records: list[Record]) -> list[Record]:
    rows = [record.copy() for record in records]
    for place, name in _addresses(entity.name):
        for row in rows:
            if name in row:
                row[name] = _placed(row[name], row["Id"] + place)
    for row in rows:
        if entity.kind == "name":
            row["ClientEntityId"] = "0"
            row["V4IDPseudonym"] = PSEUDONYM + row["Id"].rjust(10, "0")
        elif entity.kind == "form":
            _form(company, entity, row)
        elif entity.name == "Item" and row.get("Type") != "Category":
            row["DeferredRevenue"] = False
    return rows


@cache
def _addresses(entity: str) -> list[tuple[str, str]]:
    fields = ENTITIES[entity].shape.fields
    return [(str(place), name) for place, name in enumerate(ADDRESSES) if name in fields]


def _placed(address: Record, number: str) -> Record:
    placed = address.copy()
    placed["Id"] = number
    if "City" in address:
        placed["Lat"] = placed["Long"] = "INVALID"
    return placed


def _form(company: Company, entity: Entity, shown: Record) -> None:
    stamps = shown["MetaData"]
    if entity.name in SIGNED:
        shown["MetaData"] = {
            "CreateTime": stamps["CreateTime"],
            "LastModifiedByRef": {"value": str(int(company.realm) + 32)},
            "LastUpdatedTime": stamps["LastUpdatedTime"],
        }
    if entity.name in SHIPPED:
        shown["FreeFormAddress"] = True
    if entity.name in {"Payment", "BillPayment"}:
        shown["Line"] = [_settled(company, line) for line in shown.get("Line", [])]
    elif "Line" in shown:
        shown["Line"] = [
            line | {"CustomExtensions": []} if "Id" in line else line for line in shown["Line"]
        ]
    if entity.name == "Purchase":
        shown["PurchaseEx"] = {"any": [_pair("TxnType", PURCHASE_TYPES[shown["PaymentType"]])]}


def _settled(company: Company, line: Record) -> Record:
    """Tell of a settled document its id, what was open before, and its number."""
    pairs = []
    for target in line["LinkedTxn"]:
        kind = target["TxnType"]
        record = company.get(kind, target["TxnId"]) if kind in company.stores else None
        pairs.append(("txnId", target["TxnId"]))
        if record is not None and "Balance" in record:
            pairs.append(("txnOpenBalance", str(record["Balance"] + line["Amount"])))
        if record is not None and "DocNumber" in record:
            pairs.append(("txnReferenceNumber", record["DocNumber"]))
    return line | {"LineEx": {"any": [_pair(name, value) for name, value in pairs]}}


def _pair(name: str, value: str) -> dict[str, Any]:
    return {
        "name": NAME_VALUE,
        "declaredType": PAYLOAD,
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }
