from decimal import Decimal
from typing import Any

import pytest

from connector.entities import payments
from connector.entities.payments import Payment
from connector.errors import RejectedError
from connector.flow import Known, Linked, Read
from tests.builders import a_company, a_payment, settings


def read(**changes: Any) -> Payment:
    return Payment.model_validate(a_payment(**changes).fields)


def known(total: str = "9.63") -> Known:
    invoice = Linked("145", "0", "", {"CustomerRef": {"value": "58"}}, Decimal(total))
    return Known(settings(), a_company(), {("invoice", "5501"): invoice}, "[mark]")


def test_the_complete_body_of_a_payment() -> None:
    assert payments.to_qbo(read(), known()) == {
        "CustomerRef": {"value": "58"},
        "TotalAmt": Decimal("9.63"),
        "TxnDate": "2025-11-10",
        "PaymentMethodRef": {"value": "2"},
        "PaymentRefNum": "chk 1044",
        "PrivateNote": "MobiWork payment 901 [mark]",
        "Line": [
            {
                "Amount": Decimal("9.63"),
                "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}],
            }
        ],
    }


def test_what_exceeds_the_invoice_is_not_applied() -> None:
    body = payments.to_qbo(read(amount="20.00"), known())
    assert (body["TotalAmt"], body["Line"][0]["Amount"]) == (Decimal("20.00"), Decimal("9.63"))


def test_a_long_reference_is_cut_to_what_quickbooks_takes() -> None:
    assert len(payments.to_qbo(read(paymentReference="x" * 40), known())["PaymentRefNum"]) == 21


def test_a_method_quickbooks_does_not_have_is_left_out() -> None:
    assert "PaymentMethodRef" not in payments.to_qbo(read(paymentMethod="Venmo"), known())


@pytest.mark.parametrize("status", ["FAILED", "declined", "DELETED", "Voided"])
def test_no_money_no_payment(status: str) -> None:
    assert "no money came in" in payments.why_not(read(status=status), settings())


def test_a_refund_is_not_pushed_as_a_payment() -> None:
    told = payments.why_not(read(paymentType="REFUND"), settings())
    assert told == "It is a refund, which is not pushed."


def test_a_payment_without_invoice_or_money_says_both() -> None:
    assert len(payments.problems(read(invoiceId="0", amount="0.00"))) == 2


def test_what_was_not_applied_is_told() -> None:
    answer = {"UnappliedAmt": Decimal("10.37")}
    assert "10.37 of 20.00" in payments.remarks(read(amount="20.00"), answer)[0]


def refused(code: str = "6000") -> RejectedError:
    return RejectedError("More than is owed.", code=code)


def owing(balance: str) -> Read:
    return lambda _entity, record_id: {"Id": record_id, "Balance": Decimal(balance)}


def test_after_a_refusal_only_what_the_invoice_owes_is_applied() -> None:
    body = payments.to_qbo(read(), known())
    amended = payments.amend(body, refused(), owing("9.00"))
    assert amended is not None
    assert amended["Line"][0]["Amount"] == Decimal("9.00")
    assert amended["TotalAmt"] == Decimal("9.63")


def test_a_payment_of_a_paid_invoice_becomes_a_credit() -> None:
    amended = payments.amend(payments.to_qbo(read(), known()), refused(), owing("0"))
    assert amended is not None
    assert amended["Line"] == []


@pytest.mark.parametrize(("code", "balance"), [("6200", "1.00"), ("6000", "9.63")])
def test_a_refusal_for_another_reason_stands(code: str, balance: str) -> None:
    body = payments.to_qbo(read(), known())
    assert payments.amend(body, refused(code), owing(balance)) is None
