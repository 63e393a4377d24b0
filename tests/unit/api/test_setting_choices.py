from typing import Any

import pytest

from connector.api.choosing.choices import MOST, show_choices
from connector.changes.mobiwork import find_changes
from connector.engine.stores import Store
from connector.errors import RequestError
from connector.model.policy.setting_choices import Choices, Offer
from tests.builders import a_company, a_customer, a_payment, a_product, an_invoice, settings
from tests.memory.store import in_memory
from tests.unit.engine.world import FakeMobiWork


def a_store(**chosen: Any) -> Store:
    store = in_memory()
    records = [
        a_customer(),
        a_product("307003", name="Shipping", category="Fittings"),
        an_invoice("5501", status="Paid"),
        an_invoice("5502", status="Paid"),
        a_payment(paymentMethod="Check"),
    ]
    find_changes("c1", FakeMobiWork(records), store)
    store.settings.save_settings("c1", settings(**chosen), saved_at="", saved_by="")
    store.settings.save_company("c1", a_company(tax_codes={"Florida": "7"}))
    return store


def of(setting: str, search: str = "", store: Store | None = None, **chosen: Any) -> Choices:
    shown = show_choices("c1", setting=setting, search=search, store=store or a_store(**chosen))
    return shown.choices[0] if shown.choices else Choices(setting, "", (), (), 0)


def labels(offers: tuple[Offer, ...]) -> list[str]:
    return [one.label for one in offers]


def test_a_setting_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="There is no setting 'invoice_status'"):
        of("invoice_status", store=in_memory())


@pytest.mark.case("F11")
def test_each_choice_is_offered_with_counts_and_amounts() -> None:
    assert of("invoice_statuses").mobiwork == (Offer("Paid", "Paid", "2 invoices, $19.26"),)
    assert of("left_out_statuses", "paid").mobiwork == (
        Offer("Paid", "invoice: Paid", "2 invoices, $19.26"),
    )
    check = of("deposit_accounts")
    assert Offer("Check", "Check", "1 payment, $9.63") in check.mobiwork
    assert labels(check.quickbooks) == ["Inventory Asset", "Checking"]
    assert of("shipping_product").mobiwork == (Offer("307003", "Shipping"),)
    assert of("payment_methods").quickbooks == (Offer("2", "Check"),)
    assert of("sales_tax_code").quickbooks == (Offer("7", "Florida"),)


@pytest.mark.parametrize(
    ("setting", "chosen", "expected"),
    [
        ("income_account", {}, ["Sales", "Fees"]),
        (
            "income_account",
            {"handle_inventory": True, "inventory_start_date": "2025-01-01"},
            ["Sales"],
        ),
        ("income_account_of_category", {}, ["Sales", "Fees"]),
        ("accounts_payable", {}, ["Accounts Payable"]),
        ("expense_payments", {}, ["Checking", "Mastercard"]),
        ("invoice_statuses", {}, []),
    ],
)
def test_only_accounts_of_the_right_type_are_offered(
    setting: str, chosen: dict[str, Any], expected: list[str]
) -> None:
    assert labels(of(setting, **chosen).quickbooks) == expected


def test_a_long_list_is_shown_in_part_and_searched_for_the_rest() -> None:
    store = a_store()
    many = [a_customer(str(own), companyName=f"Customer {own}") for own in range(MOST + 7)]
    find_changes("c1", FakeMobiWork(many), store)
    whole = of("excluded_customers", store=store)
    assert (len(whole.mobiwork), whole.more) == (MOST, 7)
    assert labels(of("excluded_customers", "tomer 105", store).mobiwork) == ["Customer 105"]


@pytest.mark.usefixtures("table")
def test_without_a_look_and_a_company_there_is_nothing_to_choose_but_calls_and_flows() -> None:
    shown = show_choices("c1", store=in_memory()).choices
    assert {one.setting for one in shown} == {"approve_before_post", "flows_off", "capabilities"}
