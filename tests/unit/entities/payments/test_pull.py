from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.entities.payments.model import Payment
from connector.entities.payments.pull import PULL, SPLITTING
from connector.model.body import Body
from connector.model.flows.field import Changes
from connector.model.plans import Reference
from connector.model.policy.settings import Settings
from tests.unit.entities.pulled_records import added, answer, read_back

PAYMENT = """
{"CustomerRef": {"value": "20", "name": "Blue Heron Plumbing"},
 "DepositToAccountRef": {"value": "4"}, "PaymentMethodRef": {"value": "2"},
 "PaymentRefNum": "1044", "TotalAmt": 120.00, "UnappliedAmt": 0, "ProcessPayment": false,
 "domain": "QBO", "sparse": false, "Id": "77", "SyncToken": "0",
 "MetaData": {"CreateTime": "2026-03-02T08:15:30-08:00",
 "LastUpdatedTime": "2026-03-02T08:15:30-08:00"},
 "TxnDate": "2026-03-02", "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
 "Line": [{"Amount": 120.00, "LinkedTxn": [{"TxnId": "120", "TxnType": "Invoice"}],
 "LineEx": {"any": [{"name": "{http://schema.intuit.com/finance/v3}NameValue",
 "declaredType": "com.intuit.schema.finance.v3.NameValue",
 "value": {"Name": "txnReferenceNumber", "Value": "1037"}}]}}]}
"""
LINKS = {("Invoice", "120"): "5501", ("Invoice", "121"): "5502"}


def line(amount: str, txn: str, kind: str = "Invoice") -> Body:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}


def paid(amount: str = "120.00", invoice: str = "5501", **changes: str) -> dict[str, str]:
    return {
        "invoiceId": invoice,
        "amount": amount,
        "paymentDate": "2026/03/02",
        "paymentType": "PAYMENT",
        "paymentReference": "1044",
    } | changes


def without(changes: dict[str, str], name: str) -> dict[str, str]:
    return {other: text for other, text in changes.items() if other != name}


def shown(payment: Body, **chosen: Any) -> dict[str, Changes]:
    """Return what is added to MobiWork, by the ids of the pieces."""
    return {
        own: added(PULL, piece, LINKS, **chosen)
        for own, piece in PULL.pieces(payment).items()
        if not why_not_shown(piece)
    }


def why_not_shown(piece: Body) -> str:
    return (
        PULL.eligibility.skip_reason(piece, Settings()) or SPLITTING.skip_create_reason(piece) or ""
    )


BY_CHECK = {"payment_methods": {"Check": "2", "Cash": "1"}}

GOLDEN: dict[str, tuple[Body, dict[str, Any], dict[str, Changes]]] = {
    "a payment of one invoice": (answer(PAYMENT), {}, {"77-120": paid()}),
    "a payment of two invoices": (
        answer(PAYMENT, Line=[line("80.00", "120"), line("40", "121")]),
        {},
        {"77-120": paid("80.00"), "77-121": paid("40.00", "5502")},
    ),
    "a payment in which more came in than the invoice is for": (
        answer(PAYMENT, TotalAmt=Decimal(150), UnappliedAmt=Decimal(30)),
        {},
        {"77-120": paid()},
    ),
    "a payment of an invoice that a credit pays in part": (
        answer(
            PAYMENT,
            TotalAmt=Decimal(90),
            Line=[line("120.00", "120"), line("30.00", "64", "CreditMemo")],
        ),
        {},
        {"77-120": paid("90.00")},
    ),
    "a payment of an invoice and of a charge in the journal": (
        answer(
            PAYMENT,
            TotalAmt=Decimal(150),
            Line=[line("120.00", "120"), line("30.00", "9", "JournalEntry")],
        ),
        {},
        {"77-120": paid()},
    ),
    "a payment of one invoice in two lines": (
        answer(PAYMENT, Line=[line("80.00", "120"), line("40.00", "120")]),
        {},
        {"77-120": paid()},
    ),
    "a payment without a reference": (
        answer(PAYMENT, PaymentRefNum=None),
        {},
        {"77-120": without(paid(), "paymentReference")},
    ),
    "a payment by a method that the settings know": (
        answer(PAYMENT),
        BY_CHECK,
        {"77-120": paid(paymentMethod="Check")},
    ),
    "a payment by a method that the settings know by its name": (
        answer(PAYMENT, PaymentMethodRef={"value": "2", "name": "Paper check"}),
        {"payment_methods": {"Check": "Paper check"}},
        {"77-120": paid(paymentMethod="Check")},
    ),
    "a payment by a method that QuickBooks names": (
        answer(PAYMENT, PaymentMethodRef={"value": "6", "name": "Bank transfer"}),
        BY_CHECK,
        {"77-120": paid(paymentMethod="Bank transfer")},
    ),
    "a payment without a method or a currency": (
        answer(PAYMENT, PaymentMethodRef=None, CurrencyRef=None),
        BY_CHECK,
        {"77-120": paid()},
    ),
}


@pytest.mark.parametrize(("payment", "chosen", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_a_payment_is_shown_on_its_invoices(
    payment: Body, chosen: dict[str, Any], expected: dict[str, Changes]
) -> None:
    assert shown(payment, **chosen) == expected


VOIDED = answer(PAYMENT, TotalAmt=Decimal(0), Line=[], PrivateNote="Voided - bounced")

NOT_SHOWN: dict[str, tuple[Body, str]] = {
    "voided": (VOIDED, "voided"),
    "of no invoice": (
        answer(PAYMENT, Line=None, UnappliedAmt=Decimal(120)),
        "credit on the customer's account",
    ),
    "of a charge in the journal only": (
        answer(PAYMENT, Line=[line("120.00", "9", "JournalEntry")]),
        "not applied to an invoice",
    ),
    "a credit that is applied": (
        answer(
            PAYMENT,
            TotalAmt=Decimal(0),
            Line=[line("30.00", "120"), line("30.00", "64", "CreditMemo")],
        ),
        "No money was received",
    ),
    "several invoices with a credit": (
        answer(
            PAYMENT,
            TotalAmt=Decimal(90),
            Line=[line("80.00", "120"), line("40.00", "121"), line("30.00", "64", "CreditMemo")],
        ),
        "by hand",
    ),
    "several invoices in one line": (
        answer(
            PAYMENT,
            Line=[
                {
                    "Amount": Decimal(120),
                    "LinkedTxn": [
                        {"TxnId": "120", "TxnType": "Invoice"},
                        {"TxnId": "121", "TxnType": "Invoice"},
                    ],
                }
            ],
        ),
        "by hand",
    ),
    "another currency": (answer(PAYMENT, CurrencyRef={"value": "EUR"}), "EUR"),
}


@pytest.mark.parametrize(("payment", "words"), NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_what_is_not_shown_is_told_in_words(payment: Body, words: str) -> None:
    reasons = [why_not_shown(piece) for piece in PULL.pieces(payment).values()]

    assert reasons
    assert all(words in reason for reason in reasons)


def test_each_piece_waits_for_its_own_invoice() -> None:
    payment = answer(PAYMENT, Line=[line("80.00", "120"), line("40.00", "121")])

    assert [
        PULL.eligibility.needed(piece, Settings()) for piece in PULL.pieces(payment).values()
    ] == [(Reference("Invoice", one, f"invoice {one} of QuickBooks"),) for one in ("120", "121")]


def test_a_payment_of_no_invoice_waits_for_none() -> None:
    assert PULL.eligibility.needed(VOIDED, Settings()) == ()


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (answer(PAYMENT), "payment of 120.00 by Blue Heron Plumbing on 2026-03-02"),
        (answer(PAYMENT, CustomerRef={"value": "20"}), "payment of 120.00 on 2026-03-02"),
        (
            GOLDEN["a payment of an invoice that a credit pays in part"][0],
            "payment of 90.00 by Blue Heron Plumbing on 2026-03-02 (30.00 more was settled by a "
            "credit)",
        ),
        (VOIDED, "payment of 0.00 by Blue Heron Plumbing on 2026-03-02"),
    ],
)
def test_a_payment_is_named_to_a_person(payment: Body, expected: str) -> None:
    assert [PULL.label(piece) for piece in PULL.pieces(payment).values()] == [expected]


def told(payment: Body, piece_id: str = "77-120") -> dict[str, str]:
    """Return what counts of a piece that was shown, as it stands now."""
    piece = SPLITTING.former(payment, piece_id)
    assert piece is not None
    return {one.name: one.quickbooks(piece) for one in PULL.fields}


AMOUNTS: dict[str, tuple[Body, str]] = {
    "as it was": (answer(PAYMENT), "120.00"),
    "less than it was": (answer(PAYMENT, Line=[line("90", "120")]), "90.00"),
    "moved to another invoice": (answer(PAYMENT, Line=[line("120", "121")]), "0.00"),
    "shared with another invoice": (
        answer(PAYMENT, Line=[line("80", "120"), line("40", "121")]),
        "80.00",
    ),
    "a credit of the customer by now": (answer(PAYMENT, Line=None), "0.00"),
    "paid in part by a credit": (
        answer(PAYMENT, TotalAmt=Decimal(90), Line=[line("120", "120"), line("30", "6", "Credit")]),
        "90.00",
    ),
    "several invoices with a credit": (
        answer(
            PAYMENT,
            TotalAmt=Decimal(90),
            Line=[line("80", "120"), line("40", "121"), line("30", "64", "CreditMemo")],
        ),
        "80.00, credits included",
    ),
}


@pytest.mark.parametrize(("payment", "amount"), AMOUNTS.values(), ids=AMOUNTS)
def test_how_much_of_a_shown_payment_is_left_for_its_invoice(payment: Body, amount: str) -> None:
    assert told(payment)["amount"] == amount


def test_date_and_reference_of_a_shown_payment_count_too() -> None:
    assert told(answer(PAYMENT)) == {
        "amount": "120.00",
        "date": "2026-03-02",
        "reference": "1044",
    }


def test_of_a_voided_payment_no_piece_is_told() -> None:
    assert SPLITTING.former(VOIDED, "77-120") is None


@pytest.mark.parametrize("member", [one.name for one in PULL.fields])
def test_nothing_of_a_shown_payment_is_ever_written(member: str) -> None:
    field = next(one for one in PULL.fields if one.name == member)
    assert (field.report_only, field.write("90.00", None)) == (True, {})


@pytest.mark.parametrize(
    ("payment", "words"),
    [
        (answer(PAYMENT), "it is 120.00 on 2026-03-02 now, for invoice 1037."),
        (
            answer(PAYMENT, Line=[line("80", "120"), line("40", "121")]),
            "it is 120.00 on 2026-03-02 now, for invoice 120 and 121.",
        ),
        (answer(PAYMENT, Line=None), "it is 120.00 on 2026-03-02 now, for no invoice."),
    ],
)
def test_a_person_is_told_what_a_payment_is_by_now(payment: Body, words: str) -> None:
    said = SPLITTING.advice(payment)
    assert words in said
    assert "deleting a payment in MobiWork refunds the customer's card" in said


def test_a_payment_that_moved_is_named_by_its_whole_amount() -> None:
    piece = SPLITTING.former(answer(PAYMENT, Line=[line("120", "121")]), "77-120")
    assert PULL.label(piece or {}).startswith("payment of 120.00 by Blue Heron Plumbing")


@pytest.mark.parametrize("on", [True, False])
def test_payments_are_shown_only_when_the_settings_want_it(on: bool) -> None:
    assert PULL.wanted(Settings(show_payments=on)) is on


@given(
    amounts=st.lists(st.decimals("0.01", 999_999, places=2), min_size=1, max_size=4),
    reference=st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=21).filter(
        lambda text: text != "null"
    ),
    day=st.dates(),
)
def test_what_is_written_is_read_back_the_same(
    amounts: list[Decimal], reference: str, day: Any
) -> None:
    lines = [line(str(amount), str(120 + place)) for place, amount in enumerate(amounts)]
    payment = answer(
        PAYMENT,
        Line=lines,
        TotalAmt=sum(amounts),
        PaymentRefNum=reference,
        TxnDate=day.isoformat(),
    )
    links = {("Invoice", str(120 + place)): str(5501 + place) for place in range(len(amounts))}

    found = [read_back(PULL, added(PULL, piece, links)) for piece in PULL.pieces(payment).values()]

    assert found == [
        Payment(
            invoiceid=str(5501 + place),
            amount=amount,
            paymentdate=day,
            paymenttype="PAYMENT",
            paymentreference=reference,
        )
        for place, amount in enumerate(amounts)
    ]
