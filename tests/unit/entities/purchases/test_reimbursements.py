from typing import Any

import pytest

from connector.entities.purchases import expenses
from connector.entities.purchases.expense_model import Expense
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.policy.accounts import BY_CARD
from connector.model.policy.requirements import problems as problems_of
from connector.model.policy.setting_problems import SettingProblem
from connector.model.policy.settings import Settings
from tests.builders import a_company
from tests.fakes import lost_answer
from tests.unit.engine.world import World
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


BOB = {"createdByName": "Bob Reyes"}
BILLED = {
    "reimbursable_expenses": "bill from the employee",
    "employee_vendors": {"bob reyes": "77"},
}
ALONE = {"vendorId": "null"}


@pytest.mark.case("M29d")
@pytest.mark.parametrize("how", ["Check", "Cash"])
def test_by_setting_it_is_a_bill_from_the_employee_as_a_vendor(how: str) -> None:
    bill = posted(DUE | BOB | {"paymentType": how}, **BILLED)
    assert {name: bill.get(name) for name in ("VendorRef", "APAccountRef", "TxnDate")} == {
        "VendorRef": {"value": "77"},
        "APAccountRef": {"value": "33"},
        "TxnDate": "2026-03-31",
    }
    assert bill["DueDate"] == "2026-04-14"
    assert bill["Line"] == posted({})["Line"]
    assert not {"PaymentType", "AccountRef", "EntityRef"} & bill.keys()
    assert " FROM Bill " in expenses.twin_query(bill)


@pytest.mark.case("M29d")
@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"paymentType": "Cash"}, "Bill"),
        ({"paymentType": "Credit Card"}, "Purchase"),
        ({"reimbursementDueDate": "null"}, "Purchase"),
    ],
)
def test_only_what_the_employee_paid_becomes_one(changes: dict[str, str], target: str) -> None:
    expense = Expense.model_validate(an_expense(**(DUE | BOB | changes)).fields)
    chosen = buying_settings(**BILLED)
    assert expenses.variant(expense, chosen).target == target
    body = expenses.to_qbo(expense, known(settings=chosen))
    assert ("VendorRef" in body) is (target == "Bill")


@pytest.mark.case("M29e")
@pytest.mark.parametrize("name", ["Ann Lee", ""])
def test_an_employee_for_whom_no_vendor_stands_is_asked_about_by_name(name: str) -> None:
    with pytest.raises(MissingMappingsError) as refused:
        posted(DUE | {"createdByName": name}, **BILLED)
    assert (f'"{name}"' if name else "does not name") in str(refused.value)
    assert refused.value.fixes[0].target == "employee_vendors"


@pytest.mark.case("M29f")
def test_an_account_that_holds_what_is_owed_names_the_employee_where_no_other_payee_is() -> None:
    chosen = OWED | {"employee_vendors": BILLED["employee_vendors"]}
    assert posted(DUE | BOB | ALONE, **chosen)["EntityRef"] == {"value": "77", "type": "Vendor"}
    assert "EntityRef" not in posted(BOB | ALONE, **chosen)


@pytest.mark.case("M29g")
def test_what_was_posted_as_paid_stays_that_when_the_settings_change() -> None:
    world = World()
    world.save(buying_settings(reimbursable_expenses="paid by the company"))
    world.find(an_expense(**(DUE | BOB)))
    assert world.push("expense") == {"expense": {"created": 1}}
    world.save(buying_settings(**BILLED))
    world.run_id = "r2"
    world.find(an_expense(**(DUE | BOB), description="seen anew"))
    assert world.push("expense") == {"expense": {"unchanged": 1}}
    assert "(Expense " in world.note("expense", "31001")[1]
    assert "Bill" not in world.quickbooks.records


@pytest.mark.case("M29g")
def test_one_that_was_sent_and_is_not_known_to_be_there_is_looked_for_as_what_it_was() -> None:
    world = World()
    world.save(buying_settings(reimbursable_expenses="paid by the company"))
    world.find(an_expense(**(DUE | BOB)))
    world.quickbooks.after = lost_answer
    world.push("expense", claim_seconds=1e9, settle_seconds=1e9)
    world.quickbooks.after = lambda _entity, _body: None
    world.save(buying_settings(**BILLED))
    world.run_id = "r2"
    world.push("expense")
    assert (len(world.quickbooks.records["Purchase"]), "Bill" in world.quickbooks.records) == (
        1,
        False,
    )


@pytest.mark.case("M29d")
def test_the_payables_account_is_checked_where_it_is_needed() -> None:
    told = of_expenses(buying_settings(**BILLED, accounts_payable="Checking"))
    assert [one.only for one in told] == ["expenses owed to an employee"]
