"""What the tests of payments share: records and what is known of them."""

from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import push as push_payments
from connector.entities.payments.model import Payment
from connector.errors import MissingMappingsError, RejectedError
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from tests.builders import (
    a_company,
    a_payment,
    settings,
)

METHODS = {"Check": "2", "Credit Card": "3", "Cash": "1"}


def read(**changes: Any) -> Payment:
    return Payment.model_validate(a_payment(**changes).fields)


def invoice(number: str, total: str, customer: str = "58") -> Linked:
    return Linked(number, "0", "", {"CustomerRef": {"value": customer}}, Decimal(total))


def known(
    links: dict[tuple[str, str], Linked] | None = None,
    company: dict[str, Any] | None = None,
    **chosen: Any,
) -> PushContext:
    found = {("invoice", "5501"): invoice("145", "9.63"), ("invoice", "5502"): invoice("146", "20")}
    about = {"payment_methods": METHODS} | (company or {})
    return PushContext(settings(**chosen), a_company(**about), found | (links or {}), "[mark]")


def line(number: str, amount: str) -> Body:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": number, "TxnType": "Invoice"}]}


def shared(*parts: tuple[str, str]) -> dict[str, Any]:
    listed = [{"invoiceId": one, "amount": amount} for one, amount in parts]
    return {"invoicePayments": {"invoicePayment": listed}}


WHOLE = {
    "CustomerRef": {"value": "58"},
    "TotalAmt": Decimal("9.63"),
    "TxnDate": "2025-11-10",
    "PaymentMethodRef": {"value": "2"},
    "PaymentRefNum": "chk 1044",
    "PrivateNote": "MobiWork payment 901 [mark]",
    "Line": [line("145", "9.63")],
}
ON_ACCOUNT = {"invoiceId": "null", "customerId": "700001"}
BOTH = {"amount": "29.63", **shared(("5501", "9.63"), ("5502", "20.00"))}


def refusal_of(payment: Payment, about: PushContext) -> MissingMappingsError:
    with pytest.raises(MissingMappingsError) as raised:
        push_payments.to_qbo(payment, about)
    return raised.value


def refused(code: str = "6000") -> RejectedError:
    return RejectedError("More than is owed.", code=code)
