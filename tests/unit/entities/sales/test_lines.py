from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connector.entities.sales import invoices
from connector.entities.sales.checks import form_problems
from connector.entities.sales.invoices import Invoice
from connector.entities.sales.lines import discount_to_qbo, line_to_qbo, lines_to_qbo
from connector.entities.sales.totals import difference
from connector.entities.shared.custom_fields import VALUE_LENGTH, CustomValue, custom_fields
from connector.entities.shared.rounding import spread
from connector.model.body import Body
from connector.model.policy.choices import CustomField
from tests.builders import a_line
from tests.unit.entities.sales.selling import ELBOW, a_read_line, known, line, money, read

CENT = Decimal("0.01")
QUANTITIES = st.decimals("-5000", "5000", places=2)
PRICES = st.decimals("-9999", "9999", places=4)
CENTS = st.decimals("-9999", "9999", places=2)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@given(quantity=QUANTITIES, price=PRICES, off=st.integers(-3, 3))
def test_quickbooks_multiplies_every_line_back_to_its_amount(
    quantity: Decimal, price: Decimal, off: int
) -> None:
    total = cents(quantity * price) + off * CENT
    sent = line_to_qbo(a_read_line(quantity=quantity, price=price, total=total), 1, total, known())
    detail = sent["SalesItemLineDetail"]
    if "Qty" in detail:
        assert cents(detail["Qty"] * detail["UnitPrice"]) == total
        assert detail["UnitPrice"].as_tuple().exponent >= -7
    assert sent["Amount"] == total


@given(st.lists(CENTS, max_size=40), CENTS)
def test_a_markup_is_spread_without_losing_a_cent(amounts: list[Decimal], extra: Decimal) -> None:
    found = spread(amounts, extra)
    grows = extra if any(amount > 0 for amount in amounts) else Decimal(0)
    assert sum(found) == sum(amounts) + grows
    assert all(one == cents(one) for one in found)


@given(st.lists(CENTS, max_size=40), CENTS)
def test_a_markup_leaves_credits_alone(amounts: list[Decimal], extra: Decimal) -> None:
    changed = zip(amounts, spread(amounts, extra), strict=True)
    assert all(before == after for before, after in changed if before <= 0)


@given(subtotal=st.decimals("0", "99999", places=2), percent=st.decimals("0.01", "100", places=2))
def test_a_percentage_is_sent_only_where_it_makes_the_discount(
    subtotal: Decimal, percent: Decimal
) -> None:
    exact = cents(subtotal * percent / 100)
    for discount in (exact, exact + CENT):
        for sent in discount_to_qbo(subtotal, discount, percent):
            assert sent["DiscountLineDetail"]["PercentBased"] == (discount == exact)
            assert sent["Amount"] == discount


@given(st.lists(st.tuples(QUANTITIES, PRICES), min_size=1, max_size=30), CENTS)
def test_the_amounts_of_a_body_add_up_to_the_lines_and_the_markup(
    sold: list[tuple[Decimal, Decimal]], markup: Decimal
) -> None:
    lines = [a_read_line(quantity=quantity, price=price) for quantity, price in sold]
    sent = lines_to_qbo(lines, spread([one.amount for one in lines], markup), known())
    placed = markup if any(one.amount > 0 for one in lines) else Decimal(0)
    assert sum(one["Amount"] for one in sent) == sum(one.amount for one in lines) + placed


@given(st.text(max_size=5000), st.text(max_size=50))
def test_a_description_always_fits(description: str, name: str) -> None:
    one = a_read_line(description=description, name=name, quantity="700000", total="1.01")
    sent = line_to_qbo(one, 1, one.amount, known())
    assert len(sent["Description"]) <= 4000
    assert sent["Description"].endswith(" (quantity 700000)")


def test_a_long_description_makes_room_for_the_quantity() -> None:
    one = a_read_line(description="x" * 4001, quantity="700000", total="1.01")
    sent = line_to_qbo(one, 1, one.amount, known())["Description"]
    assert sent == "x" * 3982 + " (quantity 700000)"


def test_a_custom_field_cut_at_a_blank_loses_the_blank() -> None:
    value = CustomValue.model_validate({"apiname": "a", "value": "x" * 30 + " yz"})
    assert custom_fields([value], FIELDS, LABELS)[0]["StringValue"] == "x" * 30


@pytest.mark.parametrize(
    ("elements", "amount"),
    [
        ({"quantity": "2", "price": "4.5"}, "9.00"),
        ({"quantity": "2", "price": "4.5", "discount": "1"}, "8.00"),
        ({"quantity": "2", "price": "4.5", "discountpercent": "50"}, "4.50"),
        ({"quantity": "2", "price": "4.5", "linetotal": "8.25"}, "8.25"),
        ({"quantity": "0.5", "price": "0.01"}, "0.01"),
    ],
)
def test_a_line_comes_to(elements: dict[str, str], amount: str) -> None:
    assert a_read_line(**elements).amount == Decimal(amount)


def test_a_price_of_more_places_than_quickbooks_keeps_is_rounded() -> None:
    one = a_read_line(quantity="3", price="33.333333333333")
    detail = line_to_qbo(one, 1, one.amount, known())["SalesItemLineDetail"]
    assert detail["UnitPrice"] == Decimal("33.3333333")


def test_an_absurd_number_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValidationError, match="less than 100000000000"):
        a_read_line(price="1E11")


LABELS = {"1": "Work order", "2": "Order"}
FIELDS = [
    CustomField.model_validate({"api_name": name, "definition_id": number})
    for name, number in (("a", "1"), ("b", "2"))
]


@given(st.lists(st.builds(CustomValue, apiname=st.sampled_from("abc"), value=st.text(max_size=99))))
def test_custom_fields_fit_and_hold_something(values: list[CustomValue]) -> None:
    for sent in custom_fields(values, FIELDS, LABELS):
        assert 0 < len(sent["StringValue"]) <= VALUE_LENGTH


def answer(total: str, tax: str, *lines: Body) -> Body:
    return {
        "TotalAmt": Decimal(total),
        "TxnTaxDetail": {"TotalTax": Decimal(tax)},
        "Line": list(lines),
    }


def off(amount: str) -> Body:
    return {"Amount": Decimal(amount), "DetailType": "DiscountLineDetail"}


DIFFERENCES: dict[str, tuple[dict[str, Any], Body, str]] = {
    "nothing": ({}, answer("9.630", "0.63"), ""),
    "another tax": (
        {},
        answer("9.54", "0.54"),
        "MobiWork's total is 9.63 with 0.63 tax, but QuickBooks calculated 9.54 with 0.54 tax. "
        "The likely "
        "cause is that QuickBooks calculates the sales tax itself; correct the tax rate on one "
        "side, or the tax of this document in QuickBooks.",
    ),
    "no tax": (
        {},
        {"TotalAmt": Decimal("9.00")},
        "MobiWork's total is 9.63 with 0.63 tax, but QuickBooks calculated 9.00 with 0.00 tax. "
        "The likely "
        "cause is that QuickBooks charged no sales tax: check whether it is set up there for this "
        "customer and location.",
    ),
    "another discount": (
        {"discount": "1.0", "total": "8.63"},
        answer("9.63", "0.63", off("0.00")),
        "MobiWork's total is 8.63 with 0.63 tax, but QuickBooks calculated 9.63 with 0.63 tax. "
        "The likely "
        "cause is the discount: 1.00 in MobiWork, 0.00 in QuickBooks.",
    ),
    "rounding": (
        {"discount": "1.0", "total": "8.63"},
        answer("8.62", "0.63", off("1.00")),
        "MobiWork's total is 8.63 with 0.63 tax, but QuickBooks calculated 8.62 with 0.63 tax. "
        "The likely "
        "cause is the rounding of the lines in QuickBooks.",
    ),
    "the same total made of other parts": (
        {},
        answer("9.63", "0.00"),
        "MobiWork's total is 9.63 with 0.63 tax, but QuickBooks calculated 9.63 with 0.00 tax. "
        "The likely cause is that QuickBooks charged no sales tax: check whether it is set up "
        "there for this customer and location.",
    ),
    "more than rounding": (
        {},
        answer("900.00", "0.63"),
        "MobiWork's total is 9.63 with 0.63 tax, but QuickBooks calculated 900.00 with 0.63 tax. "
        "That is more than rounding: compare the lines on both sides.",
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_difference_is_told_with_its_cause(name: str) -> None:
    changes, answered, told = DIFFERENCES[name]
    found = difference(read(Invoice, **changes), answered)
    assert (found.sentence if found else "") == told


@given(
    quantity=st.decimals("0.25", "90", places=2),
    percent=st.decimals("0", "99", places=1),
    markup=st.decimals("0", "50", places=2),
    rounding=st.integers(-1, 1),
)
def test_an_invoice_that_adds_up_is_sent_with_every_cent(
    quantity: Decimal, percent: Decimal, markup: Decimal, rounding: int
) -> None:
    added = cents(quantity * Decimal("4.5"))
    discount = cents((added + markup) * percent / 100) + (rounding * CENT if percent else 0)
    total = added + markup - discount
    if total < 0 or discount < 0:
        return
    invoice = read(
        Invoice,
        discountPercent=str(percent),
        markup=str(markup),
        **money([line(ELBOW, str(quantity), "4.5", str(added))], "0", "0", str(total)),
    )
    assert form_problems(invoice) == []
    sent = invoices.to_qbo(invoice, known())["Line"]
    signs = [-1 if one["DetailType"] == "DiscountLineDetail" else 1 for one in sent]
    amounts = [sign * one["Amount"] for sign, one in zip(signs, sent, strict=True)]
    assert sum(amounts) == total


@pytest.mark.case("M17d")
def test_a_line_that_neither_sells_nor_says_anything_is_none() -> None:
    blank = {"productId": "0", "description": " ", "quantity": "1", "price": "0", "total": "0"}
    invoice = read(Invoice, lineItems={"lineItem": [a_line(), blank]})
    assert form_problems(invoice) == []
    assert len(invoices.to_qbo(invoice, known())["Line"]) == 1
