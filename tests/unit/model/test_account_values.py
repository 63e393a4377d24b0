from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.model.flows.census import CATEGORY, FIELD, METHOD, PAYMENT_TYPE, STATUS, Census
from connector.model.outcomes import Sum
from connector.model.policy.account_values import (
    SOURCES,
    AccountValues,
    Finding,
    Probed,
    unknown_values,
)
from connector.model.policy.settings import Settings

PAID = Sum(812, Decimal("1204.50"))
PROBED = Probed(
    "c1",
    datetime(2026, 3, 2, tzinfo=UTC),
    (
        Finding("vendor.list", works=True, told="It lists records."),
        Finding("tax.list", works=False, told="MobiWork answered 404."),
        Finding("expense.list", works=None, told="There is no record to try it on."),
    ),
)


def held() -> AccountValues:
    said = {
        "invoice": Census(
            {STATUS: {"Paid": PAID}, CATEGORY: {"Warranty": Sum(5)}, FIELD: {"crew": Sum(3)}}
        ),
        "payment": Census({PAYMENT_TYPE: {"PAYMENT": Sum(9)}, METHOD: {"Venmo": Sum(2)}}),
        "expense": Census({CATEGORY: {"Fuel": Sum(2)}, PAYMENT_TYPE: {"Fuel card": Sum(2)}}),
        "product": Census({CATEGORY: {"Fittings": Sum(4)}}),
    }
    return AccountValues(
        said=said,
        names={"product": {"307003": "shipping", "307004": "copper elbow"}},
        capabilities=("vendor.list", "tax.list", "expense.list"),
        probed=PROBED,
        flows=("push_invoices", "push_quotes"),
    )


def told(before: Settings | None = None, **chosen: Any) -> list[str]:
    settings = Settings.model_validate(chosen)
    return [one.sentence for one in unknown_values(settings, held(), before)]


@pytest.mark.case("F11")
@pytest.mark.parametrize(
    ("chosen", "near"),
    [
        ({"invoice_statuses": ["Payed"]}, "Did you mean Paid (812 invoices, $1,204.50)?"),
        ({"left_out_statuses": {"invoice": ["Payd"]}}, "Did you mean Paid (812 invoices"),
        ({"left_out_statuses": {"invoice": ["nonsense"]}}, "There is Paid (812 invoices"),
        ({"excluded_categories": {"invoice": ["Waranty"]}}, "Did you mean Warranty (5 invoices)?"),
        ({"deposit_accounts": {"Vemno": "35"}}, "Did you mean Venmo (2 payments)?"),
        ({"payment_methods": {"Chek": "2"}}, "Did you mean Check"),
        ({"expense_account_of_category": {"Feul": "60"}}, "Did you mean Fuel (2 expenses)?"),
        ({"income_account_of_category": {"Fitings": "79"}}, "Did you mean Fittings (4 products)?"),
        (
            {"expense_payments": {"Feul card": {"type": "Cash", "account": "35"}}},
            "Did you mean Fuel card (2 expenses)?",
        ),
        (
            {"invoice_custom_fields": [{"api_name": "Crews", "definition_id": "1"}]},
            "Did you mean crew (3 invoices)?",
        ),
        ({"class_of_sales": {"field": "crews"}}, "Did you mean crew (3 invoices)?"),
        ({"capabilities": ["vendors.list"]}, "Did you mean vendor.list or expense.list?"),
        ({"capabilities": ["tax.list"]}, "Tried on March 2, 2026: MobiWork answered 404."),
        ({"approve_before_post": ["push_invoice"]}, "Did you mean push_invoices?"),
        ({"shipping_product": "Shipping"}, "Did you mean 307003, which is called that?"),
        ({"credit_product": "307005"}, "MobiWork has no product of that id."),
    ],
)
def test_what_the_account_does_not_hold_is_named_with_the_nearest(
    chosen: dict[str, Any], near: str
) -> None:
    (sentence,) = told(**chosen)
    assert near in sentence


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"invoice_statuses": ["paid", "none"], "payment_methods": {"venmo": "1", "Cash": "2"}},
        {"class_of_sales": {"field": "category"}, "shipping_product": "307003"},
        {"capabilities": ["vendor.list", "expense.list"]},
        {"quote_statuses": ["Whatever"], "expense_payments": {}},
        {"excluded_categories": {"invoice": ["Warranty", "none"]}},
    ],
)
def test_what_it_holds_or_means_of_itself_or_was_never_read_is_not_told(
    chosen: dict[str, Any],
) -> None:
    assert told(**chosen) == []


def test_only_what_is_new_is_told_where_settings_are_changed() -> None:
    before = Settings(invoice_statuses=("Payed",))
    assert told(before, invoice_statuses=["Payed"]) == []
    assert len(told(before, invoice_statuses=["Payed", "Donne"])) == 1


def test_ids_calls_and_flows_cannot_come_later_and_texts_can() -> None:
    chosen = Settings(shipping_product="1", invoice_statuses=("Donne",))
    assert {one.setting: one.may_come for one in unknown_values(chosen, held())} == {
        "shipping_product": False,
        "invoice_statuses": True,
    }


def test_every_setting_of_mobiwork_values_is_a_setting() -> None:
    assert SOURCES.keys() <= Settings.model_fields.keys()
