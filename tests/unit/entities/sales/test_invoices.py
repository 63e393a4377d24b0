from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales import document, invoices
from connector.entities.sales.checks import form_problems
from connector.entities.sales.invoices import Invoice
from connector.model.body import Body
from connector.model.flows.context import Linked
from connector.model.policy.postable import Standing, Verdict
from tests.builders import a_company, settings
from tests.unit.entities.sales.invoicing import ANA, CANAL, DOCK, ELBOWS, HELD, HERON, ON_TOP
from tests.unit.entities.sales.selling import (
    ELBOW,
    FEE,
    LABOR,
    discounted,
    known,
    line,
    money,
    read,
    sold,
)

HEAD: Body = {
    "CustomerRef": {"value": "58"},
    "TxnDate": "2025-11-02",
    "DueDate": "2025-12-02",
    "DocNumber": "INV-5501",
    "PrivateNote": "MobiWork invoice INV-5501 [mark]",
    "AllowOnlineCreditCardPayment": False,
    "AllowOnlineACHPayment": False,
}
CANAL_ADDR = {
    "Line1": "12 Canal St",
    "City": "Tampa",
    "CountrySubDivisionCode": "FL",
    "PostalCode": "33602",
}
TWO_ELBOWS = sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow, each")
THREE_HOURS = line(LABOR, "3.0", "95.00", "285.00", taxable="false")
FIELDS = [{"api_name": "crew", "definition_id": "1"}, {"api_name": "gate", "definition_id": "2"}]


def tax(amount: str, code: str = "TAX") -> Body:
    return {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": code}, "TotalTax": Decimal(amount)}}


GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a business with terms, another place of work and an e-mail": (
        {
            "customer": HERON,
            "address": DOCK,
            "terms": "NET 30",
            "comments": "Gate code at the office",
            **money([ELBOWS, THREE_HOURS], "294.00", "0.63", "294.63"),
        },
        {"settings": {"comments_as_message": True}},
        HEAD
        | tax("0.63")
        | {
            "SalesTermRef": {"value": "3"},
            "CustomerMemo": {"value": "Gate code at the office"},
            "BillEmail": {"Address": "ana@heron.example"},
            "BillAddr": CANAL_ADDR,
            "ShipAddr": {
                "Line1": "4 Dock Rd",
                "Line2": "Unit 7",
                "City": "Valdosta",
                "CountrySubDivisionCode": "GA",
            },
            "Line": [
                TWO_ELBOWS,
                sold(2, "12", "285.00", of="3 x 95.00", text="Labor, hour", tax="NON"),
            ],
        },
    ),
    "a home without terms that QuickBooks knows, in a company that numbers by itself": (
        {
            "customer": {"companyName": "null", "address": CANAL, "primaryContact": ANA},
            "terms": "Handshake",
            **money([THREE_HOURS], "285.00", "0.00", "285.00"),
        },
        {"company": {"custom_numbers": False, "uses_sales_tax": False}},
        {name: value for name, value in HEAD.items() if name != "DocNumber"}
        | {
            "BillEmail": {"Address": "ana@heron.example"},
            "BillAddr": CANAL_ADDR,
            "ShipAddr": CANAL_ADDR,
            "Line": [sold(1, "12", "285.00", of="3 x 95.00", text="Labor, hour", tax="NON")],
        },
    ),
    "ten percent off before tax": (
        {"discountPercent": "10.0", **money([ELBOWS], "9.00", "0.57", "8.67")},
        {},
        HEAD
        | tax("0.57")
        | {"Line": [TWO_ELBOWS, discounted("0.90", "10")], "ApplyTaxAfterDiscount": True},
    ),
    "a percentage that MobiWork rounds to the other cent goes as an amount": (
        {"discountPercent": "12.5", **money([ELBOWS], "9.00", "0.55", "8.43")},
        {},
        HEAD
        | tax("0.55")
        | {"Line": [TWO_ELBOWS, discounted("1.12")], "ApplyTaxAfterDiscount": True},
    ),
    "five dollars off after tax": (
        {"discount": "5.0", "discountAfterTax": "true"} | money([ELBOWS], "9.00", "0.63", "4.63"),
        {},
        HEAD
        | tax("0.63")
        | {"Line": [TWO_ELBOWS, discounted("5.00")], "ApplyTaxAfterDiscount": False},
    ),
    "ten percent off after tax is taken of the tax, too": (
        {"discountPercent": "10.0", "discountAfterTax": "true"}
        | money([ELBOWS], "9.00", "0.63", "8.67"),
        {},
        HEAD
        | tax("0.63")
        | {"Line": [TWO_ELBOWS, discounted("0.96")], "ApplyTaxAfterDiscount": False},
    ),
    "a markup of ten dollars goes into the prices": (
        {"markup": "10.0", **money([ELBOWS, THREE_HOURS], "294.00", "0.65", "304.65")},
        {},
        HEAD
        | tax("0.65")
        | {
            "Line": [
                sold(1, "11", "9.31", of="2 x 4.655", text="Copper elbow, each"),
                sold(2, "12", "294.69", of="3 x 98.23", text="Labor, hour", tax="NON"),
            ]
        },
    ),
    "returned goods, a free trip and a remark": (
        money(
            [
                THREE_HOURS,
                line(ELBOW, "-2.0", "4.50", "-9.00", taxable="true"),
                line(FEE, "1.0", "0.0", "0.00", taxable="false"),
                {"productId": "0", "description": "Warranty: 90 days", "quantity": "0.0"},
            ],
            "276.00",
            "-0.63",
            "275.37",
        ),
        {},
        HEAD
        | tax("-0.63")
        | {
            "Line": [
                sold(1, "12", "285.00", of="3 x 95.00", text="Labor, hour", tax="NON"),
                sold(2, "11", "-9.00", of="-2 x 4.50", text="Copper elbow, each"),
                sold(3, "13", "0.00", of="1 x 0", text="Trip charge, county", tax="NON"),
                {
                    "LineNum": 4,
                    "Description": "Warranty: 90 days",
                    "DetailType": "DescriptionOnly",
                    "DescriptionLineDetail": {},
                },
            ]
        },
    ),
    "a third of a hundred, and a discount on a line": (
        money(
            [
                line(LABOR, "3.0", "33.33", "100.00", taxable="false"),
                line(ELBOW, "2.0", "4.50", "8.00", taxable="true", discount="1.0"),
            ],
            "108.00",
            "0.56",
            "108.56",
        ),
        {},
        HEAD
        | tax("0.56")
        | {
            "Line": [
                sold(1, "12", "100.00", of="3 x 33.3333333", text="Labor, hour", tax="NON"),
                sold(2, "11", "8.00", of="2 x 4", text="Copper elbow, each"),
            ]
        },
    ),
    "four dollars on top after tax, sold as a service of the settings": (
        ON_TOP,
        {"settings": {"markup_product": "307003"}},
        HEAD
        | tax("0.63")
        | {"Line": [TWO_ELBOWS, sold(2, "13", "4.00", text="Markup", tax="NON")]},
    ),
    "ten percent off and five percent on top after tax": (
        {"discountPercent": "10.0", "markupPercent": "5.0", "markupAfterTax": "true"}
        | money([ELBOWS], "9.00", "0.57", "9.10"),
        {"settings": {"markup_product": "307003"}},
        HEAD
        | tax("0.57")
        | {
            "Line": [
                TWO_ELBOWS,
                sold(2, "13", "0.43", text="Markup", tax="NON"),
                discounted("0.90"),
            ],
            "ApplyTaxAfterDiscount": True,
        },
    ),
    "made from a quote that is an estimate in QuickBooks": (
        {"mobiworkEstimateId": "41001"},
        {"links": {("estimate", "41001"): Linked("31", "0", "", {})}},
        HEAD
        | tax("0.63")
        | {
            "Line": [sold(1, "11", "9.00", of="2 x 4.5", text="Copper elbow")],
            "LinkedTxn": [{"TxnId": "31", "TxnType": "Estimate"}],
        },
    ),
    "a company that sets its sales tax up by hand, with one rate": (
        {},
        {
            "company": {"tax_codes": {"Florida": "7"}, "taxes_by_hand": True},
            "settings": {"send_tax": False},
        },
        HEAD
        | {
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "7"}},
            "Line": [sold(1, "11", "9.00", of="2 x 4.5", text="Copper elbow")],
        },
    ),
    "the sales tax of the settings, where there are several set up by hand": (
        {},
        {
            "company": {"tax_codes": {"Florida": "7", "Georgia": "8"}, "taxes_by_hand": True},
            "settings": {"sales_tax_code": "Georgia"},
        },
        HEAD
        | {
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "8"}, "TotalTax": Decimal("0.63")},
            "Line": [sold(1, "11", "9.00", of="2 x 4.5", text="Copper elbow")],
        },
    ),
    "no tax, whatever the company has set up": (
        money([THREE_HOURS], "285.00", "0.00", "285.00"),
        {"company": {"tax_codes": {"Florida": "7"}, "taxes_by_hand": True}},
        HEAD
        | {"TxnTaxDetail": {"TotalTax": Decimal("0.00")}}
        | {"Line": [sold(1, "12", "285.00", of="3 x 95.00", text="Labor, hour", tax="NON")]},
    ),
    "custom fields, online payment and a foreign-currency company": (
        {"customFields": {"customField": HELD}, **money([ELBOWS], "9.00", "0.63", "9.63")},
        {
            "settings": {
                "invoice_custom_fields": FIELDS,
                "online_card_payment": True,
                "online_bank_payment": True,
            },
            "company": {"multicurrency": True, "sales_fields": {"1": "Crew", "2": "Gate"}},
        },
        HEAD
        | tax("0.63")
        | {
            "CurrencyRef": {"value": "USD"},
            "Line": [TWO_ELBOWS],
            "CustomField": [
                {
                    "DefinitionId": "1",
                    "Type": "StringType",
                    "StringValue": "Blue crew of the northern, dist",
                },
                {"DefinitionId": "2", "Type": "StringType", "StringValue": "4711"},
            ],
            "AllowOnlineCreditCardPayment": True,
            "AllowOnlineACHPayment": True,
        },
    ),
    "a number too long, no due date, nothing to pay": (
        {
            "invoiceNumber": "NORTHGATE-2025-11-SERVICE-000017",
            "dueDate": "null",
            **money([line(ELBOW, "1.0", "0.0", "0.00", taxable="true")], "0", "0", "0.00"),
        },
        {"settings": {"send_tax": False}},
        {name: value for name, value in HEAD.items() if name != "DueDate"}
        | {
            "DocNumber": "NORTHGATE-20~55cadd9b",
            "PrivateNote": "MobiWork invoice NORTHGATE-2025-11-SERVICE-000017 [mark]",
            "Line": [sold(1, "11", "0.00", of="1 x 0", text="Copper elbow, each")],
        },
    ),
}


@pytest.mark.case("M27c")
def test_comments_stay_in_mobiwork_unless_the_settings_show_them() -> None:
    invoice = read(Invoice, comments="Owner never pays on time")
    assert "CustomerMemo" not in invoices.to_qbo(invoice, known())
    shown = invoices.to_qbo(invoice, known(settings={"comments_as_message": True}))
    assert shown["CustomerMemo"] == {"value": "Owner never pays on time"}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_complete_body_of(name: str) -> None:
    changes, told, expected = GOLDEN[name]
    invoice = read(Invoice, **changes)
    assert form_problems(invoice) == []
    assert invoices.to_qbo(invoice, known(**told)) == expected


def test_a_discount_given_both_ways_is_the_amount() -> None:
    both = read(Invoice, discountAmount="2.0", discountPercent="10.0", total="7.63")
    assert invoices.to_qbo(both, known())["Line"][1] == discounted("2.00")


def test_an_invoice_due_at_once_says_so() -> None:
    body = invoices.to_qbo(read(Invoice, dueDate="2025/11/02"), known())
    assert body["DueDate"] == "2025-11-02"


def test_the_contact_of_the_invoice_comes_before_that_of_the_customer() -> None:
    desk = ANA | {"email": "desk@heron.example"}
    body = invoices.to_qbo(read(Invoice, customer=HERON, contact=desk), known())
    assert body["BillEmail"] == {"Address": "desk@heron.example"}


def test_only_chosen_statuses_are_pushed() -> None:
    chosen = settings(invoice_statuses=["Customer invoiced"])
    judged = invoices.PUSH.eligibility.verdict
    assert judged(read(Invoice), chosen, a_company()).standing is Standing.POSTED
    once = (
        'It will be pushed once its status is "Customer invoiced" (setting "Invoice statuses to '
        'push").'
    )
    assert judged(read(Invoice, status="OPEN"), chosen, a_company()) == Verdict(
        Standing.NOT_YET,
        f'Its status is "OPEN": its lines can still change. {once}',
        posted_later=once,
    )


def test_form_fields_are_never_sent() -> None:
    forms = {"mobiForm": {"customField": {"apiName": "crew", "value": "secret"}}}
    chosen = {"invoice_custom_fields": FIELDS}
    body = invoices.to_qbo(read(Invoice, mobiForms=forms), known(settings=chosen))
    assert "CustomField" not in body


def test_a_customer_given_as_a_bare_id_is_read() -> None:
    invoice = read(Invoice, customer="700001", customerId="null")
    assert invoice.customer_id == "700001"


@pytest.mark.parametrize(
    ("customer", "label"),
    [
        (HERON, "invoice INV-5501 of Blue Heron Plumbing"),
        ({"companyName": "TBD", "primaryContact": ANA}, "invoice INV-5501 of Ana Lopez"),
        ("null", "invoice INV-5501"),
    ],
)
def test_an_invoice_is_named_by_number_and_customer(customer: object, label: str) -> None:
    assert document.label(read(Invoice, customer=customer)) == label


def test_products_and_customer_must_be_there_first_each_once() -> None:
    lines = [THREE_HOURS, ELBOWS, THREE_HOURS]
    invoice = read(Invoice, **money(lines, "579", "0", "579.00"))
    needed = invoices.PUSH.references.needed(invoice, settings(), a_company())
    assert [one.label for one in needed] == [
        'customer "Blue Heron Plumbing"',
        'product "Labor"',
        'product "Copper elbow"',
    ]
