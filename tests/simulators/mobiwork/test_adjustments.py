from typing import Any

import pytest

from tests.simulators.mobiwork.running import Client

# In Florida: 100.00 of labor, not taxable, and 100.00 of parts, taxable at 7 %.
LINES = [
    {"productId": "307001", "quantity": "1", "price": "100.00", "taxable": "false"},
    {"productId": "307030", "quantity": "1", "price": "100.00", "taxable": "true"},
]


@pytest.fixture
def florida(client: Client) -> Client:
    client.admin("PATCH", "records/customer/700001", {"address": {"state": "FL"}, "taxable": True})
    return client


def totals(client: Client, entity: str, adjustment: dict[str, str]) -> tuple[str, ...]:
    given = {"customerId": "700001", "lineItems": LINES, **adjustment}
    record = client.admin("POST", f"records/{entity}", given)
    return tuple(str(record[name]) for name in ("subTotal", "taxAmount", "total"))


@pytest.mark.parametrize("entity", ["invoice", "estimate"])
@pytest.mark.parametrize(
    ("adjustment", "tax", "total"),
    [
        ({}, "7.00", "207.00"),
        ({"discountAmount": "20"}, "6.30", "186.30"),
        ({"discountPercent": "10"}, "6.30", "186.30"),
        ({"discountPercent": "10", "discountAfterTax": "true"}, "7.00", "186.30"),
        ({"discountAmount": "20", "discountAfterTax": "true"}, "7.00", "187.00"),
        ({"markupAmount": "20"}, "7.70", "227.70"),
        ({"markupPercent": "10"}, "7.70", "227.70"),
        ({"markupAmount": "20", "markupAfterTax": "true"}, "7.00", "227.00"),
        ({"markupPercent": "10", "discountPercent": "10"}, "6.93", "204.93"),
        ({"discountAmount": "5", "discountPercent": "10"}, "6.83", "201.83"),
        ({"discountAmount": "300"}, "0.00", "-100.00"),
    ],
)
def test_totals_follow_discounts_and_markups(
    florida: Client, entity: str, adjustment: dict[str, str], tax: str, total: str
) -> None:
    assert totals(florida, entity, adjustment) == ("200.00", tax, total)


def test_a_discount_given_later_lowers_the_balance(florida: Client) -> None:
    invoice = florida.admin("POST", "records/invoice", {"customerId": "700001", "lineItems": LINES})
    path = f"records/invoice/{invoice['mobiworkInvoiceId']}"
    assert florida.admin("PATCH", path, {"discountPercent": "50"})["balance"] == "103.50"


def test_an_invoice_is_added_with_a_discount_and_shows_its_percentage_only(florida: Client) -> None:
    body = """<request><invoice><customer>700001</customer><externalId>x</externalId>
    <dueDate>2026/11/30</dueDate><discountPercent>10</discountPercent><lineItems><lineItem>
    <productId>307001</productId><quantity>1</quantity><price>80</price></lineItem></lineItems>
    </invoice></request>"""
    added = florida.post("invoice/add.html", body)
    names = ("discountAmount", "discountPercent", "discountAfterTax", "markupAmount", "total")
    shown = [added.findtext(f"invoice/{name}") for name in names]
    assert shown == ["0.0", "10.0", "false", "0.0", "72.0"]


def test_a_sales_order_is_totalled_with_rebate_and_shipping(florida: Client) -> None:
    order: dict[str, Any] = {"type": "Counter sale", "rebate": "20", "shippingCost": "9.50"}
    assert totals(florida, "salesOrder", order) == ("200.00", "6.30", "195.80")


def test_a_rebate_that_is_no_number_counts_nothing(florida: Client) -> None:
    assert totals(florida, "salesOrder", {"type": "Counter sale", "rebate": "NaN"})[2] == "207.00"
