"""The members of QuickBooks' bodies: what a person calls them, and what has the documented form."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from connector.model.body import Body, Json, JsonArray, spoken

WORDS = {
    "AcceptedBy": "person who accepted",
    "AcceptedDate": "date of acceptance",
    "AccountRef": "account",
    "Active": "active mark",
    "AllowOnlineACHPayment": "online payment from a bank",
    "AllowOnlineCreditCardPayment": "online payment by card",
    "AlternatePhone": "second phone",
    "Amount": "amount",
    "APAccountRef": "payable account",
    "AssetAccountRef": "asset account",
    "BillAddr": "billing address",
    "BillEmail": "e-mail",
    "BillWithParent": "mark that the parent pays",
    "ClassRef": "class",
    "CompanyName": "company name",
    "CurrencyRef": "currency",
    "CustomerMemo": "message to the customer",
    "CustomerRef": "customer",
    "CustomField": "custom field",
    "DepartmentRef": "location",
    "DepositToAccountRef": "deposit account",
    "Description": "description",
    "DisplayName": "name",
    "DocNumber": "number",
    "DueDate": "due date",
    "EntityRef": "payee",
    "ExpenseAccountRef": "cost account",
    "ExpirationDate": "expiry date",
    "FamilyName": "last name",
    "Fax": "fax",
    "GivenName": "first name",
    "IncomeAccountRef": "income account",
    "InvStartDate": "start date of its stock",
    "ItemRef": "product",
    "Job": "mark that it is a job",
    "Line": "line",
    "LinkedTxn": "linked document",
    "Memo": "message to the vendor",
    "Mobile": "mobile phone",
    "Name": "name",
    "ParentRef": "parent",
    "PaymentMethodRef": "payment method",
    "PaymentRefNum": "reference number",
    "PaymentType": "payment type",
    "PrimaryEmailAddr": "e-mail",
    "PrimaryPhone": "phone",
    "PrivateNote": "memo",
    "PurchaseCost": "cost",
    "PurchaseDesc": "purchase description",
    "Qty": "quantity",
    "QtyOnHand": "quantity on hand",
    "SalesTermRef": "terms",
    "ServiceDate": "service date",
    "ShipAddr": "shipping address",
    "Sku": "SKU",
    "Taxable": "taxable mark",
    "TaxCodeRef": "tax code",
    "TaxExemptionReasonId": "reason of tax exemption",
    "TermRef": "terms",
    "TotalAmt": "amount",
    "TotalTax": "sales tax",
    "TrackQtyOnHand": "mark that its stock is counted",
    "TxnDate": "date",
    "TxnStatus": "status",
    "TxnTaxDetail": "sales tax",
    "Type": "type",
    "UnitPrice": "price",
    "VendorRef": "vendor",
}


def name_of_member(member: str) -> str:
    """Return what a person calls a member, given by its name or its path (`Line.Amount`)."""
    return WORDS.get(member) or WORDS.get(member.rpartition(".")[2], member)


FIGURES = frozenset(
    {
        "Amount", "Balance", "Deposit", "DiscountPercent", "ExchangeRate", "HomeTotalAmt",
        "NetAmountTaxable", "PurchaseCost", "Qty", "QtyOnHand", "RemainingCredit", "TaxPercent",
        "TotalAmt", "TotalTax", "UnappliedAmt", "UnitPrice",
    }
)  # fmt: skip
DAYS = frozenset({"DueDate", "ExpirationDate", "ServiceDate", "TxnDate"})
LISTS = frozenset({"CustomField", "Line", "LinkedTxn", "TaxLine"})
OBJECTS = ("Addr", "Detail", "Fax", "MetaData", "Mobile", "Phone", "Ref")
"""How members end that hold others."""
TEXTS = frozenset(
    {
        "CompanyName", "Description", "DetailType", "DisplayName", "FamilyName",
        "FullyQualifiedName", "GivenName", "Name", "PrivateNote", "Sku", "TxnType", "Type",
    }
)  # fmt: skip
DIGITS = 15
"""No figure of a document has more before its point."""


def illegible(kind: str, record: Json) -> str | None:
    """Say which record cannot be read in QuickBooks; None of one that has the documented form."""
    _, odd = legible(record)
    if not odd:
        return None
    named = ", ".join(dict.fromkeys(map(name_of_member, odd)))
    return (
        f"{spoken(kind)} {record.get('Id')} in QuickBooks cannot be read: its {named} has another "
        "form than is documented. Open it in QuickBooks, check it and save it."
    )


def legible(record: Json) -> tuple[Body, tuple[str, ...]]:
    """Return what of a record can be read, figures as numbers, and the paths of all else.

    What answers a create was carried out and must come to its link, whatever it says: a total that
    is no number is named, and compared with nothing. A member that holds nothing says nothing. A
    list of which one entry cannot be read is left out whole: without that the others would be
    another document.
    """
    odd: list[str] = []
    return dict(_members(record, odd, "")), tuple(dict.fromkeys(odd))


def _members(record: Json, odd: list[str], path: str) -> Iterator[tuple[str, object]]:
    for name, value in record.items():
        own = f"{path}.{name}" if path else name
        try:
            if value is not None:
                yield name, _member(name, value, odd, own)
        except (ArithmeticError, TypeError, ValueError):
            odd.append(own)


def _member(name: str, value: object, odd: list[str], path: str) -> object:
    """Return what a member says."""
    if name in FIGURES:
        return _figure(value)
    if name in DAYS:
        date.fromisoformat(_text(value))
    elif name in TEXTS:
        _text(value)
    elif name in LISTS:
        return [dict(_members(_json(one), odd, path)) for one in _list(value)]
    elif name.endswith(OBJECTS):
        return dict(_members(_json(value), odd, path))
    return value


def _figure(value: object) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    found = Decimal(str(value))
    if not found.is_finite() or found.adjusted() >= DIGITS:
        raise ValueError
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: object) -> JsonArray:
    if not isinstance(value, list):
        raise TypeError
    return value


def _json(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError
    return value
