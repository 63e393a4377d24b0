from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from connector.entities.sales import invoices, quotes, sales_orders
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.quotes import Quote
from connector.entities.sales.sales_orders import SalesOrder
from connector.entities.sales.tax import exemption_remarks
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import Linked
from tests.builders import a_line
from tests.unit.entities.sales.invoicing import HERON
from tests.unit.entities.sales.selling import ELBOW, FEE, known, line, money, read

NOBODY = money([a_line()], "9.00", "0", "9.00")
EXEMPT = NOBODY | {"customer": HERON | {"taxable": "false"}}
BY_HAND = {"taxes_by_hand": True, "tax_codes": {"Florida": "7", "Georgia": "8"}}


def codes(body: Mapping[str, Any]) -> list[str]:
    return [one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in body["Line"]]


def refused(told: Mapping[str, Any], **changes: Any) -> MissingMappingsError:
    with pytest.raises(MissingMappingsError) as caught:
        invoices.to_qbo(read(Invoice, **changes), known(**told))
    return caught.value


@pytest.mark.case("M10")
def test_what_an_exempt_customer_buys_is_not_taxed_whatever_its_lines_say() -> None:
    body = invoices.to_qbo(read(Invoice, **EXEMPT), known())
    assert codes(body) == ["NON"]
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "NON"}, "TotalTax": Decimal("0.00")}


@pytest.mark.case("M10")
def test_a_person_is_told_that_lines_went_out_as_not_taxed() -> None:
    assert invoices.remarks(read(Invoice, **EXEMPT), {}) == [
        "Its lines were posted as non-taxable, because its customer is tax-exempt in MobiWork."
    ]


@pytest.mark.case("M10a")
def test_the_exemption_that_quickbooks_knows_counts_where_the_document_does_not_tell() -> None:
    links = {("customer", "700001"): Linked("58", "0", "", {"Taxable": False})}
    assert codes(quotes.to_qbo(read(Quote, **NOBODY), known(links=links))) == ["NON"]
    assert codes(sales_orders.to_qbo(read(SalesOrder, **NOBODY), known(links=links))) == ["NON"]


@pytest.mark.case("M10g")
def test_a_document_that_does_not_show_its_customer_and_charges_no_tax_gets_none() -> None:
    order = read(SalesOrder, **NOBODY)
    body = sales_orders.to_qbo(order, known())
    assert codes(body) == ["NON"]
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "NON"}, "TotalTax": Decimal("0.00")}
    assert exemption_remarks(order, body) == [
        "Its lines were posted as non-taxable, because MobiWork charges no tax on it."
    ]


@pytest.mark.case("M10g")
@pytest.mark.parametrize(
    ("told", "changes"),
    [
        ({}, {"taxAmount": "0.63", "total": "9.63"}),
        ({}, {"customer": HERON | {"taxable": "true"}}),
        ({"settings": {"send_tax": False}}, {}),
    ],
    ids=["it charges some", "its customer pays tax", "QuickBooks calculates it"],
)
def test_a_document_is_taxed_as_its_lines_say_where(
    told: Mapping[str, Any], changes: Mapping[str, Any]
) -> None:
    order = read(SalesOrder, **{**NOBODY, **changes})
    body = sales_orders.to_qbo(order, known(**told))
    assert codes(body) == ["TAX"]
    assert exemption_remarks(order, body) == []


@pytest.mark.case("M10b")
def test_a_tax_that_was_charged_before_the_exemption_stays_charged() -> None:
    body = invoices.to_qbo(read(Invoice, customer=HERON | {"taxable": "false"}), known())
    assert codes(body) == ["TAX"]


@pytest.mark.case("M10b")
def test_a_tax_of_a_customer_who_is_exempt_in_quickbooks_is_refused_before_it_is_posted() -> None:
    links = {("customer", "700001"): Linked("58", "0", "", {"Taxable": False})}
    assert refused({"links": links}).problems == (
        "It has 0.63 of sales tax, but its customer is exempt from sales tax in QuickBooks. Take "
        "the tax off in MobiWork, or make the customer taxable.",
    )


@pytest.mark.case("M10c")
def test_a_line_that_does_not_say_whether_it_is_taxed_is_taxed_as_its_product() -> None:
    untold = [a_line(taxable="null"), a_line(taxable="null", productId="307003")]
    links = {("product", "307001"): Linked("11", "0", "", {"Taxable": True})}
    changes = money(untold, "18.00", "0.63", "18.63")
    body = invoices.to_qbo(read(Invoice, **changes), known(links=links))
    assert codes(body) == ["TAX", "NON"]


@pytest.mark.case("M11")
def test_tax_where_quickbooks_has_sales_tax_switched_off_is_refused_before_it_is_posted() -> None:
    error = refused({"company": {"uses_sales_tax": False}})
    assert error.problems == (
        "It has 0.63 of sales tax, but sales tax is turned off in QuickBooks. Turn it on there "
        "(Taxes, Set up sales tax), or take the tax off in MobiWork.",
    )
    assert error.fixes[0].action == "open_settings"


@pytest.mark.case("M11a")
def test_tax_where_the_set_up_of_sales_tax_was_not_finished_is_refused() -> None:
    error = refused({"company": {"sales_tax_ready": False}})
    assert "setup in QuickBooks was never finished" in error.problems[0]


@pytest.mark.case("M11b")
def test_tax_on_a_document_without_a_taxed_line_is_refused() -> None:
    error = refused({}, lineItems={"lineItem": [a_line(taxable="false")]})
    assert error.problems == (
        "It has 0.63 of sales tax, but none of its lines is taxable. Mark in MobiWork which ones "
        "are, or take the tax off.",
    )


@pytest.mark.case("M12")
def test_of_several_taxes_set_up_by_hand_one_must_be_chosen() -> None:
    error = refused({"company": BY_HAND})
    assert error.problems == (
        "It has 0.63 of sales tax, and QuickBooks has 2 sales taxes that are set up by hand. "
        'Choose in the setting "Sales tax code" which one it is, such as "Florida" (7), '
        '"Georgia" (8).',
    )
    assert error.fixes[0].action == "open_settings"


@pytest.mark.case("M12a")
def test_sales_tax_by_hand_without_any_code_is_refused() -> None:
    error = refused({"company": {"taxes_by_hand": True}})
    assert "no sales tax is set up in QuickBooks. Set one up there" in error.problems[0]


@pytest.mark.case("M13a")
def test_the_tax_goes_beside_a_code_so_that_either_way_of_overriding_it_works() -> None:
    for company, code in (({}, "TAX"), ({"tax_code": "2"}, "2")):
        body = invoices.to_qbo(read(Invoice), known(company=company))
        assert body["TxnTaxDetail"] == {
            "TxnTaxCodeRef": {"value": code},
            "TotalTax": Decimal("0.63"),
        }


def test_a_document_without_tax_needs_no_sales_tax_in_quickbooks() -> None:
    for company in ({"uses_sales_tax": False}, {"sales_tax_ready": False}, BY_HAND):
        assert invoices.to_qbo(read(Invoice, **NOBODY), known(company=company))["Line"]


def lines_of(count: int, *, taxable: str) -> dict[str, Any]:
    one = line(ELBOW, "1.0", "0.0", "0.00", taxable=taxable)
    lines = money([one] * count, "0", "0", "0.00")
    return lines | {"customer": HERON | {"taxable": "true"}}


@pytest.mark.case("M22")
@pytest.mark.parametrize(("count", "taxable"), [(751, "false"), (10_000, "false"), (750, "true")])
def test_so_many_lines_are_posted(count: int, taxable: str) -> None:
    body: Body = invoices.to_qbo(read(Invoice, **lines_of(count, taxable=taxable)), known())
    assert len(body["Line"]) == count


@pytest.mark.case("M22")
@pytest.mark.parametrize(
    ("count", "taxable", "most"),
    [(751, "true", "750 where something is taxed"), (10_001, "false", "10000")],
)
def test_so_many_lines_are_too_many(count: int, taxable: str, most: str) -> None:
    assert refused({}, **lines_of(count, taxable=taxable)).problems == (
        f"It has {count} lines, and QuickBooks takes {most}. Split it into several in MobiWork.",
    )


@pytest.mark.case("M22a")
def test_751_lines_of_an_exempt_customer_are_not_too_many() -> None:
    exempt = lines_of(751, taxable="true") | {"customer": HERON | {"taxable": "false"}}
    assert len(invoices.to_qbo(read(Invoice, **exempt), known())["Line"]) == 751


def test_discount_and_shipping_count_as_lines() -> None:
    lines = [line(FEE, "1.0", "1.0", "1.00", taxable="true")] * 749
    more: dict[str, Any] = {"discount": "1.0", "shippingCost": "2.0"}
    more |= {"customer": HERON | {"taxable": "true"}} | money(lines, "749", "0", "750.00")
    told = refused({"settings": {"shipping_product": "307003"}}, **more).problems
    assert "It has 751 lines" in told[0]


@pytest.mark.case("M10f")
def test_a_sales_tax_below_zero_is_refused_where_no_taxed_goods_come_back() -> None:
    with pytest.raises(MissingMappingsError) as refused:
        invoices.to_qbo(read(Invoice, taxAmount="-0.63", total="8.37"), known())
    assert refused.value.problems == (
        "It has -0.63 of sales tax, but its taxable lines give nothing back. Correct the tax in "
        "MobiWork, or enter what is given back as lines below zero.",
    )
