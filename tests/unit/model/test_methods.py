"""Which methods of payment are money; one that ends with a number is the one without it."""

import time

import pytest

from connector.entities.payments.methods import method_id, to_be_made
from connector.entities.payments.model import Payment
from connector.model.policy.accounts import deposit_account
from connector.model.policy.postable import LONGEST_NUMBERED, Standing, money_verdict, unnumbered
from connector.model.policy.settings import Settings
from tests.builders import a_company, a_payment

COMPANY = a_company(payment_methods={"Check": "2", "Visa": "3", "Net": "4"})


POST, ASK = Standing.POSTED, Standing.UNDECIDED


def paid_by(method: str, kind: str = "PAYMENT") -> Standing:
    return money_verdict(kind, method, Settings(), COMPANY).standing


def a_read_payment(method: str) -> Payment:
    return Payment.model_validate(a_payment(paymentMethod=method).fields)


@pytest.mark.case("M33e")
@pytest.mark.parametrize(
    ("kind", "method", "expected"),
    [
        ("PAYMENT", "Zelle", POST),
        ("zelle", "", POST),
        ("PAYMENT", "wire-transfer", POST),
        ("Money Order", "", POST),
        ("FINAL_PAYMENT", "chk 1044", POST),
        ("Down payment", "", POST),
        ("PAYMENT", "Zelle (refunded)", ASK),
        ("PAYMENT", "Wire fee", ASK),
        ("PAYMENT", "Balance transfer", ASK),
        ("PAYMENT", "PAID IN FULL", ASK),
    ],
)
def test_a_way_to_move_money_is_money_though_mobiwork_does_not_document_it(
    kind: str, method: str, expected: Standing
) -> None:
    assert paid_by(method, kind) is expected


@pytest.mark.case("M5h")
@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("Check #1044", "Check"),
        ("check no. 1044", "check"),
        ("Check 1044", "Check"),
        ("Check1044", "Check"),
        ("Visa ending in 1234", "Visa"),
        ("Visa (1234)", "Visa"),
        ("Amex-1001", "Amex"),
        ("Credit card xxxx1234", "Credit card"),
        ("Credit Card **** 1234", "Credit Card"),
        ("Visa ending in xxxx-1234", "Visa"),
        ("Check # 12", "Check"),
        ("Check number: 7", "Check"),
        ("Card x12", "Card"),
        ("Check - 10 4412", "Check"),
    ],
)
def test_a_method_with_a_number_is_the_method_of_that_name(method: str, name: str) -> None:
    assert unnumbered(method) == name
    assert paid_by(method) is Standing.POSTED


@pytest.mark.case("M5h")
@pytest.mark.parametrize(
    "method",
    ["Net 30", "Gift card 1234", "Store credit #12", "Check 1044 returned", "Crypto 55", "1044"],
)
def test_a_number_makes_no_money_of_what_is_none_or_not_known(method: str) -> None:
    assert paid_by(method) is Standing.UNDECIDED


@pytest.mark.case("M5h")
@pytest.mark.parametrize(
    "method", ["Route 66", "Bank 1", "Bank 2024", "Check 12", "Piano 88", "Amex 1", "x 1", "#1"]
)
def test_a_number_that_may_be_a_part_of_the_name_stays_with_it(method: str) -> None:
    assert unnumbered(method) is None


@pytest.mark.case("M5h")
@pytest.mark.parametrize("char", ["-", " -", "#", "*", "x", " x", "(", "no. ", "1", "a "])
def test_a_long_text_takes_no_time(char: str) -> None:
    begun = time.process_time()
    for length in (LONGEST_NUMBERED, 5000):
        repeated = char * (length // len(char) - 4)
        for text in (f"a{repeated}!1", f"a {repeated}1", repeated):
            unnumbered(text[:length])
    assert time.process_time() - begun < 0.5


@pytest.mark.case("M5h")
def test_it_goes_to_the_method_and_account_of_that_name_and_none_is_made_for_its_number() -> None:
    chosen = Settings(
        deposit_accounts={"Check": "Checking"},
        payment_methods={"Amex": "Visa", "Visa 7": "Check"},
        missing_payment_methods="create",
    )
    methods = [
        method_id(a_read_payment(one), chosen, COMPANY) for one in ("Check #1044", "Amex 1001")
    ]
    assert methods == ["2", "3"]
    assert method_id(a_read_payment("Visa 7"), chosen, COMPANY) == "2"
    account = deposit_account(COMPANY, chosen, "Check #1044")
    assert account is not None
    assert account.name == "Checking"
    assert to_be_made(a_read_payment("Check #1044"), chosen, COMPANY) is None
    made = to_be_made(a_read_payment("Discover 1234"), chosen, COMPANY)
    assert made is not None
    assert made.body == {"Name": "Discover", "Type": "CREDIT_CARD"}
