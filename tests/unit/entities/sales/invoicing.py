"""What the tests of invoices share: customers, lines and a refusal."""

from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.errors import MissingMappingsError
from tests.unit.entities.sales.selling import ELBOW, known, line, money, read

CANAL = {"address1": "12 Canal St", "city": "Tampa", "state": "Florida", "zipCode": "33602"}
DOCK = {"address1": "4 Dock Rd", "address2": "Unit 7", "city": "Valdosta", "state": "GA"}
ANA = {"firstName": "Ana", "lastName": "Lopez", "email": "ana@heron.example"}
HERON = {"companyName": "Blue Heron Plumbing", "address": CANAL, "primaryContact": ANA}
ELBOWS = line(ELBOW, "2.0", "4.50", "9.00", taxable="true")
ON_TOP = {"markup": "4.0", "markupAfterTax": "true"} | money([ELBOWS], "9.00", "0.63", "13.63")
HELD = [
    {"apiName": "gate", "index": "0", "value": "4711"},
    {"apiName": "crew", "index": "0", "value": "Blue crew of the northern"},
    {"apiName": "crew", "index": "1", "value": "district office"},
    {"apiName": "unasked", "index": "0", "value": "stays in MobiWork"},
]


def refused(**company: Any) -> tuple[str, ...]:
    invoice = read(Invoice, discount="1.0", total="8.63", shippingCost="0.0")
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(invoice, known(company=company))
    return caught.value.problems
