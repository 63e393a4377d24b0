from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales import document, quotes
from connector.entities.sales.checks import form_problems
from connector.entities.sales.quotes import Quote
from connector.errors import MissingMappingsError
from connector.model.body import Body
from tests.builders import settings
from tests.unit.entities.sales.selling import (
    ELBOW,
    LABOR,
    discounted,
    known,
    line,
    money,
    read,
    sold,
)

APPROVED = {"status": "Approved", "approvedDate": "Thu Nov 06 11:00:00 EST 2025"}
PLACE = {"address1": "4316 Kingfisher Rd", "address2": "Suite 264", "city": "Clearwater"}
HEAD: Body = {
    "CustomerRef": {"value": "58"},
    "TxnDate": "2025-11-03",
    "DocNumber": "41001",
    "PrivateNote": "MobiWork quote 41001 [mark]",
    "Line": [sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow")],
    "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": Decimal("0.63")},
    "TxnStatus": "Pending",
    "ExpirationDate": "2025-12-03",
}

GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a quote that was sent": ({}, {}, HEAD),
    "an approved quote keeps its own date": (
        APPROVED | {"approvedBy": "Ana Lopez"},
        {},
        HEAD | {"TxnStatus": "Accepted", "AcceptedDate": "2025-11-06", "AcceptedBy": "Ana Lopez"},
    ),
    "an approved quote is dated by its approval where the settings say so": (
        APPROVED,
        {"settings": {"use_approved_date": True}},
        HEAD | {"TxnDate": "2025-11-06", "TxnStatus": "Accepted", "AcceptedDate": "2025-11-06"},
    ),
    "a quote without approval keeps its date whatever the settings say": (
        {},
        {"settings": {"use_approved_date": True}},
        HEAD,
    ),
    "a declined quote": ({"status": "Declined"}, {}, HEAD | {"TxnStatus": "Rejected"}),
    "a quote declined after it was approved": (
        APPROVED | {"status": "Declined", "approvedBy": "Ana Lopez"},
        {},
        HEAD | {"TxnStatus": "Rejected"},
    ),
    "a quote that became an invoice": (
        {"status": "Invoiced"},
        {},
        HEAD | {"TxnStatus": "Closed"},
    ),
    "a status of the account's own, without expiry": (
        {"status": "Waiting for landlord", "dueDate": "null"},
        {},
        {name: value for name, value in HEAD.items() if name != "ExpirationDate"},
    ),
    "a place of work, a number of its own and ten percent off": (
        {
            "address": PLACE | {"state": "Florida", "zipCode": "33755"},
            "estimateNumber": "Q-77",
            "discountPercent": "10.0",
            "comments": "Valid for one building",
            **money(
                [
                    line(ELBOW, "2.0", "4.50", "9.00", taxable="true"),
                    line(LABOR, "1.5", "95.0", "142.50", taxable="false"),
                ],
                "151.50",
                "0.57",
                "136.92",
            ),
        },
        {"settings": {"comments_as_message": True}},
        HEAD
        | {
            "DocNumber": "Q-77",
            "PrivateNote": "MobiWork quote Q-77 [mark]",
            "CustomerMemo": {"value": "Valid for one building"},
            "ShipAddr": {
                "Line1": "4316 Kingfisher Rd",
                "Line2": "Suite 264",
                "City": "Clearwater",
                "CountrySubDivisionCode": "FL",
                "PostalCode": "33755",
            },
            "Line": [
                sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow, each"),
                sold(2, "12", "142.50", of="1.5 x 95", text="Labor, hour", tax="NON"),
                discounted("15.15", "10"),
            ],
            "ApplyTaxAfterDiscount": True,
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": Decimal("0.57")},
        },
    ),
    "custom fields in a company that numbers by itself and has no sales tax": (
        {
            "customFields": {"customField": {"apiName": "permit", "value": "B-1"}},
            "taxAmount": "0",
            "total": "9.00",
        },
        {
            "settings": {"quote_custom_fields": [{"api_name": "permit", "definition_id": "3"}]},
            "company": {
                "custom_numbers": False,
                "uses_sales_tax": False,
                "sales_fields": {"3": "Permit"},
            },
        },
        {name: value for name, value in HEAD.items() if name not in {"DocNumber", "TxnTaxDetail"}}
        | {"CustomField": [{"DefinitionId": "3", "Type": "StringType", "StringValue": "B-1"}]},
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_complete_body_of(name: str) -> None:
    changes, told, expected = GOLDEN[name]
    quote = read(Quote, **changes)
    assert form_problems(quote) == []
    assert quotes.to_qbo(quote, known(**told)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Draft", "Pending"),
        ("approved", "Accepted"),
        ("  WON ", "Accepted"),
        ("Rejected", "Rejected"),
        ("Expired", "Closed"),
        ("null", "Pending"),
        ("On hold", "Pending"),
    ],
)
def test_a_status_becomes(status: str, expected: str) -> None:
    assert quotes.status_of(read(Quote, status=status)) == expected


def test_a_status_that_quickbooks_does_not_have_is_remarked() -> None:
    assert quotes.remarks(read(Quote, status="On hold"), {}) == [
        'QuickBooks has no status "On hold" for an estimate; it stands as pending there.'
    ]


def test_a_known_status_needs_no_remark() -> None:
    assert quotes.remarks(read(Quote), {}) == []


def test_a_quote_without_lines_is_refused_in_words() -> None:
    assert form_problems(read(Quote, lineItems="")) == [
        "It has no lines. Add what the quote is about in MobiWork."
    ]


def test_the_closing_date_is_compared_with_the_date_that_is_sent() -> None:
    told = {"settings": {"use_approved_date": True}, "company": {"closed_until": "2025-11-05"}}
    assert quotes.to_qbo(read(Quote, **APPROVED), known(**told))["TxnDate"] == "2025-11-06"
    with pytest.raises(MissingMappingsError, match="It is dated 2025-11-03, and the books"):
        quotes.to_qbo(read(Quote), known(**told))


def test_a_quote_is_named_by_its_number() -> None:
    assert document.label(read(Quote, customerName="Blue Heron")) == "quote 41001 of Blue Heron"


def test_a_quote_is_pushed_once() -> None:
    assert not quotes.PUSH.updates(settings(repush_invoices=True))


def test_a_link_of_the_native_connector_is_adopted() -> None:
    assert quotes.PUSH.records.external_id(read(Quote, externalId="74,QBO")) == "74,QBO"


def test_a_twin_is_looked_for_among_the_customers_estimates_of_that_day() -> None:
    query = quotes.twin_query(quotes.to_qbo(read(Quote), known()))
    assert query == "SELECT * FROM Estimate WHERE CustomerRef = '58' AND TxnDate = '2025-11-03'"
