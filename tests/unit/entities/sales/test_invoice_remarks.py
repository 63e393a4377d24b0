from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.invoices import Invoice
from connector.model.body import Body
from tests.builders import a_line
from tests.unit.entities.sales.invoicing import ANA, HELD, ON_TOP
from tests.unit.entities.sales.selling import read

REMARKS: dict[str, tuple[dict[str, Any], Body, list[str]]] = {
    "nothing to remark": ({"terms": "Net 30"}, {"SalesTermRef": {"value": "3"}}, []),
    "a number of QuickBooks' own": (
        {},
        {"DocNumber": "1043"},
        ["QuickBooks gave it the number 1043; INV-5501 stands in its memo."],
    ),
    "a shortened number": (
        {"invoiceNumber": "NORTHGATE-2025-11-SERVICE-000017"},
        {"DocNumber": "NORTHGATE-20~55cadd9b"},
        [
            "The number NORTHGATE-2025-11-SERVICE-000017 was shortened to NORTHGATE-20~55cadd9b; "
            "21 characters fit."
        ],
    ),
    "unknown terms": (
        {"terms": "Handshake"},
        {},
        [
            'QuickBooks has no terms named "Handshake", so only the due date was sent. Add them '
            "there if you want to see them."
        ],
    ),
    "a due date before the invoice": (
        {"dueDate": "2025/10/01"},
        {},
        [
            "The due date 2025-10-01 is before the date of the invoice, so QuickBooks set one "
            "based on its terms."
        ],
    ),
    "a due date that stands for none": (
        {"dueDate": "9999/12/31"},
        {},
        [
            "The due date 9999-12-31 is more than ten years after the date of the invoice, so "
            "QuickBooks set one based on its terms."
        ],
    ),
    "a long comment": (
        {"comments": "x" * 1001},
        {"CustomerMemo": {"value": "x" * 1000}},
        ["The comments were cut to 1000 characters."],
    ),
    "no e-mail at all": ({"customer": {"primaryContact": ANA | {"email": "null"}}}, {}, []),
    "a bad e-mail": (
        {"contact": ANA | {"email": "ask at desk"}},
        {},
        ['The e-mail "ask at desk" was left out: it is not an address.'],
    ),
    "two e-mails": (
        {"contact": ANA | {"email": "a@heron.example; b@heron.example"}},
        {},
        ['Of the e-mail "a@heron.example; b@heron.example" only a@heron.example was sent.'],
    ),
    "a markup": (
        {"markup": "10.0"},
        {},
        [
            "The markup of 10.00 is in the prices of the lines, because QuickBooks has no markup "
            "for a whole document."
        ],
    ),
    "a markup after tax": (
        ON_TOP,
        {},
        ["The markup of 4.00 after tax is a separate, non-taxable line."],
    ),
    "a bill to somebody whom nobody knows": (
        {"billTo": "Head office"},
        {},
        [
            'MobiWork sends the bill to "Head office", which names no customer; it is made out to '
            "its own customer in QuickBooks."
        ],
    ),
    "a discount on a line": (
        {"lineItems": {"lineItem": a_line(discount="1.0", total="8.0")}},
        {},
        ["The discount of 1.00 on line 1 is in its price."],
    ),
    "a discount that did not change the amount": (
        {"lineItems": {"lineItem": a_line(discount="1.0", total="9.0")}},
        {},
        [],
    ),
    "a custom field that just fits": (
        {"customFields": {"customField": {"apiName": "crew", "value": "x" * 31}}},
        {"CustomField": [{"StringValue": "x" * 31}]},
        [],
    ),
    "a long description": (
        {"lineItems": {"lineItem": a_line(description="x" * 4001)}},
        {},
        ["The description of line 1 was cut to 4000 characters."],
    ),
    "a long street": (
        {"address": {"address1": "x" * 501}},
        {},
        ["The address line 1 was cut to 500 characters."],
    ),
    "a quantity without a fitting price": (
        {"lineItems": {"lineItem": a_line(quantity="700000", price="1.0", total="1.01")}},
        {},
        [
            "The quantity of line 1 stands in its description, because no unit price gives "
            "exactly 1.01."
        ],
    ),
    "a cut custom field": (
        {"customFields": {"customField": HELD}},
        {"CustomField": [{"StringValue": "Blue crew of the northern, dist"}]},
        [
            "The custom field crew was cut to 31 characters: "
            '"Blue crew of the northern, district office".'
        ],
    ),
}


@pytest.mark.parametrize("name", REMARKS)
def test_nothing_is_changed_silently(name: str) -> None:
    changes, answer, told = REMARKS[name]
    assert invoices.remarks(read(Invoice, **changes), answer) == told
