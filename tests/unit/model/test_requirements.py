import pytest
from pydantic import ValidationError

from connector.model.company import Company, taxes_by_hand
from connector.model.policy.accounts import deposit_account
from connector.model.policy.requirements import needs, problems
from connector.model.policy.sales_requirements import sales_tax_code
from connector.model.policy.settings import Settings
from tests.builders import a_company, settings

STOCK = {
    "handle_inventory": True,
    "asset_account": "Inventory Asset",
    "inventory_start_date": "2025-01-01",
}


def told_of(flow: str, chosen: Settings, company: Company) -> list[str]:
    return [one.sentence for one in problems(chosen, company) if flow in one.flows]


def of_products(**changes: object) -> list[str]:
    return told_of("push_products", settings(**changes), a_company())


def test_an_account_is_found_by_id_as_well_as_by_name() -> None:
    assert of_products(income_account="79") == []


def test_an_empty_account_setting_offers_the_accounts_that_fit() -> None:
    told = of_products(income_account="")
    assert told == ['The setting "Income Account" is empty. Choose one of: Sales, Fees.']


def test_an_unknown_name_offers_the_nearest_because_case_counts() -> None:
    assert of_products(income_account="sales") == [
        'The setting "Income Account" says "sales", but QuickBooks has no active account of '
        "exactly that name or id. Did you mean Sales?"
    ]


def test_an_account_of_the_wrong_type_is_named_with_its_type() -> None:
    told = of_products(income_account="Checking")
    assert "is an account of type Bank; it must be Income or Other Income" in told[0]


def test_a_wrong_account_stops_only_the_flows_that_need_it() -> None:
    wrong = settings(income_account="", accounts_payable="")
    assert told_of("push_customers", wrong, a_company()) == []
    assert told_of("push_invoices", wrong, a_company()) == []


def test_bills_need_the_accounts_payable_account_and_vendors_do_not() -> None:
    assert told_of("push_vendors", settings(), a_company()) == []
    assert needs("push_bills", settings(), a_company()) == [
        'The setting "Accounts Payable Name" is empty. Choose one of: Accounts Payable.'
    ]


def test_expenses_need_an_account_for_each_way_of_paying_and_one_for_the_cost() -> None:
    assert len(told_of("push_expenses", settings(), a_company())) == 4


def test_a_category_account_is_checked_too() -> None:
    told = of_products(income_account_of_category={"Fittings": "Checking"})
    assert 'The setting "Income account by product category: Fittings"' in told[0]


def test_inventory_with_everything_chosen_has_no_problem() -> None:
    assert of_products(**STOCK) == []


def test_inventory_needs_an_income_account_for_product_sales() -> None:
    told = of_products(**STOCK, income_account="Fees")
    assert "must be Income (Sales of Product Income)" in told[0]


def test_inventory_needs_a_start_date() -> None:
    told = of_products(**(STOCK | {"inventory_start_date": None}))
    assert '"Inventory start date" is empty' in told[0]


def test_a_start_date_in_closed_books_is_refused() -> None:
    company = a_company(closed_until="2025-06-30")
    told = told_of("push_products", settings(**STOCK), company)
    assert "closed up to 2025-06-30" in told[0]


def test_a_plan_without_inventory_says_so_before_anything_is_sent() -> None:
    company = a_company(tracks_quantity=False, edition="QuickBooks Online Essentials")
    told = told_of("push_products", settings(**STOCK), company)
    assert "does not track quantities in QuickBooks (QuickBooks Online Essentials)" in told[0]


def test_inventory_and_service_items_are_refused_together_in_words() -> None:
    with pytest.raises(ValidationError, match="cannot both be on"):
        settings(**STOCK, products_as_services=True)


def test_a_payment_method_that_is_not_there_offers_the_nearest() -> None:
    chosen = settings(payment_methods={"Check": "Checks"})
    told = told_of("push_payments", chosen, a_company())
    assert "Did you mean Check?" in told[0]


def of_expenses(**changes: object) -> list[str]:
    chosen = {
        "expense_check_account": "Checking",
        "expense_credit_card_account": "Mastercard",
        "expense_cash_account": "Checking",
        "expense_account": "Job Supplies",
    }
    return told_of("push_expenses", settings(**(chosen | changes)), a_company())


def test_expenses_with_all_four_accounts_have_no_problem() -> None:
    assert of_expenses() == []


def test_a_payment_type_of_expenses_needs_an_account_that_fits_it() -> None:
    mapped = {"Fuel card": {"type": "CreditCard", "account": "Checking"}}
    assert of_expenses(expense_payments=mapped) == [
        'The setting "Expense payment by MobiWork payment type: Fuel card" says "Checking", which '
        "is an account of type Bank; it must be Credit Card. Choose one of: Mastercard."
    ]


def test_a_payment_type_of_expenses_with_its_account_has_no_problem() -> None:
    assert of_expenses(expense_payments={"Debit": {"type": "Cash", "account": "Checking"}}) == []


def test_a_custom_field_that_is_not_switched_on_is_named() -> None:
    chosen = settings(
        accounts_payable="Accounts Payable",
        purchase_order_custom_fields=[{"api_name": "crew", "definition_id": "2"}],
    )
    company = a_company(purchase_fields={"1": "Job site"})
    assert told_of("push_purchase_orders", chosen, company) == [
        'The setting "Custom fields of purchase orders" sends crew to custom field 2, which is '
        "not switched on in QuickBooks. Switch it on there, or choose one of: 1 (Job site)."
    ]


def test_a_custom_field_that_is_switched_on_has_no_problem() -> None:
    chosen = settings(
        accounts_payable="Accounts Payable",
        purchase_order_custom_fields=[{"api_name": "crew", "definition_id": "1"}],
    )
    company = a_company(purchase_fields={"1": "Job site"})
    assert told_of("push_purchase_orders", chosen, company) == []


FIELDS = [{"api_name": "crew", "definition_id": "1"}, {"api_name": "gate", "definition_id": "2"}]


def test_a_custom_field_that_quickbooks_does_not_use_stops_its_own_flow() -> None:
    chosen, company = settings(invoice_custom_fields=FIELDS), a_company(sales_fields={"1": "Crew"})
    assert told_of("push_invoices", chosen, company) == [
        'The setting "Custom fields of invoices" sends gate to custom field 2, which is not '
        "switched on in QuickBooks. Switch it on there, or choose one of: 1 (Crew)."
    ]
    assert told_of("push_quotes", chosen, company) == []


def test_two_fields_sent_to_one_custom_field_are_a_problem() -> None:
    chosen = settings(quote_custom_fields=[FIELDS[0], FIELDS[0] | {"api_name": "gate"}])
    told = told_of("push_quotes", chosen, a_company(sales_fields={"1": "Crew"}))
    assert told == [
        'The setting "Custom fields of quotes" sends two fields to the same custom field of '
        "QuickBooks. Choose another one for each."
    ]


def test_a_deposit_account_must_be_a_bank_or_other_current_asset() -> None:
    chosen = settings(deposit_accounts={"Cash": "Inventory Asset", "Check": "Sales"})
    assert told_of("push_payments", chosen, a_company()) == [
        'The setting "Deposit account by MobiWork payment type: Check" says "Sales", which is an '
        "account of type Income; it must be Bank or Other Current Asset. Choose one of: Inventory "
        "Asset, Checking."
    ]


def test_a_deposit_account_is_found_whatever_the_case_of_the_payment_type() -> None:
    chosen = settings(deposit_accounts={"CASH": "Checking"})
    found = deposit_account(a_company(), chosen, "cash")
    assert found is not None
    assert found.id == "35"
    assert deposit_account(a_company(), chosen, "Check") is None


RATES = {"Florida": "7", "Georgia": "8"}


@pytest.mark.parametrize(
    ("codes", "wanted", "found"),
    [
        ({}, "", None),
        ({}, "Florida", None),
        ({"Florida": "7"}, "", "7"),
        (RATES, "", None),
        (RATES, "Georgia", "8"),
        (RATES, "8", "8"),
        (RATES, "georgia", None),
    ],
)
def test_the_sales_tax_code_is_the_chosen_one_else_the_only_one(
    codes: dict[str, str], wanted: str, found: str | None
) -> None:
    company = a_company(tax_codes=codes)
    assert sales_tax_code(company, settings(sales_tax_code=wanted)) == found


@pytest.mark.parametrize("flow", ["push_invoices", "push_quotes", "push_sales_orders"])
def test_a_sales_tax_code_that_quickbooks_does_not_have_stops_what_is_sold(flow: str) -> None:
    chosen, company = settings(sales_tax_code="georgia"), a_company(tax_codes=RATES)
    assert told_of(flow, chosen, company) == [
        'The setting "Sales tax code" says "georgia", but QuickBooks has no active sales tax of '
        "exactly that name or id. Choose one of: Florida, Georgia."
    ]
    assert told_of("push_payments", chosen, company) == []


def test_a_sales_tax_code_does_no_harm_where_quickbooks_calculates_the_tax() -> None:
    assert told_of("push_invoices", settings(sales_tax_code="Georgia"), a_company()) == []


@pytest.mark.parametrize(
    ("taxes", "by_hand"),
    [
        ({"UsingSalesTax": True}, True),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": True}, False),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": False}, False),
        ({"UsingSalesTax": False}, False),
        ({}, False),
    ],
)
def test_a_company_taxes_by_hand_when_it_has_no_automatic_tax(
    taxes: dict[str, bool], by_hand: bool
) -> None:
    assert taxes_by_hand({"TaxPrefs": taxes}) is by_hand


@pytest.mark.parametrize(
    ("edition", "orders"),
    [
        ("QuickBooks Online Simple Start", False),
        ("QuickBooks Online Essentials", False),
        ("QuickBooks Online Plus", True),
        ("QuickBooks Online Advanced", True),
        ("", True),
        ("QuickBooks Something New", True),
    ],
)
def test_only_plans_known_to_lack_purchase_orders_lack_them(edition: str, orders: bool) -> None:
    assert a_company(edition=edition).has_purchase_orders is orders


TYPO = "Chekking"


@pytest.mark.case("F12")
@pytest.mark.parametrize(
    ("flow", "chosen", "only"),
    [
        ("push_payments", {"deposit_accounts": {"Check": TYPO}}, 'payment type "Check"'),
        ("push_payments", {"payment_methods": {"Chek": TYPO}}, 'payment type "Chek"'),
        (
            "push_payments",
            {"deposit_account": TYPO, "deposit_accounts": {"Card": "Checking"}},
            "no account of its own",
        ),
        ("push_expenses", {"expense_account_of_category": {"Fuel": TYPO}}, 'category "Fuel"'),
        (
            "push_expenses",
            {"expense_account": TYPO, "expense_account_of_category": {"Fuel": "Job Supplies"}},
            "no account of its own",
        ),
        ("push_expenses", {"expense_cash_account": TYPO}, "expenses paid in cash"),
        (
            "push_expenses",
            {"expense_payments": {"Visa": {"type": "CreditCard", "account": TYPO}}},
            'payment type "Visa"',
        ),
        ("push_products", {"income_account_of_category": {"Labor": TYPO}}, 'category "Labor"'),
        ("push_products", STOCK | {"asset_account": TYPO}, "parts that become inventory items"),
        (
            "push_invoices",
            {"class_of_sales": {"field": "category", "names": {"HVAC": TYPO}}},
            'documents whose category is "HVAC"',
        ),
        (
            "push_invoices",
            {"class_of_sales": {"field": "category", "otherwise": TYPO}},
            "documents whose category is empty",
        ),
        ("push_invoices", {"sales_tax_code": TYPO}, "documents with sales tax"),
        ("push_invoices", {"invoice_custom_fields": FIELDS[:1]}, 'the field "crew"'),
    ],
)
def test_a_wrong_choice_for_some_records_stops_none_of_the_others(
    flow: str, chosen: dict[str, object], only: str
) -> None:
    accounts = {
        "expense_check_account": "Checking",
        "expense_credit_card_account": "Mastercard",
        "expense_cash_account": "Checking",
        "expense_account": "Job Supplies",
    }
    company = a_company(tax_codes=RATES, class_tracking="document", classes={"Service": "1"})
    wanted = settings(**(accounts | chosen))
    (problem,) = [one for one in problems(wanted, company) if flow in one.flows]
    assert only in str(problem.only)
    assert needs(flow, wanted, company) == []
