from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.purchases import expenses
from connector.entities.purchases.expense_model import Expense, expense_label, mentioned, problems
from connector.errors import MissingMappingsError
from connector.model.body import Body
from connector.model.flows.context import PushContext
from connector.model.policy.postable import Standing
from tests.builders import a_company, settings
from tests.unit.entities.purchases.buying import an_expense, buying_settings, knowing, known, linked

CATEGORIES = {"expense_account_of_category": {"Tools": "Cost of Goods Sold"}}
FUEL_CARD = {"expense_payments": {"Fuel Card": {"type": "CreditCard", "account": "41"}}}
ATTACHED = ("entityType", "entityId", "entityName", "entityReferenceId", "entityReferenceName")
ON_NOTHING = dict.fromkeys(ATTACHED, "null")


def read(**changes: Any) -> Expense:
    return Expense.model_validate(an_expense(**changes).fields)


def line(account: str = "60", text: str = "Pipe cutter", amount: str = "308.29") -> Body:
    return {
        "Description": text,
        "Amount": Decimal(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
    }


def of_customer(one: Body) -> Body:
    detail = one["AccountBasedExpenseLineDetail"]
    customer = {"CustomerRef": {"value": "58"}, "BillableStatus": "NotBillable"}
    return one | {"AccountBasedExpenseLineDetail": detail | customer}


PLAIN: Body = {
    "PaymentType": "Check",
    "AccountRef": {"value": "35"},
    "TxnDate": "2026-03-31",
    "PrivateNote": "MobiWork expense 31001 by Milo Willowley on Service visit: Permit handling "
    "[mark]",
    "Line": [of_customer(line())],
}
ALONE = PLAIN | {
    "PrivateNote": "MobiWork expense 31001 by Milo Willowley [mark]",
    "Line": [line()],
}


BY_CHECK = ("PaymentType", "AccountRef", "EntityRef")
BILLED = {
    "reimbursable_expenses": "bill from the employee",
    "employee_vendors": {"Milo Willowley": "77"},
}
GOLDEN = [
    pytest.param(read(), known(), PLAIN, id="on a work order, by check"),
    pytest.param(read(**ON_NOTHING), known(), ALONE, id="on nothing"),
    pytest.param(
        read(**ON_NOTHING, reimbursementDueDate="Tue Apr 14 00:00:00 EDT 2026"),
        known(settings=buying_settings(**BILLED)),
        {name: one for name, one in ALONE.items() if name not in BY_CHECK}
        | {
            "VendorRef": {"value": "77"},
            "APAccountRef": {"value": "33"},
            "DueDate": "2026-04-14",
        },
        id="a bill from the employee who paid it",
    ),
    pytest.param(
        read(**ON_NOTHING, paymentType="CREDIT_CARD"),
        known(),
        ALONE | {"PaymentType": "CreditCard", "AccountRef": {"value": "41"}},
        id="by credit card",
    ),
    pytest.param(
        read(**ON_NOTHING, paymentType="cash"),
        known(),
        ALONE | {"PaymentType": "Cash"},
        id="in cash",
    ),
    pytest.param(
        read(**ON_NOTHING, paymentType="fuel card"),
        known(settings=buying_settings(**FUEL_CARD)),
        ALONE | {"PaymentType": "CreditCard", "AccountRef": {"value": "41"}},
        id="by a payment type of the settings",
    ),
    pytest.param(
        read(**ON_NOTHING, paymentType="Check"),
        known(
            settings=buying_settings(
                expense_payments={"Check": {"type": "Cash", "account": "Checking"}}
            )
        ),
        ALONE | {"PaymentType": "Cash"},
        id="the settings come before what is built in",
    ),
    pytest.param(
        read(**ON_NOTHING),
        known(settings=buying_settings(**CATEGORIES)),
        ALONE | {"Line": [line("80")]},
        id="a category with an account of its own",
    ),
    pytest.param(
        read(**ON_NOTHING, categoryName="Fuel"),
        known(settings=buying_settings(**CATEGORIES)),
        ALONE,
        id="a category without an account of its own",
    ),
    pytest.param(
        read(**ON_NOTHING, description=""),
        known(),
        ALONE | {"Line": [line(text="Tools")]},
        id="the category stands in for a description",
    ),
    pytest.param(
        read(**ON_NOTHING, vendorId="51001"),
        known(),
        ALONE | {"EntityRef": {"value": "56", "type": "Vendor"}},
        id="a payee that is in QuickBooks",
    ),
    pytest.param(read(**ON_NOTHING, vendorId="51002"), known(), ALONE, id="a payee that is not"),
    pytest.param(
        read(entityType="CUSTOMER", entityId="700001", entityName="Blue Heron Plumbing"),
        known(),
        PLAIN
        | {"PrivateNote": "MobiWork expense 31001 by Milo Willowley on Blue Heron Plumbing [mark]"},
        id="on a customer",
    ),
    pytest.param(
        read(entityReferenceId="700002"),
        known(),
        PLAIN | {"Line": [line()]},
        id="on a work order of a customer that is not in QuickBooks",
    ),
    pytest.param(
        read(entityType="ASSET"),
        known(),
        PLAIN | {"Line": [line()]},
        id="the reference of something else is not taken for a customer",
    ),
    pytest.param(
        read(**ON_NOTHING, expenseDate="2026/03/28", checkNumber="1044"),
        known(company=a_company(custom_purchase_numbers=True)),
        ALONE | {"TxnDate": "2026-03-28", "DocNumber": "1044"},
        id="a date and a check number of its own",
    ),
    pytest.param(
        read(**ON_NOTHING, checkNumber="1044"),
        known(),
        ALONE | {"PrivateNote": "MobiWork expense 31001 no. 1044 by Milo Willowley [mark]"},
        id="the number stands in the memo of a company that numbers by itself",
    ),
    pytest.param(
        read(**ON_NOTHING),
        known(company=a_company(multicurrency=True)),
        ALONE | {"CurrencyRef": {"value": "USD"}},
        id="a company with several currencies",
    ),
    pytest.param(
        read(**ON_NOTHING, amount="12.345"),
        known(),
        ALONE | {"Line": [line(amount="12.35")]},
        id="cents are rounded half up",
    ),
]


@pytest.mark.parametrize(("expense", "known", "expected"), GOLDEN)
def test_an_expense_becomes(expense: Expense, known: PushContext, expected: Body) -> None:
    assert expenses.to_qbo(expense, known) == expected


def test_an_unknown_payment_type_is_refused_with_the_setting_that_helps() -> None:
    with pytest.raises(MissingMappingsError) as refused:
        expenses.to_qbo(read(paymentType="Fleet card"), known())
    assert refused.value.problems == (
        'It was paid by "Fleet card", which is not Check, Credit Card or Cash. Say in the '
        'setting "Expense payment by MobiWork payment type" how "Fleet card" is paid in QuickBooks '
        "and from which account.",
    )
    assert refused.value.fixes[0].action == "open_settings"


def test_an_expense_in_a_closed_period_is_refused_before_it_is_sent() -> None:
    company = a_company(closed_until="2026-03-31")
    with pytest.raises(MissingMappingsError, match="It is dated 2026-03-31, and the books"):
        expenses.to_qbo(read(), known(company=company))


@pytest.mark.parametrize(
    ("chosen", "status", "expected"),
    [
        (["Approved"], "approved", Standing.POSTED),
        (["Approved"], "Reimbursed", Standing.UNDECIDED),
        (["Approved"], "null", Standing.UNDECIDED),
        (["Approved"], "Submitted", Standing.NOT_YET),
        (["Approved"], "Rejected", Standing.NEVER),
        (["Submitted", "Approved"], "submitted", Standing.POSTED),
        (["Reimbursed"], "Approved", Standing.UNDECIDED),
    ],
)
def test_an_expense_is_pushed_by_its_status(
    chosen: list[str], status: str, expected: Standing
) -> None:
    expense, wanted = read(customStatusName=status), buying_settings(expense_statuses=chosen)
    assert expenses.PUSH.eligibility.verdict(expense, wanted, a_company()).standing is expected


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        (
            {"amount": "0.004"},
            [
                "Its amount is 0.00; an expense must be more than zero. Enter refunds in "
                "QuickBooks by hand."
            ],
        ),
        (
            {"amount": "-12.00"},
            [
                "Its amount is -12.00; an expense must be more than zero. Enter refunds in "
                "QuickBooks by hand."
            ],
        ),
        (
            {"paymentType": "null"},
            [
                "It does not say how it was paid. Choose a payment type in MobiWork, such as "
                "Check, Credit Card or Cash."
            ],
        ),
    ],
)
def test_a_problem_says_what_is_wrong_and_what_to_do(
    changes: dict[str, str], told: list[str]
) -> None:
    assert problems(read(**changes)) == told


def test_customer_and_payee_are_mentioned_but_not_waited_for() -> None:
    expense = read(vendorId="51001", vendorName="Tampa Plumbing Supply")
    assert [(one.entity, one.record_id, one.label) for one in mentioned(expense)] == [
        ("customer", "700001", 'customer "Blue Heron Plumbing"'),
        ("vendor", "51001", 'vendor "Tampa Plumbing Supply"'),
    ]
    assert expenses.PUSH.references.needed(expense, settings(), a_company()) == ()


def test_everything_that_was_left_out_or_shortened_is_said() -> None:
    expense = read(vendorId="51002", checkNumber="4" * 22, description="d" * 4001)
    answer = {"DocNumber": "4444", "Line": [line()]}
    assert expenses.remarks(expense, answer) == [
        'It was posted without its customer "Blue Heron Plumbing", who was not in QuickBooks when '
        "it "
        "was pushed. Choose the customer on it there if you need it.",
        'It was posted without its payee "51002", who was not in QuickBooks when it was pushed. '
        "Choose "
        "the payee on it there if you need it.",
        "Its description was cut to 4000 characters.",
        f"Its number {'4' * 22} stands in its memo: QuickBooks numbers expenses automatically, or "
        "it is longer than 21 characters.",
    ]


def test_a_number_that_quickbooks_kept_is_not_told() -> None:
    expense = read(**ON_NOTHING, checkNumber="1044")
    assert expenses.remarks(expense, {"DocNumber": "1044"}) == []


def test_an_expense_that_goes_along_whole_has_no_remark() -> None:
    assert expenses.remarks(read(), PLAIN) == []


def test_an_expense_is_named_with_amount_category_and_person() -> None:
    assert expense_label(read()) == "expense 31001 of 308.29 for Tools by Milo Willowley"


def test_an_expense_of_which_little_is_known_is_named_all_the_same() -> None:
    expense = read(categoryName="null", createdByName="null")
    assert expense_label(expense) == "expense 31001 of 308.29"


def test_the_purchases_of_the_day_are_looked_through_for_a_lost_one() -> None:
    assert "TxnDate = '2026-03-31'" in expenses.twin_query(PLAIN)


def test_an_expense_that_the_native_connector_linked_is_adopted() -> None:
    assert expenses.PUSH.records.external_id(read(externalId="91,QBO")) == "91,QBO"


@given(
    cents=st.integers(1, 10**13 - 1),
    texts=st.lists(st.text(max_size=4300), min_size=5, max_size=5),
)
def test_every_expense_fits(cents: int, texts: list[str]) -> None:
    description, number, category, by, on = texts
    expense = Expense.model_validate(
        {
            "expenseid": "1",
            "amount": str(Decimal(cents) / 100),
            "createddate": "2026/03/31",
            "description": description,
            "checknumber": number,
            "categoryname": category,
            "createdbyname": by,
            "entityname": on,
            "paymenttype": "Cash",
        }
    )
    company = a_company(custom_purchase_numbers=True)
    body = expenses.to_qbo(expense, knowing((("customer", "1"), linked("58")), company=company))
    assert len(body["PrivateNote"]) <= 4000
    assert body["PrivateNote"].endswith(" [mark]")
    assert len(body.get("DocNumber", "")) <= 21
    assert len(body["Line"][0].get("Description", "")) <= 4000
    assert body["Line"][0]["Amount"] * 100 == cents
