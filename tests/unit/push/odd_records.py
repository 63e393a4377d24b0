"""Records of MobiWork in each of which one element is odd: each element, each damage."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element, SubElement, tostring
from zlib import crc32

from connector.mobiwork.mending.texts import UNCERTAIN
from connector.mobiwork.xml import RawRecord
from tests.builders import a_customer, a_payment, a_product, an_invoice
from tests.unit.entities.purchases.buying import a_vendor, an_expense
from tests.unit.entities.purchases.buying import an_order as a_purchase_order
from tests.unit.entities.sales.selling import a_quote
from tests.unit.entities.sales.selling import an_order as a_sales_order

TEXTS = {
    "empty": "",
    "null": "null",
    "zero": "0",
    "negative": "-5",
    "negative cent": "-0.01",
    "exponent": "1e3",
    "large exponent": "1E+400",
    "small exponent": "1E-400",
    "no number": "NaN",
    "signalling": "sNaN",
    "infinite": "Infinity",
    "very large": "9" * 25 + ".99",
    "very small": "0.00000001",
    "comma": "1,234.56",
    "dollars": "$9.63",
    "underscore": "1_000",
    "other digits": "\u0661\u0662",
    "blank within": "1 000",
    "long": "x" * 500,
    "longer": "é" * 5_000,
    "too long": "\u4e2d" * 10_001,
    "emoji": "\U0001f600 Pipe",
    "right to left": "\u202eabc\u202c\u200f",
    "no width": "\u200b",
    "HTML": "<b>Pipe</b><script>",
    "lines": "a\tb\nc\r\nd",
    "quotes": "O'Brien \\ \"x\" \\'",
    "colon": "a:b:c",
    "uncertain": f"a{UNCERTAIN}",
    "maybe": "maybe",
    "no day": "31/31/2025",
    "day zero": "0000-00-00",
    "year 1": "0001-01-01",
    "year 9999": "Fri Dec 31 00:00:00 EST 9999",
    "format": "%s %d {0}",
    "separators": "a#b/c|d=e",
}
MISSING, NESTED, TWICE = "missing", "nested", "twice"
DAMAGES = (*TEXTS, MISSING, NESTED, TWICE)


@dataclass(frozen=True)
class OddKind:
    """How records of a kind are made: `own` holds their id, `named` what must be unique."""

    make: Callable[[], RawRecord]
    own: str
    named: str | None = None


IN_AUTUMN = "Mon Sep 01 09:15:00 EDT 2025"
"""An order that comes to what an invoice of about its day does would be asked about."""
KINDS: Mapping[str, OddKind] = {
    "customer": OddKind(a_customer, "mobiworkCustomerId", "companyName"),
    "product": OddKind(a_product, "mobiworkProductId", "name"),
    "vendor": OddKind(a_vendor, "mobiworkVendorId", "name"),
    "estimate": OddKind(a_quote, "mobiworkEstimateId"),
    "salesOrder": OddKind(
        partial(a_sales_order, checkoutDate=IN_AUTUMN), "salesOrderId", "orderNumber"
    ),
    "invoice": OddKind(an_invoice, "mobiworkInvoiceId", "invoiceNumber"),
    "payment": OddKind(a_payment, "paymentId"),
    "purchaseOrder": OddKind(a_purchase_order, "mobiworkPurchaseOrderId", "number"),
    "expense": OddKind(an_expense, "expenseId"),
}


def odd_records(entity: str, *, part: int = 1) -> Iterator[tuple[str, RawRecord]]:
    """Yield records with what is odd about each, or of so many parts of them always the same one.

    Their ids begin at 8000001.
    """
    kind = KINDS[entity]
    good = kind.make().element()
    places = [one for one in _places(good, ()) if _at(good, one).tag != kind.own]
    number = 8_000_000
    for place in places:
        for damage in DAMAGES:
            number += 1
            what = f"{_at(good, place).tag} {'.'.join(map(str, place))} {damage}"
            if crc32(what.encode()) % part == 0:
                root = named(good, kind, str(number))
                _damage(root, place, damage)
                xml = tostring(root, encoding="unicode")
                yield what, RawRecord(entity, str(number), xml)


def _places(element: Element, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for position, child in enumerate(element):
        yield (*path, position)
        yield from _places(child, (*path, position))


def _at(root: Element, place: tuple[int, ...]) -> Element:
    found = root
    for position in place:
        found = found[position]
    return found


def named(good: Element, kind: OddKind, own: str) -> Element:
    root = deepcopy(good)
    for element in root:
        if element.tag == kind.own:
            element.text = own
        elif element.tag == kind.named:
            element.text = f"{element.text} {own}"
    return root


def _damage(root: Element, place: tuple[int, ...], damage: str) -> None:
    parent, element = _at(root, place[:-1]), _at(root, place)
    if damage == MISSING:
        parent.remove(element)
    elif damage == NESTED:
        element.text = None
        SubElement(element, "x").text = "1"
    elif damage == TWICE:
        parent.append(deepcopy(element))
    else:
        element[:] = []
        element.text = TEXTS[damage]
