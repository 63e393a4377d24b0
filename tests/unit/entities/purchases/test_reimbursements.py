from typing import Any

import pytest

from connector.entities.purchases import expenses
from connector.entities.purchases.expenses import Expense
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.policy.accounts import BY_CARD
from connector.model.policy.requirements import problems as problems_of
from connector.model.policy.setting_problems import SettingProblem
from connector.model.policy.settings import Settings
from tests.builders import a_company
from tests.unit.entities.purchases.buying import an_expense, buying_settings, known

(CARD, *_) = [one for one in a_company().accounts if BY_CARD.allows(one)]
DUE = {"reimbursementDueDate": "Tue Apr 14 00:00:00 EDT 2026"}
OWED = {"reimbursable_expenses": "owed to the employee", "reimbursement_account": CARD.name}


def of_expenses(chosen: Settings) -> list[SettingProblem]:
    return [one for one in problems_of(chosen, a_company()) if "push_expenses" in one.flows]


def posted(changes: dict[str, str], **chosen: Any) -> Body:
    expense = Expense.model_validate(an_expense(**changes).fields)
    return expenses.to_qbo(expense, known(settings=buying_settings(**chosen)))


@pytest.mark.case("M29")
@pytest.mark.parametrize("how", ["Check", "Cash"])
def test_what_an_employee_paid_is_not_taken_from_the_bank_unasked(how: str) -> None:
    with pytest.raises(MissingMappingsError) as refused:
        posted(DUE | {"paymentType": how})
    (told,) = refused.value.problems
    assert told.startswith(
        "MobiWork says that its reimbursement is due on 2026-04-14, so an employee paid it, not "
    )
    assert '"Expenses to be reimbursed"' in told
    assert refused.value.fixes[0].target == "reimbursable_expenses"


@pytest.mark.case("M29a")
def test_by_setting_it_is_owed_to_the_employee_until_it_is_reimbursed() -> None:
    body = posted(DUE | {"paymentType": "Cash"}, **OWED)
    assert (body["PaymentType"], body["AccountRef"]) == ("CreditCard", {"value": CARD.id})
    assert body["TxnDate"] == "2026-03-31"


@pytest.mark.case("M29b")
def test_what_the_company_paid_is_taken_from_its_account() -> None:
    alone = posted({})
    assert posted(DUE, reimbursable_expenses="paid by the company") == alone
    card = {"paymentType": "Credit Card"}
    assert posted(DUE | card) == posted(card)


@pytest.mark.case("M29c")
def test_the_account_of_what_is_owed_is_checked_where_it_is_needed() -> None:
    wrong = buying_settings(reimbursable_expenses="owed to the employee")
    assert any("owed to employees" in one.sentence for one in of_expenses(wrong))
    assert not of_expenses(buying_settings())
