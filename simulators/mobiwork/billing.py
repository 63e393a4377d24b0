"""What MobiWork computes by itself: totals of documents, the customer shown in an invoice."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from simulators.mobiwork.model import Node, Record
from simulators.mobiwork.store import Store

CENT = Decimal("0.01")

# Flat rates by state, easy to check by hand; QuickBooks' automated tax will often differ by a bit.
TAX_RATES = {
    "FL": Decimal("0.07"),
    "GA": Decimal("0.08"),
    "NC": Decimal("0.0725"),
    "TX": Decimal("0.0825"),
    "OH": Decimal("0.0725"),
    "OR": Decimal(0),
}


def amount(node: Node) -> Decimal:
    """A kept amount; zero when it is missing or a person typed no number."""
    try:
        number = Decimal(node) if isinstance(node, str) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def cents(value: Decimal) -> str:
    """An amount rounded half up to cents, as the store keeps it."""
    return str(value.quantize(CENT, ROUND_HALF_UP))


def lines(record: Record) -> list[Record]:
    """The line items of a record."""
    kept = record.get("lineItems")
    return [line for line in kept if isinstance(line, dict)] if isinstance(kept, list) else []


def tax_rate(store: Store, record: Record) -> Decimal:
    """The rate of the place of work; none for a customer that is not taxable."""
    customer = store.get("customer", str(record.get("customerId"))) or {}
    if customer.get("taxable") == "false":
        return Decimal(0)
    return TAX_RATES.get(str(place_of_work(customer, record).get("state")), Decimal(0))


def place_of_work(customer: Record, record: Record) -> Record:
    """The address that `locationId` names (section 3.2), else the customer's main one."""
    listed, location = customer.get("addressList"), record.get("locationId")
    for address in listed if isinstance(listed, list) and location else []:
        if isinstance(address, dict) and address.get("addressId") == location:
            return address
    return _part(customer, "address")


def fill_line(store: Store, line: Record) -> None:
    """Take over from the product what a line leaves out."""
    product = store.get("product", str(line.get("productId"))) or {}
    for name, source in (
        ("productExternalId", "externalId"),
        ("productName", "name"),
        ("description", "description"),
        ("taxable", "taxable"),
    ):
        if line.get(name) is None:
            line[name] = product.get(source)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where MobiWork rounds to cents: amounts and taxes each per line, or once per document."""

    lines: bool = True
    taxes: bool = False


USUAL_ROUNDING = Rounding()


def total_up(
    store: Store, record: Record, *, taxed: bool = True, rounding: Rounding = USUAL_ROUNDING
) -> None:
    """Compute line totals, subtotal, tax and total of a document.

    What is taken off or put on before tax changes the tax in proportion; shipping is not taxed. A
    document that is not `taxed` has the tax that a person entered.
    """
    sums = [_line_total(store, line, rounding) for line in lines(record)]
    subtotal = sum(sums, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    before = adjusted(record, subtotal, after_tax=False)
    share = max(before / subtotal, Decimal(0)) if subtotal else Decimal(1)
    rate = tax_rate(store, record) * share if taxed else Decimal(0)
    taxable = zip(lines(record), sums, strict=True)
    taxes = [one * rate for line, one in taxable if line.get("taxable") == "true"]
    if rounding.taxes:
        taxes = [one.quantize(CENT, ROUND_HALF_UP) for one in taxes]
    tax = sum(taxes, Decimal(0)) if taxed else amount(record.get("taxAmount"))
    tax = tax.quantize(CENT, ROUND_HALF_UP)
    after = adjusted(record, before + tax, after_tax=True)
    record["subTotal"] = cents(subtotal)
    record["taxAmount"] = cents(tax)
    record["total"] = cents(after + amount(record.get("shippingCost")))


def _line_total(store: Store, line: Record, rounding: Rounding) -> Decimal:
    """What a line counts for; on the line itself it stands in cents either way."""
    exact = amount(line.get("quantity")) * amount(line.get("price"))
    line["lineItemId"] = line.get("lineItemId") or store.next_id("lineItemId", 92001)
    line["total"] = cents(exact)
    return amount(line["total"]) if rounding.lines else exact


def adjusted(record: Record, base: Decimal, *, after_tax: bool) -> Decimal:
    """`base` with the markup and less the discount that are given before, or after, tax."""
    flag = "true" if after_tax else "false"
    if (record.get("markupAfterTax") or "false") == flag:
        base += _adjustment(record, base, ("markupAmount",), ("markupPercent",))
    if (record.get("discountAfterTax") or "false") == flag:
        base -= _adjustment(
            record, base, ("discountAmount", "rebate"), ("discountPercent", "rebatePercent")
        )
    return base


def _adjustment(
    record: Record, base: Decimal, amounts: tuple[str, ...], percents: tuple[str, ...]
) -> Decimal:
    """An amount as it is given; without one, the percentage of `base`."""
    fixed = sum((amount(record.get(name)) for name in amounts), Decimal(0))
    percent = sum((amount(record.get(name)) for name in percents), Decimal(0))
    return (fixed or base * percent / 100).quantize(CENT, ROUND_HALF_UP)


def nested_customer(customer: Record) -> Record:
    """The customer as invoices show it: other names, no ids (reference 3.6)."""
    address = _part(customer, "address")
    nowhere: Record = {"countryId": "0", "latitude": "0", "longitude": "0"}
    return {
        "status": customer.get("statusId") or "0",
        "address": {**address, **nowhere, "name": address.get("address1")},
        "assignedTo": customer.get("assignedTo") or "0",
        "companyName": customer.get("companyName") or None,
        "externalCustomerId": customer.get("externalCustomerId") or None,
        "primaryContact": _nested_contact(_part(customer, "contact")),
        "taxable": customer.get("taxable") or "true",
        "typeId": customer.get("type"),
    }


def _nested_contact(contact: Record) -> Record:
    absent_as_null = ("altPhoneExt", "altPhoneNumber", "title")
    return {
        **{name: contact.get(name) or None for name in absent_as_null},
        **{name: contact.get(name) for name in ("email", "fax", "firstName", "lastName")},
        "PhoneExt": contact.get("phoneExt") or None,
        "PhoneNumber": contact.get("phoneNumber"),
    }


def _part(record: Record, name: str) -> Record:
    part = record.get(name)
    return part if isinstance(part, dict) else {}
