from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import credit_applications
from connector.entities.payments.credit_applications import after_refusal, judged
from connector.errors import MissingMappingsError, NotYetError, RecordError
from connector.model.body import Body, Read
from connector.model.flows.context import Linked, PushContext
from connector.model.policy.postable import Standing
from tests.builders import a_company, settings
from tests.unit.entities.payments.paying import ON_ACCOUNT, invoice, line, read, refused
from tests.unit.entities.payments.test_credit_memos import (
    BOTH,
    CHOSEN,
    CREDIT,
    REFUND,
    WRITE_OFF,
    chosen,
)

CREDITED = {("credit", "901"): Linked("64", "0", "", {"CustomerRef": {"value": "58"}})}


def memo(amount: str) -> Body:
    return {
        "Amount": Decimal(amount),
        "LinkedTxn": [{"TxnId": "64", "TxnType": "CreditMemo"}],
    }


def about(links: dict[tuple[str, str], Linked] | None = None, **more: Any) -> PushContext:
    return chosen(CREDITED | (links or {}), **more)


WHOLE: Body = {
    "CustomerRef": {"value": "58"},
    "TotalAmt": Decimal(0),
    "TxnDate": "2025-11-10",
    "PrivateNote": "MobiWork credit 901, applied [mark]",
    "Line": [line("145", "9.63"), memo("9.63")],
}
IN_TWO = WHOLE | {"Line": [line("145", "9.63"), line("146", "20.00"), memo("29.63")]}
ORDER = {("salesOrder", "61001"): invoice("155", "9.63")}
GOLDEN: dict[str, tuple[PushContext, dict[str, Any], Body]] = {
    "a credit of the whole invoice": (about(), CREDIT, WHOLE),
    "a write-off": (about(), WRITE_OFF, WHOLE),
    "a credit of a part": (
        about(),
        CREDIT | {"amount": "4.00"},
        WHOLE | {"Line": [line("145", "4.00"), memo("4.00")]},
    ),
    "a credit below zero": (
        about(),
        CREDIT | {"amount": "-4.00"},
        WHOLE | {"Line": [line("145", "4.00"), memo("4.00")]},
    ),
    "a credit on two invoices": (about(), CREDIT | BOTH, IN_TWO),
    "more than the invoice is for: the rest stays on the memo": (
        about(),
        CREDIT | {"amount": "12.00"},
        WHOLE,
    ),
    "a credit on a sales order": (
        about(ORDER),
        CREDIT | {"invoiceId": "61001"},
        WHOLE | {"Line": [line("155", "9.63"), memo("9.63")]},
    ),
    "store credit that was chosen to be one": (
        about(payments_without_money={"store credit": "credit"}),
        {"paymentMethod": "Store Credit"},
        WHOLE,
    ),
    "several currencies": (
        about(company={"multicurrency": True}),
        CREDIT,
        WHOLE | {"CurrencyRef": {"value": "USD"}},
    ),
}


@pytest.mark.case("M7c")
@pytest.mark.parametrize(("known", "changes", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_the_whole_body(known: PushContext, changes: dict[str, Any], expected: Body) -> None:
    assert credit_applications.to_qbo(read(**changes), known) == expected


@pytest.mark.parametrize(
    ("changes", "choices", "standing"),
    [
        (CREDIT, CHOSEN, Standing.POSTED),
        (CREDIT, {}, Standing.NEVER),
        (REFUND, CHOSEN, Standing.NEVER),
        (CREDIT | ON_ACCOUNT, CHOSEN, Standing.NEVER),
        ({}, CHOSEN, Standing.NEVER),
    ],
)
def test_what_has_a_memo_for_an_invoice_is_applied(
    changes: dict[str, Any], choices: dict[str, Any], standing: Standing
) -> None:
    assert judged(read(**changes), settings(**choices), a_company()).standing is standing


def test_it_waits_for_its_memo_and_its_invoice() -> None:
    found = credit_applications.needed(read(**CREDIT), settings(**CHOSEN), a_company())
    assert [(one.entity, one.record_id) for one in found] == [
        ("credit", "901"),
        ("invoice", "5501"),
    ]


@pytest.mark.case("M7d")
@pytest.mark.parametrize(
    "links",
    [
        {("credit", "901"): Linked("64", "0", "", {}, gone="It was voided.")},
        {("invoice", "5501"): Linked("145", "0", "", {}, Decimal("9.63"), gone="It was voided.")},
    ],
)
def test_what_is_gone_from_quickbooks_lets_it_wait(links: dict[tuple[str, str], Linked]) -> None:
    with pytest.raises(NotYetError, match="QuickBooks"):
        credit_applications.to_qbo(read(**CREDIT), about(links))


def test_the_books_are_closed_for_it_too() -> None:
    with pytest.raises(MissingMappingsError, match="closed up to 2025-12-31"):
        credit_applications.to_qbo(read(**CREDIT), about(company={"closed_until": "2025-12-31"}))


def there(balance: str, left: str, *payments: Body) -> Read:
    linked = [{"TxnType": "Payment", "TxnId": one["Id"]} for one in payments]
    owed = {"Id": "145", "DocNumber": "INV-1", "Balance": balance, "TotalAmt": 9.63}
    records: dict[str, Body] = {
        "145": owed | {"LinkedTxn": linked},
        "64": {"RemainingCredit": left},
    }
    records |= {one["Id"]: one for one in payments}
    return lambda _entity, record_id: records[record_id]


AUTOMATIC: Body = {"Id": "77", "TotalAmt": 0, "Line": [line("145", "9.63"), memo("9.63")]}
BY_HAND: Body = {"Id": "78", "TotalAmt": 5, "Line": [line("145", "5.00")]}


@pytest.mark.case("M7d")
def test_what_quickbooks_applied_by_itself_is_linked() -> None:
    reads = there("0", "0", BY_HAND, AUTOMATIC)
    assert after_refusal(WHOLE, refused(), reads, about()) == AUTOMATIC


@pytest.mark.case("M7d")
@pytest.mark.parametrize(
    ("reads", "words"),
    [
        (there("4.63", "9.63", BY_HAND), "owes 4.63 in QuickBooks, and 9.63 is credited to it"),
        (there("9.63", "2.00"), "Of credit memo 64 2.00 is left in QuickBooks, and 9.63 is to be"),
    ],
)
def test_what_cannot_be_applied_any_more_is_told_with_both_figures(reads: Read, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        after_refusal(WHOLE, refused(), reads, about())


def test_a_refusal_for_another_reason_stands() -> None:
    assert after_refusal(WHOLE, refused("6200"), there("0", "0"), about()) is None
    assert after_refusal(WHOLE, refused(), there("9.63", "9.63"), about()) is None


@pytest.mark.case("M33c")
@pytest.mark.parametrize(("amount", "told"), [("9.63", False), ("12.00", True)])
def test_what_is_credited_beyond_its_invoice_is_told_and_to_be_seen_to(
    amount: str, told: bool
) -> None:
    credit = read(**(CREDIT | {"amount": amount}))
    answer = {"Line": [line("145", "9.63"), memo("9.63")]}
    found = credit_applications.to_finish(credit, answer, settings())
    assert bool(found) is told
    assert credit_applications.remarks(credit, answer) == found[:1]
    assert credit_applications.to_finish(credit, answer, settings(payments_on_account=True)) == []
