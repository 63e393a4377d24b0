from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.entities import invoices
from connector.entities.invoices import Invoice, Line
from connector.flow import Body, Known, Linked
from tests.builders import a_company, a_line, an_invoice, settings

CENT = Decimal("0.01")
QUANTITIES = st.decimals("0.01", "5000", places=2)
PRICES = st.decimals("0", "9999", places=4)


def known(**changes: Any) -> Known:
    links = {
        ("customer", "700001"): Linked("58", "0", "", {}),
        ("product", "307001"): Linked("11", "0", "", {}),
    }
    told: dict[str, Any] = {
        "settings": settings(),
        "company": a_company(),
        "links": links,
        "marker": "[mark]",
    }
    return Known(**(told | changes))


def read(**changes: Any) -> Invoice:
    return Invoice.model_validate(an_invoice(**changes).fields)


def test_the_complete_body_of_an_invoice() -> None:
    line: Body = {
        "LineNum": 1,
        "Description": "Copper elbow",
        "Amount": Decimal("9.00"),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "11"},
            "TaxCodeRef": {"value": "TAX"},
            "Qty": Decimal("2.0"),
            "UnitPrice": Decimal("4.5"),
        },
    }
    assert invoices.to_qbo(read(terms="Net 30"), known()) == {
        "CustomerRef": {"value": "58"},
        "TxnDate": "2025-11-02",
        "DueDate": "2025-12-02",
        "SalesTermRef": {"value": "3"},
        "DocNumber": "INV-5501",
        "PrivateNote": "MobiWork invoice INV-5501 [mark]",
        "Line": [line],
        "TxnTaxDetail": {"TotalTax": Decimal("0.63")},
        "AllowOnlineCreditCardPayment": False,
        "AllowOnlineACHPayment": False,
    }


def test_no_number_is_sent_to_a_company_that_numbers_by_itself() -> None:
    body = invoices.to_qbo(read(), known(company=a_company(custom_numbers=False)))
    assert "DocNumber" not in body


def test_no_tax_is_sent_to_a_company_without_sales_tax() -> None:
    body = invoices.to_qbo(read(), known(company=a_company(uses_sales_tax=False)))
    assert "TxnTaxDetail" not in body


def test_an_untaxed_line_is_sent_as_not_taxed() -> None:
    body = invoices.to_qbo(read(lineItems={"lineItem": a_line(taxable="false")}), known())
    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_a_total_that_the_lines_do_not_make_is_a_problem_with_all_figures() -> None:
    assert invoices.problems(read(total="19.63")) == [
        "Its lines add up to 9.00 and its tax is 0.63, which makes 9.63, but its total says 19.63. "
        "Correct the lines or the total in MobiWork."
    ]


def test_an_invoice_without_lines_is_a_problem() -> None:
    assert "no lines" in invoices.problems(read(lineItems=""))[0]


def test_a_line_without_a_product_is_named_by_its_place() -> None:
    nameless = a_line(productId="0", productName="Callout")
    assert 'Line 1 ("Callout")' in invoices.problems(read(lineItems={"lineItem": nameless}))[0]


def test_a_due_date_before_the_invoice_is_left_to_quickbooks() -> None:
    body = invoices.to_qbo(read(dueDate="2025/10/01"), known())
    assert "DueDate" not in body


def test_a_difference_to_the_cent_is_said_with_both_figures() -> None:
    answer = {"TotalAmt": Decimal("9.62"), "TxnTaxDetail": {"TotalTax": Decimal("0.62")}}
    told = invoices.difference(read(), answer)
    assert "9.63 with 0.63 tax" in told
    assert "9.62 with 0.62 tax" in told


def test_the_same_total_is_no_difference() -> None:
    assert invoices.difference(read(), {"TotalAmt": Decimal("9.630")}) == ""


@given(quantity=QUANTITIES, price=PRICES, cents=st.integers(-3, 3))
def test_quickbooks_multiplies_every_line_back_to_its_amount(
    quantity: Decimal, price: Decimal, cents: int
) -> None:
    total = (quantity * price).quantize(CENT, rounding=ROUND_HALF_UP) + cents * CENT
    line = Line.model_validate(
        {"productid": "307001", "quantity": quantity, "price": price, "total": total}
    )
    body = invoices.line_to_qbo(line, 1, known())
    detail = body["SalesItemLineDetail"]
    if "Qty" in detail:
        product = detail["Qty"] * detail["UnitPrice"]
        assert product.quantize(CENT, rounding=ROUND_HALF_UP) == body["Amount"]
    assert body["Amount"] == total
