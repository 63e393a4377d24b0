import pytest

from connector.api.consent import setting_problems
from connector.model.company import Account, Company, company_from
from tests.builders import a_company, settings

SALES = Account(id="79", name="Sales", type="Income")
CHECKING = Account(id="35", name="Checking", type="Bank")


def problem(wanted: str, *accounts: Account) -> str:
    """What is said about the income account."""
    company = a_company(accounts=accounts or (SALES, CHECKING))
    found = setting_problems(settings(income_account=wanted), company)
    return "".join(one for one in found if '"Income Account"' in one)


@pytest.mark.parametrize("wanted", ["Sales", "79"])
def test_an_account_is_found_by_exact_name_and_by_id(wanted: str) -> None:
    assert problem(wanted) == ""


def test_an_empty_setting_offers_the_accounts_that_fit() -> None:
    assert problem("") == 'The setting "Income Account" is empty. Choose one of: Sales.'


def test_names_are_case_sensitive_and_a_near_one_is_offered() -> None:
    assert problem("sales") == (
        'The setting "Income Account" says "sales", but QuickBooks has no active account of '
        "exactly that name or id. Did you mean Sales?"
    )


def test_for_a_name_unlike_all_others_the_accounts_that_fit_are_offered() -> None:
    assert problem("Zzz").endswith("of exactly that name or id. Choose one of: Sales.")


def test_an_account_of_another_type_says_both_types() -> None:
    assert problem("Checking") == (
        'The setting "Income Account" says "Checking", which is an account of type Bank; it must '
        "be Income or Other Income. Choose one of: Sales."
    )


def test_a_company_without_a_fitting_account_says_so() -> None:
    assert problem("", CHECKING) == (
        'The setting "Income Account" is empty. QuickBooks has no account of type Income or Other '
        "Income yet: add one there."
    )


def test_no_more_than_five_accounts_are_offered() -> None:
    accounts = [Account(id=str(n), name=f"Sales {n}", type="Income") for n in range(9)]
    assert problem("", *accounts).endswith(
        "Choose one of: Sales 0, Sales 1, Sales 2, Sales 3, Sales 4 and 4 more."
    )


def test_a_company_is_read_from_quickbooks_own_records() -> None:
    read = company_from(
        realm_id="913",
        info={"CompanyName": "Harbor Books", "Country": "US"},
        preferences={
            "SalesFormsPrefs": {"CustomTxnNumbers": True},
            "TaxPrefs": {"UsingSalesTax": True},
            "AccountingInfoPrefs": {"BookCloseDate": "2025-12-31"},
        },
        lists={
            "Account": [
                {"Id": "79", "Name": "Sales", "AccountType": "Income"},
                {
                    "Id": "80",
                    "Name": "Parts",
                    "FullyQualifiedName": "Sales:Parts",
                    "AccountType": "Income",
                },
            ],
            "PaymentMethod": [{"Id": "2", "Name": "Check"}],
            "Term": [{"Id": "3", "Name": "Net 30"}],
        },
        read_at="2026-03-02T12:00:00+00:00",
    )
    assert read == Company(
        realm_id="913",
        name="Harbor Books",
        country="US",
        read_at="2026-03-02T12:00:00+00:00",
        custom_numbers=True,
        uses_sales_tax=True,
        taxes_by_hand=True,
        closed_until="2025-12-31",
        accounts=(SALES, Account(id="80", name="Sales:Parts", type="Income")),
        payment_methods={"Check": "2"},
        terms={"Net 30": "3"},
    )


def test_preferences_that_are_absent_are_off() -> None:
    read = company_from(
        realm_id="913",
        info={},
        preferences={},
        lists={"Account": [], "PaymentMethod": [], "Term": []},
        read_at="",
    )
    assert (read.custom_numbers, read.uses_sales_tax, read.closed_until, read.country) == (
        False,
        False,
        None,
        "",
    )


@pytest.mark.case("M11a")
@pytest.mark.parametrize(
    ("told", "by_hand", "ready"),
    [
        ({}, True, True),
        ({"PartnerTaxEnabled": True}, False, True),
        ({"PartnerTaxEnabled": False}, False, False),
    ],
)
def test_preferences_tell_how_sales_tax_is_set_up(
    told: dict[str, bool], *, by_hand: bool, ready: bool
) -> None:
    company = company_from(
        realm_id="913",
        info={},
        preferences={"TaxPrefs": {"UsingSalesTax": True} | told},
        lists={"Account": [], "PaymentMethod": [], "Term": []},
        read_at="",
    )
    assert (company.taxes_by_hand, company.sales_tax_ready) == (by_hand, ready)
