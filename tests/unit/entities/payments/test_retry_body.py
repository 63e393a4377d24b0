from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import push as push_payments
from connector.model.body import Body, Read
from tests.unit.entities.payments.paying import WHOLE, line, refused


def owing(*balances: str, **customer: Any) -> Read:
    """Answer invoices 145, 146 ... with their balances, and the customer."""
    known_by_id = {str(145 + at): {"Balance": Decimal(one)} for at, one in enumerate(balances)}
    return lambda entity, record_id: customer if entity == "Customer" else known_by_id[record_id]


def amended(body: Body, reads: Read, code: str = "6000") -> Body:
    """Return the members that another try changes."""
    found = push_payments.retry_body(body, refused(code), reads) or body
    return {name: value for name, value in found.items() if value != body[name]}


def test_after_a_refusal_only_what_the_invoice_owes_is_applied() -> None:
    assert amended(WHOLE, owing("9.00")) == {"Line": [line("145", "9.00")]}


def test_a_payment_of_a_paid_invoice_becomes_a_credit() -> None:
    assert amended(WHOLE, owing("0")) == {"Line": []}


def test_of_several_invoices_each_gets_no_more_than_it_owes() -> None:
    body = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00"), line("147", "1.00")]}
    lines = [line("146", "19.99"), line("147", "1.00")]
    assert amended(body, owing("0", "19.99", "50")) == {"Line": lines}


def test_after_a_refusal_the_parent_pays_where_it_gets_the_bills() -> None:
    reads = owing("9.63", BillWithParent=True, ParentRef={"value": "50"})
    assert amended(WHOLE, reads) == {"CustomerRef": {"value": "50"}}


@pytest.mark.parametrize(("code", "balance"), [("6200", "1.00"), ("6000", "9.63")])
def test_a_refusal_for_another_reason_stands(code: str, balance: str) -> None:
    assert push_payments.retry_body(WHOLE, refused(code), owing(balance)) is None
