from decimal import Decimal
from typing import Any

import pytest

from connector.entities import invoices
from connector.entities.documents import is_voided
from connector.entities.invoices import Invoice
from connector.errors import MissingMappingsError
from connector.flow import Body, Linked
from connector.store import settings as saved
from tests.builders import (
    CONNECTION,
    a_company,
    a_customer,
    a_line,
    a_product,
    an_invoice,
    settings,
)
from tests.unit.entities.selling import (
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
from tests.unit.sync.world import World

CANAL = {"address1": "12 Canal St", "city": "Tampa", "state": "Florida", "zipCode": "33602"}
DOCK = {"address1": "4 Dock Rd", "address2": "Unit 7", "city": "Valdosta", "state": "GA"}
ANA = {"firstName": "Ana", "lastName": "Lopez", "email": "ana@heron.example"}
HERON = {"companyName": "Blue Heron Plumbing", "address": CANAL, "primaryContact": ANA}
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
ELBOWS = line(ELBOW, "2.0", "4.50", "9.00", taxable="true")
TWO_ELBOWS = sold(1, "11", "9.00", of="2 x 4.50", text="Copper elbow, each")
THREE_HOURS = line(LABOR, "3.0", "95.00", "285.00", taxable="false")
ON_TOP = {"markup": "4.0", "markupAfterTax": "true"} | money([ELBOWS], "9.00", "0.63", "13.63")
FIELDS = [{"api_name": "crew", "definition_id": "1"}, {"api_name": "gate", "definition_id": "2"}]
HELD = [
    {"apiName": "gate", "index": "0", "value": "4711"},
    {"apiName": "crew", "index": "0", "value": "Blue crew of the northern"},
    {"apiName": "crew", "index": "1", "value": "district office"},
    {"apiName": "unasked", "index": "0", "value": "stays in MobiWork"},
]


def tax(amount: str) -> Body:
    return {"TxnTaxDetail": {"TotalTax": Decimal(amount)}}


GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], Body]] = {
    "a business with terms, another place of work and an e-mail": (
        {
            "customer": HERON,
            "address": DOCK,
            "terms": "NET 30",
            "comments": "Gate code at the office",
            **money([ELBOWS, THREE_HOURS], "294.00", "0.63", "294.63"),
        },
        {},
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
        {"company": {"tax_codes": {"Florida": "7"}}, "settings": {"send_tax": False}},
        HEAD
        | {
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "7"}},
            "Line": [sold(1, "11", "9.00", of="2 x 4.5", text="Copper elbow")],
        },
    ),
    "the sales tax of the settings, where there are several set up by hand": (
        {},
        {
            "company": {"tax_codes": {"Florida": "7", "Georgia": "8"}},
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
        {"company": {"tax_codes": {"Florida": "7"}}},
        HEAD
        | tax("0.00")
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


@pytest.mark.parametrize("name", GOLDEN)
def test_the_complete_body_of(name: str) -> None:
    changes, told, expected = GOLDEN[name]
    invoice = read(Invoice, **changes)
    assert invoices.problems(invoice) == []
    assert invoices.to_qbo(invoice, known(**told)) == expected


PROBLEMS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a total that the lines do not make": (
        {"total": "19.63"},
        [
            "Its lines add up to 9.00 and its tax is 0.63, which makes 9.63, but its total says "
            "19.63. Correct the lines or the total in MobiWork."
        ],
    ),
    "a total that discount and markup do not make": (
        {"discountAmount": "1.0", "markup": "2.0"},
        [
            "Its lines add up to 9.00, its markup is 2.00, its discount is 1.00 and its tax is "
            "0.63, which makes 10.63, but its total says 9.63. Correct the lines or the total in "
            "MobiWork."
        ],
    ),
    "no lines": (
        {"lineItems": ""},
        ["It has no lines. Add what the invoice is about in MobiWork."],
    ),
    "no customer": ({"customerId": "0"}, ["It has no customer. Choose one in MobiWork."]),
    "no product": (
        {"lineItems": {"lineItem": [a_line(productId="0", description="Callout")]}},
        ['Line 1 ("Callout") has no product. Choose one in MobiWork.'],
    ),
    "more than it is worth": (
        money([ELBOWS, line(LABOR, "-1.0", "95.00", "-95.00")], "-86", "0", "-86.00"),
        [
            "It comes to -86.00, and QuickBooks takes no document below zero. What the customer "
            "gets back belongs in a credit memo: enter it in QuickBooks by hand."
        ],
    ),
    "a credit that only its tax lifts above zero": (
        money([line(LABOR, "-1.0", "95.00", "-95.00")], "-95", "96", "1.00"),
        [
            "It comes to -95.00, and QuickBooks takes no document below zero. What the customer "
            "gets back belongs in a credit memo: enter it in QuickBooks by hand."
        ],
    ),
    "a bill that goes to somebody else, but nobody knows to whom": (
        {"billTo": "OTHER"},
        [
            "Its bill goes to another customer, but it does not say to whom. Choose in MobiWork "
            "who gets the bill."
        ],
    ),
    "a markup on nothing": (
        {"markup": "1.0"} | money([line(FEE, "1.0", "0.0", "0.00")], "0", "0", "1.00"),
        [
            "Its markup of 1.00 has no line whose price could take it. Enter it as a line of its "
            "own in MobiWork."
        ],
    ),
    "a discount below zero": (
        {"discount": "-1.0", "total": "10.63"},
        [
            "Its discount is -1.00, which is below zero. Enter a discount above zero, or a markup, "
            "in MobiWork."
        ],
    ),
    "shipping below zero": (
        {"shippingCost": "-1.0", "total": "8.63"},
        ["Its shipping is -1.00, which is below zero. Correct it in MobiWork."],
    ),
    "a credit that no account book has room for": (
        money([a_line(quantity="-99999999999", price="9.0", total="null")], "1", "0", "1.00"),
        [
            'Line 1 ("Copper elbow") comes to -899,999,999,991.00, more than QuickBooks has room '
            "for. Correct its quantity or price in MobiWork.",
            "Its lines add up to -899,999,999,991.00 and its tax is 0.00, which makes "
            "-899,999,999,991.00, but its total says 1.00. Correct the lines or the total in "
            "MobiWork.",
        ],
    ),
    "a line that no account book has room for": (
        money([a_line(quantity="99999999999", price="9.0", total="null")], "1", "0", "1.00"),
        [
            'Line 1 ("Copper elbow") comes to 899,999,999,991.00, more than QuickBooks has room '
            "for. Correct its quantity or price in MobiWork.",
            "Its lines add up to 899,999,999,991.00 and its tax is 0.00, which makes "
            "899,999,999,991.00, but its total says 1.00. Correct the lines or the total in "
            "MobiWork.",
        ],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_these_words_refuse(name: str) -> None:
    changes, told = PROBLEMS[name]
    assert invoices.problems(read(Invoice, **changes)) == told


def test_751_lines_are_too_many() -> None:
    lines = [line(FEE, "1.0", "0.0", "0.00")] * 751
    assert invoices.problems(read(Invoice, **money(lines, "0", "0", "0.00"))) == [
        "It has 751 lines, and QuickBooks takes 750. Split it into several in MobiWork."
    ]


def test_750_lines_are_not_too_many() -> None:
    lines = [line(FEE, "1.0", "0.0", "0.00")] * 750
    assert invoices.problems(read(Invoice, **money(lines, "0", "0", "0.00"))) == []


def test_discount_and_shipping_count_as_lines() -> None:
    lines = [line(FEE, "1.0", "1.0", "1.00")] * 749
    more = {"discount": "1.0", "shippingCost": "2.0"}
    told = invoices.problems(read(Invoice, **more, **money(lines, "749", "0", "750.00")))
    assert told == [
        "It has 751 lines, and QuickBooks takes 750. Split it into several in MobiWork."
    ]


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


def test_of_many_lines_without_a_product_only_some_are_named() -> None:
    lines = [a_line(productId="0", description=f"Part {number}") for number in range(9)]
    told = invoices.problems(read(Invoice, **money(lines, "81", "0", "81.00")))
    assert told[4:] == ["Its lines have 5 more problems like these."]


def test_of_five_lines_without_a_product_the_fifth_is_counted() -> None:
    lines = [a_line(productId="0", description=f"Part {number}") for number in range(5)]
    told = invoices.problems(read(Invoice, **money(lines, "45", "0", "45.00")))
    assert told[4:] == ["Its lines have 1 more problem like these."]


def refused(**company: Any) -> tuple[str, ...]:
    invoice = read(Invoice, discount="1.0", total="8.63", shippingCost="0.0")
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(invoice, known(company=company))
    return caught.value.problems


def test_everything_that_the_books_do_not_allow_is_told_at_once() -> None:
    assert refused(closed_until="2025-11-02", allows_discount=False) == (
        "It is dated 2025-11-02, and the books in QuickBooks are closed up to 2025-11-02. Give it "
        "a later date in MobiWork, or ask your accountant to open the books.",
        "It has a discount of 1.00, but discounts are switched off in QuickBooks. Switch them on "
        "there (Account and settings, Sales, Discount).",
    )


STOCKED = {("product", "307001"): Linked("11", "0", "", {"InvStartDate": "2026-01-01"})}


def test_a_part_that_is_counted_from_a_later_day_is_told_before_it_is_sent() -> None:
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(read(Invoice), known(links=STOCKED))
    assert caught.value.problems == (
        'It is dated 2025-11-02, but QuickBooks counts the stock of "Copper elbow 307001" only '
        "from 2026-01-01 on. Set an earlier start date on that item in QuickBooks.",
    )


def test_a_part_may_be_sold_on_the_day_its_stock_is_first_counted() -> None:
    invoice = read(Invoice, invoiceDate="2026/01/01")
    assert invoices.to_qbo(invoice, known(links=STOCKED))["TxnDate"] == "2026-01-01"


def test_the_day_after_the_closing_date_is_open() -> None:
    body = invoices.to_qbo(read(Invoice), known(company={"closed_until": "2025-11-01"}))
    assert body["TxnDate"] == "2025-11-02"


def test_shipping_without_its_product_is_refused_with_the_setting_to_fill() -> None:
    with pytest.raises(MissingMappingsError, match='"Product that shipping is sold as" is empty'):
        invoices.to_qbo(read(Invoice, shippingCost="5.0", total="14.63"), known())


def test_a_markup_after_tax_without_its_product_is_refused_with_the_setting_to_fill() -> None:
    invoice = read(Invoice, markup="1.0", markupAfterTax="true", total="10.63")
    assert invoices.problems(invoice) == []
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(invoice, known())
    assert caught.value.problems == (
        "Its markup of 1.00 comes after the tax, and the setting "
        '"Product that markups after tax are sold as" is empty. Choose there which service it is '
        "sold as, or make it a markup before tax in MobiWork.",
    )
    assert caught.value.fixes[0].action == "open_settings"


@pytest.mark.parametrize(
    ("changes", "markup"),
    [
        ({"markupPercent": "10", "total": "10.59"}, "0.96"),
        ({"markupPercent": "10", "total": "10.60"}, "0.97"),
        ({"markupPercent": "10", "total": "10.70"}, "0.96"),
        ({"markupPercent": "10", "discountAmount": "1.0", "total": "9.49"}, "0.86"),
        ({"markupPercent": "10", "discountPercent": "10", "total": "9.60"}, "0.87"),
        ({"markupPercent": "10", "discount": "1", "discountAfterTax": "true"}, "0.96"),
        ({"markupAmount": "2.0"}, "2.00"),
    ],
)
def test_a_markup_after_tax_is_taken_of_the_tax_too(changes: dict[str, str], markup: str) -> None:
    invoice = read(Invoice, markupAfterTax="true", **changes)
    assert invoice.markup_on_top == Decimal(markup)


def test_a_markup_after_tax_waits_for_the_product_it_is_sold_as() -> None:
    invoice, chosen = read(Invoice, **ON_TOP), settings(markup_product="307003")
    needed = invoices.PUSH.settings_refer_to
    assert [one.record_id for one in needed(invoice, chosen)] == ["307003"]
    assert needed(invoice, settings()) == ()


def test_a_document_that_was_free_is_not_taken_for_voided() -> None:
    free = sold(1, "11", "0", of="2 x 0", text="Copper elbow, each")
    assert not is_voided(VOID | {"Line": [free]})
    assert not is_voided(VOID | {"Line": [NOTE]})


def test_a_voided_payment_has_lost_its_lines() -> None:
    assert is_voided({"TotalAmt": 0, "UnappliedAmt": 0, "Line": []})
    assert not is_voided({"TotalAmt": 5, "UnappliedAmt": 5, "Line": []})


def test_only_chosen_statuses_are_pushed() -> None:
    chosen = settings(invoice_statuses=["Customer invoiced"])
    assert invoices.why_not(read(Invoice), chosen) == ""
    assert invoices.why_not(read(Invoice, status="OPEN"), chosen) == (
        'Its status is "OPEN", and only those with a status of the setting "Invoice statuses to '
        'push" are pushed. It is pushed as soon as it has one of them.'
    )


def test_every_status_is_pushed_when_none_is_chosen() -> None:
    assert invoices.why_not(read(Invoice, status="OPEN"), settings()) == ""


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
    assert invoices.label(read(Invoice, customer=customer)) == label


def test_products_and_customer_must_be_there_first_each_once() -> None:
    lines = [THREE_HOURS, ELBOWS, THREE_HOURS]
    needed = invoices.PUSH.refers_to(read(Invoice, **money(lines, "579", "0", "579.00")))
    assert [one.label for one in needed] == [
        'customer "Blue Heron Plumbing"',
        'product "Labor"',
        'product "Copper elbow"',
    ]


PARENT = {("customer", "700009"): Linked("60", "0", "", {})}
BILLED = {"BillWithParent": True, "ParentRef": {"value": "60"}}
TO_PARENT = {"billToCustomerId": "700009", "customer": HERON, "address": DOCK}


def test_the_bill_of_a_sub_customer_goes_to_who_pays_it_with_his_own_address() -> None:
    sub = read(Invoice, **TO_PARENT)
    body = invoices.to_qbo(sub, known(links=PARENT))
    assert body["CustomerRef"] == {"value": "60"}
    assert body["ShipAddr"]["City"] == "Valdosta"
    assert not {"BillAddr", "BillEmail"} & body.keys()


def test_a_sub_customer_that_quickbooks_bills_to_its_parent_keeps_its_invoice() -> None:
    there = PARENT | {("customer", "700001"): Linked("58", "0", "", BILLED)}
    body = invoices.to_qbo(read(Invoice, **TO_PARENT), known(links=there))
    assert body["CustomerRef"] == {"value": "58"}


@pytest.mark.parametrize(
    ("told", "payer"),
    [
        ({}, "700001"),
        ({"billTo": "SUB_CUSTOMER", "billToCustomerId": "700009"}, "700001"),
        ({"billToCustomerId": "700009"}, "700009"),
        ({"billTo": "OTHER", "billToCustomerId": "700009"}, "700009"),
        ({"billTo": "PARENT", "billToCustomerId": "700009"}, "700009"),
        ({"billTo": "PARENT", "parentCustomerId": "700008"}, "700008"),
        ({"billTo": "PARENT", "customer": {"parentCustomerId": "700008"}}, "700008"),
        ({"billTo": "PARENT"}, "700001"),
        ({"billTo": {"address1": "12 Canal St"}}, "700001"),
    ],
)
def test_the_one_who_gets_the_bill_is(told: dict[str, Any], payer: str) -> None:
    assert read(Invoice, **told).payer_id == payer


@pytest.mark.parametrize(("bills_parent", "customer"), [(True, "58"), (False, "60")])
def test_a_bill_to_a_parent_who_is_not_named_goes_to_the_one_that_quickbooks_knows(
    bills_parent: bool, customer: str
) -> None:
    sub = {("customer", "700001"): Linked("58", "0", "", BILLED | {"BillWithParent": bills_parent})}
    body = invoices.to_qbo(read(Invoice, billTo="PARENT"), known(links=sub))
    assert body["CustomerRef"] == {"value": customer}


def test_a_sub_customer_that_pays_for_itself_in_quickbooks_is_not_billed_for_another() -> None:
    itself = {("customer", "700001"): Linked("58", "0", "", BILLED | {"BillWithParent": False})}
    body = invoices.to_qbo(read(Invoice, **TO_PARENT), known(links=PARENT | itself))
    assert body["CustomerRef"] == {"value": "60"}


@pytest.mark.parametrize(("pushed", "needed"), [(False, []), (True, ["700001"])])
def test_an_invoice_waits_for_a_sub_customer_only_where_those_are_pushed(
    pushed: bool, needed: list[str]
) -> None:
    sub, chosen = read(Invoice, **TO_PARENT), settings(push_sub_customers=pushed)
    assert sub.payer_id == invoices.PUSH.refers_to(sub)[0].record_id == "700009"
    assert [one.record_id for one in invoices.PUSH.settings_refer_to(sub, chosen)] == needed


def test_only_a_link_of_the_native_connector_is_adopted() -> None:
    adopted = [
        invoices.PUSH.native_id(read(Invoice, externalId=text), "{id},QBO")
        for text in ("74,QBO", "74", "null", "SF-74")
    ]
    assert adopted == ["74", "", "", ""]


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
            'QuickBooks has no terms called "Handshake", so only the due date was sent. Add them '
            "there if you want to see them."
        ],
    ),
    "a due date before the invoice": (
        {"dueDate": "2025/10/01"},
        {},
        [
            "The due date 2025-10-01 is before the date of the invoice, so QuickBooks set one by "
            "its terms."
        ],
    ),
    "a long comment": (
        {"comments": "x" * 1001},
        {},
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
            "of a whole document."
        ],
    ),
    "a markup after tax": (
        ON_TOP,
        {},
        ["The markup of 4.00 after tax is a line of its own, not taxed."],
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
            "The quantity of line 1 stands in its description, because no unit price makes 1.01 "
            "of it."
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


OPEN_INVOICE: Body = {
    "TxnDate": "2025-11-02",
    "TotalAmt": Decimal("9.63"),
    "Balance": Decimal("9.63"),
    "PrivateNote": "MobiWork invoice INV-5501 [mark]",
    "LinkedTxn": [{"TxnId": "7", "TxnType": "Estimate"}],
}
VOID = {"TotalAmt": Decimal(0), "Balance": Decimal(0)}
EMPTIED = sold(1, "11", "0", of="0 x 0", text="Copper elbow, each")
NOTE = {"Description": "Warranty: 90 days", "DetailType": "DescriptionOnly"}
PAYMENT = [{"TxnId": "9", "TxnType": "Payment"}]
BOOKS = a_company(closed_until="2025-10-31")


def test_an_open_invoice_may_be_pushed_again() -> None:
    assert invoices.guard(OPEN_INVOICE, BOOKS) == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"LinkedTxn": PAYMENT}, "A payment or deposit stands against it"),
        ({"Deposit": Decimal(5)}, "A payment or deposit stands against it"),
        ({"Balance": Decimal(4)}, "Part of it is paid or credited"),
        (VOID | {"PrivateNote": "Voided - MobiWork invoice"}, "It was voided in QuickBooks."),
        (VOID | {"Line": [EMPTIED, NOTE]}, "It was voided in QuickBooks."),
        ({"TxnDate": "2025-10-31"}, "the books are closed up to 2025-10-31"),
    ],
)
def test_an_invoice_is_not_pushed_again_when(changes: Body, told: str) -> None:
    assert told in invoices.guard(OPEN_INVOICE | changes, BOOKS)


def test_a_changed_invoice_is_pushed_again_only_by_choice() -> None:
    assert not invoices.PUSH.updates(settings())
    assert invoices.PUSH.updates(settings(repush_invoices=True))


def test_a_second_push_always_carries_customer_and_tax() -> None:
    assert invoices.PUSH.always == {"CustomerRef", "TxnTaxDetail"}


def test_nothing_asks_quickbooks_to_mail_the_invoice() -> None:
    body = invoices.to_qbo(read(Invoice, customer=HERON), known())
    assert "EmailStatus" not in body


def test_a_twin_is_looked_for_among_the_customers_invoices_of_that_day() -> None:
    query = invoices.twin_query(invoices.to_qbo(read(Invoice), known()))
    assert query == ("SELECT * FROM Invoice WHERE CustomerRef = '58' AND TxnDate = '2025-11-02'")


@pytest.fixture
def world(table: None) -> World:
    """Have an invoice of 9.63 in QuickBooks and the second push switched on."""
    del table
    world = World()
    saved.save_settings(CONNECTION, settings(repush_invoices=True), saved_at="", saved_by="test")
    world.find(a_customer(), a_product(), an_invoice())
    world.push("customer", "product", "invoice")
    world.quickbooks.edit("Invoice", str(world.link("invoice", "5501")), Balance=Decimal("9.63"))
    world.run_id = "r2"
    return world


def changed(world: World) -> tuple[str, str]:
    """Let MobiWork show the invoice with three elbows; return its outcome and the reason."""
    three = money([ELBOWS | {"quantity": "3.0", "total": "13.50"}], "13.50", "0.94", "14.44")
    world.find(a_customer(), a_product(), an_invoice(**three))
    world.push("invoice")
    return world.note("invoice", "5501")


def test_a_changed_invoice_goes_through_the_engine_again(world: World) -> None:
    assert changed(world)[0] == "updated"
    (there,) = world.quickbooks.records["Invoice"]
    assert there["Line"][0]["Amount"] == Decimal("13.50")
    assert there["TxnTaxDetail"] == {"TotalTax": Decimal("0.94")}


def test_a_paid_invoice_is_refused_by_the_engine_with_the_reason(world: World) -> None:
    (there,) = world.quickbooks.records["Invoice"]
    world.quickbooks.edit("Invoice", there["Id"], LinkedTxn=PAYMENT)
    assert changed(world) == (
        "refused",
        "It was changed in MobiWork, but cannot be pushed again. A payment or deposit stands "
        "against it in QuickBooks. Change it in QuickBooks by hand.",
    )
    assert there["Line"][0]["Amount"] == Decimal("9.00")
