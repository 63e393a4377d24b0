from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.payments import push as push_payments
from connector.entities.payments.model import Part
from connector.model.body import Body
from connector.model.flows.context import Linked, PushContext
from connector.model.plans import Reference
from connector.model.policy.postable import Standing, Verdict
from tests.builders import a_company, settings
from tests.unit.entities.payments.paying import (
    BOTH,
    ON_ACCOUNT,
    WHOLE,
    invoice,
    known,
    line,
    read,
    refusal_of,
    shared,
)

CUSTOMER = {"CustomerRef": {"value": "58"}}
SUB = {"DisplayName": "Cafe - Kitchen", "ParentRef": {"value": "50"}, "BillWithParent": True}
CREDIT = {name: value for name, value in WHOLE.items() if name != "Line"}
LONG = "ach transfer 2025-11-10 no. 774411"
GOLDEN: dict[str, tuple[PushContext, dict[str, Any], Body]] = {
    "the whole invoice": (known(), {}, WHOLE),
    "a part of the invoice, in cash": (
        known(),
        {"amount": "4.0", "paymentMethod": "cash", "paymentReference": "null"},
        {
            "CustomerRef": {"value": "58"},
            "TotalAmt": Decimal("4.00"),
            "TxnDate": "2025-11-10",
            "PaymentMethodRef": {"value": "1"},
            "PrivateNote": "MobiWork payment 901 [mark]",
            "Line": [line("145", "4.00")],
        },
    ),
    "more than the invoice": (
        known(),
        {"amount": "20.00"},
        WHOLE | {"TotalAmt": Decimal("20.00")},
    ),
    "several invoices with their amounts": (
        known(),
        BOTH,
        WHOLE | {"TotalAmt": Decimal("29.63"), "Line": [line("145", "9.63"), line("146", "20.00")]},
    ),
    "several invoices without amounts, the first paid first": (
        known(),
        {"amount": "12.00", "invoiceIds": {"invoiceId": ["5501", "5502"]}},
        WHOLE | {"TotalAmt": Decimal("12.00"), "Line": [line("145", "9.63"), line("146", "2.37")]},
    ),
    "less than its invoices come to, shared by hand": (
        known(),
        {"amount": "20.00", **shared(("5501", "2.50"), ("5502", "7.50"))},
        WHOLE | {"TotalAmt": Decimal("20.00"), "Line": [line("145", "2.50"), line("146", "7.50")]},
    ),
    "one invoice in two parts": (
        known(),
        {
            "allocations": {
                "allocation": [
                    {"invoiceId": "5501", "amount": "3.00"},
                    {"invoiceId": "5501", "amount": "6.63"},
                ]
            }
        },
        WHOLE,
    ),
    "a method and an account chosen in the settings": (
        known(payment_methods={"venmo": "Credit Card"}, deposit_accounts={"Venmo": "Checking"}),
        {"paymentMethod": "Venmo"},
        WHOLE | {"PaymentMethodRef": {"value": "3"}, "DepositToAccountRef": {"value": "35"}},
    ),
    "a method chosen by its id": (
        known(payment_methods={"Venmo": "3"}),
        {"paymentMethod": "Venmo"},
        WHOLE | {"PaymentMethodRef": {"value": "3"}},
    ),
    "a method that QuickBooks does not have": (
        known(),
        {"paymentMethod": "Venmo"},
        {name: value for name, value in WHOLE.items() if name != "PaymentMethodRef"},
    ),
    "a type that says how it was paid": (
        known(),
        {"paymentType": "Credit Card", "paymentMethod": ""},
        WHOLE | {"PaymentMethodRef": {"value": "3"}},
    ),
    "a reference too long for its field": (
        known(),
        {"paymentReference": LONG},
        WHOLE
        | {
            "PaymentRefNum": "ach transfer 2025-11-",
            "PrivateNote": f"MobiWork payment 901, reference {LONG} [mark]",
        },
    ),
    "a customer who gets his own bills": (
        known({("customer", "700001"): Linked("58", "0", "", {"ParentRef": {"value": "50"}})}),
        {"customerId": "700001"},
        WHOLE,
    ),
    "a customer whose parent gets the bills": (
        known({("customer", "700001"): Linked("58", "0", "", SUB)}),
        {"customerId": "700001"},
        WHOLE | {"CustomerRef": {"value": "50"}},
    ),
    "a customer with a parent who is not the one that was invoiced": (
        known({("customer", "700001"): Linked("57", "0", "", SUB)}),
        {"customerId": "700001"},
        WHOLE,
    ),
    "invoices of two sub-customers, paid by their parent": (
        known(
            {
                ("invoice", "5502"): invoice("146", "20.00", "59"),
                ("customer", "700900"): Linked("50", "0", "", {"DisplayName": "Cafe"}),
            }
        ),
        BOTH | {"customerId": "700900"},
        WHOLE
        | {
            "CustomerRef": {"value": "50"},
            "TotalAmt": Decimal("29.63"),
            "Line": [line("145", "9.63"), line("146", "20.00")],
        },
    ),
    "a sales order that was checked out": (
        known({("salesOrder", "61001"): invoice("155", "9.63")}),
        {"invoiceId": "61001"},
        WHOLE | {"Line": [line("155", "9.63")]},
    ),
    "a sales order that is named as one": (
        known({("salesOrder", "61001"): invoice("155", "9.63")}),
        {"invoiceId": "null", "salesOrderId": "61001"},
        WHOLE | {"Line": [line("155", "9.63")]},
    ),
    "an invoice and a sales order of one id": (
        known({("salesOrder", "5501"): invoice("155", "9.63")}),
        {},
        WHOLE,
    ),
    "an invoice and a sales order of one id, of which only the order is the customer's": (
        known(
            {
                ("salesOrder", "5501"): invoice("155", "9.63", "61"),
                ("customer", "700004"): Linked("61", "0", "", {}),
            }
        ),
        {"customerId": "700004"},
        WHOLE | {"CustomerRef": {"value": "61"}, "Line": [line("155", "9.63")]},
    ),
    "an invoice and a sales order in one payment": (
        known({("salesOrder", "61001"): invoice("155", "20.00")}),
        {"amount": "29.63", **shared(("5501", "9.63"), ("61001", "20.00"))},
        WHOLE | {"TotalAmt": Decimal("29.63"), "Line": [line("145", "9.63"), line("155", "20.00")]},
    ),
    "on account": (
        known({("customer", "700001"): Linked("58", "0", "", {})}, payments_on_account=True),
        ON_ACCOUNT,
        CREDIT,
    ),
    "on account of a sub-customer whose parent gets the bills": (
        known({("customer", "700001"): Linked("58", "0", "", SUB)}, payments_on_account=True),
        ON_ACCOUNT,
        CREDIT | {"CustomerRef": {"value": "50"}},
    ),
    "a company with several currencies": (
        known(company={"multicurrency": True}),
        {},
        WHOLE | {"CurrencyRef": {"value": "USD"}},
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_the_complete_body_of(case: str) -> None:
    about, changes, expected = GOLDEN[case]
    assert push_payments.problems(read(**changes)) == []
    assert push_payments.to_qbo(read(**changes), about) == expected


def judged(**changes: Any) -> Verdict:
    return push_payments.judged(read(**changes), settings(), a_company())


@pytest.mark.parametrize("status", ["FAILED", "declined", "DELETED", "Voided"])
def test_no_money_no_payment(status: str) -> None:
    told = f'Its status is "{status}": no money was received, or it was returned.'
    assert judged(status=status) == Verdict(Standing.NEVER, told)


@pytest.mark.parametrize("kind", ["CHARGEBACK", "Adjustment", "Warranty"])
def test_money_that_goes_back_is_asked_about_and_not_pushed(kind: str) -> None:
    found = judged(paymentType=kind)
    assert found.standing is Standing.UNDECIDED
    assert found.question is not None
    assert (found.question.value, found.question.setting) == (kind, "payments_without_money")


@pytest.mark.parametrize("kind", ["PAYMENT", "Credit Card", "AutoPay", "invoice payment"])
def test_money_that_comes_in_is_pushed(kind: str) -> None:
    assert judged(paymentType=kind).standing is Standing.POSTED
    assert push_payments.to_qbo(read(paymentType=kind), known())["TotalAmt"] == Decimal("9.63")


def test_a_payment_that_mobiworks_own_connector_pushed_is_adopted() -> None:
    assert push_payments.PUSH.records.external_id(read(externalId="74,QBO")) == "74,QBO"


@pytest.mark.parametrize(
    ("changes", "answer", "remark"),
    [
        (
            {"paymentReference": LONG},
            {"PaymentMethodRef": {"value": "2"}},
            f'The reference "{LONG}" was cut to 21 characters; the memo has more of it.',
        ),
        (
            {"paymentMethod": "Venmo"},
            {},
            'QuickBooks has no payment method "Venmo", so none was set. Add it there, or choose '
            'one in the setting "Payment method by MobiWork payment type".',
        ),
        (
            {"amount": "20.00", "paymentMethod": ""},
            {"UnappliedAmt": Decimal("10.37")},
            "10.37 of 20.00 is an overpayment of the invoice and is a credit on the customer's "
            "account.",
        ),
        (
            BOTH | {"amount": "30.00", "paymentMethod": ""},
            {"UnappliedAmt": Decimal("0.37")},
            "0.37 of 30.00 is an overpayment of the invoices and is a credit on the customer's "
            "account.",
        ),
    ],
)
def test_what_is_cut_or_not_applied_is_told(
    changes: dict[str, Any], answer: dict[str, Any], remark: str
) -> None:
    assert push_payments.remarks(read(**changes), answer) == [remark]


def test_money_on_account_is_told_to_stand_as_a_credit() -> None:
    payment = read(**ON_ACCOUNT, amount="20.00", paymentMethod="")
    assert push_payments.remarks(payment, {"UnappliedAmt": Decimal("20.00")}) == [
        "20.00 is a credit on the customer's account. Apply it in QuickBooks to what it pays."
    ]


MONEY = st.decimals("0.01", "99999", places=2, allow_nan=False)


@given(
    amount=st.decimals("0.005", "99999", places=4, allow_nan=False),
    parts=st.lists(
        st.tuples(st.sampled_from(["5501", "5502", "5503"]), st.none() | MONEY), max_size=5
    ),
    totals=st.lists(MONEY | st.just(Decimal(0)), min_size=3, max_size=3),
    reference=st.text(max_size=40),
)
def test_lines_never_exceed_the_payment_their_share_or_their_invoice(
    amount: Decimal, parts: list[tuple[str, Decimal | None]], totals: list[Decimal], reference: str
) -> None:
    payment = read().model_copy(
        update={
            "amount": amount,
            "parts": [Part.model_validate({"id": one, "amount": share}) for one, share in parts],
            "reference": reference,
        }
    )
    if push_payments.problems(payment):
        return
    links = {
        ("invoice", f"550{at}"): invoice(f"14{at}", str(total))
        for at, total in enumerate(totals, start=1)
    }
    body = push_payments.to_qbo(payment, known(links))
    limits = {f"14{at}": total for at, total in enumerate(totals, start=1)}
    for one in {one for one, share in parts if share is not None}:
        shared = sum((share for other, share in parts if other == one and share), Decimal(0))
        limits[f"14{one[-1]}"] = min(limits[f"14{one[-1]}"], shared)
    lines = body.get("Line", [])
    assert sum((one["Amount"] for one in lines), Decimal(0)) <= body["TotalAmt"]
    assert all(0 < one["Amount"] <= limits[one["LinkedTxn"][0]["TxnId"]] for one in lines)
    assert len({one["LinkedTxn"][0]["TxnId"] for one in lines}) == len(lines)
    assert len(body.get("PaymentRefNum", "")) <= 21


@pytest.mark.case("M33c")
@pytest.mark.parametrize(
    ("changes", "chosen", "told"),
    [
        ({"amount": "20.00"}, {}, 2),
        ({"amount": "20.00"}, {"payments_on_account": True}, 0),
        (ON_ACCOUNT, {}, 0),
    ],
)
def test_an_overpayment_is_to_be_seen_to_unless_credits_on_account_are_wanted(
    changes: dict[str, Any], chosen: dict[str, Any], told: int
) -> None:
    found = push_payments.to_finish(
        read(**changes), {"UnappliedAmt": Decimal("10.37")}, settings(**chosen)
    )
    assert len(found) == told
    assert not told or found[0].startswith("10.37 of 20.00 is an overpayment of the invoice")


DEPOSIT = {"invoiceId": "null", "estimateId": "41001"}


@pytest.mark.case("M33i")
def test_a_deposit_on_a_quote_is_a_credit_of_the_customer_of_that_quote() -> None:
    quoted = {("estimate", "41001"): Linked("31", "0", "", {"CustomerRef": {"value": "58"}})}
    deposit = read(**DEPOSIT)
    assert push_payments.problems(deposit) == []
    assert Reference("estimate", "41001", "quote 41001") in push_payments.PUSH.references.mentioned(
        deposit
    )
    body = push_payments.to_qbo(deposit, known(quoted, payments_on_account=True))
    assert body == CREDIT


@pytest.mark.case("M33i")
def test_it_waits_for_that_quote_where_it_is_wanted_and_is_an_entry_else() -> None:
    needed, quote = (
        push_payments.PUSH.references.needed,
        Reference("estimate", "41001", "quote 41001"),
    )
    assert needed(read(**DEPOSIT), settings(payments_on_account=True), a_company()) == (quote,)
    assert needed(read(**DEPOSIT), settings(), a_company()) == ()
    told = str(refusal_of(read(**DEPOSIT), known()))
    assert "it is a payment on account or a deposit on a quote" in told
