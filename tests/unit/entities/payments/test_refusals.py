from decimal import Decimal
from typing import Any

import pytest

from connector.entities.payments import push as push_payments
from connector.model.flows.context import Linked
from tests.unit.entities.payments.paying import (
    BOTH,
    invoice,
    known,
    read,
    refusal_of,
    shared,
)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"invoiceId": "0"},
            "It has neither an invoice nor a customer. Apply it to an invoice in MobiWork, or "
            "enter it in QuickBooks by hand and leave it out here.",
        ),
        (
            {"amount": "0.001"},
            "Its amount is 0.00; a payment must be more than zero and less than "
            "100,000,000,000.00.",
        ),
        (
            {"amount": "29.62"} | {"invoicePayments": BOTH["invoicePayments"]},
            "Its parts (9.63, 20.00) do not fit its amount of 29.62. Correct them in MobiWork.",
        ),
        (
            {"allocations": {"allocation": [{"invoiceId": "5501"}, {"amount": "1.00"}]}},
            "One of its parts has no invoice. Choose one in MobiWork.",
        ),
    ],
)
def test_what_is_wrong_with_a_payment_is_told(changes: dict[str, Any], problem: str) -> None:
    assert push_payments.problems(read(**changes)) == [problem]


def test_a_part_below_nothing_is_a_problem() -> None:
    parts = shared(("5501", "-1.00"), ("5502", "5.00"))
    assert "do not fit" in push_payments.problems(read(**parts))[0]


def test_parts_are_compared_in_whole_cents() -> None:
    assert push_payments.problems(read(amount="9.636", **shared(("5501", "9.636")))) == []


def test_a_payment_without_invoice_or_money_says_both() -> None:
    assert len(push_payments.problems(read(invoiceId="0", amount="-1.00"))) == 2


def test_a_payment_in_a_closed_period_is_refused_before_it_is_sent() -> None:
    refused = refusal_of(read(), known(company={"closed_until": "2025-11-10"}))
    assert str(refused) == (
        "It is dated 2025-11-10, and the books in QuickBooks are closed up to 2025-11-10. Give it "
        "a later date in MobiWork, or ask your accountant to reopen the books."
    )


@pytest.mark.parametrize(
    ("links", "changes"),
    [({("payment", "901"): Linked("9", "0", "", {})}, {}), ({}, {"externalId": "9,QBO"})],
)
def test_a_payment_that_is_in_a_closed_period_already_is_not_refused(
    links: dict[tuple[str, str], Linked], changes: dict[str, Any]
) -> None:
    about = known(links, company={"closed_until": "2026-01-31"})
    assert push_payments.to_qbo(read(**changes), about)["TotalAmt"] == Decimal("9.63")


def test_invoices_of_customers_with_no_parent_in_common_are_refused() -> None:
    about = known({("invoice", "5502"): invoice("146", "20.00", "59")})
    assert str(refusal_of(read(**BOTH), about)) == (
        "Its invoices belong to different customers, but a payment in QuickBooks can have only "
        "one customer. "
        "Split it in MobiWork into one payment per customer."
    )


def test_everything_that_stops_a_payment_is_told_at_once() -> None:
    about = known(
        {("invoice", "5502"): invoice("146", "20.00", "59")},
        company={"closed_until": "2026-01-31"},
    )
    assert len(refusal_of(read(**BOTH), about).problems) == 2
