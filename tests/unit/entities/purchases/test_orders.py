from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.purchases import model
from connector.entities.purchases import orders as purchase_orders
from connector.entities.purchases.lines import DETAIL, OrderLine, line_to_qbo
from connector.entities.purchases.model import PurchaseOrder
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.policy.postable import Standing
from tests.builders import a_company, settings
from tests.unit.entities.purchases.buying import (
    an_order,
    an_order_line,
    another_line,
    buying_settings,
    item_line,
    knowing,
    known,
    linked,
)

CENT = Decimal("0.01")
ELBOWS = item_line("11", "10", "1.32", "13.20", "Copper elbow, per piece")
VALVES = item_line("12", "3", "6.1", "18.30", "Ball valve")
PLAIN: Body = {
    "VendorRef": {"value": "56"},
    "APAccountRef": {"value": "33"},
    "TxnDate": "2026-03-02",
    "DueDate": "2026-03-09",
    "PrivateNote": "MobiWork purchase order PO-71001 [mark]",
    "Line": [ELBOWS, VALVES],
}
CREW = {"customFields": {"customField": {"apiName": "crew", "index": "0", "value": "North"}}}


def read(*lines: dict[str, Any], **changes: Any) -> PurchaseOrder:
    return PurchaseOrder.model_validate(an_order("71001", *lines, **changes).fields)


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


GOLDEN = [
    pytest.param(read(), PLAIN, id="an order of two lines"),
    pytest.param(
        read(an_order_line(description="")),
        PLAIN | {"Line": [item_line("11", "10", "1.32", "13.20", "Copper elbow")]},
        id="a line without description has the name of its product",
    ),
    pytest.param(
        read(an_order_line(quantity="3", price="33.33", total="100.00")),
        PLAIN
        | {
            "Line": [item_line("11", "3", "33.3333333", "100.00", "Copper elbow, per piece")],
        },
        id="a line with a total of its own gets the price that makes it",
    ),
    pytest.param(
        read(an_order_line(quantity="128.35", price="14.5", total="null")),
        PLAIN | {"Line": [item_line("11", "128.35", "14.5", "1861.08", "Copper elbow, per piece")]},
        id="a line without total is rounded half up",
    ),
    pytest.param(
        read(an_order_line(quantity="0", total="0"), another_line()),
        PLAIN | {"Line": [VALVES]},
        id="a line of which nothing is ordered is left out",
    ),
    pytest.param(
        read(an_order_line(price="0", total="0")),
        PLAIN | {"Line": [item_line("11", "10", "0", "0", "Copper elbow, per piece")]},
        id="goods that are free stay",
    ),
    pytest.param(
        read(an_order_line(quantity="0", total="25")),
        PLAIN
        | {
            "Line": [
                {
                    "Description": "Copper elbow, per piece",
                    "Amount": Decimal("25.00"),
                    "DetailType": DETAIL,
                    DETAIL: {"ItemRef": {"value": "11"}},
                }
            ]
        },
        id="a lump sum has no quantity",
    ),
    pytest.param(
        read(message="Deliver to the back door", comments="Tell Sam"),
        PLAIN | {"Memo": "Deliver to the back door"},
        id="the message to the vendor, and no comments",
    ),
    pytest.param(
        read(expectedDate="2026/02/27"),
        without(PLAIN, "DueDate"),
        id="a date expected before the order is left out",
    ),
    pytest.param(read(expectedDate="null"), without(PLAIN, "DueDate"), id="no date is expected"),
    pytest.param(read(**CREW), PLAIN, id="custom fields that were not chosen stay"),
]


@pytest.mark.parametrize(("order", "expected"), GOLDEN)
def test_a_purchase_order_becomes(order: PurchaseOrder, expected: Body) -> None:
    assert purchase_orders.to_qbo(order, known()) == expected


def test_a_company_with_several_currencies_is_told_which() -> None:
    body = purchase_orders.to_qbo(read(), known(company=a_company(multicurrency=True)))
    assert body == PLAIN | {"CurrencyRef": {"value": "USD"}}


def test_a_plan_that_has_purchase_orders_keeps_none_out() -> None:
    assert (
        purchase_orders.skip_create_reason(read(), a_company(edition="QuickBooks Online Plus"))
        is None
    )


def test_the_number_goes_along_where_the_company_numbers_itself() -> None:
    company = a_company(custom_purchase_numbers=True)
    body = purchase_orders.to_qbo(read(), known(company=company))
    assert body == PLAIN | {"DocNumber": "PO-71001"}


def test_a_long_number_is_shortened_and_stays_whole_in_the_note() -> None:
    number = "PO-2026-NORTH-0000071001"
    company = a_company(custom_purchase_numbers=True)
    body = purchase_orders.to_qbo(read(number=number), known(company=company))
    assert body == PLAIN | {
        "DocNumber": "PO-2026-NORT~7e504ea0",
        "PrivateNote": f"MobiWork purchase order {number} [mark]",
    }


def test_chosen_custom_fields_go_along() -> None:
    chosen = buying_settings(
        purchase_order_custom_fields=[{"api_name": "crew", "definition_id": "1"}]
    )
    body = purchase_orders.to_qbo(
        read(**CREW), known(settings=chosen, company=a_company(purchase_fields={"1": "Crew"}))
    )
    field = {"DefinitionId": "1", "Type": "StringType", "StringValue": "North"}
    assert body == PLAIN | {"CustomField": [field]}


def test_a_product_that_quickbooks_only_sells_is_refused_in_words() -> None:
    sold = (("product", "307026"), linked("12", {"IncomeAccountRef": {"value": "79"}}))
    with pytest.raises(MissingMappingsError) as refused:
        purchase_orders.to_qbo(read(), knowing(sold))
    assert refused.value.problems == (
        'Product "Ball valve" has no cost in MobiWork, so it was pushed without an expense account '
        "and cannot be bought in QuickBooks. Enter its cost in MobiWork.",
    )


def test_an_order_in_a_closed_period_is_refused_before_it_is_sent() -> None:
    company = a_company(closed_until="2026-03-02")
    with pytest.raises(MissingMappingsError, match="It is dated 2026-03-02, and the books"):
        purchase_orders.to_qbo(read(), known(company=company))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Draft", Standing.NOT_YET),
        ("CANCELLED", Standing.NEVER),
        ("Rejected", Standing.NEVER),
        ("OPEN", Standing.UNDECIDED),
        ("Back-ordered", Standing.UNDECIDED),
        ("SENT", Standing.POSTED),
        ("RECEIVED", Standing.POSTED),
    ],
)
def test_an_order_is_pushed_by_its_status(status: str, expected: Standing) -> None:
    found = purchase_orders.PUSH.eligibility.verdict(
        read(status=status), buying_settings(), a_company()
    )
    assert found.standing is expected


@pytest.mark.parametrize(
    ("order", "told"),
    [
        pytest.param(read(), [], id="nothing is wrong"),
        pytest.param(read(total="31.50"), [], id="a total that the lines make"),
        pytest.param(
            read(taxAmount="2.21", total="33.71"), [], id="a total of lines and tax together"
        ),
        pytest.param(
            read(vendorId="0"), ["It has no vendor. Choose one in MobiWork."], id="no vendor"
        ),
        pytest.param(
            read(lineItems=""),
            ["None of its lines orders anything. Add what was ordered in MobiWork."],
            id="no lines",
        ),
        pytest.param(
            read(an_order_line(quantity="0", total="0")),
            ["None of its lines orders anything. Add what was ordered in MobiWork."],
            id="only lines of nothing",
        ),
        pytest.param(
            read(an_order_line(productId="0"), another_line()),
            ['Line 1 ("Copper elbow, per piece") has no product. Choose one in MobiWork.'],
            id="a line without a product",
        ),
        pytest.param(
            read(an_order_line(quantity="-2", total="-2.64"), another_line()),
            [
                'Line 1 ("Copper elbow, per piece") orders -2, which QuickBooks does not accept. '
                "Enter a return in QuickBooks as a vendor credit, and remove the line here."
            ],
            id="a return",
        ),
        pytest.param(
            read(an_order_line(price="-1.32", total="-13.20")),
            [
                "Its lines add up to -13.20, and QuickBooks accepts no order below zero or above "
                "100 billion. Correct the lines in MobiWork."
            ],
            id="a sum below zero",
        ),
        pytest.param(
            read(total="41.50"),
            [
                "Its lines add up to 31.50 and its tax is 0.00, which makes 31.50, but its total "
                "says 41.50. Correct the lines or the total in MobiWork."
            ],
            id="a total that the lines do not make",
        ),
        pytest.param(
            read(*[an_order_line()] * 10_001),
            ["It has 10001 lines, and QuickBooks takes 10000. Split it into several in MobiWork."],
            id="too many lines",
        ),
    ],
)
def test_a_problem_says_what_is_wrong_and_what_to_do(order: PurchaseOrder, told: list[str]) -> None:
    assert purchase_orders.problems(order) == told


def test_of_many_lines_without_product_four_are_named() -> None:
    told = purchase_orders.problems(read(*[an_order_line(productId="0")] * 7))
    assert [told[3][:7], told[4]] == ["Line 4 ", "3 more lines have no product either."]


def test_of_five_lines_without_product_the_fifth_is_counted() -> None:
    told = purchase_orders.problems(read(*[an_order_line(productId="0")] * 5))
    assert told[4] == "1 more line has no product either."


def test_a_long_description_does_not_fill_the_sentence() -> None:
    told = purchase_orders.problems(read(an_order_line(productId="0", description="d" * 400)))
    assert told == [f'Line 1 ("{"d" * 60}") has no product. Choose one in MobiWork.']


def test_an_order_needs_its_vendor_and_each_product_once() -> None:
    lines = [an_order_line(), another_line(), an_order_line(), an_order_line(productId="0")]
    needed = purchase_orders.needed(read(*lines), settings(), a_company())
    assert [(one.entity, one.record_id, one.label) for one in needed] == [
        ("vendor", "51001", 'vendor "Tampa Plumbing Supply"'),
        ("product", "307016", 'product "Copper elbow"'),
        ("product", "307026", 'product "Ball valve"'),
    ]


def test_everything_that_was_left_out_or_shortened_is_said() -> None:
    order = read(
        an_order_line(quantity="0", total="0"),
        an_order_line(description="d" * 4001),
        number="P" * 22,
        message="c" * 4001,
        expectedDate="2026/02/27",
        customFields={"customField": {"apiName": "crew", "value": "w" * 32}},
    )
    answer = {"DocNumber": "x", "Memo": "c" * 4000, "CustomField": [{"StringValue": "w" * 31}]}
    assert purchase_orders.remarks(order, answer) == [
        'Line 1 ("Copper elbow, per piece") orders nothing and was left out.',
        "The description of line 2 was cut to 4000 characters.",
        f"The number {'P' * 22} was shortened to x; 21 characters fit.",
        "The message to the vendor was cut to 4000 characters.",
        "The expected date was left out: it is before the date of the order.",
        f'The custom field crew was cut to 31 characters: "{"w" * 32}".',
    ]


@pytest.mark.case("M27c")
def test_comments_are_the_message_to_the_vendor_only_by_setting() -> None:
    order, chosen = read(comments="Overpriced"), buying_settings(comments_as_message=True)
    assert "Memo" not in purchase_orders.to_qbo(order, known())
    assert purchase_orders.to_qbo(order, known(settings=chosen))["Memo"] == "Overpriced"


def test_an_order_that_goes_along_whole_has_no_remark() -> None:
    assert purchase_orders.remarks(read(), {}) == []


@pytest.mark.case("M20a")
def test_the_tax_of_an_order_is_in_the_cost_of_its_lines_to_the_cent() -> None:
    order = read(taxAmount="2.21", total="33.71")
    body = purchase_orders.to_qbo(order, known())
    assert [line["Amount"] for line in body["Line"]] == [Decimal("14.13"), Decimal("19.58")]
    assert model.worth_of_all(order) == Decimal("33.71")
    assert purchase_orders.remarks(order, {}) == [
        "The order's tax of 2.21 is in the cost of its lines, because QuickBooks has no sales tax "
        "on purchases."
    ]


@pytest.mark.case("M20b")
def test_tax_on_goods_that_cost_nothing_is_refused() -> None:
    order = read(an_order_line(price="0", total="0"), taxAmount="2.21", total="2.21")
    assert purchase_orders.problems(order) == [
        "Its tax of 2.21 has no line it could be added to. Enter it as a separate line in MobiWork."
    ]


@pytest.mark.case("M10f")
def test_a_tax_below_zero_is_refused() -> None:
    assert purchase_orders.problems(read(taxAmount="-2.21", total="29.29")) == [
        "Its tax is -2.21, which is below zero. Correct it in MobiWork; enter what the vendor "
        "gives back in QuickBooks as a vendor credit."
    ]


@pytest.mark.case("M14c")
def test_the_total_of_an_order_that_mobiwork_rounds_once_is_ordered_as_it_is() -> None:
    lines = [an_order_line(quantity="1", price="0.335", total="0.34")] * 3
    order = read(*lines, total="1.01")
    assert purchase_orders.problems(order) == []
    body = purchase_orders.to_qbo(order, known())
    assert sum(line["Amount"] for line in body["Line"]) == Decimal("1.01")


def test_an_order_is_named_with_its_vendor() -> None:
    assert model.order_label(read()) == "purchase order PO-71001 to Tampa Plumbing Supply"


def test_an_order_without_a_number_is_named_by_its_id() -> None:
    assert model.order_label(read(number="null", vendorName="")) == "purchase order 71001"


def test_the_orders_of_its_day_are_looked_through_for_a_lost_one() -> None:
    assert "TxnDate = '2026-03-02'" in purchase_orders.twin_query(PLAIN)


def test_an_order_that_the_native_connector_linked_is_adopted() -> None:
    assert purchase_orders.PUSH.records.external_id(read(externalId="88,QBO")) == "88,QBO"


@given(
    quantity=st.decimals("0.01", "9000000", places=2),
    price=st.decimals("-9999", "9999", places=5),
    cents=st.integers(-3, 3),
)
def test_quickbooks_multiplies_every_line_back_to_its_amount(
    quantity: Decimal, price: Decimal, cents: int
) -> None:
    total = (quantity * price).quantize(CENT, rounding=ROUND_HALF_UP) + cents * CENT
    line = OrderLine.model_validate(
        {"productid": "307016", "quantity": quantity, "price": price, "total": total}
    )
    body = line_to_qbo(line, quantity, line.amount, known())
    product = body[DETAIL]["Qty"] * body[DETAIL]["UnitPrice"]
    assert product.quantize(CENT, rounding=ROUND_HALF_UP) == body["Amount"]
    if quantity < 100_000:
        assert body["Amount"] == total
