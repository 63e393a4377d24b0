from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.sales import invoices
from connector.entities.sales.checks import form_problems
from connector.entities.sales.invoices import Invoice
from connector.entities.shared.rounding import with_cents
from connector.model.body import Body
from tests.unit.entities.sales.selling import ELBOW, LABOR, known, line, money, read

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def posted(body: Body) -> Decimal:
    """Return what a body comes to, each line as QuickBooks checks it (fault 6070)."""
    total: Decimal = body["TxnTaxDetail"]["TotalTax"]
    for one in body["Line"]:
        detail = one[one["DetailType"]]
        if "Qty" in detail:
            assert cents(detail["Qty"] * detail["UnitPrice"]) == one["Amount"]
        total += -one["Amount"] if one["DetailType"] == "DiscountLineDetail" else one["Amount"]
    return total


def sent(changes: dict[str, Any]) -> Body:
    invoice = read(Invoice, **changes)
    assert form_problems(invoice) == []
    return invoices.to_qbo(invoice, known(settings={"markup_product": "307003"}))


@pytest.mark.case("M14")
@pytest.mark.parametrize(
    ("count", "quantity", "price", "shown", "total", "amounts"),
    [
        (3, "1.0", "0.335", "0.34", "1.01", ["0.33", "0.34", "0.34"]),
        (5, "1.5", "33.33", "50.00", "249.98", ["49.99", "49.99", "50.00", "50.00", "50.00"]),
    ],
)
def test_a_total_that_mobiwork_rounds_once_is_posted_as_it_is(  # noqa: PLR0913, PLR0917 - one row
    count: int, quantity: str, price: str, shown: str, total: str, amounts: list[str]
) -> None:
    lines = [line(ELBOW, quantity, price, shown, taxable="true")] * count
    body = sent(money(lines, total, "0", total))
    assert [str(one["Amount"]) for one in body["Line"]] == amounts
    assert posted(body) == Decimal(total)


@pytest.mark.case("M14a")
def test_a_total_rounded_once_of_lines_and_tax_together_is_posted_as_it_is() -> None:
    lines = [line(LABOR, "1.0", "10.002", "10.00", taxable="true")] * 2
    assert posted(sent(money(lines, "20.00", "1.40", "21.41"))) == Decimal("21.41")


@pytest.mark.case("M14d")
@pytest.mark.parametrize("shown", ["8.54", ""])
@pytest.mark.parametrize("total", ["25.62", "25.63"])
def test_percentages_off_lines_are_rounded_by_line_or_once(shown: str, total: str) -> None:
    off = {"discountPercent": "15.0", "taxable": "true"}
    sold = line(ELBOW, "1.0", "10.05", shown, **off)
    lines = [{name: value for name, value in sold.items() if value}] * 3
    assert posted(sent(money(lines, total, "0", total))) == Decimal(total)


@pytest.mark.case("M14d")
@pytest.mark.parametrize("total", ["5833.33", "5833.34"])
def test_a_percentage_off_a_line_without_a_total_is_rounded_by_itself_or_with_the_line(
    total: str,
) -> None:
    sold = line(ELBOW, "100", "66.666667", "", discountPercent="12.5", taxable="true")
    lines = [{name: value for name, value in sold.items() if value}]
    assert posted(sent(money(lines, total, "0", total))) == Decimal(total)


@pytest.mark.case("M14d")
def test_percentages_whose_half_cent_was_rounded_up_are_still_only_rounding() -> None:
    lines = [line(ELBOW, "1.0", "1.00", "0.99", discountPercent="0.5", taxable="true")] * 3
    assert posted(sent(money(lines, "2.99", "0", "2.99"))) == Decimal("2.99")


@pytest.mark.case("M14")
@pytest.mark.parametrize("total", ["49.15", "49.16"])
def test_half_cents_are_rounded_by_line_in_either_way(total: str) -> None:
    lines = [
        line(ELBOW, "12.75", "0.0125", "0.16", taxable="true"),
        {"quantity": "-1", "price": "1.005", "taxable": "true"} | ELBOW,
        line(LABOR, "1.5", "33.33", "50.00", taxable="true"),
    ]
    assert posted(sent(money(lines, total, "0", total))) == Decimal(total)


@pytest.mark.case("M14b")
def test_two_cents_are_no_half_cents() -> None:
    assert with_cents([Decimal("1.01")], [Decimal("1.005")], Decimal("0.99")) == [Decimal("1.01")]
    assert with_cents([Decimal("1.01")], [Decimal("1.005")], Decimal("1.00")) == [Decimal("1.00")]


@pytest.mark.case("M14b")
def test_a_cent_that_rounding_does_not_explain_is_refused() -> None:
    lines = [line(ELBOW, "2.0", "4.50", "9.00", taxable="true")]
    told = form_problems(read(Invoice, **money(lines, "9.00", "0", "9.01")))
    assert "makes 9.00, but its total says 9.01" in told[0]


@pytest.mark.case("M14e")
def test_a_cent_of_rounding_is_never_a_discount_below_zero() -> None:
    lines = [line(LABOR, "4.77", "0.005", "0.02"), line(LABOR, "0.25", "0.0053", "0.00")]
    off = {"discountPercent": "8.3"}
    assert posted(sent(off | money(lines, "0.03", "0", "0.03"))) == Decimal("0.03")


def test_a_person_is_told_where_the_cents_went() -> None:
    lines = [line(ELBOW, "1.0", "0.335", "0.34", taxable="true")] * 3
    invoice = read(Invoice, **money(lines, "1.01", "0", "1.01"))
    assert invoices.remarks(invoice, {}) == [
        "MobiWork rounds its total once and QuickBooks every line, so the cents between them are "
        "in the price of line 1."
    ]


SOLD = st.tuples(st.decimals("0.01", "60", places=2), st.decimals("0.001", "250", places=4))
PERCENT = st.decimals("0", "60", places=1)


@pytest.mark.case("M14")
@given(
    sold=st.lists(SOLD, min_size=1, max_size=12),
    rate=st.decimals("0", "10", places=2),
    off=PERCENT,
    on_top=PERCENT,
    per_line=st.booleans(),
    shown=st.booleans(),
    way=st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN]),
)
def test_whatever_is_posted_comes_to_mobiworks_total_in_every_way_of_rounding(  # noqa: PLR0913 - a total and its parts
    sold: list[tuple[Decimal, Decimal]],
    rate: Decimal,
    off: Decimal,
    on_top: Decimal,
    *,
    per_line: bool,
    shown: bool,
    way: str,
) -> None:
    def rounded(amount: Decimal) -> Decimal:
        return amount.quantize(CENT, rounding=way)

    exact = [quantity * price for quantity, price in sold]
    subtotal = rounded(sum(map(rounded, exact), NOTHING) if per_line else sum(exact, NOTHING))
    markup = rounded(subtotal * on_top / 100)
    discount = rounded((subtotal + markup) * off / 100)
    tax = rounded((subtotal + markup - discount) * rate / 100)
    total = subtotal + markup - discount + tax
    lines = [
        {
            **ELBOW,
            "quantity": str(quantity),
            "price": str(price),
            "taxable": "true",
            **({"total": str(rounded(quantity * price))} if shown else {}),
        }
        for quantity, price in sold
    ]
    adjusted = {"discountPercent": str(off), "markupPercent": str(on_top)}
    told = adjusted | money(lines, str(subtotal), str(tax), str(total))
    if not any(cents(one) for one in exact):
        return
    assert posted(sent(told)) == total


@given(st.lists(st.decimals("-99", "99", places=4), max_size=12), st.integers(-30, 30))
def test_cents_move_only_where_rounding_explains_them(exact: list[Decimal], more: int) -> None:
    amounts = [cents(one) for one in exact]
    wanted = sum(amounts, NOTHING) + more * CENT
    found = with_cents(amounts, exact, wanted)
    if sum(found, NOTHING) == wanted:
        apart = (abs(one - whole) for one, whole in zip(found, exact, strict=True))
        near = abs(wanted - sum(exact, NOTHING)) <= CENT / 2
        assert near or all(one <= CENT / 2 for one in apart)
    else:
        assert found == amounts
