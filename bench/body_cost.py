"""Measures an invoice of five lines from what MobiWork says to the JSON that QuickBooks gets.

Ours checks it, plans it and writes it down. Beside it, in turns, python-quickbooks: its objects are
filled with the same values, unchecked, and write themselves down. Both begin once with the values
by name and once with the XML. Milliseconds are of this machine; the ratio counts.
"""

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any
from xml.etree.ElementTree import fromstring

from quickbooks import objects as q  # type: ignore[import-untyped]
from quickbooks.objects.detailline import SalesItemLineDetail  # type: ignore[import-untyped]
from quickbooks.objects.tax import TxnTaxDetail  # type: ignore[import-untyped]

from bench.simulator_speed import failed, say
from connector.entities.sales.invoices import PUSH, Invoice
from connector.mobiwork.xml import RawRecord, fields
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.links import Link, Origin, RecordKey
from connector.model.plans import Create
from connector.push.invalid_records import read_record
from connector.push.plan import plan
from connector.quickbooks.transport import ascii_json
from tests.builders import a_company, a_line, an_invoice, settings

LINES, TIMES, TURNS = 5, 100, 15
MOST_FROM_VALUES, MOST_FROM_XML = 1.0, 1.3


def an_xml() -> str:
    """Return an invoice of five lines as MobiWork sends it."""
    lines = [a_line(productId=str(307001 + one), quantity=f"{one + 1}.0") for one in range(LINES)]
    for one, line in enumerate(lines):
        line["total"] = str(Decimal("4.5") * (one + 1))
    added = sum(Decimal(line["total"]) for line in lines)
    invoice = an_invoice(
        lineItems={"lineItem": lines},
        subTotal=str(added),
        taxAmount="4.73",
        total=str(added + Decimal("4.73")),
        address={"address1": "1 Main Street", "city": "Boston", "state": "MA", "zip": "02110"},
    )
    return invoice.xml


def known() -> PushContext:
    """Return what planning knows: the customer and the products are linked."""
    owners = [RecordKey("customer", "700001")]
    owners += [RecordKey("product", str(307001 + one)) for one in range(LINES)]
    return PushContext(
        settings=settings(),
        company=a_company(),
        links={own: _link(own, number) for number, own in enumerate(owners, start=1)},
        marker="(MobiWork invoice 5501, ref. c1)",
    )


def _link(own: RecordKey, number: int) -> Link:
    return Link(
        owner=own,
        target=own.entity.capitalize(),
        quickbooks_id=str(number),
        sync_token="0",  # noqa: S106 - of a record
        content_hash="",
        base={},
        origin=Origin.CREATED,
    )


def ours(record: Invoice, context: PushContext) -> bytes:
    """Plan an invoice and write its body down."""
    decided = plan(PUSH, record, None, context)
    if not isinstance(decided, Create):
        raise TypeError(f"not created: {decided}")
    return ascii_json(decided.body)


def theirs(values: Body, ids: dict[str, str]) -> str:
    """Fill the objects of python-quickbooks with the values of an invoice; return their JSON."""
    invoice = q.Invoice()
    invoice.CustomerRef = _ref(ids[values["customerid"]])
    invoice.TxnDate, invoice.DueDate = "2025-11-02", "2025-12-02"
    invoice.DocNumber = values["invoicenumber"]
    invoice.PrivateNote = f"MobiWork invoice {values['invoicenumber']}"
    invoice.ShipAddr = q.Address()
    invoice.ShipAddr.Line1, invoice.ShipAddr.City = (
        values["address"]["address1"],
        values["address"]["city"],
    )
    invoice.ShipAddr.PostalCode = values["address"]["zip"]
    for position, line in enumerate(values["lineitems"]["lineitem"], start=1):
        invoice.Line.append(_line(line, position, ids))
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TxnTaxCodeRef = _ref("TAX")
    invoice.TxnTaxDetail.TotalTax = Decimal(values["taxamount"])
    return str(invoice.to_json())


def _line(line: Body, position: int, ids: dict[str, str]) -> Any:  # noqa: ANN401 - untyped there
    made = q.SalesItemLine()
    made.LineNum, made.Description = position, line["description"]
    made.Amount = Decimal(line["total"])
    made.SalesItemLineDetail = SalesItemLineDetail()
    made.SalesItemLineDetail.ItemRef = _ref(ids[line["productid"]])
    made.SalesItemLineDetail.TaxCodeRef = _ref("TAX" if line["taxable"] == "true" else "NON")
    made.SalesItemLineDetail.Qty = Decimal(line["quantity"])
    made.SalesItemLineDetail.UnitPrice = Decimal(line["price"])
    return made


def _ref(value: str) -> Any:  # noqa: ANN401 - untyped there
    made = q.Ref()
    made.value = value
    return made


def cost(deed: Callable[[], object]) -> float:
    """Return the processor time of one of many, in microseconds."""
    began = time.process_time()
    for _ in range(TIMES):
        deed()
    return (time.process_time() - began) / TIMES * 1e6


def compare(
    claim: str, most: float, our_way: Callable[[], object], their_way: Callable[[], object]
) -> None:
    """Measure both in turns and say how they compare."""
    turns = [(cost(our_way), cost(their_way)) for _ in range(TURNS)]
    ratios = sorted(one / other for one, other in turns)
    here, there = (median(some) for some in zip(*turns, strict=True))
    say(
        f"An invoice of {LINES} lines {claim} / python-quickbooks <= {most}",
        f"{median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}); {here:.0f} us / {there:.0f} us",
        met=median(ratios) <= most,
    )


def main() -> int:
    """Measure; 1 tells that a limit was not met."""
    xml, context = an_xml(), known()
    ids = {own[1]: one.quickbooks_id for own, one in context.links.items()}
    values = dict(RawRecord("invoice", "5501", xml).fields)
    compare(
        "checked, planned and written",
        MOST_FROM_VALUES,
        lambda: ours(Invoice.model_validate(values), context),
        lambda: theirs(values, ids),
    )
    compare(
        "from XML to JSON",
        MOST_FROM_XML,
        lambda: ours(read_record(PUSH, "5501", xml), context),
        lambda: theirs(fields(fromstring(xml)), ids),  # noqa: S314 - our own text
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
