from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales import invoices
from connector.entities.sales.checks import form_problems
from connector.entities.sales.invoices import Invoice
from connector.errors import MissingMappingsError
from connector.model.flows.context import Linked
from tests.builders import a_company, a_line, settings
from tests.unit.entities.sales.invoicing import ELBOWS, ON_TOP, refused
from tests.unit.entities.sales.selling import ELBOW, FEE, LABOR, known, line, money, read

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
            "It comes to -86.00, and QuickBooks accepts no document below zero. Enter what the "
            "customer gets back in QuickBooks by hand as a credit memo."
        ],
    ),
    "a credit that only its tax lifts above zero": (
        money([line(LABOR, "-1.0", "95.00", "-95.00")], "-95", "96", "1.00"),
        [
            "It comes to -95.00, and QuickBooks accepts no document below zero. Enter what the "
            "customer gets back in QuickBooks by hand as a credit memo."
        ],
    ),
    "a bill that goes to somebody else, but nobody knows to whom": (
        {"billTo": "OTHER"},
        [
            "It is billed to another customer, but it does not say which. Choose the bill-to "
            "customer in MobiWork."
        ],
    ),
    "a markup on nothing": (
        {"markup": "1.0"} | money([line(FEE, "1.0", "0.0", "0.00")], "0", "0", "1.00"),
        [
            "Its markup of 1.00 has no line it could be added to. Enter it as a separate line in "
            "MobiWork."
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


@pytest.mark.case("M33f")
def test_prices_that_include_the_tax_are_named_as_such() -> None:
    lines = [line(ELBOW, "1", "107", "107.00", taxable="true")]
    [told] = form_problems(read(Invoice, **money(lines, "100.00", "7.00", "107.00")))
    assert told.endswith(
        "its total says 107.00. Its prices seem to include the tax, which QuickBooks adds to them: "
        "enter prices without it in MobiWork, or the invoice in QuickBooks by hand."
    )


@pytest.mark.parametrize("name", PROBLEMS)
def test_these_words_refuse(name: str) -> None:
    changes, told = PROBLEMS[name]
    assert form_problems(read(Invoice, **changes)) == told


def test_of_many_lines_without_a_product_only_some_are_named() -> None:
    lines = [a_line(productId="0", description=f"Part {number}") for number in range(9)]
    told = form_problems(read(Invoice, **money(lines, "81", "0", "81.00")))
    assert told[4:] == ["Its lines have 5 more problems like these."]


def test_of_five_lines_without_a_product_the_fifth_is_counted() -> None:
    lines = [a_line(productId="0", description=f"Part {number}") for number in range(5)]
    told = form_problems(read(Invoice, **money(lines, "45", "0", "45.00")))
    assert told[4:] == ["Its lines have 1 more problem like these."]


def test_everything_that_the_books_do_not_allow_is_told_at_once() -> None:
    assert refused(closed_until="2025-11-02", allows_discount=False) == (
        "It is dated 2025-11-02, and the books in QuickBooks are closed up to 2025-11-02. Give it "
        "a later date in MobiWork, or ask your accountant to reopen the books.",
        "It has a discount of 1.00, but discounts are turned off in QuickBooks. Turn them on "
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
    with pytest.raises(MissingMappingsError, match='"Product used for shipping" is empty'):
        invoices.to_qbo(read(Invoice, shippingCost="5.0", total="14.63"), known())


def test_a_markup_after_tax_without_its_product_is_refused_with_the_setting_to_fill() -> None:
    invoice = read(Invoice, markup="1.0", markupAfterTax="true", total="10.63")
    assert form_problems(invoice) == []
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(invoice, known())
    assert caught.value.problems == (
        "Its markup of 1.00 comes after the tax, and the setting "
        '"Product used for markups after tax" is empty. Choose the service to use for '
        "it there, or make it a markup before tax in MobiWork.",
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
    needed = invoices.PUSH.references.needed
    assert "307003" in {one.record_id for one in needed(invoice, chosen, a_company())}
    assert "307003" not in {one.record_id for one in needed(invoice, settings(), a_company())}
