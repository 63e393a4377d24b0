import pytest

from connector.model.policy.accounts import (
    EXPENSE_ACCOUNT,
    INCOME,
    account_of_category,
    choice,
    deposit_account,
)
from connector.model.policy.settings import Settings
from tests.builders import a_company

CHOSEN = Settings(
    income_account="Sales",
    income_account_of_category={"Plumbing": "Fees"},
    expense_account="Job Supplies",
    expense_account_of_category={"Fuel ": "60"},
    deposit_accounts={"Credit Card": "Checking"},
)


@pytest.mark.case("M21")
@pytest.mark.parametrize("category", ["Plumbing", "plumbing", " PLUMBING ", "Plum bing"])
def test_a_category_is_found_in_any_spelling(category: str) -> None:
    assert account_of_category(a_company(), CHOSEN, INCOME, category).name == "Fees"


@pytest.mark.case("M21a")
def test_so_are_expense_categories_and_payment_types() -> None:
    assert account_of_category(a_company(), CHOSEN, EXPENSE_ACCOUNT, "FUEL").name == "Job Supplies"
    found = deposit_account(a_company(), CHOSEN, "credit-card")
    assert found is not None
    assert found.name == "Checking"


def test_a_category_without_a_choice_of_its_own_has_the_account_of_all() -> None:
    assert account_of_category(a_company(), CHOSEN, INCOME, "Roofing").name == "Sales"


def test_the_very_spelling_comes_before_another_one() -> None:
    assert choice({"C": "1", "C+": "2"}, "C") == "1"
    assert choice({"C": "1", "C+": "2"}, "C+") == "2"
